"""One person of a problem as the dynamic program sees them: kinds of shifts, limits, own costs."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

import numpy as np

from scheduler.columns.grid import Cells, Flags, Floats, Ints, Person
from scheduler.columns.kernel import INF, OFF, OPEN
from scheduler.hours import HOUR, absent_days, contract_minutes, most_minutes, too_close
from scheduler.problem import Problem, ShiftType, Worker

Kind = tuple[int, int]  # index of the shift, place in a run of nights (0: it does not matter)


def build_person(
    problem: Problem, worker: Worker, own: Floats, unit: int, rows_of: Ints, shares: bool
) -> Person:
    """`own[day, shift]` are the costs of wishes, `unit` the minutes that all shifts are made of."""
    limits = worker.limits
    longest = _longest(problem, worker)
    before = _last_days(problem, worker)
    kinds = _kinds(problem, worker, longest + len(before))
    shift = np.array([place for place, _ in kinds], np.int64)
    weekend, most_weekends = _weekends(problem, worker)
    most = [limits.most_of.get(each.id, problem.days) for each in problem.shifts]
    first_run = max(0, longest - len(before))
    units = np.array([problem.shifts[place].work // unit for place in shift], np.int64)
    return Person(
        base=np.ascontiguousarray(_allowed(problem, worker, own)[:, shift]),
        shift=shift,
        units=units,
        follows=_follows(problem, kinds),
        opens=_opens(problem, kinds, before),
        runs=np.array(
            [limits.least_days_in_a_row, longest, first_run, limits.least_days_off], np.int64
        ),
        weekend=weekend,
        most_weekends=most_weekends,
        ending=_ending(problem, worker, unit, int(units.max(initial=0))),
        fixed=_fixed(problem, worker),
        most=np.array(most, np.int64),
        rows_of=rows_of,
        shares_nights=shares,
    )


def _longest(problem: Problem, worker: Worker) -> int:
    own = worker.limits.most_days_in_a_row or problem.days
    return min(problem.rules.days_in_a_row, own, problem.days)


def _last_days(problem: Problem, worker: Worker) -> list[ShiftType]:
    """The run of shifts that ends on the day before the horizon, newest first."""
    shifts = {shift.id: shift for shift in problem.shifts}
    row = reversed(problem.history.get(worker.id, ()))
    return [shifts[cell] for cell in takewhile(lambda cell: cell is not None, row) if cell]


def _kinds(problem: Problem, worker: Worker, longest: int) -> list[Kind]:
    """Nights are told apart by their place in a run of nights, where that has a limit."""
    most = problem.rules.nights_in_a_row
    places = range(1, most + 1) if most < longest else range(1)
    kinds: list[Kind] = []
    for index, shift in enumerate(problem.shifts):
        if _may(problem, worker, shift):
            kinds += [(index, place) for place in places] if shift.night else [(index, 0)]
    return kinds


def _may(problem: Problem, worker: Worker, shift: ShiftType) -> bool:
    barred = worker.no_nights and (shift.night or shift.on_call)
    return worker.limits.most_of.get(shift.id, problem.days) > 0 and not barred


def _may_follow(problem: Problem, before: ShiftType, after: ShiftType) -> bool:
    return after.id not in before.not_before and not too_close(before, after, 1, problem.rules)


def _follows(problem: Problem, kinds: list[Kind]) -> Flags:
    found = np.zeros((len(kinds), len(kinds)), np.bool_)
    for a, (before, place) in enumerate(kinds):
        for b, (after, next_place) in enumerate(kinds):
            shifts = problem.shifts[before], problem.shifts[after]
            found[a, b] = next_place in (0, place + 1) and _may_follow(problem, *shifts)
    return found


def _opens(problem: Problem, kinds: list[Kind], before: list[ShiftType]) -> Flags:
    nights = len(list(takewhile(lambda shift: shift.night, before)))
    found = np.ones((2, len(kinds)), np.bool_)
    for kind, (shift, place) in enumerate(kinds):
        found[1, kind] = place <= 1
        found[0, kind] = place in (0, nights + 1)
        if before and not _may_follow(problem, before[0], problem.shifts[shift]):
            found[0, kind] = False
    return found


def _allowed(problem: Problem, worker: Worker, own: Floats) -> Floats:
    """No shift runs into a day of absence."""
    costs = own.copy()
    over = [k for k, shift in enumerate(problem.shifts) if shift.runs_over]
    for day in absent_days(problem, worker.id):
        if day > 0:
            costs[day - 1, over] = INF
    return costs


def _weekends(problem: Problem, worker: Worker) -> tuple[Ints, int]:
    """The number of each day's weekend and how many may be worked; none where all may be."""
    found = [problem.weekend(day) for day in range(problem.days)]
    most = worker.limits.most_weekends
    if most is None or most >= len(set(found) - {None}):
        return np.full(problem.days, -1, np.int64), 0
    return np.array([-1 if w is None else w + 7 for w in found], np.int64), most


def _ending(problem: Problem, worker: Worker, unit: int, largest: int) -> Floats:
    most = min(most_minutes(problem, worker), problem.days * largest * unit)
    if worker.limits.most_minutes is not None:
        most = min(most, worker.limits.most_minutes)
    minutes = unit * np.arange(most // unit + 1)
    off = -(-np.abs(minutes - contract_minutes(problem, worker)) // HOUR)
    ending: Floats = problem.rules.price_hours_off * off.astype(np.float64)
    ending[minutes < worker.limits.least_minutes] = INF
    return ending


def _fixed(problem: Problem, worker: Worker) -> Cells:
    place: dict[str | None, int] = {shift.id: k for k, shift in enumerate(problem.shifts)}
    place[None] = OFF
    cells = np.full(problem.days, OPEN, np.int8)
    for day, shift in worker.fixed.items():
        cells[day] = place[shift]
    for day in absent_days(problem, worker.id):
        cells[day] = OFF
    return cells


def counting(person: Person, counted: Flags, least: int, most: int) -> Person:
    """The person with shifts of some types counted in the last digit of the units.

    The dynamic program then keeps their number within the limits, at the price of more states.
    """
    radix = most + int(person.runs[1:3].max()) + 1  # no block makes the digit overflow
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
