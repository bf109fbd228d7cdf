import io

import pytest
from openpyxl import load_workbook

from records import audit_log, people, users
from records.staff_file import COLUMNS
from records.tables import Person
from tests.dashboard.builders import World, without_tags

FORM = {
    "id": "wu",
    "name": "吴景行",
    "site": "jj",
    "hours_a_week": "32.5",
    "mobile": "13800138000",
    "device": "mobile",
    "email": "wu@example.org",
}


def known(hotline: World, person_id: str) -> Person:
    with hotline.store.read() as db:
        found = people.by_id(db, person_id)
        assert found is not None
        return found


def noted(hotline: World) -> list[tuple[str, str, str]]:
    with hotline.store.read() as db:
        return [(e.who, e.what, e.object) for e in audit_log.entries(db)]


def test_people_are_listed_with_what_matters_those_who_left_last(hotline: World) -> None:
    with hotline.store.session() as db:
        db.get_one(Person, "chen").active = False
    text = " ".join(without_tags(hotline.client("administrator").text("/admin/people")).split())
    assert "2 人在册" in text
    assert "lin 林婉如 市区 心理咨询师 40.0 可以 座机、浏览器 counsellor 在册" in text
    assert text.index("林婉如") < text.index("陈思远")


def test_somebody_is_added_with_a_secret_and_on_record(hotline: World) -> None:
    browser = hotline.client("administrator")
    answer = browser.post("/admin/person", **FORM, qualifications=["counsellor", "crisis"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people")
    wu = known(hotline, "wu")
    assert people.as_row(wu) == {
        **FORM,
        "qualifications": "counsellor crisis",
        "no_nights": "",
        "contact": "",
    }
    assert (wu.active, len(wu.secret)) == (True, 24)
    assert noted(hotline) == [("administrator", "person.save", "wu")]


def test_somebody_is_changed_and_keeps_id_and_secret(hotline: World) -> None:
    browser = hotline.client("administrator")
    assert browser.post("/admin/person/lin", **(FORM | {"no_nights": "yes"})).status_code == 303
    lin = known(hotline, "lin")
    assert (lin.name, lin.no_nights, lin.secret) == ("吴景行", True, "pwlin")
    with hotline.store.read() as db:
        (entry,) = audit_log.entries(db)
    assert entry.detail["name"] == ["林婉如", "吴景行"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "L!"}, "工号为“L!”，应为 2 至 16 位小写字母和数字"),
        ({"site": "nowhere"}, "站点为“nowhere”，应为 jj（晋江）、qz（市区）"),
        ({"mobile": ""}, "手机为“”，应为 3 至 15 位数字；话机为手机时必填"),
        ({"id": "lin"}, "这个工号已有人使用"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    hotline: World, change: dict[str, str], said: str
) -> None:
    answer = hotline.client("administrator").post("/admin/person", **(FORM | change))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page and 'value="吴景行"' in page
    assert noted(hotline) == []


def test_who_leaves_is_signed_out_and_can_come_back(hotline: World) -> None:
    counsellor, browser = hotline.client("counsellor"), hotline.client("administrator")
    assert counsellor.get("/me").status_code == 200
    assert browser.post("/admin/person/lin/active", active="no").status_code == 303
    assert counsellor.get("/me").status_code == 302
    assert known(hotline, "lin").active is False
    assert browser.post("/admin/person/lin/active", active="yes").status_code == 303
    assert known(hotline, "lin").active is True
    assert browser.post("/admin/person/lin/active", active="maybe").status_code == 400


def test_a_new_secret_is_shown_once(hotline: World) -> None:
    browser = hotline.client("administrator")
    page = browser.post("/admin/person/lin/secret").get_data(as_text=True)
    secret = known(hotline, "lin").secret
    assert secret != "pwlin" and secret in page
    assert secret not in browser.text("/admin/person/lin")
    assert noted(hotline) == [("administrator", "secret.new", "lin")]


def test_nobody_of_that_id(hotline: World) -> None:
    browser = hotline.client("administrator")
    assert browser.get("/admin/person/eve").status_code == 404
    assert browser.post("/admin/person/eve", **FORM).status_code == 404
    assert browser.post("/admin/person/eve/secret").status_code == 404


def test_the_file_of_people_can_be_imported_again(hotline: World) -> None:
    data = hotline.client("administrator").get("/admin/people.xlsx").data
    rows = list(load_workbook(io.BytesIO(data)).worksheets[0].values)
    assert rows[0] == COLUMNS
    assert [row[0] for row in rows[1:]] == ["chen", "huang", "lin"]
    with hotline.store.session() as db:
        read = people.read_people_file(data, "people.xlsx")
        assert [one.changes for one in people.preview(db, read, {"qz": "市区"})] == [{}, {}, {}]


def test_an_account_of_somebody_is_named_in_the_list(hotline: World) -> None:
    with hotline.store.session() as db:
        user = users.by_login(db, "counsellor")
        assert user is not None
        user.person_id = "chen"
    text = " ".join(without_tags(hotline.client("administrator").text("/admin/people")).split())
    assert "chen 陈思远 市区 心理咨询师 40.0 可以 座机、浏览器 counsellor" in text
