"""A legal row of one person from CP-SAT, where the dynamic program's repairs find none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from ortools.sat.python import cp_model

from scheduler.columns.grid import Cells, Grid
from scheduler.columns.kernel import OFF
from scheduler.model import build
from scheduler.problem import Problem

SECONDS = 30.0


def stand_in(problem: Problem, grid: Grid, who: int) -> Cells | None:
    worker = problem.workers[who]
    alone = replace(
        problem,
        workers=(worker,),
        wishes=(),
        shift_needs=(),
        needs=(),
        rules=replace(problem.rules, round_the_clock=False, least_on_duty=0, least_crisis=0),
        absences=tuple(a for a in problem.absences if a.worker == worker.id),
        history={name: row for name, row in problem.history.items() if name == worker.id},
        carried={},
        pairs=(),
    )
    model = build(alone)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = SECONDS
    if solver.solve(model.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    row = model.roster(solver.boolean_value).cells[worker.id]
    place = {shift: index for index, shift in enumerate(grid.shifts)}
    return np.array([OFF if cell is None else place[cell] for cell in row], np.int8)
