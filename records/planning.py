"""The rostering problem of some days, from what is on record: people, leave, wishes, the past."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from records import rosters
from records.people import absences, people, wishes
from records.tables import Person
from scheduler.problem import Absence, Need, Problem, Rules, ShiftType, Wish, Worker

HISTORY_DAYS = 7


def problem_for(
    session: Session,
    first: date,
    days: int,
    shifts: tuple[ShiftType, ...],
    needs: tuple[Need, ...],
    rules: Rules,
) -> Problem:
    """The problem of `days` days from `first` on. The days before come from published rosters."""
    last = first + timedelta(days=days - 1)
    staff = people(session)
    known = {person.id for person in staff}
    return Problem(
        first=first,
        days=days,
        shifts=shifts,
        workers=tuple(_worker(person) for person in staff),
        needs=needs,
        absences=tuple(
            Absence(
                row.person,
                max(0, (row.first - first).days),
                min(days - 1, (row.last - first).days),
                row.reason,
            )
            for row in absences(session, first, last)
            if row.person in known
        ),
        wishes=tuple(
            Wish(row.person, (row.day - first).days, row.shift, row.want, row.weight)
            for row in wishes(session, first, last)
            if row.person in known
        ),
        rules=rules,
        history=_history(session, first, known),
    )


def _worker(person: Person) -> Worker:
    return Worker(
        id=person.id,
        name=person.name,
        site=person.site,
        qualifications=frozenset(person.qualifications),
        week_minutes=person.week_minutes,
        no_nights=person.no_nights,
    )


def _history(session: Session, first: date, known: set[str]) -> dict[str, tuple[str | None, ...]]:
    before = [first - timedelta(days=n) for n in range(HISTORY_DAYS, 0, -1)]
    cells = rosters.published_cells(session, before[0], before[-1])
    if not cells:
        return {}
    return {person: tuple(cells.get(d, {}).get(person) for d in before) for person in known}
