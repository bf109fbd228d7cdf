"""The roster grid as data: people by days, cover, fairness, findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.deps import Cells
from scheduler.calendar import DayMark
from scheduler.problem import Absence, Finding, Need, ShiftType
from scheduler.rules import BREAKABLE

DAYS = 28
SPREADS = (1.4, 1.4, 1.4, 9.0)  # so far from the mean, a count is marked; hours at last


@dataclass(frozen=True)
class Day:
    index: int
    date: date
    mark: DayMark

    @property
    def off(self) -> bool:
        return self.mark in (DayMark.WEEKEND, DayMark.HOLIDAY)

    @property
    def week_begins(self) -> bool:
        return self.index > 0 and self.date.weekday() == 0

    @property
    def label(self) -> str:
        """The month stands where it changes."""
        first = self.index == 0 or self.date.day == 1
        return f"{self.date.month}/{self.date.day}" if first else str(self.date.day)


@dataclass(frozen=True)
class Cell:
    person: str
    day: Day
    shift: ShiftType | None
    look: str  # e m l n b x or "": the place in the ramp
    absent: bool
    findings: tuple[Finding, ...]
    pinned: bool = False

    @property
    def broken(self) -> bool:
        return any(f.hard for f in self.findings)


@dataclass(frozen=True)
class Count:
    """A number of the fairness columns; `mark` is hi, lo or nothing."""

    value: int
    mark: str = ""


@dataclass(frozen=True)
class Row:
    person: str
    name: str
    cells: tuple[Cell, ...]
    fairness: tuple[Count, ...]  # nights, weekends, holidays, hours


@dataclass(frozen=True)
class Cover:
    """In the hour of this shift that is covered worst: so many on duty, so many needed."""

    day: Day
    on_duty: int
    need: int | None

    @property
    def state(self) -> str:
        if self.need is None or self.on_duty == self.need:
            return ""
        return "short" if self.on_duty < self.need else "over"


@dataclass(frozen=True)
class CoverRow:
    shift: ShiftType
    covers: tuple[Cover, ...]


@dataclass(frozen=True)
class Line:
    """A finding in the list: its shape, whom and which day it is about, where it stands."""

    shape: str  # "rule", "short", "wish", "note"
    name: str
    day: Day | None
    finding: Finding
    anchor: str  # id of the cell, or "" when it is about no cell


@dataclass(frozen=True)
class Grid:
    days: tuple[Day, ...]
    rows: tuple[Row, ...]
    cover: tuple[CoverRow, ...]
    means: tuple[tuple[float, int], ...]  # mean and spread of each fairness column
    lines: tuple[Line, ...]

    @property
    def hard(self) -> int:
        return sum(line.finding.hard for line in self.lines)

    def count(self, shape: str) -> int:
        return sum(line.shape == shape for line in self.lines)


@dataclass(frozen=True)
class Sheet:
    """Everything that a grid is made of."""

    first: date
    days: int
    cells: Cells
    people: Sequence[tuple[str, str]]  # id, name; in the order of the rows
    shifts: tuple[ShiftType, ...]
    marks: Mapping[date, DayMark]
    needs: tuple[Need, ...] = ()
    absences: tuple[Absence, ...] = ()
    findings: tuple[Finding, ...] = ()
    pins: frozenset[tuple[str, int]] = frozenset()


def build(sheet: Sheet) -> Grid:
    days = tuple(_day(sheet, index) for index in range(sheet.days))
    own = counts(sheet)
    means = _means(list(own.values()))
    rows = tuple(
        Row(person, name, _cells(sheet, person, days), _marked(own[person], means))
        for person, name in sheet.people
    )
    there = on_duty(sheet)
    duties = [shift for shift in sheet.shifts if not shift.on_call]
    cover = tuple(_cover_row(sheet, shift, days, there) for shift in duties)
    return Grid(days, rows, cover, means, _lines(sheet, days))


def _day(sheet: Sheet, index: int) -> Day:
    day = sheet.first + timedelta(days=index)
    return Day(index, day, sheet.marks.get(day, DayMark.WORKDAY))


def looks(shifts: Iterable[ShiftType]) -> dict[str, str]:
    """The place of each shift in the ramp from morning to night; standing by is outside it."""
    found = {s.id: "b" for s in shifts if s.on_call}
    found |= {s.id: "n" for s in shifts if s.night and not s.on_call}
    by_day = sorted((s for s in shifts if s.id not in found), key=lambda s: s.start)
    for place, shift in enumerate(by_day):
        found[shift.id] = "e" if place == 0 else "l" if place == len(by_day) - 1 else "m"
    return found


def _shift_of(sheet: Sheet, person: str, index: int) -> ShiftType | None:
    row = sheet.cells.get(person, ())
    wanted = row[index] if index < len(row) else None
    return next((s for s in sheet.shifts if s.id == wanted), None)


def _cells(sheet: Sheet, person: str, days: Sequence[Day]) -> tuple[Cell, ...]:
    ramp = looks(sheet.shifts)
    mine = [f for f in sheet.findings if f.worker == person]
    away = {n for a in sheet.absences if a.worker == person for n in range(a.first, a.last + 1)}
    made = []
    for day in days:
        shift = _shift_of(sheet, person, day.index)
        absent = day.index in away
        look = ramp[shift.id] if shift else "x" if absent else ""
        found = tuple(f for f in mine if f.day == day.index)
        pinned = (person, day.index) in sheet.pins
        made.append(Cell(person, day, shift, look, absent, found, pinned))
    return tuple(made)


def counts(sheet: Sheet) -> dict[str, tuple[int, ...]]:
    """Each person's nights, weekend days, public holidays and hours of work."""
    days = tuple(_day(sheet, index) for index in range(sheet.days))
    return {person: _counts(sheet, person, days) for person, _name in sheet.people}


def _counts(sheet: Sheet, person: str, days: Sequence[Day]) -> tuple[int, ...]:
    worked = [(day, _shift_of(sheet, person, day.index)) for day in days]
    duties = [(day, shift) for day, shift in worked if shift is not None and not shift.on_call]
    return (
        sum(shift.night for _day, shift in duties),
        sum(day.date.weekday() >= 5 for day, _shift in duties),
        sum(day.mark is DayMark.HOLIDAY for day, _shift in duties),
        round(sum(shift.work for _day, shift in worked if shift is not None) / 60),
    )


def _means(counts: Sequence[tuple[int, ...]]) -> tuple[tuple[float, int], ...]:
    columns = list(zip(*counts, strict=True))
    return tuple((sum(c) / len(c), max(c) - min(c)) for c in columns)


def _marked(values: tuple[int, ...], means: tuple[tuple[float, int], ...]) -> tuple[Count, ...]:
    return tuple(
        Count(value, mark(value - mean, spread))
        for value, (mean, _span), spread in zip(values, means, SPREADS, strict=True)
    )


def mark(away: float, spread: float) -> str:
    return "hi" if away >= spread else "lo" if away <= -spread else ""


def on_duty(sheet: Sheet) -> dict[int, int]:
    """People at the hotline in each hour of the sheet."""
    known = {s.id: s for s in sheet.shifts if not s.on_call}
    there: dict[int, int] = {}
    for row in sheet.cells.values():
        for index, shift in enumerate(row):
            for hour in _hours(known[shift], index) if shift in known else ():
                there[hour] = there.get(hour, 0) + 1
    return there


def _hours(shift: ShiftType, index: int) -> range:
    """The hours of the sheet that a shift beginning on day `index` covers."""
    begins = index * 1440 + shift.start
    return range(begins // 60, -(-(begins + shift.minutes) // 60))


def _cover_row(
    sheet: Sheet, shift: ShiftType, days: Sequence[Day], there: Mapping[int, int]
) -> CoverRow:
    needs: dict[int, int] = {}
    for need in sheet.needs:
        needs[need.hour] = max(need.people, needs.get(need.hour, 0))
    end = sheet.days * 24
    covers = []
    for day in days:
        hours = [h for h in _hours(shift, day.index) if h < end]
        worst = min(hours, key=lambda h: there.get(h, 0) - needs.get(h, 0))
        wanted = needs.get(worst, 0) if needs else None
        covers.append(Cover(day, there.get(worst, 0), wanted))
    return CoverRow(shift, tuple(covers))


def _lines(sheet: Sheet, days: Sequence[Day]) -> tuple[Line, ...]:
    """Hard findings first, then shortages, wishes, notes; each in the order of days."""
    names = dict(sheet.people)
    lines = [_line(finding, names, days) for finding in sheet.findings]
    order = ("rule", "short", "wish", "note")

    def place(line: Line) -> tuple[int, int, str]:
        day = -1 if line.day is None else line.day.index
        return order.index(line.shape), day, line.name

    return tuple(sorted(lines, key=place))


def _line(finding: Finding, names: Mapping[str, str], days: Sequence[Day]) -> Line:
    inside = finding.day is not None and 0 <= finding.day < len(days)
    day = days[finding.day] if inside and finding.day is not None else None
    about = finding.worker is not None and finding.worker in names and day is not None
    anchor = f"c-{finding.worker}-{finding.day}" if about else ""
    name = names.get(finding.worker or "", "")
    return Line(shape_of(finding), name, day, finding, anchor)


def shape_of(finding: Finding) -> str:
    """People above the need, hours off the contract, a rule broken at its price and the like are
    notes: nothing is missing."""
    if finding.hard:
        return "rule"
    if finding.worker is not None and finding.day is not None and finding.rule not in BREAKABLE:
        return "wish"
    return "short" if finding.hour is not None and finding.rule != "over" else "note"
