"""A roster as it is shown: one version, or what is in force in a period; its problem and grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import request

from dashboard import grid
from dashboard.address import day_of
from dashboard.deps import Cells, Deps
from dashboard.display import midnight
from dashboard.grid import DAYS, Grid, Sheet
from records import people, pins, planning, rosters
from records.planning import Fixed
from records.rosters import NotADraft
from scheduler import calendar
from scheduler.problem import Absence, Finding, Problem, Roster, whole


@dataclass(frozen=True)
class Shown:
    """One roster, or the published cells of a period (`id` None)."""

    id: int | None
    version: int | None
    status: str  # draft, published, withdrawn
    first: date
    days: int
    cells: Cells
    pins: frozenset[tuple[str, int]] = frozenset()  # (person, day): the solver leaves them

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def empty(self) -> bool:
        return not any(any(row) for row in self.cells.values())


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def published(deps: Deps, first: date, count: int = DAYS) -> Shown:
    days = [first + timedelta(days=n) for n in range(count)]
    with deps.store.read() as db:
        by_day = rosters.published_cells(db, days[0], days[-1])
        everybody = [person.id for person in people.people(db)]
    found = sorted({p for cells in by_day.values() for p in cells} - set(everybody))
    cells = {
        person: tuple(by_day.get(day, {}).get(person) for day in days)
        for person in everybody + found
    }
    return Shown(None, None, "published" if by_day else "", first, count, cells)


def stored(deps: Deps, roster_id: int) -> Shown:
    with deps.store.read() as db:
        row = rosters.by_id(db, roster_id)
        cells = {person: tuple(shifts) for person, shifts in row.cells.items()}
        held = frozenset((who, day) for who, days in pins.pins_of(row) for day in days)
        return Shown(row.id, row.version, row.status, row.first, row.days, cells, held)


def draft(deps: Deps, roster_id: int) -> Shown:
    shown = stored(deps, roster_id)
    if shown.status != "draft":
        raise NotADraft()
    return shown


def asked(deps: Deps) -> Shown:
    """What a part of the board is about: ?roster=ID, or what is in force from ?first=DAY."""
    roster_id = request.values.get("roster", type=int)
    if roster_id is not None:
        return stored(deps, roster_id)
    return published(deps, day_of(request.values.get("first", "")))


def fixed_in(shown: Shown, first: date, days: int) -> Fixed:
    """The locked cells, as those of a horizon from `first` on."""
    shift = (shown.first - first).days
    fixed: Fixed = {}
    for person, day in sorted(shown.pins):
        row = shown.cells.get(person, ())
        if 0 <= day + shift < days and day < len(row):
            fixed.setdefault(person, {})[day + shift] = row[day]
    return fixed


def problem_of(deps: Deps, first: date, days: int) -> Problem:
    needs = deps.needs(first, days)
    with deps.store.read() as db:
        return planning.problem_for(db, first, days, deps.shifts, needs, deps.rules)


def minutes_since(deps: Deps, first: date) -> int:
    """From the first midnight of a period to now."""
    return int((deps.now() - midnight(first)).total_seconds() // 60)


def roster_of(problem: Problem, shown: Shown) -> Roster:
    """The cells of the people who are active."""
    return whole(problem, Roster(shown.cells))


def build(deps: Deps, shown: Shown, findings: tuple[Finding, ...]) -> Grid:
    with deps.store.read() as db:
        everybody = people.people(db, active_only=False)
        staff = [(p.id, p.name) for p in everybody if p.active or p.id in shown.cells]
        absences = tuple(
            Absence(row.person, (row.first - shown.first).days, (row.last - shown.first).days)
            for row in people.absences(db, shown.first, shown.last)
        )
    return grid.build(
        Sheet(
            first=shown.first,
            days=shown.days,
            cells=shown.cells,
            people=staff,
            shifts=deps.shifts,
            marks=calendar.marks(shown.first, shown.days),
            needs=deps.needs(shown.first, shown.days),
            absences=absences,
            findings=findings,
            pins=shown.pins,
        )
    )
