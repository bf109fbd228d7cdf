"""A roster that goes out comes in again; whatever is wrong is told at once, each with its cell."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from records.exports import as_excel, table
from records.roster_file import RosterFaults, RosterFile, read_roster
from scheduler.problem import Roster
from scheduler.sample import DEFAULT_SHIFTS

TODAY = date(2026, 12, 20)
PEOPLE = {"chen": "陈思远", "lin": "林婉如", "lin2": "林婉如", "wu": "吴景行"}
CELLS: dict[str, tuple[str | None, ...]] = {
    "chen": (None, "late", "standby", None, None),
    "lin": ("early", "night", None, None, "early"),
}
HEADING = ("工号", "姓名", "12/30 三", "12/31 四", "1/1 五")


def exported() -> bytes:
    names = {person: (name, "一院") for person, name in PEOPLE.items()}
    return as_excel(table("排班", date(2026, 12, 30), Roster(CELLS), names, DEFAULT_SHIFTS))


def sheet(*rows: tuple[str | datetime | int | None, ...], merged: tuple[str, ...] = ()) -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.worksheets[0]
    for row in rows:
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> RosterFile:
    return read_roster(data, "排班.xlsx", TODAY, PEOPLE, DEFAULT_SHIFTS)


def faults(data: bytes) -> list[str]:
    with pytest.raises(RosterFaults) as refused:
        read(data)
    return [str(fault) for fault in refused.value.faults]


def test_what_the_export_writes_comes_in_as_it_was_over_the_turn_of_the_year() -> None:
    assert read(exported()) == RosterFile(date(2026, 12, 30), 5, CELLS)


def test_what_was_changed_in_excel_comes_in() -> None:
    book, out = load_workbook(io.BytesIO(exported())), io.BytesIO()
    book.worksheets[0]["F3"] = "夜"
    book.save(out)
    assert read(out.getvalue()).cells["lin"] == ("early", "night", "night", None, "early")


def test_a_hospitals_own_sheet_with_a_title_names_and_dates() -> None:
    days = (datetime(2026, 12, 30), datetime(2026, 12, 31))  # noqa: DTZ001 - as Excel has them
    data = sheet(
        ("十二月排班", None, None), ("姓名", *days), ("吴景行", "早", "休"), merged=("A1:C1",)
    )
    assert read(data) == RosterFile(date(2026, 12, 30), 2, {"wu": ("early", None)})


def test_all_faults_come_at_once_each_with_its_cell() -> None:
    data = sheet(
        ("工号", "姓名", "12/30 三", "12/31 五", "1/2 六"),
        ("lin", "林婉如", "早", "X", None),
        ("nobody", None, None, None, 7),
        (None, "林婉如", None, None, None),
        ("chen", "吴景行", None, None, None),
        ("lin", "林婉如", None, None, None),
        (None, None, "早", None, None),
        merged=("C4:D4",),
    )
    assert faults(data) == [
        "C4: the cells C4:D4 are merged; each must have its own value",
        "D1: day is '12/31 五'; it must be 12/31 四, as the days follow on",
        "E1: day is '1/2 六'; it must be 1/1 五, as the days follow on",
        "D2: shift is 'X'; it must be one of 早 中 晚 夜 备, or empty",
        "A3: person is 'nobody'; it must be somebody who is active",
        "E3: shift is '7'; it must be one of 早 中 晚 夜 备, or empty",
        "B4: name is '林婉如', as 2 people are called; give the id",
        "B5: name is '吴景行'; chen is '陈思远'",
        "A6: lin has a row already; a person must have one",
        "B7: person is ''; it must be somebody who is active",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no workbook", "排班.xlsx: is not an Excel file"),
        (sheet(), "A1: no row names the columns; one must have 工号 or 姓名, and the days"),
        (sheet(("工号", "姓名")), "A1: there are 0 days; there must be 1 to 366"),
        (sheet(HEADING), "A2: nobody is in the sheet"),
        (sheet(("工号", "12/30 四"), ("lin", "早")), "B1: day is '12/30 四'; it must be like"),
        (sheet(("工号", "2/30"), ("lin", "早")), "B1: day is '2/30'; it must be like"),
        (sheet(("工号", None), ("lin", "早")), "B1: day is ''; it must be like"),
        (sheet(*[("x",)] * 3001), "A3001: the sheet has more than 3000 rows"),
    ],
)
def test_what_is_no_roster_at_all(data: bytes, said: str) -> None:
    (found,) = faults(data)
    assert found.startswith(said)
