"""One person of a problem as the dynamic program sees them: kinds of shifts, limits, own costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from scheduler.columns.grid import Cells, Flags, Floats, Ints, Person, Unsuited
from scheduler.columns.kernel import INF, OFF, OPEN
from scheduler.columns.stretches import (
    Before,
    before,
    begin_costs,
    gap_costs,
    missed,
    price,
    stretch_costs,
)
from scheduler.hours import HOUR, absent_days, carried, contract_minutes, most_minutes, too_close
from scheduler.problem import Problem, ShiftType, Worker

MOST_BYTES = 300_000_000  # of a table of blocks

Kind = tuple[int, int]  # index of the shift, place in a run of nights (0: it does not matter)


def build_person(
    problem: Problem, worker: Worker, own: Floats, unit: int, rows_of: Ints, shares: bool
) -> Person:
    """`own[day, shift]` are the costs of cells, `unit` the minutes that all shifts are made of.

    Raises Unsuited.
    """
    past = before(problem, worker)
    stretch = stretch_costs(problem, worker, past)
    kinds = _Kinds(problem, worker, stretch.shape[1] - 1 + len(past.run))
    shift = np.array([place for place, _ in kinds.all], np.int64)
    units = np.array([problem.shifts[place].work // unit for place in shift], np.int64)
    _refuse_large(problem.days, stretch, units)
    weekend, weekends = _weekends(problem, worker)
    tires, weary, tired = _after_a_day_off(problem, kinds, past)
    most = [worker.limits.most_of.get(each.id, problem.days) for each in problem.shifts]
    above = price(problem, "most_of_a_shift")
    return Person(
        base=kinds.base(own),
        shift=shift,
        units=units,
        follows=kinds.follows(),
        opens=kinds.opens(past),
        tires=tires,
        weary=weary,
        weekend=weekend,
        stretch=stretch,
        gap=gap_costs(problem, worker),
        begin=begin_costs(problem, worker, past),
        tired=tired,
        weekends=weekends,
        ending=_ending(problem, worker, unit, int(units.max(initial=0))),
        fixed=_fixed(problem, worker),
        most=np.array(most, np.int64),
        beyond=np.full(len(most), above),
        rows_of=rows_of,
        shares_nights=shares,
        nights_before=carried(problem, worker).nights,
    )


def _refuse_large(days: int, stretch: Floats, units: Ints) -> None:
    longest = stretch.shape[1] - 1
    table = days * longest * (longest * int(units.max(initial=0)) + 1) * (9 + len(units))
    if table > MOST_BYTES:
        raise Unsuited(f"column generation does not know runs of up to {longest} days")


@dataclass(frozen=True)
class _Kinds:
    """The shifts that the person may have; nights are told apart by their place in a run of nights,
    where that has a limit. With a price the last place is that of all nights beyond it."""

    problem: Problem
    worker: Worker
    longest: int  # run of days

    @property
    def all(self) -> list[Kind]:
        most = self.problem.rules.nights_in_a_row
        places = range(1, self._last_place + 1) if most < self.longest else range(1)
        kinds: list[Kind] = []
        for index, shift in enumerate(self.problem.shifts):
            if self._may(shift):
                kinds += [(index, place) for place in places] if shift.night else [(index, 0)]
        return kinds

    @property
    def _beyond(self) -> float:
        return price(self.problem, "nights_in_a_row")

    @property
    def _last_place(self) -> int:
        return self.problem.rules.nights_in_a_row + (self._beyond < INF)

    def _may(self, shift: ShiftType) -> bool:
        rules, worker = self.problem.rules, self.worker
        protected = worker.no_nights and "no_nights" not in rules.prices
        none = worker.limits.most_of.get(shift.id) == 0 and "most_of_a_shift" not in rules.prices
        return not none and not (protected and (shift.night or shift.on_call))

    def _next(self, place: int) -> int:
        """The place of a night after one in this place."""
        return min(place + 1, self._last_place) if self._beyond < INF else place + 1

    def base(self, own: Floats) -> Floats:
        found = np.ascontiguousarray(own[:, [shift for shift, _ in self.all]])
        if self._beyond < INF:
            for kind, (_, place) in enumerate(self.all):
                found[:, kind] += self._beyond * (place > self.problem.rules.nights_in_a_row)
        return found

    def _close(self, one: ShiftType, other: ShiftType) -> float:
        """What it costs that a shift follows on another on the next day."""
        problem = self.problem
        cost = missed(other.id in one.not_before, price(problem, "succession"))
        return min(
            INF, cost + missed(too_close(one, other, 1, problem.rules), price(problem, "rest"))
        )

    def follows(self) -> Floats:
        kinds, shifts = self.all, self.problem.shifts
        found = np.full((len(kinds), len(kinds)), INF)
        for a, (one, place) in enumerate(kinds):
            for b, (other, next_place) in enumerate(kinds):
                if next_place in (0, self._next(place)):
                    found[a, b] = self._close(shifts[one], shifts[other])
        return found

    def opens(self, past: Before) -> Floats:
        nights = len(list(takewhile(lambda shift: shift.night, past.run)))
        first = min(nights + 1, self._last_place) if self._beyond < INF else nights + 1
        found = np.zeros((2, len(self.all)))
        for kind, (shift, place) in enumerate(self.all):
            found[1, kind] = 0.0 if place <= 1 else INF
            found[0, kind] = 0.0 if place in (0, first) else INF
            if past.run:
                found[0, kind] += self._close(past.run[0], self.problem.shifts[shift])
        return np.minimum(found, INF)


def _after_a_day_off(problem: Problem, kinds: _Kinds, past: Before) -> tuple[Ints, Floats, Ints]:
    """What a shift forbids two days later, a day off between; 0 forbids nothing."""
    barred: dict[frozenset[str], int] = {frozenset(): 0}
    own = {
        shift.id: barred.setdefault(_barred(problem, shift), len(barred))
        for shift in problem.shifts
    }
    ids = [problem.shifts[shift].id for shift, _ in kinds.all]
    weary = np.array([[INF if name in names else 0.0 for name in ids] for names in barred])
    row = problem.history.get(kinds.worker.id, ())
    tired = [0, own[past.run[0].id] if past.run else 0]
    if past.free == 1 and len(row) > 1 and (cell := row[-2]):
        tired[0] = own[cell]
    tires = np.array([own[name] for name in ids], np.int64)
    return tires, weary.reshape(len(barred), len(ids)), np.array(tired, np.int64)


def _barred(problem: Problem, shift: ShiftType) -> frozenset[str]:
    return frozenset(s.id for s in problem.shifts if too_close(shift, s, 2, problem.rules))


def _weekends(problem: Problem, worker: Worker) -> tuple[Ints, Floats]:
    """The number of each day's weekend and what so many of them cost; none where all are free."""
    found = [problem.weekend(day) for day in range(problem.days)]
    most, all_of_them = worker.limits.most_weekends, len(set(found) - {None})
    if most is None or most >= all_of_them:
        return np.full(problem.days, -1, np.int64), np.zeros(1)
    each = price(problem, "weekends")
    counted = range(all_of_them + 1) if each < INF else range(most + 1)
    costs = np.array([missed(worked - most, each) for worked in counted])
    return np.array([-1 if w is None else w + 7 for w in found], np.int64), costs


def _ending(problem: Problem, worker: Worker, unit: int, largest: int) -> Floats:
    minutes = unit * np.arange(problem.days * largest + 1)
    off = -(-np.abs(minutes - contract_minutes(problem, worker)) // HOUR)
    ending: Floats = problem.rules.price_hours_off * off.astype(np.float64)
    limits = worker.limits
    ending += _hours(minutes - most_minutes(problem, worker), price(problem, "overtime"))
    least, most = limits.least_minutes, limits.most_minutes
    beyond = least - minutes if most is None else np.maximum(minutes - most, least - minutes)
    ending += _hours(beyond, price(problem, "minutes_within"))
    kept = np.flatnonzero(ending < INF)
    return ending[: kept[-1] + 1 if len(kept) else 1]


def _hours(minutes: Ints, each: float) -> Floats:
    """Each begun hour above 0."""
    hours = -(-np.maximum(0, minutes) // HOUR)
    found: Floats = np.where(hours > 0, hours * each, 0.0)
    return found


def _fixed(problem: Problem, worker: Worker) -> Cells:
    place: dict[str | None, int] = {shift.id: k for k, shift in enumerate(problem.shifts)}
    place[None] = OFF
    cells = np.full(problem.days, OPEN, np.int8)
    if "fixed" not in problem.rules.prices:
        for day, shift in worker.fixed.items():
            cells[day] = place[shift]
    if "absences" not in problem.rules.prices:
        for day in absent_days(problem, worker.id):
            if cells[day] == OPEN:  # a shift that is fixed there leaves no row at all
                cells[day] = OFF
    return cells


def counting(person: Person, counted: Flags, least: int, most: int) -> Person:
    """The person with shifts of some types counted in the last digit of the units.

    The dynamic program then keeps their number within the limits, at the price of more states.
    """
    radix = most + person.stretch.shape[1]  # no block makes the digit overflow
    ending = np.full(len(person.ending) * radix, INF)
    for digit in range(least, most + 1):
        ending[digit::radix] = person.ending
    units = person.units * radix + counted[person.shift]
    return replace(
        person,
        units=units,
        ending=ending,
        radix=radix,
        dead=np.arange(radix) > most,
        cap=most,
        least=least,
        counted=counted,
    )
