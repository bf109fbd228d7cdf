"""Nights that are shared: everybody's number of them is kept between two figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from scheduler.columns.crew import Crew, marginal_prices
from scheduler.columns.first import one_by_one
from scheduler.columns.generation import Generation
from scheduler.columns.grid import Cells, Grid, Ints, Person
from scheduler.columns.master import Master, Prices, mean_shares
from scheduler.columns.persons import counting
from scheduler.columns.pricing import keeps_limits, legal_row, rows_for

STEPS = 8  # of prices, each twice the one before


def within(grid: Grid, cells: Cells, fewest: int, most: int) -> Grid:
    """The grid with the limits for those who keep them and share nights; `grid` is one without."""
    people = list(grid.people)
    for who, person in enumerate(people):
        if person.shares_nights:
            counted = _between(grid, person, fewest, most)
            if counted is not None and keeps_limits(counted, cells[who]):
                people[who] = counted
    return replace(grid, people=tuple(people))


def _between(grid: Grid, person: Person, fewest: int, most: int) -> Person | None:
    """With so many nights, those of the months before counted in; None where there are too many."""
    least, most = fewest - person.nights_before, most - person.nights_before
    return counting(person, grid.night, max(0, least), most) if most >= 0 else None


def as_even(grid: Grid, crew: Crew) -> Crew:
    """The crew with limits for nights that keep it as even as it is; `grid` is one without."""
    if not grid.shares_nights:
        return crew
    return Crew(within(grid, crew.cells, *crew.nights()), crew.cells)


def limited(grid: Grid, fewest: int, most: int) -> Grid:
    """The grid with the limits for all who share nights and can keep them; see `within`."""
    people = list(grid.people)
    nothing = np.zeros((grid.days, len(grid.shifts)))
    for who, person in enumerate(people):
        if person.shares_nights:
            counted = _between(grid, person, fewest, most)
            if counted is not None and len(rows_for(counted, nothing, person.fixed)[0]):
                people[who] = counted
    return replace(grid, people=tuple(people))


def evened(grid: Grid, crew: Crew, draw: Random, stop: Callable[[], bool]) -> Crew:
    """The crew with the limits of `grid` kept, as far as rows that keep them are found."""
    found = Crew(grid, crew.cells)
    for who, person in enumerate(grid.people):
        if not keeps_limits(person, found.cells[who]):
            row = legal_row(person, marginal_prices(grid, who, found.without([who])), person.fixed)
            if row is not None:
                found.put(who, row.cells)
    one_by_one(found, draw, stop)
    return found


@dataclass(frozen=True)
class Whole:
    """What is known of a roster's cost because nights come whole: nobody can have 2.4 of them.

    Either nobody has more than the whole part of the average, or everybody has more, or there is a
    difference: of one night, and then all have one of two numbers, or of two nights at least.
    """

    fewer: float
    more: float
    any: float  # whatever the nights are
    price: float  # of a difference of one

    def bound(self, between: float) -> float:
        """`between` is a bound for rosters in which all have one of the two numbers."""
        two = self.any + 2 * self.price
        return min(self.fewer, self.more, two, max(between, self.any) + self.price)


def whole_nights(everybody: Generation, prices: Prices, bound: float, fewest: int) -> Whole:
    """The nights of `everybody` have no limits yet, and `bound` is theirs at `prices`."""
    price = everybody.master.grid.price_spread
    enough = bound + 2 * price
    fewer = _all_alike(everybody, prices, fewest, 1.0, enough)
    more = _all_alike(everybody, prices, fewest + 1, -1.0, enough)
    return Whole(max(bound, fewer), max(bound, more), bound, price)


def average(master: Master) -> float:
    """How many nights those who share them have in the mixture, on average."""
    grid = master.grid
    shares = mean_shares(master)[:, :, 1:][:, :, grid.night].sum(axis=(1, 2))
    own = shares[[person.shares_nights for person in grid.people]]
    return float((own + grid.nights_before).mean())


def _all_alike(
    everybody: Generation, prices: Prices, nights: int, sign: float, enough: float
) -> float:
    """Of rosters in which all have the same number, at most `nights` (sign 1) or at least (-1)."""
    grid = everybody.master.grid
    rows = _rows_of_nights(grid)
    sharing = np.array([person.shares_nights for person in grid.people])
    best = -np.inf
    for power in range(STEPS):
        more = sign * 2.0**power
        shifted = prices.rows.copy()
        shifted[rows] += more
        asked = replace(prices, rows=shifted)
        charged = replace(asked, extra=prices.extra + more * np.outer(sharing, grid.night))
        found = everybody.master.bound(asked, everybody.cheapest(charged))
        found -= more * (nights * sharing.sum() - grid.nights_before.sum())
        if found < best or best >= enough:
            break
        best = found
    return float(best)


def _rows_of_nights(grid: Grid) -> Ints:
    """Rows in which everybody counts with each night of a day, and with nothing else."""
    rows = np.ones(grid.rows + 1, np.bool_)
    rows[-1] = False  # of cells without a row
    for person in grid.people:
        rows[np.unique(person.rows_of[:, ~grid.night])] = False
        every = np.ones(grid.rows + 1, np.bool_)
        for shift in np.flatnonzero(grid.night):
            touched = np.zeros(grid.rows + 1, np.bool_)
            touched[person.rows_of[:, shift]] = True
            every &= touched
        rows &= every
    found: Ints = np.flatnonzero(rows)
    return found
