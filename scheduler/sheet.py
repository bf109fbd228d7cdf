"""A roster laid out for the rules: who is where, on any day and in any hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from scheduler.hours import (
    Piece,
    crisis_hours,
    duty_shifts,
    judged_hours,
    needed,
    on_call_shifts,
    shares_nights,
)
from scheduler.problem import HOURS_A_DAY, Carried, Problem, Roster, ShiftType, Worker

Row = tuple[str | None, ...]


class Sheet:
    """Reads the roster with the history before it; what it does not understand is a free day."""

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self.problem = problem
        self.roster = roster
        self.shifts = {shift.id: shift for shift in problem.shifts}

    def at(self, worker: str, day: int) -> ShiftType | None:
        """The shift begun on that day; days below 0 are history."""
        row = self.roster.cells.get(worker, ())
        if day < 0:
            row, day = self.problem.history.get(worker, ()), day + self.past(worker)
        cell = row[day] if 0 <= day < len(row) else None
        return None if cell is None else self.shifts.get(cell)

    def past(self, worker: str) -> int:
        return len(self.problem.history.get(worker, ()))

    def row(self, worker: str) -> list[ShiftType | None]:
        return [self.at(worker, day) for day in range(self.problem.days)]

    def minutes(self, worker: str) -> int:
        return sum(shift.work for shift in self.row(worker) if shift)

    @cached_property
    def nights(self) -> dict[str, int]:
        """Of those among whom nights are shared out fairly, with what they had before."""
        return {worker.id: self._nights(worker.id) for worker in shares_nights(self.problem)}

    def _nights(self, worker: str) -> int:
        before = self.problem.carried.get(worker, Carried()).nights
        return before + sum(shift.night for shift in self.row(worker) if shift)

    @cached_property
    def _counts(self) -> Counter[tuple[int, str, str | None]]:
        """(day, shift, qualification) -> people; qualification None counts everybody."""
        counts: Counter[tuple[int, str, str | None]] = Counter()
        for worker in self.problem.workers:
            counts.update(self._counted(worker))
        return counts

    def _counted(self, worker: Worker) -> Iterator[tuple[int, str, str | None]]:
        for day in range(-1, self.problem.days):
            if shift := self.at(worker.id, day):
                for kind in (None, *worker.qualifications):
                    yield day, shift.id, kind

    def changed(self, workers: Collection[Worker], rows: Mapping[str, Row]) -> Sheet:
        """The sheet with other rows of these people; what does not hang on them is not redone."""
        made = copy(self)
        made.roster = Roster({**self.roster.cells, **rows})
        made._counts = self._counts.copy()
        made.nights = self.nights.copy()
        for worker in workers:
            made._counts.subtract(self._counted(worker))
            made._counts.update(made._counted(worker))
            if worker.id in made.nights:
                made.nights[worker.id] = made._nights(worker.id)
        return made

    def on_days(self, days: Collection[int]) -> Sheet:
        """The sheet as if only the hours of these days were to be judged."""
        made = copy(self)
        for name in ("duty_hours", "on_call_hours", "reachable_hours"):
            hours = getattr(self, name).items()
            setattr(made, name, {h: p for h, p in hours if h // HOURS_A_DAY in days})
        made.needed, made.crisis_hours = self.needed, self.crisis_hours
        return made

    @cached_property
    def needed(self) -> dict[str | None, dict[int, int]]:
        return needed(self.problem)

    @cached_property
    def crisis_hours(self) -> frozenset[int]:
        return crisis_hours(self.problem)

    def people(self, hour: int, piece: Piece, qualification: str | None) -> int:
        day = hour // HOURS_A_DAY
        return sum(self._counts[day - offset, shift, qualification] for shift, offset in piece)

    @cached_property
    def duty_hours(self) -> dict[int, tuple[Piece, ...]]:
        return judged_hours(self.problem, duty_shifts(self.problem))

    @cached_property
    def on_call_hours(self) -> dict[int, tuple[Piece, ...]]:
        return judged_hours(self.problem, on_call_shifts(self.problem))

    @cached_property
    def reachable_hours(self) -> dict[int, tuple[Piece, ...]]:
        """With those who stand by."""
        return judged_hours(self.problem, self.problem.shifts)

    def fewest(self, hour: int, qualification: str | None = None) -> int:
        """People on duty in the worst stretch of the hour."""
        return min(self.people(hour, piece, qualification) for piece in self.duty_hours[hour])

    def most(self, hour: int, qualification: str | None = None) -> int:
        return max(self.people(hour, piece, qualification) for piece in self.duty_hours[hour])


@dataclass(frozen=True)
class Stretch:
    """Days in a row with a shift, or without; days below 0 are history."""

    first: int
    last: int
    worked: bool
    whole: bool  # the day before it is known, and the day after it lies in the horizon

    @property
    def days(self) -> int:
        return self.last - self.first + 1


def stretches(sheet: Sheet, worker: Worker) -> Iterator[Stretch]:
    """All of one person that reach the horizon or end on the day before it, in order."""
    past, days = sheet.past(worker.id), sheet.problem.days
    for worked, run in groupby(
        range(-past, days), lambda day: sheet.at(worker.id, day) is not None
    ):
        inside = list(run)
        first, last = inside[0], inside[-1]
        if last >= -1:
            yield Stretch(first, last, worked, first > -past and last < days - 1)


def windows(sheet: Sheet, worker: Worker, length: int) -> Iterator[range]:
    """All stretches of `length` days that end in the horizon, reaching back as far as is known."""
    for last in range(sheet.problem.days):
        if last - length + 1 >= -sheet.past(worker.id):
            yield range(last - length + 1, last + 1)


def runs(amounts: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(hour, amount) in order -> (first hour, hours, amount) of equal, unbroken, same-day hours."""
    current: tuple[int, int, int] | None = None
    for hour, amount in amounts:
        if current is not None:
            first, length, before = current
            day = first // HOURS_A_DAY
            if (hour, amount, hour // HOURS_A_DAY) == (first + length, before, day):
                current = (first, length + 1, amount)
                continue
            yield current
        current = (hour, 1, amount)
    if current is not None:
        yield current
