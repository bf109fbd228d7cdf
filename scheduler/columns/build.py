"""From a problem to its grid."""

from __future__ import annotations

from functools import reduce
from math import gcd

import numpy as np

from scheduler.columns.covers import covers
from scheduler.columns.grid import Floats, Grid, Unsuited
from scheduler.columns.persons import build_person
from scheduler.curves import curves
from scheduler.hours import duty_shifts, judged_hours, on_call_shifts, shares_nights, too_close
from scheduler.problem import Problem


def build_grid(problem: Problem) -> Grid:
    """Raises Unsuited."""
    _refuse(problem)
    unit = reduce(gcd, (shift.work for shift in problem.shifts)) or 1
    own, wished = _wishes(problem)
    cover = covers(problem)
    night = np.array([shift.night for shift in problem.shifts])
    price = problem.rules.price_night_spread if night.any() else 0
    sharing = {worker.id for worker in shares_nights(problem)} if price else set()
    return Grid(
        days=problem.days,
        shifts=tuple(shift.id for shift in problem.shifts),
        people=tuple(
            build_person(
                problem, w, own[i], unit, cover.of[w.qualifications], shares=w.id in sharing
            )
            for i, w in enumerate(problem.workers)
        ),
        names=tuple(worker.id for worker in problem.workers),
        table=cover.table,
        constant=wished + cover.constant,
        night=night,
        price_spread=price,
    )


def _refuse(problem: Problem) -> None:
    """Only what the dynamic program and the rows can say may be asked for."""
    unknown = {
        "prices of hard rules": problem.rules.prices,
        "shifts that change within an hour": _changes_within_hours(problem),
        "rest over a whole day off": any(
            too_close(before, after, 2, problem.rules)
            for before in problem.shifts
            for after in problem.shifts
        ),
        "history with a least run of days": any(
            max(worker.limits.least_days_in_a_row, worker.limits.least_days_off) > 1
            and problem.history.get(worker.id)
            for worker in problem.workers
        ),
    }
    asked = [name for name, there in unknown.items() if there]
    if asked:
        raise Unsuited(f"column generation does not know {', '.join(asked)}")


def _changes_within_hours(problem: Problem) -> bool:
    """Whether an hour with a price has several stretches, of which the audit takes the worst."""
    if next(curves(problem, 1), None) is None:
        return False
    kinds = (duty_shifts(problem), on_call_shifts(problem), problem.shifts)
    judged = (judged_hours(problem, shifts) for shifts in kinds)
    return any(len(pieces) > 1 for hours in judged for pieces in hours.values())


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
