"""Column generation: rows that would better the mixture are added until there are none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from scheduler.columns.crew import cell_prices
from scheduler.columns.grid import Cells, Flags, Floats
from scheduler.columns.master import Master, Prices
from scheduler.columns.pricing import Row, over_limits, rows_for

SMALL = 1e-6
BARRED = 1e5  # makes a type dearer than anything else
Priced = tuple[int, Floats, list[Row]]


@dataclass
class Generation:
    """The state of one generation; `fixed[who]` are the cells of that person that are decided."""

    master: Master
    fixed: Cells
    smooth: float = 0.0  # how far prices stay with those of the best bound: fewer rounds
    count: int = 1  # rows asked for at once
    pool: Executor | None = None
    exact: bool = True  # whether rows keep limits of types by themselves, where they can
    value: float = np.inf
    bound: float = -np.inf
    rounds: int = 0
    prices: Prices | None = None  # of the last mixture
    barred: Flags = field(init=False)  # [who, shift]: on no day that is not fixed
    best: Prices | None = None  # of the best bound,
    cheapest_there: dict[int, float] = field(default_factory=dict)  # values of rows at those

    def __post_init__(self) -> None:
        grid = self.master.grid
        self.barred = np.zeros((len(grid.people), len(grid.shifts)), np.bool_)

    def run(
        self,
        stop: Callable[[], bool],
        rounds: int = 100_000,
        gap: float = 0.0,
        tell: Callable[[Generation], None] = lambda _self: None,
    ) -> bool:
        """True when nothing can better the mixture by more than `gap`, False when stopped."""
        for _ in range(rounds):
            solved = self.master.solve()
            if solved is None:
                return False
            self.value, prices = solved
            self.prices = prices
            added = self._round(prices, self._between(prices))
            if not added and self.best is not None and self.smooth > 0:
                added = self._round(prices, prices)
            self.rounds += 1
            tell(self)
            if not added or self.value - self.bound <= gap:
                return True
            if stop():
                return False
        return False

    def near(self, share: float) -> bool:
        """Whether the mixture is within that share of its value above its bound."""
        return self.value - self.bound <= share * abs(self.value)

    def forget_bound(self) -> None:
        """After something was fixed, older bounds and their prices say nothing."""
        self.bound, self.best = -np.inf, None

    def _between(self, prices: Prices) -> Prices:
        best, share = self.best, self.smooth
        if best is None or share <= 0:
            return prices
        return Prices(
            share * best.rows + (1 - share) * prices.rows,
            prices.people,
            share * best.extra + (1 - share) * prices.extra,
        )

    def _round(self, prices: Prices, asked: Prices) -> int:
        """Asks at the prices `asked`; adds what is worth it at the mixture's own."""
        grid, added, cheapest = self.master.grid, 0, {}
        for who, values, rows in self.price(asked):
            cheapest[who] = float(values[0]) if len(values) else 0.0
            own = cell_prices(grid.people[who], prices.rows)
            for row in rows:
                days = np.flatnonzero(row.cells >= 0)
                shifts = row.cells[days]
                earned = (own[days, shifts] - prices.extra[who, shifts]).sum()
                cost = row.cost - over_limits(grid.people[who], row.cells)
                if cost - earned < prices.people[who] - SMALL:
                    added += self.master.add(who, row)
        bound = self.master.bound(asked, cheapest)
        if bound > self.bound:
            self.bound, self.best, self.cheapest_there = bound, asked, cheapest
        return added

    def bound_at(self, asked: Prices) -> float:
        """Lagrange's bound at these prices."""
        return self.master.bound(asked, self.cheapest(asked))

    def cheapest(self, asked: Prices) -> dict[int, float]:
        """The value of each person's cheapest row at these prices."""
        return {who: float(values[0]) for who, values, _ in self.price(asked) if len(values)}

    def price(self, asked: Prices) -> list[Priced]:
        grid = self.master.grid

        def one(who: int) -> Priced:
            person = grid.people[who]
            earns = cell_prices(person, asked.rows)
            dear = asked.extra[who] + BARRED * self.barred[who]
            values, rows = rows_for(
                person, earns, self.fixed[who], dear, self.count, exact=self.exact
            )
            cells = self.fixed[who][self.fixed[who] >= 0]
            return who, values - BARRED * self.barred[who, cells].sum(), rows

        people = self.master.people
        return list(map(one, people) if self.pool is None else self.pool.map(one, people))


def pricing_pool(workers: int) -> ThreadPoolExecutor | None:
    """The compiled program lets other threads run, so that people can be priced side by side."""
    return ThreadPoolExecutor(workers) if workers > 1 else None
