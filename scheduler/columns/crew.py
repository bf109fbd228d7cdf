"""Everybody's rows together: how many people stand in each row of the grid, and what it costs."""

from __future__ import annotations

import numpy as np

from scheduler.columns.grid import Cells, Floats, Grid, Ints
from scheduler.columns.pricing import own_cost


def rows_touched(grid: Grid, cells: Cells) -> Ints:
    """The rows of the grid in which somebody with these cells counts."""
    days = np.flatnonzero(cells >= 0)
    rows = grid.rows_of[days, cells[days]].ravel()
    found: Ints = rows[rows >= 0]
    return found


class Crew:
    """A row for each person; `cost` is the objective, kept up to date."""

    def __init__(self, grid: Grid, cells: Cells) -> None:
        self.grid = grid
        self.cells = cells.copy()
        self.there = np.zeros(grid.rows, np.int64)
        for row in cells:
            np.add.at(self.there, rows_touched(grid, row), 1)

    def copy(self) -> Crew:
        return Crew(self.grid, self.cells)

    @property
    def cost(self) -> float:
        own = sum(own_cost(p, row) for p, row in zip(self.grid.people, self.cells, strict=True))
        return self.grid.constant + own + self.shared_cost

    @property
    def shared_cost(self) -> float:
        return float(self.grid.table[np.arange(self.grid.rows), self.there].sum())

    def put(self, who: int, cells: Cells) -> None:
        self.there[rows_touched(self.grid, self.cells[who])] -= 1
        self.there[rows_touched(self.grid, cells)] += 1
        self.cells[who] = cells

    def without(self, people: list[int]) -> Ints:
        """How many of the others stand in each row."""
        there = self.there.copy()
        for who in people:
            there[rows_touched(self.grid, self.cells[who])] -= 1
        return there


def cell_prices(grid: Grid, row_prices: Floats) -> Floats:
    """[day, shift]: the sum of the prices of the rows in which the cell counts."""
    padded = np.append(row_prices, 0.0)  # index -1: no row
    found: Floats = padded[grid.rows_of].sum(axis=2)
    return found


def marginal_prices(grid: Grid, there: Ints) -> Floats:
    """[day, shift]: what one more person in the cell saves."""
    index = np.arange(grid.rows)
    return cell_prices(grid, grid.table[index, there] - grid.table[index, there + 1])
