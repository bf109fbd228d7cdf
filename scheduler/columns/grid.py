"""A problem as arrays: what people cost by themselves, and what their being there together costs.

Being there is counted in rows. A row is a shift of a day (or a stretch of hours) and costs a convex
function of the number of people in it, kept as a table; a cell (day, shift) counts in some rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from math import gcd

import numpy as np
from numpy.typing import NDArray

from scheduler.columns.kernel import INF, OFF, OPEN
from scheduler.hours import absent_days, most_minutes
from scheduler.problem import Problem, Roster, ShiftType, Worker

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.int8]  # shift index, or kernel.OFF, of each day
Flags = NDArray[np.bool_]


COUNTED = 7  # limits of a shift type up to which the dynamic program counts it,
COUNTED_STATES = 400_000  # unless it then had more states than this; measured, docs/engine.md


class Unsuited(ValueError):
    """The problem has rules that this engine does not know; the message names them."""


@dataclass(frozen=True)
class Person:
    base: Floats  # [day, kind]: own cost; INF where the kind is not allowed
    shift: Ints  # kind -> index of the shift
    units: Ints  # kind -> units of minutes
    follows: Flags  # [kind, kind the day after]
    opens: Flags  # [0 on day 0 else 1, kind]: may begin a block
    runs: Ints  # least run, most run, most of a run on day 0, least days off
    most_weekends: int
    ending: Floats  # units in all -> cost; INF where not allowed
    fixed: Cells  # day -> OPEN, OFF or a shift
    most: Ints  # shift -> how often at most
    radix: int = 1  # of the last digit of the units; 1: there is none
    cap: int = 0  # of that digit


@dataclass(frozen=True)
class Grid:
    days: int
    shifts: tuple[str, ...]
    weekend: Ints  # day -> number of the weekend, or -1
    people: tuple[Person, ...]
    names: tuple[str, ...]
    rows_of: Ints  # [day, shift, n] -> a row, or -1
    table: Floats  # [row, people] -> cost
    constant: int  # cost of wishes taken as met

    @property
    def rows(self) -> int:
        return len(self.table)

    def roster(self, cells: Cells) -> Roster:
        return Roster(
            {
                name: tuple(None if cell < 0 else self.shifts[cell] for cell in row)
                for name, row in zip(self.names, cells, strict=True)
            }
        )


def build_grid(problem: Problem) -> Grid:
    """Raises Unsuited."""
    _refuse(problem)
    unit = reduce(gcd, (shift.work for shift in problem.shifts)) or 1
    own, constant = _wishes(problem)
    rows_of, table = _needs(problem)
    return Grid(
        days=problem.days,
        shifts=tuple(shift.id for shift in problem.shifts),
        weekend=_weekends(problem),
        people=tuple(
            _tightest_counted(_person(problem, w, own[i], unit))
            for i, w in enumerate(problem.workers)
        ),
        names=tuple(worker.id for worker in problem.workers),
        rows_of=rows_of,
        table=table,
        constant=constant,
    )


def _refuse(problem: Problem) -> None:
    """Only what the dynamic program and the rows can say may be asked for."""
    rules = problem.rules
    unknown = {
        "needs of hours": problem.needs,
        "prices of hard rules": rules.prices,
        "round_the_clock": rules.round_the_clock,
        "least_on_duty": rules.least_on_duty,
        "least_crisis": rules.least_crisis and (rules.price_short or rules.need_is_hard),
        "least_supervisors": rules.least_supervisors and rules.price_supervisor,
        "rest_hours": rules.rest_hours,
        "price_standby": rules.price_standby and any(s.on_call for s in problem.shifts),
        "price_night_spread": rules.price_night_spread and any(s.night for s in problem.shifts),
        "price_hours_off": rules.price_hours_off,
        "history": any(any(row) for row in problem.history.values()),
        "nights_in_a_row": any(s.night for s in problem.shifts)
        and rules.nights_in_a_row < problem.days,
        "overlapping shifts": any(s.runs_over for s in problem.shifts),
    }
    asked = [name for name, there in unknown.items() if there]
    if asked:
        raise Unsuited(f"column generation does not know {', '.join(asked)}")


def _weekends(problem: Problem) -> Ints:
    found = (problem.weekend(day) for day in range(problem.days))
    return np.array([-1 if w is None else w + 7 for w in found], np.int64)


def _wishes(problem: Problem) -> tuple[Floats, int]:
    """[worker, day, shift] own costs, and what is paid where nothing is worked.

    A wish for a shift costs when it is not given: a constant, and its return for the shift.
    """
    index = {worker.id: i for i, worker in enumerate(problem.workers)}
    place = {shift.id: k for k, shift in enumerate(problem.shifts)}
    own = np.zeros((len(problem.workers), problem.days, len(problem.shifts)))
    constant = 0
    for wish in problem.wishes:
        price = wish.weight * problem.rules.price_wish
        cell = own[index[wish.worker], wish.day]
        wants_work = wish.want == (wish.shift is not None)
        constant += price if wants_work else 0
        wished = slice(None) if wish.shift is None else place[wish.shift]
        cell[wished] += -price if wants_work else price
    return own, constant


def _needs(problem: Problem) -> tuple[Ints, Floats]:
    place = {shift.id: k for k, shift in enumerate(problem.shifts)}
    rows_of = np.full((problem.days, len(problem.shifts), 1), -1, np.int64)
    people = np.arange(len(problem.workers) + 2)
    table = np.zeros((len(problem.shift_needs), len(people)))
    for row, need in enumerate(problem.shift_needs):
        rows_of[need.day, place[need.shift], 0] = row
        table[row] = need.price_short * np.maximum(0, need.people - people)
        table[row] += need.price_over * np.maximum(0, people - need.people)
    return rows_of, table


def _person(problem: Problem, worker: Worker, own: Floats, unit: int) -> Person:
    limits, rules = worker.limits, problem.rules
    kinds = [k for k, shift in enumerate(problem.shifts) if _may(problem, worker, shift)]
    shifts = [problem.shifts[k] for k in kinds]
    longest = min(rules.days_in_a_row, limits.most_days_in_a_row or problem.days, problem.days)
    units = np.array([shift.work // unit for shift in shifts], np.int64)
    follows = [[after.id not in before.not_before for after in shifts] for before in shifts]
    most = [limits.most_of.get(shift.id, problem.days) for shift in problem.shifts]
    weekends = problem.days if limits.most_weekends is None else limits.most_weekends
    return Person(
        base=np.ascontiguousarray(own[:, kinds]),
        shift=np.array(kinds, np.int64),
        units=units,
        follows=np.array(follows, np.bool_).reshape(len(kinds), len(kinds)),
        opens=np.ones((2, len(kinds)), np.bool_),
        runs=np.array(
            [limits.least_days_in_a_row, longest, longest, limits.least_days_off], np.int64
        ),
        most_weekends=min(weekends, problem.days // 7 + 2),
        ending=_ending(problem, worker, unit, int(units.max(initial=0))),
        fixed=_fixed(problem, worker),
        most=np.array(most, np.int64),
    )


def counting(person: Person, shift: int) -> Person:
    """The person with shifts of one type counted in the last digit of the units.

    The dynamic program then keeps the limit of that type in each row, at the price of more states.
    """
    cap = int(person.most[shift])
    radix = cap + int(person.runs[1:3].max()) + 1  # no block makes the digit overflow
    ending = np.full(len(person.ending) * radix, INF)
    for digit in range(cap + 1):
        ending[digit::radix] = person.ending
    units = person.units * radix + (person.shift == shift)
    return replace(person, units=units, ending=ending, radix=radix, cap=cap)


def _tightest_counted(person: Person) -> Person:
    """The limits that bind most are the small ones, and these need the fewest states."""
    days = len(person.fixed)
    few = [int(s) for s in person.shift if person.most[s] <= min(COUNTED, days - 1)]
    if not few:
        return person
    counted = counting(person, min(few, key=lambda s: person.most[s]))
    states = len(counted.ending) * days * (person.most_weekends + 1) * len(person.shift)
    return counted if states <= COUNTED_STATES else person


def _may(problem: Problem, worker: Worker, shift: ShiftType) -> bool:
    barred = worker.no_nights and (shift.night or shift.on_call)
    return worker.limits.most_of.get(shift.id, problem.days) > 0 and not barred


def _ending(problem: Problem, worker: Worker, unit: int, largest: int) -> Floats:
    most = min(most_minutes(problem, worker), problem.days * largest * unit)
    if worker.limits.most_minutes is not None:
        most = min(most, worker.limits.most_minutes)
    ending = np.full(most // unit + 1, INF)
    ending[-(-worker.limits.least_minutes // unit) :] = 0.0
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
