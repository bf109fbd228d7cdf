"""From a mixture of rows to a roster at once: people one after another, the surest first.

Each gets the row that is best beside those who have theirs, where the others are expected as they
stand in the mixture (the method of conditional expectations, Raghavan 1988). How many will be in a
row of the grid is taken as normal around what is expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.columns.crew import Crew, cell_prices, rows_touched
from scheduler.columns.grid import Cells, Floats, Grid, Ints
from scheduler.columns.master import Master
from scheduler.columns.pricing import legal_row

LOGISTIC = 1.702  # the logistic curve of this slope is within 0.01 of the normal distribution
DOUBT = 0.2  # of the variance: who comes later fills gaps and does not draw lots; measured
LEAST_DOUBT = 1e-4
SMALL = 1e-7

Mixture = Sequence[Sequence[tuple[Cells, float]]]  # person -> rows and their shares, which sum to 1


def mixture_of(master: Master) -> Mixture:
    """The shares of the last linear program, of all people of the grid."""
    found = []
    for who in range(len(master.grid.people)):
        used = [c for c in master.of[who] if c.share > SMALL]
        whole = sum(c.share for c in used)
        found.append([(c.row.cells, c.share / whole) for c in used])
    return found


def rounded(grid: Grid, mixture: Mixture, otherwise: Crew) -> Crew:
    """Legal; those for whom no legal row is found keep that of `otherwise`."""
    there = np.array([_there(grid, who, rows) for who, rows in enumerate(mixture)])
    left = _Expected(there.sum(axis=0), (there * (1 - there)).sum(axis=0))
    steps = _Steps(grid)
    crew = Crew(grid, np.full((len(grid.people), grid.days), -1, np.int8))
    surest = sorted(range(len(mixture)), key=lambda who: -_surest(mixture[who]))
    for who in surest:
        left.mean -= there[who]
        left.variance -= there[who] * (1 - there[who])
        person = grid.people[who]
        prices = cell_prices(person, steps.gains(crew.there, left))
        row = legal_row(person, prices, person.fixed)
        crew.put(who, otherwise.cells[who] if row is None else row.cells)
    return crew


def _surest(rows: Sequence[tuple[Cells, float]]) -> float:
    return max((share for _, share in rows), default=0.0)


def _there(grid: Grid, who: int, rows: Sequence[tuple[Cells, float]]) -> Floats:
    """[row of the grid]: how much of the person is there."""
    found = np.zeros(grid.rows)
    for cells, share in rows:
        np.add.at(found, rows_touched(grid.people[who], cells), share)
    return np.minimum(found, 1.0)


@dataclass
class _Expected:
    """[row of the grid]: of those who have no row yet."""

    mean: Floats
    variance: Floats


@dataclass
class _Steps:
    """What one more person in a row saves: so much at first, and less after certain numbers."""

    grid: Grid
    first: Floats = field(init=False)
    row: Ints = field(init=False)
    people: Ints = field(init=False)
    change: Floats = field(init=False)

    def __post_init__(self) -> None:
        saves = -np.diff(self.grid.table, axis=1)
        self.first = saves[:, 0]
        self.row, before = np.nonzero(np.diff(saves, axis=1))
        self.people = before + 1
        self.change = saves[self.row, before + 1] - saves[self.row, before]

    def gains(self, there: Ints, left: _Expected) -> Floats:
        """[row of the grid]: what one more is expected to save."""
        mean = there[self.row] + left.mean[self.row]
        spread = np.sqrt(np.maximum(DOUBT * left.variance[self.row], LEAST_DOUBT))
        far = np.clip(LOGISTIC * (self.people - 0.5 - mean) / spread, -50.0, 50.0)
        changed = np.bincount(self.row, self.change / (1 + np.exp(far)), self.grid.rows)
        found: Floats = self.first + changed
        return found
