"""A swap or a give-away between two named people, judged by the audit alone, in milliseconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.check import BadProblem, check_roster, refuse_mistakes
from scheduler.hours import DAY
from scheduler.problem import Finding, Problem, Roster, Worker
from scheduler.rule import Reach
from scheduler.rules import RULES
from scheduler.sheet import Sheet

Cells = dict[tuple[str, int], str | None]  # (person, day) -> shift


@dataclass(frozen=True)
class Verdict:
    """What a change of some cells would do. Lawful when it breaks nothing that was kept."""

    roster: Roster
    broken: tuple[Finding, ...]  # hard findings that there were not before
    worse: tuple[Finding, ...]  # priced ones
    better: tuple[Finding, ...]  # findings that are gone
    price: int  # points, above those of the roster before

    @property
    def lawful(self) -> bool:
        return not self.broken


class Judge:
    """Knows one roster; asked about changes of it. Looks only where a change reaches.

    Raises BadProblem.
    """

    def __init__(self, problem: Problem, roster: Roster) -> None:
        refuse_mistakes(problem, roster)
        self.problem = problem
        self.roster = roster
        self._sheet = Sheet(problem, roster)
        self._workers = {worker.id: worker for worker in problem.workers}

    def verdict(self, cells: Cells) -> Verdict:
        """Raises BadProblem for people and shifts that the problem does not have."""
        roster = with_cells(self.problem, self.roster, cells)
        rows = {worker: roster.cells[worker] for worker, _ in cells}
        if errors := check_roster(self.problem, Roster(rows)):
            raise BadProblem(errors)
        people = [self._workers[worker] for worker in rows]
        days = {day + later for _, day in cells for later in (0, 1)}  # a night ends a day later
        before = self._found(self._sheet, people, days)
        after = self._found(self._sheet.changed(people, rows), people, days)
        new, gone = _without(after, before), _without(before, after)
        return Verdict(
            roster,
            tuple(f for f in new if f.hard),
            tuple(f for f in new if f.price),
            tuple(f for f in gone if f.hard or f.price),
            sum(f.price for f in after) - sum(f.price for f in before),
        )

    def _found(self, sheet: Sheet, people: Sequence[Worker], days: set[int]) -> list[Finding]:
        """What the rules find of these people, in the hours of these days, and of everybody."""
        sheets = {
            Reach.PERSON: Sheet(_of(self.problem, people), sheet.roster),
            Reach.HOURS: sheet.on_days(days),
            Reach.ALL: sheet,
        }
        return [finding for rule in RULES for finding in rule.findings(sheets[rule.reach])]


def _of(problem: Problem, people: Sequence[Worker]) -> Problem:
    """The problem as far as it is about these people alone."""
    own = {worker.id for worker in people}
    return replace(
        problem,
        workers=tuple(people),
        absences=tuple(a for a in problem.absences if a.worker in own),
        wishes=tuple(w for w in problem.wishes if w.worker in own),
        needs=(),
        shift_needs=(),
        history={worker: row for worker, row in problem.history.items() if worker in own},
        pairs=(),
    )


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """Multiset difference, in the order of the first."""
    left = Counter(map(_key, others))
    found = []
    for finding in findings:
        key = _key(finding)
        left[key] -= 1
        if left[key] < 0:
            found.append(finding)
    return tuple(found)


def _key(finding: Finding) -> tuple[object, ...]:
    words = finding.message["zh"]
    return finding.rule, finding.worker, finding.day, finding.hour, finding.amount, words


def with_cells(problem: Problem, roster: Roster, cells: Cells) -> Roster:
    rows = {worker: list(row) for worker, row in roster.cells.items()}
    for (worker, day), shift in cells.items():
        row = rows.setdefault(worker, [None] * problem.days)
        row[day] = shift
    return Roster({worker: tuple(row) for worker, row in rows.items()})


def swap(problem: Problem, roster: Roster, one: str, other: str, days: Iterable[int]) -> Cells:
    """The two exchange what they have on each of these days."""
    return {
        cell: shift
        for day in days
        for cell, shift in (
            ((one, day), _at(roster, other, day)),
            ((other, day), _at(roster, one, day)),
        )
    }


def give(problem: Problem, roster: Roster, giver: str, taker: str, day: int) -> Cells:
    """Raises ValueError when there is nothing to give, or the taker has a shift already."""
    if all(worker.id != giver for worker in problem.workers):
        raise ValueError(_unknown(giver))
    shift, has = _at(roster, giver, day), _at(roster, taker, day)
    if shift is None:
        raise ValueError(f"{giver} has no shift on {problem.day(day)} to give away")
    if has is not None:
        raise ValueError(f"{taker} has {has!r} on {problem.day(day)}; swap, do not give")
    return {(giver, day): None, (taker, day): shift}


def _unknown(worker: str) -> str:
    return f"worker is {worker!r}; it must be the id of somebody who is active"


def _at(roster: Roster, worker: str, day: int) -> str | None:
    row = roster.cells.get(worker, ())
    return row[day] if day < len(row) else None


def unmovable(problem: Problem, roster: Roster, cells: Cells, now: int) -> list[str]:
    """Why cells cannot move, all of it: unknown people and days, what has begun or is locked."""
    workers = {worker.id: worker for worker in problem.workers}
    starts = {shift.id: shift.start for shift in problem.shifts}
    faults = []
    for (worker, day), shift in cells.items():
        if worker not in workers:
            faults.append(_unknown(worker))
            continue
        if not 0 <= day < problem.days:
            last = problem.day(problem.days - 1)
            faults.append(f"day is {problem.day(day)}; it must be {problem.first} to {last}")
            continue
        before = _at(roster, worker, day)
        begun = [s for s in (before, shift) if s is not None and day * DAY + starts[s] < now]
        place = f"{workers[worker].name} on {problem.day(day)}"
        if begun and before != shift:
            faults.append(f"{place}: the shift {begun[0]!r} has begun; what is past never moves")
        if day in workers[worker].fixed and before != shift:
            faults.append(f"{place}: the cell is locked; unlock it first")
    return faults
