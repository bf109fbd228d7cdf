"""What is in force in a period, and what an exchange between two people would do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from records import rosters
from scheduler.problem import Problem, Roster, whole
from scheduler.swap import Cells, Judge, Verdict, swap, unmovable

Pairs = dict[str, list[str | None]]  # day -> [the proposer's shift, the other's]


class RosterMoved(Exception):
    """What the two have is no longer what they agreed on, or has begun."""


@dataclass(frozen=True)
class Table:
    """What is in force in the period of the problem, also of people who are no longer active."""

    problem: Problem
    roster: Roster
    judge: Judge
    now: int  # minutes from the first midnight

    def pairs(self, proposer: str, other: str, days: Iterable[date]) -> Pairs:
        return {
            day.isoformat(): [self._at(proposer, day), self._at(other, day)] for day in sorted(days)
        }

    def _at(self, person: str, day: date) -> str | None:
        row = self.roster.cells.get(person, ())
        index = (day - self.problem.first).days
        return row[index] if 0 <= index < len(row) else None

    def cells(self, proposer: str, other: str, days: Iterable[date]) -> Cells:
        indexes = [(day - self.problem.first).days for day in days]
        return swap(self.problem, self.roster, proposer, other, indexes)

    def verdict(self, proposer: str, other: str, days: Iterable[date]) -> Verdict:
        """Raises RosterMoved for what has begun, is locked or lies outside the period."""
        cells = self.cells(proposer, other, days)
        faults = unmovable(self.problem, self.roster, cells, self.now)
        if faults:
            raise RosterMoved("; ".join(faults))
        return self.judge.verdict(cells)


def table(session: Session, problem: Problem, now: int) -> Table:
    """`problem` is that of a period of `in_force.period_of`."""
    last = problem.day(problem.days - 1)
    by_day = rosters.published_cells(session, problem.first, last)
    everybody = {worker.id for worker in problem.workers}
    everybody |= {person for cells in by_day.values() for person in cells}
    days = [problem.day(n) for n in range(problem.days)]
    cells = {
        person: tuple(by_day.get(day, {}).get(person) for day in days)
        for person in sorted(everybody)
    }
    roster = Roster(cells)
    return Table(problem, roster, Judge(problem, whole(problem, roster)), now)
