"""The first roster: people one after another, each with the row that is then worth most."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from scheduler.columns.beside import depths, held
from scheduler.columns.crew import Crew, marginal_prices
from scheduler.columns.grid import Cells, Floats, Grid
from scheduler.columns.kernel import OFF
from scheduler.columns.pricing import legal_row, own_cost


class NoRow(Exception):
    """One person, by index, for whom no legal row was found."""

    def __init__(self, who: int) -> None:
        super().__init__(f"no legal row found for person {who}")
        self.who = who


def first_crew(grid: Grid, draw: Random, stand_in: Callable[[int], Cells | None]) -> Crew:
    """Legal. `stand_in` is asked where the dynamic program finds nothing. Raises NoRow."""
    crew = Crew(grid, np.full((len(grid.people), grid.days), OFF, np.int8))
    order = list(range(len(grid.people)))
    draw.shuffle(order)
    order.sort(key=depths(grid.beside, len(order)).__getitem__)
    for who in order:
        person = held(grid, crew.cells, who)
        row = legal_row(person, marginal_prices(grid, who, crew.there), person.fixed)
        cells = stand_in(who) if row is None else row.cells
        if cells is None:
            raise NoRow(who)
        crew.put(who, cells)
    return crew


def one_by_one(crew: Crew, draw: Random, stop: Callable[[], bool]) -> None:
    """Gives each person the best row beside the others', until nobody's can be bettered."""
    grid = crew.grid
    order = list(range(len(grid.people)))
    kept = 0  # people in a row whose own was the best
    while kept < len(order) and not stop():
        draw.shuffle(order)
        for who in order:
            there = crew.without([who])
            prices = marginal_prices(grid, who, there)
            person = held(grid, crew.cells, who)
            row = legal_row(person, prices, person.fixed)
            old = crew.cells[who]
            gain = 0.0
            if row is not None:
                before = own_cost(person, old) - _earned(old, prices)
                gain = before - (row.cost - _earned(row.cells, prices))
            if row is not None and gain > -1e-6:
                crew.put(who, row.cells)
            kept = 0 if gain > 1e-6 else kept + 1
            if kept >= len(order) or stop():
                return


def _earned(cells: Cells, prices: Floats) -> float:
    days = np.flatnonzero(cells >= 0)
    return float(prices[days, cells[days]].sum())
