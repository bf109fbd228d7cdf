"""Reads the published shift-scheduling instances of Curtois and Qu (2014) into a `Problem`.

The format: sections of comma-separated lines, `#` begins a comment. A problem so read keeps the
published rules and no other; the audit's objective of a roster is the published score.
Format and scores: schedulingbenchmarks.org.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scheduler.check import BadProblem, refuse_mistakes
from scheduler.problem import Limits, Problem, Rules, ShiftNeed, ShiftType, Wish, Worker

MONDAY = date(2024, 1, 1)  # all instances begin on a Monday
UNLIMITED = 24 * 31  # hours of overtime a month: more than can be worked
# The hotline's own rules bind nothing here; what a wish costs is its weight.
RULES = Rules(
    rest_hours=0,
    nights_in_a_row=400,
    days_in_a_row=400,
    overtime_month_hours=UNLIMITED,
    least_on_duty=0,
    least_crisis=0,
    price_short=0,
    price_over=0,
    price_wish=1,
    price_night_spread=0,
    price_hours_off=0,
    price_standby=0,
    round_the_clock=False,
)
SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
)
REQUIRED = frozenset(SECTIONS[:3]) | {"SECTION_COVER"}


def read_instance(path: Path) -> Problem:
    """The problem in the file. Raises BadProblem, OSError."""
    return parse_instance(path.read_text(encoding="utf-8"))


def parse_instance(text: str) -> Problem:
    """Raises BadProblem with every mistake: its line, the value, what would be right."""
    draft = _Draft()
    for number, section, cells in _lines(text, draft.errors):
        draft.take(number, section, cells)
    for section in sorted(REQUIRED - draft.seen):
        draft.errors.append(f"the file: {section} is missing or empty")
    if draft.errors:
        raise BadProblem(draft.errors)
    problem = draft.problem()
    refuse_mistakes(problem)
    return problem


def _lines(text: str, errors: list[str]) -> Iterator[tuple[int, str, list[str]]]:
    section = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            if line not in SECTIONS:
                errors.append(f"line {number}: {line} is none of {', '.join(SECTIONS)}")
            section = line
        elif not section:
            errors.append(f"line {number}: {line!r} stands before the first SECTION_ line")
        elif section in SECTIONS:
            yield number, section, [cell.strip() for cell in line.split(",")]


@dataclass
class _Draft:
    errors: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    days: int = 0
    shifts: dict[str, ShiftType] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)
    off: dict[str, dict[int, str | None]] = field(default_factory=dict)
    wishes: dict[tuple[str, int, str, bool], int] = field(default_factory=dict)
    needs: list[ShiftNeed] = field(default_factory=list)

    def take(self, number: int, section: str, cells: list[str]) -> None:
        self.seen.add(section)
        try:
            _READERS[section](self, cells)
        except ValueError as error:
            self.errors.append(f"line {number} ({section}): {error}")

    def horizon(self, cells: list[str]) -> None:
        self.days = _number("days", cells[0])

    def shift(self, cells: list[str]) -> None:
        name, minutes = _fields(cells, 2, "a shift and its minutes")
        later = frozenset(cells[2].split("|")) - {""} if len(cells) > 2 else frozenset()
        if name in self.shifts:
            raise ValueError(f"shift {name} is there twice; once is right")
        self.shifts[name] = ShiftType(name, name, 0, _number("minutes", minutes), not_before=later)

    def staff(self, cells: list[str]) -> None:
        name, most_of, *numbers = _fields(cells, 8, "a name, most shifts and six numbers")
        if name in self.limits:
            raise ValueError(f"person {name} is there twice; once is right")
        most, least, run, least_run, rest, weekends = (_number("limit", cell) for cell in numbers)
        self.limits[name] = Limits(_most_of(most_of), least, most, least_run, run, rest, weekends)

    def days_off(self, cells: list[str]) -> None:
        days = (_number("day off", cell) for cell in cells[1:] if cell)
        self.off.setdefault(cells[0], {}).update((day, None) for day in days)

    def wanted(self, cells: list[str]) -> None:
        self._wish(cells, want=True)

    def unwanted(self, cells: list[str]) -> None:
        self._wish(cells, want=False)

    def _wish(self, cells: list[str], want: bool) -> None:
        """Asking twice for the same thing makes it weigh as much as both together."""
        who, day, shift, weight = _fields(cells, 4, "a name, a day, a shift and a weight")
        key = (who, _number("day", day), shift, want)
        self.wishes[key] = self.wishes.get(key, 0) + _number("weight", weight)

    def need(self, cells: list[str]) -> None:
        day, shift, *numbers = _fields(cells, 5, "a day, a shift, people and two prices")
        people, short, over = (_number("number", cell) for cell in numbers)
        self.needs.append(ShiftNeed(_number("day", day), shift, people, short, over))

    def problem(self) -> Problem:
        unknown = sorted(self.off.keys() - self.limits.keys())
        if unknown:
            raise BadProblem(
                [f"SECTION_DAYS_OFF: {name} is nobody of SECTION_STAFF" for name in unknown]
            )
        workers = tuple(
            Worker(name, name, "", fixed=self.off.get(name, {}), limits=limits)
            for name, limits in self.limits.items()
        )
        wishes = tuple(
            Wish(who, day, shift, want, weight)
            for (who, day, shift, want), weight in self.wishes.items()
            if weight
        )
        return Problem(
            MONDAY,
            self.days,
            tuple(self.shifts.values()),
            workers,
            (),
            wishes=wishes,
            rules=RULES,
            shift_needs=tuple(self.needs),
        )


_READERS: dict[str, Callable[[_Draft, list[str]], None]] = {
    "SECTION_HORIZON": _Draft.horizon,
    "SECTION_SHIFTS": _Draft.shift,
    "SECTION_STAFF": _Draft.staff,
    "SECTION_DAYS_OFF": _Draft.days_off,
    "SECTION_SHIFT_ON_REQUESTS": _Draft.wanted,
    "SECTION_SHIFT_OFF_REQUESTS": _Draft.unwanted,
    "SECTION_COVER": _Draft.need,
}


def _fields(cells: list[str], count: int, right: str) -> list[str]:
    if len(cells) < count or not all(cells[:count]):
        raise ValueError(f"{', '.join(cells)!r} has too few fields; right is {right}")
    return cells[:count]


def _number(what: str, cell: str) -> int:
    if cell != "-0" and not (cell.isascii() and cell.isdigit()):  # the published files have -0
        raise ValueError(f"{what} is {cell!r}; it must be a whole number of 0 or more")
    return int(cell)


def _most_of(cell: str) -> dict[str, int]:
    pairs = [pair.partition("=") for pair in cell.split("|") if pair]
    return {shift: _number(f"most of {shift}", times) for shift, _, times in pairs}
