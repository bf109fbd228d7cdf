from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from records import users
from records.audit_log import entries
from records.people import (
    ImportErrors,
    absences,
    as_row,
    counsellors,
    import_people,
    people,
    preview,
    read_people_file,
    renew_secret,
    set_active,
    wishes,
)
from records.staff_file import PeopleFaults
from records.tables import AbsenceRow, Person, WishRow
from routing.plan import Counsellor
from tests.records.builders import NOON, person

SITES = {"north": "北院", "south": "南院"}
HEADING = "id,name,site,qualifications,hours_a_week,no_nights,contact,mobile,device,email"
LIN = "lin,林静,north,counsellor crisis,40,,,13800138000,mobile,lin@example.org"
TEXT = f"{HEADING}\n{LIN}\nwu,吴敏,south,,32.5,是,sip:wu@10.0.0.7:5060,,,\n"


def row(**fields: str) -> dict[str, str]:
    return {"id": "lin", "name": "林静", "site": "north"} | fields


def faults(db: Session, *rows: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ImportErrors) as refused:
        import_people(db, rows, SITES)
    assert people(db) == []
    return refused.value.errors


def workbook(*rows: list[str | float]) -> bytes:
    book, data = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(data)
    return data.getvalue()


# ---- listing


def test_people_are_listed_by_id(db: Session) -> None:
    db.add_all([person("wu"), person("lin"), person("chen", active=False)])
    assert [p.id for p in people(db)] == ["lin", "wu"]
    assert [p.id for p in people(db, active_only=False)] == ["chen", "lin", "wu"]


def test_who_is_active_is_a_leg_to_compile(db: Session) -> None:
    db.add_all([person("wu", active=False), person(secret="abc", mobile="13800138000")])
    assert counsellors(db) == (
        Counsellor(
            "lin",
            "林静",
            "north",
            frozenset({"counsellor"}),
            secret="abc",
            mobile="13800138000",
        ),
    )


# ---- reading a file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file(encoding: str) -> None:
    rows = read_people_file(TEXT.encode(encoding), "people.csv")
    assert [(r["id"], r["name"], r["mobile"]) for r in rows] == [
        ("lin", "林静", "13800138000"),
        ("wu", "吴敏", ""),
    ]


def test_spaces_and_short_rows(db: Session) -> None:
    rows = read_people_file(b" id , name ,site,mobile\r\n lin , Lin ,north\r\n", "people.csv")
    assert rows == [{"id": "lin", "name": "Lin", "site": "north", "mobile": ""}]


def test_an_excel_file() -> None:
    data = workbook(["id", "name", "mobile", "hours_a_week"], ["lin", "林静", 13800138000.0, 37.5])
    assert read_people_file(data, "人员.XLSX") == [
        {"id": "lin", "name": "林静", "mobile": "13800138000", "hours_a_week": "37.5"}
    ]


def test_words_as_they_stand_on_the_page(db: Session) -> None:
    text = "工号,姓名,站点,资质,话机,不上夜班\nlin,林静,南院,危机干预、闽南语 x7,座机,是\n"
    assert import_people(db, read_people_file(text.encode(), "人员.csv"), SITES) == 1
    (lin,) = people(db)
    assert as_row(lin) | {"name": ""} == {
        "id": "lin",
        "name": "",
        "site": "south",
        "qualifications": "crisis minnan x7",
        "hours_a_week": "40",
        "no_nights": "yes",
        "contact": "",
        "mobile": "",
        "device": "desk",
        "email": "",
    }


@pytest.mark.parametrize("data", [b"", b"\n"])
def test_an_empty_file(db: Session, data: bytes) -> None:
    assert import_error(db, data, "people.csv").startswith("A1: the file has no rows")


@pytest.mark.parametrize(
    ("data", "name", "what"),
    [
        (b"id,name\n\xff\xff\xff", "people.csv", "is neither UTF-8 nor GB 18030 text"),
        (b"id,name\n" + b"x" * 200_000, "people.csv", "is not a CSV file (field larger than"),
        (b"id,name\n", "people.xlsx", "is not an Excel file"),
        (workbook(["id"])[:-200], "people.xlsx", "is not an Excel file"),
    ],
)
def test_a_file_of_another_kind(data: bytes, name: str, what: str) -> None:
    with pytest.raises(ImportErrors) as refused:
        read_people_file(data, name)
    assert what in str(refused.value)


def import_error(db: Session, data: bytes, name: str) -> str:
    with pytest.raises(ImportErrors) as refused:
        import_people(db, read_people_file(data, name), SITES)
    return refused.value.errors[0]


# ---- importing


def test_importing(db: Session) -> None:
    assert import_people(db, read_people_file(TEXT.encode(), "p.csv"), SITES, lambda: "s3cret") == 2
    lin, wu = people(db)
    assert (lin.name, lin.site, lin.qualifications) == ("林静", "north", ["counsellor", "crisis"])
    assert (lin.week_minutes, lin.no_nights, lin.contact) == (2400, False, None)
    assert (lin.mobile, lin.device, lin.secret) == ("13800138000", "mobile", "s3cret")
    assert (wu.week_minutes, wu.no_nights, wu.contact) == (1950, True, "sip:wu@10.0.0.7:5060")
    assert (wu.qualifications, wu.device, wu.active) == ([], "desk", True)


def test_secrets_differ(db: Session) -> None:
    import_people(db, [row(), row(id="wu")], SITES)
    lin, wu = people(db)
    assert len({lin.secret, wu.secret}) == 2
    assert len(lin.secret) == 24


def test_importing_again_changes_and_brings_back_but_keeps_the_secret(db: Session) -> None:
    db.add(person(name="旧名", active=False, secret="kept"))
    db.flush()
    assert (
        import_people(db, [row(site="south", qualifications="crisis，minnan;crisis")], SITES) == 1
    )
    (lin,) = people(db)
    assert (lin.name, lin.site, lin.secret, lin.active) == ("林静", "south", "kept", True)
    assert lin.qualifications == ["crisis", "minnan"]


def test_empty_rows_are_skipped_and_counted_on(db: Session) -> None:
    empty = dict.fromkeys(row(), "")
    assert import_people(db, [row(), empty, row(id="wu"), empty], SITES) == 2


def test_all_errors_come_at_once_and_nothing_is_saved(db: Session) -> None:
    empty = dict.fromkeys(row(), "")
    columns = dict.fromkeys((*row(), "hours_a_week", "no_nights", "mobile", "device"), "")

    def full(**fields: str) -> dict[str, str]:
        return columns | row(**fields)

    found = faults(
        db,
        full(),
        full(id="L!", site="east"),
        empty,
        full(id="wu", hours_a_week="169", no_nights="maybe"),
        full(id="chen", hours_a_week="²"),
        full(id="guo", device="mobile"),
        full(),
    )
    assert found == (
        "A2: id 'lin' is in 2 rows; it must be in one",
        "A8: id 'lin' is in 2 rows; it must be in one",
        "C3: site is 'east'; it must be one of north, south",
        "A3: person id is 'L!'; it must be 2-16 of a-z and 0-9",
        "D5: hours_a_week is '169'; it must be a number from 0 to 168",
        "E5: no_nights is 'maybe'; it must be yes or no",
        "D6: hours_a_week is '²'; it must be a number from 0 to 168",
        "F7: mobile is None; it must be a number, as device is mobile",
    )


def test_an_older_file_without_addresses_takes_none_away(db: Session) -> None:
    db.add(person(email="lin@example.org"))
    rows = [row(qualifications="counsellor")]
    assert [one.changes for one in preview(db, rows, SITES)] == [{}]
    import_people(db, rows, SITES)
    assert people(db)[0].email == "lin@example.org"
    import_people(db, [row(email="")], SITES)
    assert people(db)[0].email is None


@pytest.mark.parametrize("email", ["lin", "lin@", "@example.org", "lin@example", "a b@c.cn"])
def test_what_is_no_mail_address_is_refused(db: Session, email: str) -> None:
    (found,) = faults(db, row(email=email))
    right = "it must be an address such as lin@example.org, or empty"
    assert found == f"D2: email is {email!r}; {right}"


def test_all_errors_of_one_row(db: Session) -> None:
    one = row(id="L", name="", site="", qualifications="Crisis 2", mobile="12", contact="lin")
    assert [fault.split(";")[0] for fault in faults(db, one | {"device": "fax"})] == [
        "C2: site is ''",
        "A2: person id is 'L'",
        "B2: person name is ''",
        "D2: qualification is '2'",
        "D2: qualification is 'Crisis'",
        "F2: contact is 'lin'",
        "E2: mobile is '12'",
        "G2: device is 'fax'",
    ]


def test_columns_that_are_missing_or_unknown(db: Session) -> None:
    found = faults(db, {"id": "lin", "name": "林静", "phone": "1"})
    assert found[0].startswith("A1: the column site is missing; the columns are id, name, site")
    assert found[1].startswith("C1: the column 'phone' is unknown; the columns are id, name,")


def test_a_name_that_would_reach_the_dialplan_is_refused(db: Session) -> None:
    (found,) = faults(db, row(name="Lin${SHELL(x)}"))
    assert found.startswith("B2: person name is 'Lin${SHELL(x)}'; it must be a text of 1 to 40")


def test_faults_are_told_in_chinese_too(db: Session) -> None:
    with pytest.raises(PeopleFaults) as refused:
        import_people(db, [row(site="east", device="fax")], SITES)
    assert [(fault.cell, fault.message["zh"]) for fault in refused.value.faults] == [
        ("C2", "站点为“east”，应为 north（北院）、south（南院）"),
        ("D2", "话机为“fax”，应为 desk（座机、浏览器）或 mobile（手机）"),
    ]


# ---- what would change


def test_a_preview_tells_each_change_and_saves_nothing(db: Session) -> None:
    db.add_all([person(), person("wu", name="吴敏", active=False)])
    db.flush()
    rows = [row(), row(id="wu", name="吴敏", site="south"), row(id="new1", name="新")]
    lin, wu, new = preview(db, rows, SITES)
    assert (lin.new, lin.changes) == (False, {"qualifications": ("counsellor", "")})
    assert wu.changes == {
        "site": ("north", "south"),
        "qualifications": ("counsellor", ""),
        "active": ("no", "yes"),
    }
    assert (new.new, new.changes["name"]) == (True, ("", "新"))
    db.expire_all()
    assert [(p.id, p.site) for p in people(db)] == [("lin", "north")]


def test_a_person_reads_as_the_row_that_made_it(db: Session) -> None:
    rows = read_people_file(TEXT.encode(), "p.csv")
    import_people(db, rows, SITES)
    lin, wu = people(db)
    assert [as_row(lin), as_row(wu)] == [rows[0] | {"hours_a_week": "40"}, wu_row(rows[1])]
    assert [one.changes for one in preview(db, [as_row(lin), as_row(wu)], SITES)] == [{}, {}]


def wu_row(read: dict[str, str]) -> dict[str, str]:
    return read | {"no_nights": "yes", "device": "desk"}


# ---- coming and going


def test_who_leaves_signs_in_no_more_and_it_is_on_record(db: Session) -> None:
    lin = person()
    db.add(lin)
    db.flush()
    user = users.add_user(db, "lin", "林静", "counsellor", "hash", "lin")
    token = users.begin_sign_in(db, user.id, NOON)
    set_active(db, lin, False, "chief", NOON)
    assert (lin.active, user.active, users.signed_in(db, token, NOON)) == (False, False, None)
    set_active(db, lin, True, "chief", NOON)
    assert (lin.active, user.active) == (True, False)  # an account is opened by itself
    noted = [(e.who, e.what, e.object, e.detail["active"]) for e in entries(db)]
    assert noted == [
        ("chief", "person.active", "lin", True),
        ("chief", "person.active", "lin", False),
    ]


def test_a_new_secret_ends_the_old_one_on_record(db: Session) -> None:
    lin = person(secret="old")
    db.add(lin)
    db.flush()
    assert renew_secret(db, lin, "chief", NOON) == lin.secret != "old"
    assert [(e.what, e.object, e.detail) for e in entries(db)] == [("secret.new", "lin", {})]


# ---- leave and wishes


def test_absences_that_touch_the_days(db: Session) -> None:
    db.add(person())
    db.flush()
    for first, last in [(1, 1), (1, 2), (3, 5), (4, 4), (5, 6)]:
        db.add(AbsenceRow(person="lin", first=date(2026, 3, first), last=date(2026, 3, last)))
    found = absences(db, date(2026, 3, 2), date(2026, 3, 4))
    assert [(a.first.day, a.last.day, a.reason) for a in found] == [
        (1, 2, "leave"),
        (3, 5, "leave"),
        (4, 4, "leave"),
    ]


def test_wishes_for_the_days(db: Session) -> None:
    db.add_all([person(), Person(id="wu", name="吴敏", site="north", qualifications=[])])
    db.flush()
    for day, who in [(1, "lin"), (2, "wu"), (2, "lin"), (4, "lin"), (5, "lin")]:
        db.add(WishRow(person=who, day=date(2026, 3, day), shift=None))
    found = wishes(db, date(2026, 3, 2), date(2026, 3, 4))
    assert [(w.day.day, w.person) for w in found] == [(2, "lin"), (2, "wu"), (4, "lin")]
    assert (found[0].want, found[0].weight) == (True, 1)
