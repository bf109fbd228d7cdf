"""The linear program over the rows known so far: which mixture of them is cheapest together.

Its duals say what a person's being in a cell earns. Limits of shift types are kept by the mixture
(one constraint for each limit that any row has broken), not by each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.columns.crew import rows_touched
from scheduler.columns.grid import Cells, Floats, Grid, Ints
from scheduler.columns.kernel import INF
from scheduler.columns.pieces import Piece, add_pieces, pieces
from scheduler.columns.pricing import Row, over_limits

BROKEN_LIMIT = 1e4  # price of a shift above a limit, so that the program always has an answer
MISSING = 1e-6  # people
PARAMETERS = mathopt.SolveParameters(
    lp_algorithm=mathopt.LPAlgorithm.PRIMAL_SIMPLEX, presolve=mathopt.Emphasis.OFF
)
FRESH = mathopt.SolveParameters(lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX)
# OR-Tools 9.15 raises the AttributeError while it puts GLOP's "abnormal" into words.
FAILED = (mathopt.InternalMathOptError, AttributeError, RuntimeError, ValueError)
# Reading an answer in Python takes longer than a small program itself: only what is used.
WANTED = mathopt.ModelSolveParameters(
    variable_values_filter=mathopt.SparseVectorFilter(skip_zero_values=True),
    reduced_costs_filter=mathopt.SparseVectorFilter(filtered_items=[]),
)


@dataclass(frozen=True)
class Prices:
    rows: Floats  # what one more person in a row of the grid earns
    people: Floats  # [who]: what a person's row costs in the mixture
    extra: Floats  # [who, shift]: what each shift of a type costs more, because of its limit


def no_prices(grid: Grid) -> Prices:
    people = len(grid.people)
    extra = np.zeros((people, len(grid.shifts)))
    return Prices(np.zeros(grid.rows), np.zeros(people), extra)


@dataclass
class Column:
    who: int
    row: Row
    cost: float  # of the row itself and of the straight rows of the grid that it stands in
    touched: Ints  # rows of the grid
    variable: mathopt.Variable
    share: float = 0.0  # in the last mixture
    alive: bool = True


class Master:
    """For some people; the others stand where `there` says.

    Only the `active` rows of the grid are looked at; in the others nothing can change.
    """

    def __init__(self, grid: Grid, people: Sequence[int], there: Ints, active: Ints) -> None:
        self.grid = grid
        self.people = tuple(people)
        self.there = there
        self.active = active
        self.columns: list[Column] = []
        self.of: dict[int, list[Column]] = {who: [] for who in people}
        self._known: set[tuple[int, bytes]] = set()
        self._model = mathopt.Model()
        self._model.objective.is_maximize = False
        self._one = {who: self._model.add_linear_constraint(lb=1, ub=1) for who in people}
        self._count: dict[int, mathopt.LinearConstraint] = {}
        self._idle: dict[int, list[Piece]] = {}  # rows that cost nothing until people are missing
        self._limit: dict[tuple[int, int], mathopt.LinearConstraint] = {}
        self._straight = np.zeros(grid.rows + 1)  # slope of each row that has only one
        for row, reach in zip(active, self._reach(), strict=True):
            self._add_row(int(row), int(reach))
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    @property
    def bent(self) -> tuple[int, ...]:
        """The rows of the grid whose cost is not the same for each person more."""
        return (*self._count, *self._idle)

    def costs_of_people(self) -> Floats:
        """[active row, people of ours in it] -> cost."""
        table, most = self.grid.table, self.grid.table.shape[1] - 1
        ours = np.arange(len(self.people) + 1)
        at = np.minimum(self.there[self.active][:, None] + ours[None, :], most)
        costs: Floats = table[self.active[:, None], at]
        return costs

    def _reach(self) -> Ints:
        """How many of the people can stand in each active row."""
        reach = np.zeros(self.grid.rows + 1, np.int64)
        for who in self.people:
            reach[np.unique(self.grid.people[who].rows_of)] += 1
        found: Ints = reach[self.active]
        return found

    def _add_row(self, row: int, reach: int) -> None:
        """A row of one slope adds to the columns' costs; the others have a constraint each.

        Those in which nothing is to be paid for more people get theirs when people are missing.
        """
        table, base = self.grid.table[row], int(self.there[row])
        found = pieces(np.diff(table[base : base + reach + 1]))
        if len(found) < 2:
            self._straight[row] = found[0].slope if found else 0.0
        elif found[-1].slope == 0:
            self._idle[row] = found
        else:
            self._count[row] = add_pieces(self._model, found)

    def add(self, who: int, row: Row) -> bool:
        """False if it was known already."""
        key = (who, row.cells.tobytes())
        if key in self._known:
            return False
        self._known.add(key)
        variable = self._model.add_variable(lb=0)
        rows = rows_touched(self.grid.people[who], row.cells)
        person = self.grid.people[who]
        # What is paid above a limit is paid by the mixture.
        cost = row.cost - over_limits(person, row.cells) + float(self._straight[rows].sum())
        self._model.objective.set_linear_coefficient(variable, cost)
        self._one[who].set_coefficient(variable, 1.0)
        for touched in rows:
            count = self._count.get(int(touched))
            if count is not None:
                count.set_coefficient(variable, 1.0)
        column = Column(who, row, cost, rows, variable)
        self.columns.append(column)
        self.of[who].append(column)
        self._limits(column)
        return True

    def _limits(self, column: Column) -> None:
        most = self.grid.people[column.who].most
        had = np.bincount(column.row.cells[column.row.cells >= 0], minlength=len(most))
        for shift in np.flatnonzero(had):
            key = (column.who, int(shift))
            if key in self._limit:
                self._limit[key].set_coefficient(column.variable, float(had[shift]))
            elif had[shift] > most[shift]:
                self._add_limit(key, float(most[shift]))

    def _add_limit(self, key: tuple[int, int], most: float) -> None:
        who, shift = key
        limit = self._model.add_linear_constraint(ub=most)
        beyond = self._model.add_variable(lb=0)
        price = self.grid.people[who].beyond[shift]
        self._model.objective.set_linear_coefficient(beyond, price if price < INF else BROKEN_LIMIT)
        limit.set_coefficient(beyond, -1.0)
        for column in self.of[who]:
            limit.set_coefficient(column.variable, float((column.row.cells == shift).sum()))
        self._limit[key] = limit

    def forbid(self, column: Column) -> None:
        column.alive = False
        column.variable.upper_bound = 0.0

    def solve(self) -> tuple[float, Prices] | None:
        """The value of the best mixture (own costs and active rows) and its prices."""
        result = self._complete_answer()
        if result is None:
            return None
        prices = no_prices(self.grid)
        prices.rows[:] = -self._straight[:-1]
        if self._count:
            prices.rows[list(self._count)] = result.dual_values(self._count.values())
        prices.people[list(self._one)] = result.dual_values(self._one.values())
        for key, dual in zip(self._limit, result.dual_values(self._limit.values()), strict=True):
            prices.extra[key] = max(0.0, -dual)
        idle = list(self._idle)
        before = self.grid.table[self.active, self.there[self.active]].sum()
        saved = self.grid.table[idle, self.there[idle]] - self.grid.table[idle].min(axis=1)
        return result.objective_value() + float(before - saved.sum()), prices

    def _complete_answer(self) -> mathopt.SolveResult | None:
        """The program's answer once nobody is missing in a row that it does not know."""
        while (result := self._answer()) is not None:
            shares = result.variable_values()
            for column in self.columns:
                column.share = shares.get(column.variable, 0.0)
            missing = self._missing()
            if not missing:
                break
            self.wake(missing)
        return result

    def _missing(self) -> list[int]:
        there = self.there.astype(np.float64)
        for column in self.columns:
            if column.share > 0:
                there[column.touched] += column.share
        return [
            row
            for row, found in self._idle.items()
            if there[row] < self.there[row] + sum(piece.people for piece in found[:-1]) - MISSING
        ]

    @property
    def awake(self) -> tuple[int, ...]:
        """The rows of the grid that have a constraint."""
        return tuple(self._count)

    def wake(self, rows: Iterable[int]) -> None:
        """Gives constraints to those of the rows that were idle."""
        rows = [row for row in rows if row in self._idle]
        woken = np.zeros(self.grid.rows, np.bool_)
        woken[rows] = True
        for row in rows:
            self._count[row] = add_pieces(self._model, self._idle.pop(row))
        for column in self.columns:
            for row in column.touched[woken[column.touched]]:
                self._count[int(row)].set_coefficient(column.variable, 1.0)

    def _answer(self) -> mathopt.SolveResult | None:
        """A program on which the simplex fails from where it stood is begun once more afresh."""
        for parameters in (PARAMETERS, FRESH):
            try:
                result = self._solver.solve(params=parameters, model_params=WANTED)
            except FAILED:
                self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
                continue
            if result.has_primal_feasible_solution() and result.has_dual_feasible_solution():
                return result
        return None

    def bound(self, prices: Prices, cheapest: dict[int, float]) -> float:
        """No mixture, whatever rows are found, costs less: Lagrange, at any prices.

        `cheapest[who]` is the value of the person's cheapest row at these prices.
        """
        costs = self.costs_of_people()
        ours = np.arange(costs.shape[1])
        rows = (costs + prices.rows[self.active][:, None] * ours).min(axis=1).sum()
        limits = sum(
            float((prices.extra[who] * self.grid.people[who].most).sum()) for who in self.people
        )
        return float(rows) + sum(cheapest.values()) - limits


def mean_shares(master: Master) -> Floats:
    """[who, day, shift + 1]: how much of the mixture has the person there; 0 is free."""
    grid = master.grid
    shares = np.zeros((len(grid.people), grid.days, len(grid.shifts) + 1))
    days = np.arange(grid.days)
    for column in master.columns:
        if column.share > 1e-7:
            shares[column.who, days, column.row.cells + 1] += column.share
    return shares


def fits(cells: Cells, fixed: Cells) -> bool:
    """Whether a row keeps what is fixed."""
    return bool(((fixed == -2) | (fixed == cells)).all())
