"""Prices without a linear program: the volume algorithm of Barahona and Anbil (2000).

In long horizons or with many people one linear program takes seconds, and the first dozens only
find out where people are scarce at all. Here each step costs one row for each person, and gives a
bound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scheduler.columns.counts import broken_types, with_types
from scheduler.columns.crew import rows_touched
from scheduler.columns.generation import Generation
from scheduler.columns.grid import Cells, Floats
from scheduler.columns.master import Prices, no_prices
from scheduler.columns.pricing import Row
from scheduler.columns.rounding import Mixture

KEPT = 12  # steps whose rows are given to the linear program
MEMORY = 0.3  # weight of the newest step in the direction
DECAY = 0.97  # of the steps' length
SMALL = 1e-9


@dataclass
class Ascent:
    """Of one generation, whose master then begins with the rows of the last steps."""

    generation: Generation
    above: float  # what a roster is known to cost
    bound: float = -np.inf
    steps: int = 0
    length: float = 0.1
    kept: deque[list[tuple[int, Row]]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def run(
        self, stop: Callable[[], bool], steps: int, tell: Callable[[float], None] = lambda _b: None
    ) -> None:
        self.generation.exact = False  # prices are far off yet: counting would be in vain
        self._climb(stop, steps, tell)
        self.generation.exact = True

    def _climb(self, stop: Callable[[], bool], steps: int, tell: Callable[[float], None]) -> None:
        grid = self.generation.master.grid
        asked = no_prices(grid)
        beyond = np.array([person.beyond for person in grid.people])
        mean_rows: Floats | None = None
        mean_extra: Floats | None = None
        for _ in range(steps):
            if stop():
                return
            bound, rows, extra = self._step(asked)
            self.steps += 1
            if bound > self.bound:
                self.bound = bound
                tell(bound)
            if mean_rows is None or mean_extra is None:
                mean_rows, mean_extra = rows, extra
            mean_rows = MEMORY * rows + (1 - MEMORY) * mean_rows
            mean_extra = MEMORY * extra + (1 - MEMORY) * mean_extra
            norm = float((mean_rows**2).sum() + (mean_extra**2).sum())
            if norm < SMALL:
                return
            far = self.length * max(1.0, self.above - bound) / norm
            self.length *= DECAY
            asked = Prices(
                asked.rows + far * mean_rows,
                asked.people,
                np.clip(asked.extra + far * mean_extra, 0.0, beyond),
            )
            self._clip(asked.rows)

    def _clip(self, rows: Floats) -> None:
        """A row never earns more than its steepest cost, nor costs more than its flattest gain."""
        slopes = -np.diff(self.generation.master.costs_of_people(), axis=1)
        active = self.generation.master.active
        rows[active] = np.clip(rows[active], slopes.min(axis=1), slopes.max(axis=1))

    def _step(self, asked: Prices) -> tuple[float, Floats, Floats]:
        """The bound at these prices, and the direction in which it grows."""
        master = self.generation.master
        grid = master.grid
        counts = np.zeros(grid.rows)
        extra = np.zeros_like(asked.extra)
        cheapest, found = {}, []
        for who, values, rows in self.generation.price(asked):
            cheapest[who] = float(values[0]) if len(values) else 0.0
            if not rows:
                continue
            cells = rows[0].cells
            found.append((who, rows[0]))
            np.add.at(counts, rows_touched(grid.people[who], cells), 1.0)
            had = np.bincount(cells[cells >= 0], minlength=len(grid.shifts))
            extra[who] = had - grid.people[who].most
        self.kept.append(found)
        wanted = np.zeros(grid.rows)
        wanted[master.active] = self._wanted(asked, counts)
        rows_direction = np.where(wanted == counts, 0.0, wanted - counts)
        extra[(asked.extra <= 0) & (extra < 0)] = 0.0
        return master.bound(asked, cheapest), rows_direction, extra

    def _wanted(self, asked: Prices, counts: Floats) -> Floats:
        """How many people each row would have at these prices; if it is all one, who is there."""
        master = self.generation.master
        costs = master.costs_of_people()
        ours = np.arange(costs.shape[1])
        costs = costs + asked.rows[master.active][:, None] * ours
        least = costs.min(axis=1, keepdims=True)
        far = np.abs(ours - counts[master.active][:, None]) + np.where(costs > least + 1e-9, 1e6, 0)
        wanted: Floats = far.argmin(axis=1).astype(float)
        return wanted

    def mixture(self) -> Mixture:
        """The rows of the last steps, all with the same share: single steps swing widely."""
        rows: list[list[Cells]] = [[] for _ in self.generation.master.grid.people]
        for found in self.kept:
            for who, row in found:
                rows[who].append(row.cells)
        return [[(cells, 1 / len(own)) for cells in own] for own in rows]

    def give_rows(self) -> None:
        for found in self.kept:
            for who, row in found:
                person = self.generation.master.grid.people[who]
                types = broken_types(person, row.cells)
                if row.legal or with_types(person, types, person.fixed) is None:
                    self.generation.master.add(who, row)
