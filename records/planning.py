"""The rostering problem of some days, from what is on record: people, leave, wishes, the past.

Records outlive rules: a shift that rules.toml no longer has, leave that was entered twice, a wish
that was entered again must not stand in the way of a roster.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from records import rosters
from records.people import absences, people, wishes
from records.tables import AbsenceRow, Person, WishRow
from scheduler.hours import MONTH
from scheduler.past import carried
from scheduler.problem import Absence, Carried, Need, Problem, Rules, ShiftType, Wish, Worker

HISTORY_DAYS = 7

Fixed = dict[str, dict[int, str | None]]  # person -> day -> shift, None: off


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
    kinds = {shift.id for shift in shifts}
    return Problem(
        first=first,
        days=days,
        shifts=shifts,
        workers=tuple(_worker(person) for person in staff),
        needs=needs,
        absences=merged(absences(session, first, last), first, days, known),
        wishes=latest(wishes(session, first, last), first, known, kinds),
        rules=rules,
        history=_history(session, first, known, kinds),
        pairs=tuple(pair for pair in rules.pairs if {pair.one, pair.other} <= known),
        carried=_carried(session, first, rules.carry_months, tuple(map(_worker, staff)), shifts),
    )


def unknown_in_pairs(session: Session, rules: Rules) -> list[dict[str, str]]:
    """Who stands in [[pairs]] and was never here, in "zh" and "en"; who has left is no mistake."""
    known = sorted(person.id for person in people(session, active_only=False))
    return [
        _unknown(f"pairs[{index}].{key}", name, known)
        for index, pair in enumerate(rules.pairs)
        for key, name in (("one", pair.one), ("other", pair.other))
        if name not in known
    ]


def _unknown(place: str, name: str, known: list[str]) -> dict[str, str]:
    near = difflib.get_close_matches(name, known, 1)
    right = {"zh": "应为人员名册中的工号", "en": "it must be the id of somebody among the people"}
    if near:
        right = {"zh": f"是否应为 {near[0]}？", "en": f"did you mean {near[0]}?"}
    return {
        "zh": f"rules.toml {place}：没有人员“{name}”；{right['zh']}",
        "en": f"rules.toml {place}: is {name!r}, whom nobody knows; {right['en']}",
    }


def with_fixed(problem: Problem, fixed: Fixed) -> Problem:
    """With cells that must be as they are; of people and shifts that the problem has."""
    kinds = {None, *(shift.id for shift in problem.shifts)}
    workers = tuple(
        replace(worker, fixed={d: s for d, s in fixed[worker.id].items() if s in kinds})
        if worker.id in fixed
        else worker
        for worker in problem.workers
    )
    return replace(problem, workers=workers)


def _worker(person: Person) -> Worker:
    return Worker(
        id=person.id,
        name=person.name,
        site=person.site,
        qualifications=frozenset(person.qualifications),
        week_minutes=person.week_minutes,
        no_nights=person.no_nights,
    )


def merged(
    rows: Iterable[AbsenceRow], first: date, days: int, known: set[str]
) -> tuple[Absence, ...]:
    """Absences within the horizon; those of one person that touch or overlap become one."""
    found: list[Absence] = []
    for row in sorted(rows, key=lambda r: (r.person, r.first, r.last)):
        begins = max(0, (row.first - first).days)
        ends = min(days - 1, (row.last - first).days)
        if row.person not in known or ends < begins:
            continue
        before = found[-1] if found else None
        if before and before.worker == row.person and begins <= before.last + 1:
            found[-1] = Absence(row.person, before.first, max(before.last, ends), before.reason)
        else:
            found.append(Absence(row.person, begins, ends, row.reason))
    return tuple(found)


def latest(
    rows: Iterable[WishRow], first: date, known: set[str], kinds: set[str]
) -> tuple[Wish, ...]:
    """Wishes of known people for known shifts; of the same wish, the one entered last."""
    found: dict[tuple[str, int, str | None], Wish] = {}
    for row in sorted(rows, key=lambda r: r.id):
        if row.person in known and (row.shift is None or row.shift in kinds):
            day = (row.day - first).days
            found[row.person, day, row.shift] = Wish(
                row.person, day, row.shift, row.want, row.weight
            )
    return tuple(found.values())


def _carried(
    session: Session,
    first: date,
    months: int,
    workers: tuple[Worker, ...],
    shifts: tuple[ShiftType, ...],
) -> dict[str, Carried]:
    """From what was published for the months before."""
    begin, last = first - timedelta(days=MONTH * months), first - timedelta(days=1)
    cells = rosters.published_cells(session, begin, last) if months else {}
    if not cells:
        return {}
    away: dict[str, set[date]] = {}
    for row in absences(session, begin, last):
        days = (row.last - row.first).days + 1
        away.setdefault(row.person, set()).update(row.first + timedelta(n) for n in range(days))
    return carried(workers, shifts, cells, {p: frozenset(own) for p, own in away.items()})


def _history(
    session: Session, first: date, known: set[str], kinds: set[str]
) -> dict[str, tuple[str | None, ...]]:
    before = [first - timedelta(days=n) for n in range(HISTORY_DAYS, 0, -1)]
    cells = rosters.published_cells(session, before[0], before[-1])
    if not cells:
        return {}

    def worked(person: str, day: date) -> str | None:
        shift = cells.get(day, {}).get(person)
        return shift if shift in kinds else None

    return {person: tuple(worked(person, day) for day in before) for person in known}
