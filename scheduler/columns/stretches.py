"""What runs of days with shifts and of free days cost one person: too long, too short.

As everywhere in the dynamic program INF is what a hard rule forbids; a rule with a price costs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from scheduler.columns.grid import Floats
from scheduler.columns.kernel import INF
from scheduler.problem import Problem, ShiftType, Worker


@dataclass(frozen=True)
class Before:
    """What the days before the horizon leave behind."""

    run: list[ShiftType]  # the shifts that end on the day before, newest first
    free: int  # free days that do
    days: int  # that are known

    @property
    def run_known(self) -> bool:
        """Whether the day before the run is known too: it may then be called too short."""
        return self.days > len(self.run)

    @property
    def free_known(self) -> bool:
        return self.days > self.free


def before(problem: Problem, worker: Worker) -> Before:
    shifts = {shift.id: shift for shift in problem.shifts}
    row = problem.history.get(worker.id, ())[::-1]
    run = [shifts[cell] for cell in takewhile(lambda cell: cell is not None, row) if cell]
    return Before(run, len(list(takewhile(lambda cell: cell is None, row))), len(row))


def price(problem: Problem, rule: str) -> float:
    return float(problem.rules.prices.get(rule, INF))


def missed(units: int, each: float) -> float:
    """The cost of so many units by which a rule is broken."""
    return units * each if units > 0 else 0.0


def stretch_costs(problem: Problem, worker: Worker, past: Before) -> Floats:
    """[place, length] of a block, as the kernel wants it: no longer than may be."""
    lengths = range(problem.days + 1)
    table = np.full((4, problem.days + 1), INF)
    for place in range(4):
        begun = len(past.run) if place % 2 else 0
        whole = place < 2 and (past.run_known if place % 2 else True)
        for length in lengths[1:]:
            cost = _too_long(problem, worker, begun, length)
            cost += _too_short(problem, worker, begun + length) if whole else 0.0
            table[place, length] = min(cost, INF)
    longest = max((n for n in lengths if (table[:, n] < INF).any()), default=0)
    return np.ascontiguousarray(table[:, : longest + 1])


def _too_long(problem: Problem, worker: Worker, begun: int, length: int) -> float:
    own = worker.limits.most_days_in_a_row
    limits = [("days_in_a_row", problem.rules.days_in_a_row)]
    limits += [] if own is None else [("run_of_days", own)]
    return sum(
        missed(min(length, begun + length - most), price(problem, name)) for name, most in limits
    )


def _too_short(problem: Problem, worker: Worker, days: int) -> float:
    return missed(worker.limits.least_days_in_a_row - days, price(problem, "run_of_days"))


def gap_costs(problem: Problem, worker: Worker) -> Floats:
    least, each = worker.limits.least_days_off, price(problem, "days_off")
    return np.array([INF, *(missed(least - days, each) for days in range(1, least + 1))])


def begin_costs(problem: Problem, worker: Worker, past: Before) -> Floats:
    """[free days before the first block]."""
    least, each = worker.limits.least_days_off, price(problem, "days_off")
    costs = np.zeros(problem.days + 1)
    for free in range(problem.days + 1):
        known = past.free_known and (free > 0 or past.free > 0) and free < problem.days
        costs[free] += missed(least - past.free - free, each) if known else 0.0
        if free > 0 and past.run and past.run_known:
            costs[free] += _too_short(problem, worker, len(past.run))
    return np.minimum(costs, INF)
