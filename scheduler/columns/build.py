"""From a problem to its grid."""

from __future__ import annotations

from functools import reduce
from math import gcd

import numpy as np

from scheduler.columns.beside import beside, in_circles
from scheduler.columns.cells import Cells
from scheduler.columns.covers import covers
from scheduler.columns.grid import Grid, Unsuited
from scheduler.columns.kernel import INF
from scheduler.columns.persons import build_person
from scheduler.hours import shares_nights, too_close
from scheduler.problem import Problem, ShiftType


def build_grid(problem: Problem) -> Grid:
    """Raises Unsuited."""
    _refuse(problem)
    unit = reduce(gcd, (shift.work for shift in problem.shifts)) or 1
    cells = Cells(problem)
    cover = covers(problem)
    night = np.array([shift.night for shift in problem.shifts])
    price = problem.rules.price_night_spread if night.any() else 0
    sharing = {worker.id for worker in shares_nights(problem)} if price else set()
    return Grid(
        days=problem.days,
        shifts=tuple(shift.id for shift in problem.shifts),
        people=tuple(
            build_person(problem, w, cells.own[i], unit, cover.of[i], shares=w.id in sharing)
            for i, w in enumerate(problem.workers)
        ),
        names=tuple(worker.id for worker in problem.workers),
        table=cover.table,
        constant=cells.constant + cover.constant,
        night=night,
        price_spread=price,
        duty=np.array([not shift.on_call for shift in problem.shifts]),
        beside=beside(problem),
        price_alone=float(problem.rules.prices.get("together", INF)),
    )


def _refuse(problem: Problem) -> None:
    """Only what the dynamic program and the rows can say may be asked for."""
    unknown = {
        "rest over more than a day off": _too_close(problem, 3),
        "rest over a day off at a price": "rest" in problem.rules.prices and _too_close(problem, 2),
        "people who work only beside each other": in_circles(problem),
        "standing by between shifts that lie too close": _stand_by_between(problem),
    }
    asked = [name for name, there in unknown.items() if there]
    if asked:
        raise Unsuited(f"column generation does not know {', '.join(asked)}")


def _too_close(problem: Problem, days: int) -> bool:
    return any(
        too_close(one, other, days, problem.rules)
        for one in problem.shifts
        for other in problem.shifts
    )


def _stand_by_between(problem: Problem) -> bool:
    """Whether a shift may lie between two that are too close to each other."""

    def follow(one: ShiftType, other: ShiftType) -> bool:
        return not too_close(one, other, 1, problem.rules)

    return any(
        too_close(one, other, 2, problem.rules) and follow(one, mid) and follow(mid, other)
        for one in problem.shifts
        for mid in problem.shifts
        for other in problem.shifts
    )
