"""What happens to a published roster: somebody falls ill, somebody leaves, a need changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.hours import absent_days
from scheduler.problem import Absence, Need, Problem, Roster, Worker


@dataclass(frozen=True)
class Away:
    """Somebody is not there from the first day to the last, both included."""

    worker: str
    first: int
    last: int
    reason: str = "病假"


@dataclass(frozen=True)
class NewNeed:
    """So many people are needed in these hours, whatever was needed before."""

    first: int  # hour of the horizon
    last: int  # included
    people: int
    qualification: str | None = None


Change = Away | NewNeed


def leaves(problem: Problem, worker: str, first: int) -> Away:
    """A resignation: away to the end."""
    return Away(worker, first, problem.days - 1, "离职")


def changed(problem: Problem, change: Change) -> Problem:
    """The problem as it is now. Raises ValueError for people or hours that it does not have."""
    if isinstance(change, NewNeed):
        return _with_need(problem, change)
    if all(worker.id != change.worker for worker in problem.workers):
        known = ", ".join(worker.id for worker in problem.workers[:8])
        raise ValueError(f"worker is {change.worker!r}; it must be one of {known}, …")
    if not 0 <= change.first <= change.last < problem.days:
        days = f"days {change.first} to {change.last}"
        raise ValueError(f"the absence is {days}; it must lie within 0 to {problem.days - 1}")
    away = absent_days(problem, change.worker) | set(range(change.first, change.last + 1))
    others = tuple(a for a in problem.absences if a.worker != change.worker)
    own = tuple(_absences(change.worker, away, change.reason))
    workers = tuple(_unlocked(problem, worker, change) for worker in problem.workers)
    return replace(problem, absences=others + own, workers=workers)


def _with_need(problem: Problem, change: NewNeed) -> Problem:
    hours = range(change.first, change.last + 1)
    if not hours or change.first < 0 or change.last >= problem.days * 24:
        raise ValueError(
            f"the hours are {change.first} to {change.last}; "
            f"they must lie within 0 to {problem.days * 24 - 1}"
        )
    kept = tuple(
        need
        for need in problem.needs
        if need.hour not in hours or need.qualification != change.qualification
    )
    new = tuple(Need(hour, change.people, change.qualification) for hour in hours)
    return replace(problem, needs=kept + new)


def _absences(worker: str, days: Iterable[int], reason: str) -> Iterable[Absence]:
    first: int | None = None
    last = -2
    for day in sorted(days):
        if first is not None and day != last + 1:
            yield Absence(worker, first, last, reason)
            first = None
        first = day if first is None else first
        last = day
    if first is not None:
        yield Absence(worker, first, last, reason)


def _unlocked(problem: Problem, worker: Worker, change: Away) -> Worker:
    """A locked shift of somebody who is not there is no longer one."""
    if worker.id != change.worker:
        return worker
    over = {shift.id for shift in problem.shifts if shift.runs_over}
    kept = {
        day: shift
        for day, shift in worker.fixed.items()
        if shift is None or not _misses(change, day, shift in over)
    }
    return replace(worker, fixed=kept)


def _misses(change: Away, day: int, runs_over: bool) -> bool:
    return change.first <= day <= change.last or (runs_over and day + 1 == change.first)


def missed(problem: Problem, roster: Roster, change: Change) -> frozenset[tuple[str, int]]:
    """The cells whose shifts nobody does any more."""
    if isinstance(change, NewNeed):
        return frozenset()
    over = {shift.id for shift in problem.shifts if shift.runs_over}
    row = roster.cells.get(change.worker, ())
    return frozenset(
        (change.worker, day)
        for day, shift in enumerate(row)
        if shift is not None and _misses(change, day, shift in over)
    )
