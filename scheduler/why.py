"""Why a cell or an hour of a roster is as it is, by the audit alone.

For a cell: what happens without it, what it would cost to give it to each other person, and which
rules forbid that. For an hour: who is missing, what that costs, and why each person who is not
there could not be, or at what price.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.hours import Piece
from scheduler.problem import HOURS_A_DAY, Finding, Problem, Roster
from scheduler.sheet import Sheet
from scheduler.swap import Cells, Judge, Verdict


@dataclass(frozen=True)
class Candidate:
    """Somebody who might do it; `price` in points above the roster as it is, None: unlawful."""

    worker: str
    shift: str  # that they would do
    instead_of: str | None  # what they have that day now
    price: int | None
    broken: tuple[Finding, ...]  # hard rules that would be broken

    @property
    def order(self) -> tuple[object, ...]:
        return (self.price is None, self.price or 0, self.worker)


@dataclass(frozen=True)
class CellWhy:
    worker: str
    day: int
    shift: str | None
    without: Verdict | None  # what would happen if nobody did it; None for a free day
    others: tuple[Candidate, ...]  # the cheapest first, those who may not last

    @property
    def cheaper(self) -> tuple[Candidate, ...]:
        """Who would do it for fewer points; none where the roster is at its best in this."""
        return tuple(c for c in self.others if c.price is not None and c.price < 0)


@dataclass(frozen=True)
class Shortage:
    qualification: str | None
    needed: int
    there: int
    price: int  # points for this hour; 0 where the need is hard

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.there)


@dataclass(frozen=True)
class HourWhy:
    hour: int
    there: tuple[str, ...]
    shortages: tuple[Shortage, ...]
    others: tuple[Candidate, ...]  # who is not there: the best that each could do


class Why:
    """Explains one roster. Raises BadProblem."""

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self._problem = problem
        self._judge = Judge(problem, roster)
        self._sheet = Sheet(problem, roster)

    def cell(self, worker: str, day: int) -> CellWhy:
        """Raises ValueError for a person or a day that the roster does not have."""
        if all(known.id != worker for known in self._problem.workers):
            raise ValueError(f"worker is {worker!r}; it must be the id of somebody on the roster")
        self._require_day(day)
        has = self._sheet.at(worker, day)
        if has is None:
            return CellWhy(worker, day, None, None, ())
        given: Cells = {(worker, day): None}
        others = [
            self._candidate(other.id, day, has.id, given)
            for other in self._problem.workers
            if other.id != worker and self._at(other.id, day) != has.id
        ]
        without = self._judge.verdict(given)
        return CellWhy(worker, day, has.id, without, tuple(sorted(others, key=lambda c: c.order)))

    def hour(self, hour: int) -> HourWhy:
        self._require_day(hour // HOURS_A_DAY)
        pieces = self._sheet.duty_hours.get(hour, ())
        there = {
            worker.id
            for worker in self._problem.workers
            for piece in pieces
            if self._is_there(worker.id, hour, piece)
        }
        others = [
            best
            for worker in self._problem.workers
            if worker.id not in there and (best := self._best(worker.id, hour, pieces))
        ]
        ordered = tuple(sorted(others, key=lambda c: c.order))
        return HourWhy(hour, tuple(sorted(there)), self._shortages(hour), ordered)

    def _require_day(self, day: int) -> None:
        if not 0 <= day < self._problem.days:
            raise ValueError(f"day is {day}; it must be 0 to {self._problem.days - 1}")

    def _at(self, worker: str, day: int) -> str | None:
        shift = self._sheet.at(worker, day)
        return shift.id if shift else None

    def _is_there(self, worker: str, hour: int, piece: Piece) -> bool:
        day = hour // HOURS_A_DAY
        return any(self._at(worker, day - offset) == shift for shift, offset in piece)

    def _shortages(self, hour: int) -> tuple[Shortage, ...]:
        if hour not in self._sheet.duty_hours:
            return ()
        rules = self._problem.rules
        asked = {kind: hours.get(hour, 0) for kind, hours in self._sheet.needed.items()}
        asked["crisis"] = max(asked.get("crisis", 0), rules.least_crisis)
        asked[None] = max(asked.get(None, 0), rules.least_on_duty)
        price = 0 if rules.need_is_hard else rules.price_short
        return tuple(
            Shortage(kind, need, have, price * max(0, need - have))
            for kind, need in sorted(asked.items(), key=lambda pair: str(pair[0] or ""))
            if need
            for have in [self._sheet.fewest(hour, kind)]
        )

    def _best(self, worker: str, hour: int, pieces: tuple[Piece, ...]) -> Candidate | None:
        """The best way for that person to be there in that hour."""
        shifts = sorted({one for piece in pieces for one in piece})
        day = hour // HOURS_A_DAY
        tried = [
            self._candidate(worker, day - offset, shift, {})
            for shift, offset in shifts
            if day >= offset
        ]
        return min(tried, key=lambda c: c.order, default=None)

    def _candidate(self, worker: str, day: int, shift: str, given: Cells) -> Candidate:
        """Where a rule about their own days stands in the way, it alone is told."""
        verdict = self._judge.verdict({**given, (worker, day): shift})
        price = verdict.price if verdict.lawful else None
        own = tuple(f for f in verdict.broken if f.worker == worker)
        return Candidate(worker, shift, self._at(worker, day), price, own or verdict.broken)
