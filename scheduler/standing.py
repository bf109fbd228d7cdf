"""A published roster in the middle of its days: what has begun, what is locked, who is where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scheduler.audit import audit
from scheduler.hours import (
    DAY,
    HOUR,
    Piece,
    absent_days,
    crisis_hours,
    duty_shifts,
    judged_hours,
    most_minutes,
    needed,
    on_call_shifts,
)
from scheduler.problem import HOURS_A_DAY, Finding, Problem, Roster, Worker
from scheduler.sheet import Sheet

NOTICE = 72  # hours before a shift that count as notice enough; policy

Floor = tuple[tuple[Piece, ...], int, str | None, int]  # pieces, day, qualification, people


@dataclass(frozen=True)
class Standing:
    """A published roster in the middle of its days."""

    before: Problem
    problem: Problem  # after the change
    roster: Roster
    now: int  # minutes from the begin of day 0
    locked: frozenset[tuple[str, int]]
    gone: frozenset[tuple[str, int]]  # cells whose shifts are missed

    @cached_property
    def starts(self) -> dict[str, int]:
        return {shift.id: shift.start for shift in self.problem.shifts}

    @cached_property
    def held(self) -> frozenset[tuple[str, int]]:
        """Cells that were locked, by the coordinator or for this repair."""
        fixed = {(w.id, day) for w in self.problem.workers for day in w.fixed}
        return (self.locked | fixed) - self.gone

    def begun(self, day: int, shift: str) -> bool:
        return day * DAY + self.starts[shift] < self.now

    def closed(self, worker: str, day: int) -> bool:
        """Whether the cell never moves: locked, or its shift has begun and is done."""
        if (worker, day) in self.gone:
            return False
        shift = self.roster.cells[worker][day]
        return (worker, day) in self.held or (shift is not None and self.begun(day, shift))

    def likely(self, days: range, most: int) -> frozenset[str]:
        """The people who can help most: who missed a shift, then who is free on most of the days
        when shifts are missed, then who has most hours left."""
        missed = {day for _, day in self.gone} or set(days)
        away = {worker for worker, _ in self.gone}

        def rank(worker: Worker) -> tuple[object, ...]:
            row = self.roster.cells[worker.id]
            absent = absent_days(self.problem, worker.id)
            free = sum(row[day] is None and day not in absent for day in missed)
            spare = most_minutes(self.problem, worker) - self.sheet.minutes(worker.id)
            return (worker.id not in away, -free, -spare)

        return frozenset(worker.id for worker in sorted(self.problem.workers, key=rank)[:most])

    @cached_property
    def sheet(self) -> Sheet:
        return Sheet(self.before, self.roster)

    def short_notice(self, day: int, before: str | None, after: str | None) -> int:
        """Hours that are missing to a notice of three days, for a change of that cell."""
        first = min(self.starts[shift] for shift in (before, after) if shift is not None)
        return max(0, NOTICE - max(0, day * DAY + first - self.now) // HOUR)

    @cached_property
    def floors(self) -> Counter[Floor]:
        """How many must be where, so that nothing is left open that was not, and how many hours."""
        found: Counter[Floor] = Counter()
        for qualification, hour, pieces, need, what in _demands(self.problem):
            if (hour + 1) * HOUR <= self.now:
                continue
            had = min(self.sheet.people(hour, piece, qualification) for piece in pieces)
            asked = self.asked_before.get((what, qualification, hour), 0)
            least = need if need > asked else min(need, had)
            if least > 0:
                found[pieces, hour // HOURS_A_DAY, qualification, least] += 1
        return found

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        return audit(self.before, self.roster)

    @cached_property
    def broken(self) -> tuple[Finding, ...]:
        """The hard rules that the published roster broke."""
        return tuple(f for f in self._findings if f.hard)

    @cached_property
    def price_before(self) -> int:
        """The points of the published roster."""
        return sum(f.price for f in self._findings)

    @cached_property
    def asked_before(self) -> dict[tuple[str, str | None, int], int]:
        return {(what, kind, hour): need for kind, hour, _, need, what in _demands(self.before)}

    def open_hours(self, roster: Roster) -> int:
        sheet = Sheet(self.problem, roster)
        return sum(
            hours * max(0, *(least - sheet.people(day * 24, piece, kind) for piece in pieces))
            for (pieces, day, kind, least), hours in self.floors.items()
        )


def _demands(
    problem: Problem,
) -> Iterator[tuple[str | None, int, tuple[Piece, ...], int, str]]:
    """Qualification, hour, its pieces, how many are asked for, and whether on duty or standing by
    (which asks for one)."""
    duty = judged_hours(problem, duty_shifts(problem))
    for kind, hours in needed(problem).items():
        for hour, people in hours.items():
            if hour in duty:
                yield kind, hour, duty[hour], people, "duty"
    for hour in crisis_hours(problem):
        yield "crisis", hour, duty[hour], problem.rules.least_crisis, "duty"
    for hour, pieces in judged_hours(problem, on_call_shifts(problem)).items():
        own = tuple(piece for piece in pieces if piece)
        if own:
            yield None, hour, own, 1, "standby"
