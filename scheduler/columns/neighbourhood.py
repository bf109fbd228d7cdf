"""A part of a roster made anew: some people, some days; all else stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from random import Random

import numpy as np

from scheduler.columns.choice import choose, count_worth_it
from scheduler.columns.crew import Crew, cell_prices
from scheduler.columns.dive import dive
from scheduler.columns.generation import Generation
from scheduler.columns.grid import Cells, Grid, Ints, Person
from scheduler.columns.kernel import INF, OPEN
from scheduler.columns.master import Master, Prices, fits
from scheduler.columns.pricing import Row, keeps_limits, legal_row, own_cost

ROUNDS = 40
NEAR = 0.3  # points between mixture and bound that are not worth another round,
NEAR_SHARE = 0.1  # and as a share of what could be gained
FEW = 30  # rows a person, up to which the integer program is quicker than a dive
SMOOTH = 0.4
SMALL = 1e-6
COUNT = 3  # rows asked for at once
Pool = dict[int, list[Row]]


@dataclass(frozen=True)
class Part:
    people: list[int]
    first: int  # day
    last: int  # day, not included


@dataclass(frozen=True)
class Tried:
    rows: dict[int, Cells] | None  # what is at least as good, if anything was found
    proved: bool  # that there is nothing better


def part_fixed(crew: Crew, part: Part) -> Cells:
    """Cells as they are outside of the part's days, and as the problem fixes them within."""
    fixed = crew.cells.copy()
    for who in part.people:
        own = crew.grid.people[who].fixed
        fixed[who, part.first : part.last] = own[part.first : part.last]
    return fixed


def part_master(crew: Crew, part: Part, fixed: Cells) -> Master:
    return Master(crew.grid, part.people, crew.without(part.people), _active(crew, part, fixed))


def _active(crew: Crew, part: Part, fixed: Cells) -> Ints:
    grid = crew.grid
    touched = np.zeros(grid.rows + 1, np.bool_)  # the last is of cells without a row
    for who in part.people:
        person = grid.people[who]
        days, kinds = np.nonzero((person.base < INF) & (fixed[who] == OPEN)[:, None])
        touched[person.rows_of[days, person.shift[kinds]]] = True
    found: Ints = np.flatnonzero(touched[:-1])
    return found


def better(
    crew: Crew, part: Part, pool: Pool, stop: Callable[[], bool], seconds: float | None
) -> Tried:
    """A choice of rows for the part's people that is no worse than what they have."""
    grid, fixed = crew.grid, part_fixed(crew, part)
    master = part_master(crew, part, fixed)
    current = _current(crew, part, master)
    for who in part.people:
        cells = crew.cells[who].copy()
        master.add(who, Row(cells, own_cost(grid.people[who], cells), True))
        for row in pool.get(who, ()):
            if fits(row.cells, fixed[who]) and keeps_limits(grid.people[who], row.cells):
                master.add(who, row)
    generation = Generation(master, fixed, SMOOTH, COUNT)

    def hopeless(g: Generation) -> bool:
        return ceil(g.bound - 1e-6) >= current - 1e-6

    def enough() -> bool:
        near = max(NEAR, NEAR_SHARE * (current - generation.bound))
        close = generation.value - generation.bound <= near
        return stop() or hopeless(generation) or close

    generation.run(enough, rounds=ROUNDS, gap=NEAR)
    if hopeless(generation):
        return Tried(None, True)
    solved = master.solve()
    if solved is None or stop():
        return Tried(None, False)
    value, prices = solved
    _remember(master, pool)
    _add_legal(grid, master, fixed, prices)
    if count_worth_it(master, prices, current - value) > FEW * len(part.people):
        dived = dive(generation, crew, stop)
        if dived.cost < crew.cost - 0.5:
            return Tried({who: dived.cells[who] for who in part.people}, False)
    return Tried(choose(master, prices, value, current, seconds), False)


def _current(crew: Crew, part: Part, master: Master) -> float:
    """What the part costs now: own costs and the rows that can change."""
    own = sum(own_cost(crew.grid.people[who], crew.cells[who]) for who in part.people)
    return own + float(crew.grid.table[master.active, crew.there[master.active]].sum())


def _add_legal(grid: Grid, master: Master, fixed: Cells, prices: Prices) -> None:
    """Rows that keep the limits of types, for those whose mixture has others."""
    for who in master.people:
        if any(not c.row.legal and c.share > 1e-6 for c in master.of[who]):
            earns = cell_prices(grid.people[who], prices.rows)
            row = legal_row(grid.people[who], earns, fixed[who], prices.extra[who])
            if row is not None:
                master.add(who, row)


REMEMBERED = 60


def _remember(master: Master, pool: Pool) -> None:
    """The rows of the mixture, for other neighbourhoods."""
    for who in master.people:
        own = pool.setdefault(who, [])
        known = {row.cells.tobytes() for row in own}
        good = [c.row for c in master.of[who] if c.row.legal and c.share > 1e-6]
        own += [row for row in good if row.cells.tobytes() not in known]
        del own[: max(0, len(own) - REMEMBERED)]


def draw_part(crew: Crew, draw: Random, people: int, days: int) -> Part:
    """People around something that costs, or alike, or by chance; days around it too."""
    grid = crew.grid
    count = min(people, len(grid.people))
    row, day = _sore_row(crew, draw)
    first = 0
    if days < grid.days:
        first = min(max(0, day - draw.randrange(days)), grid.days - days)
    way = draw.randrange(4)
    weights = np.array([draw.random() for _ in grid.people])
    if way == 0:  # those who could be in the cell, and best those who are free on that day
        able = np.array([_able(person, row, day) for person in grid.people])
        weights += able * (1.0 + (crew.cells[:, day] < 0))
    elif way == 1:  # people with the same shifts
        model = grid.people[draw.randrange(len(grid.people))]
        weights += np.array([_alike(model.shift, person.shift) for person in grid.people]) * 2
    elif way == 2:  # those whose wishes cost most
        own = np.array([own_cost(p, c) for p, c in zip(grid.people, crew.cells, strict=True)])
        lost = own - np.array(
            [np.minimum(p.base, 0).min(axis=1, initial=0).sum() for p in grid.people]
        )
        weights *= 1 + lost
    chosen = np.argsort(-weights, kind="stable")[:count]
    return Part(sorted(int(who) for who in chosen), first, min(grid.days, first + days))


def _sore_row(crew: Crew, draw: Random) -> tuple[int, int]:
    """A row that costs, by weight, and one of its days; else any."""
    grid = crew.grid
    if not grid.rows:
        return 0, draw.randrange(grid.days)
    cost = grid.table[np.arange(grid.rows), crew.there]
    least = cost - grid.table.min(axis=1)
    weights = np.cumsum(least + SMALL)
    row = min(int(np.searchsorted(weights, draw.random() * weights[-1])), grid.rows - 1)
    for person in grid.people:
        days, _, _ = np.nonzero(person.rows_of == row)
        if len(days):
            return row, int(days[draw.randrange(len(days))])
    return row, draw.randrange(grid.days)


def _able(person: Person, row: int, day: int) -> bool:
    return person.fixed[day] == OPEN and bool((person.rows_of[day] == row).any())


def _alike(a: Ints, b: Ints) -> float:
    return len(np.intersect1d(a, b)) / max(1, len(np.union1d(a, b)))
