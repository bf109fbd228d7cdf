"""What single cells cost by themselves: wishes, and rules about cells that are hard or priced."""

from __future__ import annotations

import numpy as np

from scheduler.columns.grid import Floats
from scheduler.columns.kernel import INF
from scheduler.hours import absent_days, day_prices
from scheduler.problem import Problem, Worker


class Cells:
    """[worker, day, shift] costs, and a constant.

    What costs when a shift is not given is a constant, and its return for the shift.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.place = {shift.id: k for k, shift in enumerate(problem.shifts)}
        self.own = np.zeros((len(problem.workers), problem.days, len(problem.shifts)))
        self.constant = 0
        index = {worker.id: i for i, worker in enumerate(problem.workers)}
        for wish in problem.wishes:
            cost = wish.weight * problem.rules.price_wish
            self._asked(self.own[index[wish.worker], wish.day], wish.shift, wish.want, cost)
        for worker, own in zip(problem.workers, self.own, strict=True):
            self._rules(worker, own)

    def _asked(self, cell: Floats, shift: str | None, want: bool, cost: int) -> None:
        wants_work = want == (shift is not None)
        self.constant += cost if wants_work else 0
        asked = slice(None) if shift is None else self.place[shift]
        cell[asked] += -cost if wants_work else cost

    def _rules(self, worker: Worker, own: Floats) -> None:
        problem, prices = self.problem, self.problem.rules.prices
        duty = [not shift.on_call for shift in problem.shifts]
        for day, cost in day_prices(problem, worker).items():
            own[day, duty] += cost
        if "fixed" in prices:
            for day, shift in worker.fixed.items():
                self._asked(own[day], shift, True, prices["fixed"])
        if worker.no_nights and "no_nights" in prices:
            barred = [shift.night or shift.on_call for shift in problem.shifts]
            own[:, barred] += prices["no_nights"]
        away, missing = absent_days(problem, worker.id), prices.get("absences", INF)
        over = [shift.runs_over for shift in problem.shifts]
        for day in away:
            own[day] += missing
            if day > 0 and day - 1 not in away:
                own[day - 1, over] += missing
