"""Leave, wishes and needs from Excel: all mistakes at once, each with its cell."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from records.people import ImportErrors
from records.workbook import Asked, Leave, Needed, Planned, read_workbook

KNOWN, SHIFTS = ("lin", "chen"), ("early", "night")
Rows = list[list[object]]


def book(merge: str = "", **sheets: Rows) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data: bytes) -> Planned:
    return read_workbook(data, "plan.xlsx", KNOWN, SHIFTS)


def faults(data: bytes) -> list[str]:
    with pytest.raises(ImportErrors) as told:
        read(data)
    return list(told.value.errors)


ABSENCES: Rows = [["person", "first", "last", "reason"]]
WISHES: Rows = [["person", "day", "shift", "want", "weight"]]
NEEDS: Rows = [["day", "from", "to", "people", "qualification"]]


def test_a_workbook_is_read_whole() -> None:
    data = book(
        absences=[*ABSENCES, ["lin", date(2026, 12, 1), "2026-12-03", "年假"], [None] * 4],
        wishes=[
            *WISHES,
            ["chen", "2026-12-02", None, None, None],
            ["lin", "2026-12-09", "night", "否", 3],
        ],
        needs=[*NEEDS, ["2026-12-02", 18, 22, 5.0, "crisis"], ["2026-12-03", None, None, 0, None]],
        notes=[["anything"]],
    )  # fmt: skip
    assert read(data) == Planned(
        (Leave("lin", date(2026, 12, 1), date(2026, 12, 3), "年假"),),
        (
            Asked("chen", date(2026, 12, 2), None, True, 1),
            Asked("lin", date(2026, 12, 9), "night", False, 3),
        ),
        (
            Needed(date(2026, 12, 2), 18, 22, 5, "crisis", "needs!A2"),
            Needed(date(2026, 12, 3), 0, 24, 0, None, "needs!A3"),
        ),
    )


def test_every_mistake_is_told_with_its_cell() -> None:
    data = book(
        absences=[
            *ABSENCES,
            ["eve", "2026-12-01", "2026-12-03", ""],
            ["lin", "2026-12-01", "2026-12-05", ""],
            ["lin", "2026-12-05", "2026-12-06", ""],
            ["chen", "12/1", None, ""],
            ["chen", "2026-12-09", "2026-12-08", ""],
        ],
        wishes=[*WISHES, ["lin", "2026-12-01", "late", "maybe", 0]],
        needs=[*NEEDS, ["2026-12-01", 18, 18, -2, ""]],
    )
    assert faults(data) == [
        "absences!A2: person is 'eve'; it must be the id of somebody who is active",
        "absences!B5: first is '12/1'; it must be a day like 2026-12-24",
        "absences!C6: last is '2026-12-08'; it must be 2026-12-09 or later",
        "wishes!C2: shift is 'late'; it must be empty for a free day, or one of early, night",
        "wishes!D2: want is 'maybe'; it must be yes or no",
        "wishes!E2: weight is '0'; it must be a whole number from 1 to 100",
        "needs!C2: to is '18'; it must be a whole number from 19 to 24",
        "needs!D2: people is '-2'; it must be a whole number from 0 to 500",
        "absences!B4: first is 2026-12-05; it must be after 2026-12-05,"
        " where the absence of row 3 ends",
    ]


def test_merged_cells_are_told_with_their_area() -> None:
    data = book("A2:A3", needs=[*NEEDS, ["2026-12-01", 1, 2, 3, ""], [None, 2, 3, 4, ""]])
    assert faults(data) == [
        "needs!A2:A3: the cells are merged; each row must have its own values",
        "needs!A3: day is ''; it must be a day like 2026-12-24",
    ]


def test_columns_and_sheets_that_are_not_known_are_told() -> None:
    assert faults(book(absences=[["person", "form", "last"], ["lin", "x", "y"]])) == [
        "absences!B1: the column 'form' is unknown; they are person, first, last, reason",
        "absences!A1: the column first is missing",
    ]
    assert faults(book(other=[["x"]])) == [
        "plan.xlsx: has no sheet named absences, wishes, needs; it must have at least one"
    ]
    (said,) = faults(b"no workbook")
    assert said.startswith("plan.xlsx: is not an Excel file")
