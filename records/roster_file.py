"""A whole roster from Excel, people × days as `exports` writes it: every fault at once, by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from records.excel import NotExcel, open_book
from records.staff_file import Fault
from scheduler.problem import ShiftType

SHEET = "排班表"  # the first one, where none has this name
ID, NAME = "工号", "姓名"
LEFT_OUT = frozenset({"站点", "工时", "夜班"})  # known from elsewhere, or counted
FREE = frozenset({"", "休", "-", "–", "—", "/"})
WEEK = "一二三四五六日"
HEADING_WITHIN = 10  # rows: a title may stand above it
MOST_ROWS, MOST_DAYS = 3000, 366
_DAY = re.compile(
    r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:周|星期)?([一二三四五六日天]?)",
    re.ASCII,
)

Value = object


@dataclass(frozen=True)
class RosterFile:
    """What stands in it; `cells` is person -> shift id or None per day."""

    first: date
    days: int
    cells: dict[str, tuple[str | None, ...]]


class RosterFaults(Exception):
    """Everything that is wrong with the file, in both languages; nothing was saved."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


def read_roster(
    data: bytes, name: str, today: date, people: Mapping[str, str], shifts: Sequence[ShiftType]
) -> RosterFile:
    """`people` is id -> name of those who may stand in it. Raises RosterFaults.

    A day without a year is the one nearest to `today`.
    """
    sheet = _sheet(data, name)
    reader = _Reader(today, people, {s.name: s.id for s in shifts} | {s.id: s.id for s in shifts})
    found = reader.read(sheet)
    if reader.faults or found is None:
        raise RosterFaults(reader.faults)
    return found


def _sheet(data: bytes, name: str) -> Worksheet:
    try:
        book = open_book(data)
        return book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    except (NotExcel, LookupError) as error:
        english = f"is not an Excel file ({error}); save it as .xlsx"
        fault = Fault(name, {"zh": "不是 Excel 文件，请另存为 .xlsx", "en": english})
        raise RosterFaults([fault]) from error


@dataclass
class _Reader:
    today: date
    people: Mapping[str, str]
    shifts: Mapping[str, str]  # name or id -> id
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, column: int, chinese: str, english: str) -> None:
        place = f"{get_column_letter(column)}{row}"
        self.faults.append(Fault(place, {"zh": chinese, "en": english}))

    def read(self, sheet: Worksheet) -> RosterFile | None:
        rows = list(islice(sheet.iter_rows(values_only=True), MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            chinese, english = f"表超过 {MOST_ROWS} 行", f"the sheet has more than {MOST_ROWS} rows"
            self.fault(MOST_ROWS + 1, 1, chinese, english)
            return None
        top = self._heading(rows)
        if top is None:
            return None
        self._merged(sheet, top)
        columns = self._columns(rows, top)
        first = self._days(rows[top - 1], top, columns)
        cells = self._people(rows, top, columns)
        return RosterFile(first, len(columns), cells) if first else None

    def _heading(self, rows: Sequence[Sequence[Value]]) -> int | None:
        """The number of the row that names the columns."""
        for number, row in enumerate(rows[:HEADING_WITHIN], start=1):
            if {ID, NAME} & {_text(value) for value in row}:
                return number
        right = f"{ID}、{NAME}，后面是日期"
        english = f"no row names the columns; one must have {ID} or {NAME}, and the days"
        self.fault(1, 1, f"没有表头；应有一行为 {right}", english)
        return None

    def _merged(self, sheet: Worksheet, top: int) -> None:
        for area in sorted(map(str, sheet.merged_cells.ranges)):
            first, _colon, last = area.partition(":")
            if int(re.sub(r"\D", "", last)) >= top:
                english = f"the cells {area} are merged; each must have its own value"
                message = {"zh": f"单元格 {area} 已合并；每格要有自己的值", "en": english}
                self.faults.append(Fault(first, message))

    def _columns(self, rows: Sequence[Sequence[Value]], top: int) -> list[int]:
        """Those of days, counted from 0: all that are not known as something else."""
        heading = rows[top - 1]
        used = {n for row in rows[top:] for n, value in enumerate(row) if _text(value)}
        known = {ID, NAME} | LEFT_OUT
        return [
            n
            for n, value in enumerate(heading)
            if _text(value) not in known and (_text(value) or n in used)
        ]

    def _days(self, heading: Sequence[Value], top: int, columns: Sequence[int]) -> date | None:
        """The first day; each other column has to be the day after the one before."""
        if not 1 <= len(columns) <= MOST_DAYS:
            english = f"there are {len(columns)} days; there must be 1 to {MOST_DAYS}"
            chinese = f"有 {len(columns)} 天，应为 1 至 {MOST_DAYS} 天"
            self.fault(top, 1, chinese, english)
            return None
        first = _first_day(heading[columns[0]], self.today)
        if first is None:
            said = _text(heading[columns[0]])
            english = f"day is {said!r}; it must be like 9/28 一, or a date of Excel's"
            chinese = f"日期为“{said}”，应如 9/28 一，且星期相符，或为 Excel 日期"
            self.fault(top, columns[0] + 1, chinese, english)
            return None
        for index, column in enumerate(columns):
            wanted, value = first + timedelta(days=index), heading[column]
            if not _is_day(value, wanted):
                right = f"{wanted.month}/{wanted.day} {WEEK[wanted.weekday()]}"
                english = f"day is {_text(value)!r}; it must be {right}, as the days follow on"
                chinese = f"日期为“{_text(value)}”，应为 {right}（日期须连续）"
                self.fault(top, column + 1, chinese, english)
        return first

    def _people(
        self, rows: Sequence[Sequence[Value]], top: int, columns: Sequence[int]
    ) -> dict[str, tuple[str | None, ...]]:
        heading = [_text(value) for value in rows[top - 1]]
        cells: dict[str, tuple[str | None, ...]] = {}
        for number, row in enumerate(rows[top:], start=top + 1):
            if not any(_text(value) for value in row):
                continue
            person = self._person(dict(zip(heading, row, strict=False)), number, heading)
            own = tuple(self._shift(row[column], number, column + 1) for column in columns)
            if person in cells:
                english = f"{person} has a row already; a person must have one"
                self.fault(number, 1, f"{person} 已有一行；每人只能有一行", english)
            elif person:
                cells[person] = own
        if not cells and not self.faults:
            self.fault(top + 1, 1, "表中没有人员", "nobody is in the sheet")
        return cells

    def _person(self, row: Mapping[str, Value], number: int, heading: Sequence[str]) -> str | None:
        """By id where there is one, else by the name that only one has; both must agree."""
        id_, name = _text(row.get(ID)), _text(row.get(NAME))
        ids = [id_] if id_ else [each for each, own in self.people.items() if own == name]
        known = len(ids) == 1 and self.people.get(ids[0]) is not None
        if known and (not name or self.people[ids[0]] == name):
            return ids[0]
        column = heading.index(ID if id_ and ID in heading and not known else _of(heading)) + 1
        if known:
            is_ = self.people[ids[0]]
            english = f"name is {name!r}; {id_} is {is_!r}"
            self.fault(number, column, f"姓名为“{name}”，而工号 {id_} 是“{is_}”", english)
        elif len(ids) > 1:
            english = f"name is {name!r}, as {len(ids)} people are called; give the id"
            self.fault(number, column, f"有 {len(ids)} 人叫“{name}”，请填工号", english)
        else:
            said = id_ or name
            english = f"person is {said!r}; it must be somebody who is active"
            self.fault(number, column, f"人员为“{said}”，应为在册人员的工号或姓名", english)
        return None

    def _shift(self, value: Value, row: int, column: int) -> str | None:
        text = _text(value)
        if text in FREE:
            return None
        if text not in self.shifts:
            names = [name for name, id_ in self.shifts.items() if name != id_]
            english = f"shift is {text!r}; it must be one of {' '.join(names)}, or empty"
            self.fault(row, column, f"班次为“{text}”，应为 {'、'.join(names)}，或留空", english)
            return None
        return self.shifts[text]


def _of(heading: Sequence[str]) -> str:
    return NAME if NAME in heading else ID


def _text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _first_day(value: Value, today: date) -> date | None:
    """The nearest one of that month and day, if its day of the week is right."""
    years = (today.year - 1, today.year, today.year + 1)
    found = [day for year in years if (day := _read_day(value, year)) is not None]
    nearest = min(found, key=lambda day: abs(day - today), default=None)
    return nearest if nearest is not None and _is_day(value, nearest) else None


def _is_day(value: Value, wanted: date) -> bool:
    found = None if isinstance(value, datetime) else _DAY.fullmatch(_text(value))
    week = found[4].replace("天", "日") if found else ""
    return _read_day(value, wanted.year) == wanted and week in ("", WEEK[wanted.weekday()])


def _read_day(value: Value, year: int) -> date | None:
    """None when there is no such day."""
    if isinstance(value, datetime):
        return value.date()
    found = _DAY.fullmatch(_text(value))
    if found is None:
        return None
    try:
        return date(int(found[1] or year), int(found[2]), int(found[3]))
    except ValueError:
        return None
