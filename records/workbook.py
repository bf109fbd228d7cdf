"""Leave, wishes and needs from an Excel workbook; every mistake at once, each with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from records import audit_log, people
from records.excel import NotExcel, open_book
from records.staff_file import Fault, PeopleFaults

COLUMNS = {
    "absences": ("person", "first", "last", "reason"),
    "wishes": ("person", "day", "shift", "want", "weight"),
    "needs": ("day", "from", "to", "people", "qualification"),
}
MOST_ROWS = 20_000
MOST_WEIGHT = 100
_YES, _NO = {"", "yes", "true", "1", "是"}, {"no", "false", "0", "否"}

T = TypeVar("T")


@dataclass(frozen=True)
class Leave:
    person: str
    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Asked:
    """A wish; without a shift for a free day."""

    person: str
    day: date
    shift: str | None
    want: bool
    weight: int


@dataclass(frozen=True)
class Needed:
    """So many people from one full hour to another of a day."""

    day: date
    begins: int
    ends: int
    people: int
    qualification: str | None
    place: str  # sheet and row, for what is wrong with it later


@dataclass(frozen=True)
class Planned:
    absences: tuple[Leave, ...]
    wishes: tuple[Asked, ...]
    needs: tuple[Needed, ...]


def read_workbook(data: bytes, name: str, known: Iterable[str], shifts: Iterable[str]) -> Planned:
    """Sheets `absences`, `wishes`, `needs`, any of them; a heading each, in any order of columns.

    `known` are people, `shifts` ids or names. Raises PeopleFaults with each fault.
    """
    try:
        book = open_book(data)
    except NotExcel as error:
        english = f"is not an Excel file ({error}); save it as .xlsx"
        wrong = Fault(name, {"zh": "不是 Excel 文件，请另存为 .xlsx", "en": english})
        raise PeopleFaults([wrong]) from error
    reader = _Reader(frozenset(known), frozenset(shifts))
    found = [sheet for sheet in book.worksheets if sheet.title in COLUMNS]
    if not found:
        wanted = ", ".join(COLUMNS)
        english = f"has no sheet named {wanted}; it must have at least one"
        reader.fault(name, f"没有名为 {wanted} 的工作表，至少要有一个", english)
    rows = {sheet.title: list(reader.rows(sheet)) for sheet in found}
    absences = reader.each(rows.get("absences", ()), _leave)
    wishes = reader.each(rows.get("wishes", ()), _asked)
    needs = reader.each(rows.get("needs", ()), _needed)
    _overlaps(reader, absences)
    if reader.faults:
        raise PeopleFaults(reader.faults)
    return Planned(
        tuple(leave for _, leave in absences),
        tuple(wish for _, wish in wishes),
        tuple(need for _, need in needs),
    )


def keep(session: Session, planned: Planned, source: str, by: str, at: datetime) -> None:
    """Leave and wishes, for every roster to come; needs are not kept."""
    for leave in planned.absences:
        people.add_absence(session, leave.person, leave.first, leave.last, leave.reason)
    for wish in planned.wishes:
        people.add_wish(session, wish.person, wish.day, wish.shift, wish.want, wish.weight)
    count = {"absences": len(planned.absences), "wishes": len(planned.wishes)}
    audit_log.note(session, at, by, "plans.import", source, count)


@dataclass
class _Row:
    """One row; what is wrong in a cell goes on the list, and something harmless is returned."""

    reader: _Reader
    sheet: str
    number: int
    cells: Mapping[str, tuple[str, object]]  # column -> (letter, value)

    def value(self, column: str) -> object:
        return self.cells.get(column, ("?", None))[1]

    def text(self, column: str) -> str:
        value = self.value(column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def place(self, column: str) -> str:
        letter = self.cells.get(column, ("?", None))[0]
        return f"{self.sheet}!{letter}{self.number}"

    def wrong(self, column: str, should: str, right: str) -> None:
        """`should` says in Chinese what `right` says in English."""
        said = self.text(column)
        english = f"{column} is {said!r}; it must be {right}"
        self.reader.fault(self.place(column), f"{column} 为“{said}”，应为{should}", english)

    def person(self) -> str:
        if self.text("person") not in self.reader.known:
            self.wrong("person", "在册人员的工号", "the id of somebody who is active")
        return self.text("person")

    def day(self, column: str) -> date:
        value = self.value(column)
        if isinstance(value, datetime):
            return value.date()
        try:
            return date.fromisoformat(self.text(column))
        except ValueError:
            self.wrong(column, "日期，如 2026-12-24", "a day like 2026-12-24")
            return date(2000, 1, 1)

    def number_in(self, column: str, low: int, high: int, default: int | None = None) -> int:
        text = self.text(column)
        if not text and default is not None:
            return default
        if not (text.isdecimal() and low <= int(text) <= high):
            self.wrong(column, f" {low} 至 {high} 的整数", f"a whole number from {low} to {high}")
            return low
        return int(text)


@dataclass
class _Reader:
    known: frozenset[str]
    shifts: frozenset[str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: str, chinese: str, english: str) -> None:
        self.faults.append(Fault(place, {"zh": chinese, "en": english}))

    def rows(self, sheet: Worksheet) -> Iterator[_Row]:
        for area in sorted(str(area) for area in sheet.merged_cells.ranges):
            english = "the cells are merged; each row must have its own values"
            self.fault(f"{sheet.title}!{area}", "单元格已合并；每行要有自己的值", english)
        if (sheet.max_row or 0) > MOST_ROWS:
            english = f"the sheet has {sheet.max_row} rows; it must have at most {MOST_ROWS}"
            chinese = f"表有 {sheet.max_row} 行，至多 {MOST_ROWS} 行"
            self.fault(f"{sheet.title}!A{sheet.max_row}", chinese, english)
            return
        lines = enumerate(sheet.iter_rows(values_only=True), start=1)
        heading = next(lines, (1, ()))[1]
        names = [str(value or "").strip() for value in heading]
        wanted = COLUMNS[sheet.title]
        for column, name in enumerate(names, start=1):
            if name and name not in wanted:
                place = f"{sheet.title}!{get_column_letter(column)}1"
                known = ", ".join(wanted)
                english = f"the column {name!r} is unknown; they are {known}"
                self.fault(place, f"没有名为“{name}”的列，只有 {known}", english)
        missing = [name for name in wanted[:2] if name not in names]
        for name in missing:
            self.fault(f"{sheet.title}!A1", f"缺少列 {name}", f"the column {name} is missing")
        for number, values in lines:
            if not missing and any(value not in (None, "") for value in values):
                cells = {
                    name: (get_column_letter(column), value)
                    for column, (name, value) in enumerate(zip(names, values, strict=False), 1)
                    if name
                }
                yield _Row(self, sheet.title, number, cells)

    def each(self, rows: Iterable[_Row], make: Callable[[_Row], T]) -> list[tuple[_Row, T]]:
        return [(row, make(row)) for row in rows]


def _leave(row: _Row) -> Leave:
    first = row.day("first")
    last = row.day("last") if row.text("last") else first
    if last < first:
        row.wrong("last", f" {first} 或以后", f"{first} or later")
    return Leave(row.person(), first, last, row.text("reason") or "leave")


def _asked(row: _Row) -> Asked:
    shift = row.text("shift") or None
    if shift is not None and shift not in row.reader.shifts:
        known = ", ".join(sorted(row.reader.shifts))
        row.wrong("shift", f"空（休一天），或 {known}", f"empty for a free day, or one of {known}")
    want = row.text("want").lower()
    if want not in _YES | _NO:
        row.wrong("want", "是或否", "yes or no")
    weight = row.number_in("weight", 1, MOST_WEIGHT, default=1)
    return Asked(row.person(), row.day("day"), shift, want in _YES, weight)


def _needed(row: _Row) -> Needed:
    begins = row.number_in("from", 0, 23, default=0)
    ends = row.number_in("to", begins + 1, 24, default=24)
    people = row.number_in("people", 0, 500)
    place = f"{row.sheet}!A{row.number}"
    kind = row.text("qualification") or None
    return Needed(row.day("day"), begins, ends, people, kind, place)


def _overlaps(reader: _Reader, rows: list[tuple[_Row, Leave]]) -> None:
    ordered = sorted(rows, key=lambda r: (r[1].person, r[1].first, r[0].number))
    for (earlier, before), (later, after) in pairwise(ordered):
        if before.person == after.person and after.first <= before.last:
            english = (
                f"first is {after.first}; it must be after "
                f"{before.last}, where the absence of row {earlier.number} ends"
            )
            chinese = (
                f"first 为 {after.first}，应晚于第 {earlier.number} 行请假的末日 {before.last}"
            )
            reader.fault(later.place("first"), chinese, english)
