"""Where a roster loses against the bound, told by the prices of the bound.

At given prices the distance between roster and bound is a sum: what each person's row costs more
than the cheapest one, and what each row of the grid costs more than with the best number of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from scheduler.columns.crew import Crew, rows_touched
from scheduler.columns.generation import Generation
from scheduler.columns.grid import Cells, Floats, Grid
from scheduler.columns.master import Prices
from scheduler.columns.neighbourhood import Part
from scheduler.columns.pricing import own_cost

SMALL = 1e-6


@dataclass(frozen=True)
class Guide:
    prices: Prices
    cheapest: dict[int, float]  # the value of each person's cheapest row at these prices

    def of_people(self, crew: Crew) -> Floats:
        """What each person's row costs more than the cheapest."""
        return np.array([self._more(crew.grid, who, row) for who, row in enumerate(crew.cells)])

    def _more(self, grid: Grid, who: int, cells: Cells) -> float:
        person, days = grid.people[who], np.flatnonzero(cells >= 0)
        earned = self.prices.rows[rows_touched(person, cells)].sum()
        extra = self.prices.extra[who, cells[days]].sum()
        return float(own_cost(person, cells) - earned + extra - self.cheapest[who])

    def of_rows(self, crew: Crew) -> Floats:
        """What each row of the grid costs more than with the best number of people."""
        grid = crew.grid
        people = np.arange(len(grid.people) + 1)
        costs = grid.table[:, people] + self.prices.rows[:, None] * people
        found: Floats = costs[np.arange(grid.rows), crew.there] - costs.min(axis=1)
        return found


def guide_of(generation: Generation) -> Guide | None:
    """By the prices of the best bound; None before there was one."""
    if generation.best is None:
        return None
    return Guide(generation.best, generation.cheapest_there)


def draw_guided(crew: Crew, guide: Guide, draw: Random, people: int, days: int) -> Part:
    """People and days where the roster loses most, by weight."""
    grid = crew.grid
    lost = np.maximum(0.0, guide.of_people(crew))
    at_rows = np.maximum(0.0, guide.of_rows(crew))
    row = _by_weight(at_rows, draw)
    touching = np.array([(person.rows_of == row).any() for person in grid.people])
    weights = lost + lost.mean() + SMALL
    if draw.random() < 0.5:
        weights *= 1 + 3 * touching
    draws = np.array([draw.random() for _ in grid.people])
    chosen = np.argsort(-(draws ** (1 / weights)), kind="stable")[: min(people, len(weights))]
    first = 0
    if days < grid.days:
        first = min(max(0, _day(grid, row, draw) - draw.randrange(days)), grid.days - days)
    return Part(sorted(int(who) for who in chosen), first, min(grid.days, first + days))


def _by_weight(weights: Floats, draw: Random) -> int:
    sums = np.cumsum(weights + SMALL)
    return min(int(np.searchsorted(sums, draw.random() * sums[-1])), len(weights) - 1)


def _day(grid: Grid, row: int, draw: Random) -> int:
    for person in grid.people:
        days, _, _ = np.nonzero(person.rows_of == row)
        if len(days):
            return int(days[draw.randrange(len(days))])
    return draw.randrange(grid.days)
