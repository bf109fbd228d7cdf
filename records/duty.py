"""From the published roster to shifts at instants: the scheduler's days, the router's seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy.orm import Session

from records import rosters
from records.people import people
from routing.plan import Shift
from scheduler.problem import ShiftType


def shifts_between(
    session: Session, types: Iterable[ShiftType], first: date, last: date, zone: tzinfo
) -> list[Shift]:
    """Shifts in force that begin from the day before `first` (nights run on) to `last`.

    Whoever is no longer active has none.
    """
    active = {person.id for person in people(session)}
    cells = rosters.published_cells(session, first - timedelta(days=1), last)
    known = {shift.id: shift for shift in types}
    return [
        _shift(day, person, known[shift], zone)
        for day, row in sorted(cells.items())
        for person, shift in sorted(row.items())
        if person in active and shift in known
    ]


def _shift(day: date, person: str, kind: ShiftType, zone: tzinfo) -> Shift:
    midnight = datetime.combine(day, time(), zone)
    begins = int((midnight + timedelta(minutes=kind.start)).timestamp())
    return Shift(person, begins, begins + kind.minutes * 60, kind.on_call)


def reach(cells: Mapping[date, Mapping[str, str]], today: date, zone: tzinfo) -> int:
    """Until when (epoch seconds) rosters are published without a day missing."""
    day = today
    while cells.get(day):
        day += timedelta(days=1)
    return int(datetime.combine(day, time(), zone).timestamp())
