"""Everybody's rows together: how many people stand in each row of the grid, and what it costs."""

from __future__ import annotations

import numpy as np

from scheduler.columns.grid import Cells, Floats, Grid, Ints, Person
from scheduler.columns.kernel import INF
from scheduler.columns.pricing import own_cost


def rows_touched(person: Person, cells: Cells) -> Ints:
    """The rows of the grid in which the person counts with these cells."""
    days = np.flatnonzero(cells >= 0)
    rows = person.rows_of[days, cells[days]].ravel()
    found: Ints = rows[rows >= 0]
    return found


class Crew:
    """A row for each person; `cost` is the objective, kept up to date."""

    def __init__(self, grid: Grid, cells: Cells) -> None:
        self.grid = grid
        self.cells = cells.copy()
        self.there = np.zeros(grid.rows, np.int64)
        for person, row in zip(grid.people, cells, strict=True):
            np.add.at(self.there, rows_touched(person, row), 1)

    def copy(self) -> Crew:
        return Crew(self.grid, self.cells)

    @property
    def cost(self) -> float:
        own = sum(own_cost(p, row) for p, row in zip(self.grid.people, self.cells, strict=True))
        return self.grid.constant + own + self.shared_cost + self.spread_cost + self.alone_cost

    @property
    def shared_cost(self) -> float:
        return float(self.grid.table[np.arange(self.grid.rows), self.there].sum())

    @property
    def spread_cost(self) -> float:
        fewest, most = self.nights()
        return self.grid.price_spread * (most - fewest)

    @property
    def alone_cost(self) -> float:
        """Where being alone has no price it is not counted: such a roster is not legal."""
        if self.grid.price_alone >= INF:
            return 0.0
        works, cells = self.grid.works(self.cells), self.cells
        alone = sum(
            int((works[one] & (cells[one] != cells[other])).sum())
            for one, other in self.grid.beside
        )
        return self.grid.price_alone * alone

    def nights(self) -> tuple[int, int]:
        """The fewest and the most of those who share nights."""
        had = self.grid.shared_nights(self.cells)
        return (int(had.min()), int(had.max())) if len(had) else (0, 0)

    def put(self, who: int, cells: Cells) -> None:
        person = self.grid.people[who]
        self.there[rows_touched(person, self.cells[who])] -= 1
        self.there[rows_touched(person, cells)] += 1
        self.cells[who] = cells

    def without(self, people: list[int]) -> Ints:
        """How many of the others stand in each row."""
        there = self.there.copy()
        for who in people:
            there[rows_touched(self.grid.people[who], self.cells[who])] -= 1
        return there


def cell_prices(person: Person, row_prices: Floats) -> Floats:
    """[day, shift]: the sum of the prices of the rows in which the person's cell counts."""
    padded = np.append(row_prices, 0.0)  # index -1: no row
    found: Floats = padded[person.rows_of].sum(axis=2)
    return found


def marginal_prices(grid: Grid, who: int, there: Ints) -> Floats:
    """[day, shift]: what that person saves by being in the cell."""
    index = np.arange(grid.rows)
    return cell_prices(grid.people[who], grid.table[index, there] - grid.table[index, there + 1])
