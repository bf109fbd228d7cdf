"""Why a cell or an hour of a roster is as it is, by the audit alone.

For a cell: what happens without it, what it would cost to give it to each other person, and which
rules forbid that. For an hour: who is missing, what that costs, and why each person who is not
there could not be, or at what price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from scheduler.hours import Piece
from scheduler.problem import HOURS_A_DAY, SUPERVISOR, Finding, Problem, Roster, Worker
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


class Place(Enum):
    """Where somebody may be in an hour."""

    DUTY = "duty"
    REACH = "reach"  # on duty or standing by
    STANDBY = "standby"


_OF = {"supervised": Place.REACH, "standby": Place.STANDBY}  # of a rule; of the others on duty


@dataclass(frozen=True)
class Shortage:
    qualification: str | None
    needed: int
    there: int
    price: int  # points for this hour; 0 where the need is hard
    place: Place = Place.DUTY

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.there)


@dataclass(frozen=True)
class HourWhy:
    hour: int
    there: tuple[str, ...]
    shortages: tuple[Shortage, ...]
    others: tuple[Candidate, ...]  # who is not there and would fill a gap: the best of each


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

    def hour(self, hour: int, rule: str = "") -> HourWhy:
        """The others are those who would fill what the named rule lacks; where it lacks nothing,
        what is missing on duty, or else in reach, or standing by. Where nobody is missing at all,
        all who are not on duty."""
        self._require_day(hour // HOURS_A_DAY)
        asked = tuple(self._asked(hour))
        wanted = _OF.get(rule, Place.DUTY)
        missing = sorted((s for s in asked if s.missing), key=lambda s: s.place is not wanted)
        gaps = [short for short in missing if short.place is missing[0].place]
        there = [w.id for w in self._problem.workers if self._is_at(Place.DUTY, hour, w.id)]
        others = self._others(hour, gaps) if gaps else self.off_duty(hour)
        return HourWhy(hour, tuple(sorted(there)), asked, others)

    def off_duty(self, hour: int) -> tuple[Candidate, ...]:
        """All who are not on duty then: the best that each could do to be, the cheapest first."""
        self._require_day(hour // HOURS_A_DAY)
        return self._others(hour, [Shortage(None, 1, 0, 0)])

    def _require_day(self, day: int) -> None:
        if not 0 <= day < self._problem.days:
            raise ValueError(f"day is {day}; it must be 0 to {self._problem.days - 1}")

    def _at(self, worker: str, day: int) -> str | None:
        shift = self._sheet.at(worker, day)
        return shift.id if shift else None

    def _pieces(self, place: Place, hour: int) -> tuple[Piece, ...]:
        hours = {
            Place.DUTY: self._sheet.duty_hours,
            Place.REACH: self._sheet.reachable_hours,
            Place.STANDBY: self._sheet.on_call_hours,
        }
        found = hours[place].get(hour, ())
        return tuple(filter(None, found)) if place is Place.STANDBY else found

    def _is_at(self, place: Place, hour: int, worker: str) -> bool:
        day = hour // HOURS_A_DAY
        return any(
            self._at(worker, day - offset) == shift for shift, offset in self._ways(place, hour)
        )

    def _ways(self, place: Place, hour: int) -> set[tuple[str, int]]:
        """To be there: a shift, with 0 (begun that day) or 1 (the day before)."""
        return {way for piece in self._pieces(place, hour) for way in piece}

    def _asked(self, hour: int) -> Iterator[Shortage]:
        """What the rules ask for in that hour; somebody to stand by only where a shift does."""
        rules = self._problem.rules
        asked = {kind: hours.get(hour, 0) for kind, hours in self._sheet.needed.items()}
        asked["crisis"] = max(asked.get("crisis", 0), rules.least_crisis)
        asked[None] = max(asked.get(None, 0), rules.least_on_duty)
        price = 0 if rules.need_is_hard else rules.price_short
        for kind, need in sorted(asked.items(), key=lambda pair: str(pair[0] or "")):
            yield from self._counted(Place.DUTY, hour, kind, need, price)
        least, price = rules.least_supervisors, rules.price_supervisor
        yield from self._counted(Place.REACH, hour, SUPERVISOR, least, price)
        yield from self._counted(Place.STANDBY, hour, None, 1, rules.price_standby)

    def _counted(
        self, place: Place, hour: int, kind: str | None, need: int, price: int
    ) -> Iterator[Shortage]:
        pieces = self._pieces(place, hour)
        if need and pieces:
            there = min(self._sheet.people(hour, piece, kind) for piece in pieces)
            yield Shortage(kind, need, there, price * max(0, need - there), place)

    def _others(self, hour: int, gaps: Sequence[Shortage]) -> tuple[Candidate, ...]:
        found = (self._best(worker, hour, gaps) for worker in self._problem.workers)
        return tuple(sorted(filter(None, found), key=lambda c: c.order))

    def _best(self, worker: Worker, hour: int, gaps: Sequence[Shortage]) -> Candidate | None:
        """The best way for that person to fill one of the gaps; None for who fills none."""
        day = hour // HOURS_A_DAY
        ways = {
            way
            for gap in gaps
            if gap.qualification in (None, *worker.qualifications)
            and not self._is_at(gap.place, hour, worker.id)
            for way in self._ways(gap.place, hour)
        }
        tried = [
            self._candidate(worker.id, day - offset, shift, {})
            for shift, offset in sorted(ways)
            if day >= offset
        ]
        return min(tried, key=lambda c: c.order, default=None)

    def _candidate(self, worker: str, day: int, shift: str, given: Cells) -> Candidate:
        """Where a rule about their own days stands in the way, it alone is told."""
        verdict = self._judge.verdict({**given, (worker, day): shift})
        price = verdict.price if verdict.lawful else None
        own = tuple(f for f in verdict.broken if f.worker == worker)
        return Candidate(worker, shift, self._at(worker, day), price, own or verdict.broken)
