"""The best choice of one known row for each person, as an integer program solved by HiGHS."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.columns.crew import rows_touched
from scheduler.columns.grid import Cells
from scheduler.columns.master import Column, Master, Prices
from scheduler.columns.pieces import add_pieces, pieces
from scheduler.columns.pricing import over_limits

NODES = 2000
MOST = 60  # rows for each person


def choose(
    master: Master, prices: Prices, value: float, better_than: float, seconds: float | None
) -> dict[int, Cells] | None:
    """Rows of a choice that costs at most `better_than`; None if none was found.

    `value` is the mixture's at `prices`: a row whose reduced cost is above the difference is in no
    better choice.
    """
    candidates = _worth_it(master, prices, better_than - value)
    if any(not columns for columns in candidates.values()):
        return None
    model = mathopt.Model()
    model.objective.is_maximize = False
    counts = _rows(master, model)
    picked: list[tuple[Column, mathopt.Variable]] = []
    for columns in candidates.values():
        one = model.add_linear_constraint(lb=1, ub=1)
        for column in columns:
            variable = model.add_binary_variable()
            cost = column.cost + over_limits(master.grid.people[column.who], column.row.cells)
            model.objective.set_linear_coefficient(variable, cost)
            one.set_coefficient(variable, 1.0)
            for row in rows_touched(master.grid.people[column.who], column.row.cells):
                if (count := counts.get(int(row))) is not None:
                    count.set_coefficient(variable, 1.0)
            picked.append((column, variable))
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=_parameters(seconds))
    if not result.has_primal_feasible_solution():
        return None
    values = result.variable_values([variable for _, variable in picked])
    return {
        column.who: column.row.cells
        for (column, _), share in zip(picked, values, strict=True)
        if share > 0.5
    }


def count_worth_it(master: Master, prices: Prices, gap: float) -> int:
    """How many rows could be in a better choice."""
    return sum(len(columns) for columns in _worth_it(master, prices, gap).values())


def _parameters(seconds: float | None) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(
        node_limit=NODES,
        absolute_gap_tolerance=0.99,
        relative_gap_tolerance=0.0,
        time_limit=None if seconds is None else timedelta(seconds=seconds),
    )


def _worth_it(master: Master, prices: Prices, gap: float) -> dict[int, list[Column]]:
    padded = np.append(prices.rows, 0.0)
    found: dict[int, list[tuple[float, Column]]] = {}
    for who in master.people:
        own = found.setdefault(who, [])
        for column in master.of[who]:
            cells = column.row.cells
            if not column.row.legal:
                continue
            days = np.flatnonzero(cells >= 0)
            earned = padded[rows_touched(master.grid.people[who], cells)].sum()
            earned -= prices.extra[who, cells[days]].sum()
            limits = (prices.extra[who] * master.grid.people[who].most).sum()
            cost = column.row.cost - over_limits(master.grid.people[who], cells)
            reduced = cost - earned - limits - prices.people[who]
            if reduced <= gap + 1e-6:
                own.append((reduced, column))
        own.sort(key=lambda item: item[0])
    return {who: [column for _, column in own[:MOST]] for who, own in found.items()}


def _rows(master: Master, model: mathopt.Model) -> dict[int, mathopt.LinearConstraint]:
    """The same pieces of cost as in the master, without its columns."""
    slopes = dict(zip(master.active, np.diff(master.costs_of_people()), strict=True))
    return {row: add_pieces(model, pieces(slopes[row])) for row in master.bent}
