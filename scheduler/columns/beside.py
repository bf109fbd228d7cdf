"""People who work only beside another: the mixture does not know it, every step to a roster does.

That one may be only where another is cannot be said as a convex cost of their number. So the bound
is one of rosters in which they may be anywhere, and when rosters are made one of the two moves at a
time, as the other's row lets them; or those whom they follow move freely, and they after them.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np

from scheduler.columns.crew import Crew, marginal_prices
from scheduler.columns.grid import Cells, Grid, Person
from scheduler.columns.kernel import INF, OFF, OPEN
from scheduler.columns.neighbourhood import Part, Pool
from scheduler.columns.pricing import legal_row
from scheduler.problem import PairKind, Problem

LIFTED = 0.5  # of the neighbourhoods: followers are taken out and put back
Pairs = tuple[tuple[int, int], ...]


def beside(problem: Problem) -> Pairs:
    """Who works only with whom."""
    index = {worker.id: place for place, worker in enumerate(problem.workers)}
    kept = (pair for pair in problem.pairs if pair.kind is PairKind.TOGETHER)
    return tuple((index[pair.one], index[pair.other]) for pair in kept)


def in_circles(problem: Problem) -> bool:
    """Whether somebody works only beside people who work only beside them."""
    people = len(problem.workers)
    return max(depths(beside(problem), people), default=0) > people


def depths(pairs: Pairs, people: int) -> list[int]:
    """How many others each person follows, one after another; without end in a circle."""
    found = [0] * people
    for _ in range(people + 1 if pairs else 0):
        for one, other in pairs:
            found[one] = max(found[one], found[other] + 1)
    return found


def held(grid: Grid, cells: Cells, who: int) -> Person:
    """The person with what the others' rows, as they are, leave."""
    own = [pair for pair in grid.beside if who in pair]
    if not own:
        return grid.people[who]
    person = grid.people[who]
    base, fixed, price = person.base.copy(), person.fixed.copy(), grid.price_alone
    for one, other in own:
        if who == one:
            alone = grid.duty[person.shift] & (cells[other][:, None] != person.shift)
            base[alone] += price
            continue
        for day in np.flatnonzero(grid.works(cells[one])):
            if price >= INF and fixed[day] == OPEN:
                fixed[day] = cells[one][day]
            elif price < INF:
                base[day, person.shift == cells[one][day]] -= price
    return replace(person, base=np.minimum(base, INF), fixed=fixed)


def lifted(crew: Crew, part: Part) -> tuple[Crew, list[int]]:
    """The crew without those who follow somebody of the part, and who they are."""
    found = crew.copy()
    followers = [one for one, other in crew.grid.beside if other in part.people]
    for who in followers:
        found.put(who, np.where(crew.grid.works(crew.cells[who]), OFF, crew.cells[who]))
    return found, followers


def follow(crew: Crew, followers: list[int]) -> None:
    """Gives these the best rows beside the others, where there are any."""
    for who in followers:
        person = held(crew.grid, crew.cells, who)
        row = legal_row(person, marginal_prices(crew.grid, who, crew.without([who])), person.fixed)
        if row is not None:
            crew.put(who, row.cells)


def moving(crew: Crew, part: Part, pool: Pool, draw: Random) -> tuple[Crew, Part, list[int]]:
    """The crew as the part's people may move in it, and who is to follow them when they have."""
    followers: list[int] = []
    if draw.random() < LIFTED:
        crew, followers = lifted(crew, part)
        part = replace(part, people=[who for who in part.people if who not in followers])
    return *_holding(crew, part, pool), followers


def _holding(crew: Crew, part: Part, pool: Pool) -> tuple[Crew, Part]:
    """Of two who hang together only one moves."""
    grid, people = crew.grid, list(part.people)
    for pair in grid.beside:
        if set(pair) <= set(people):
            people.remove(pair[0])
    moved = [held(grid, crew.cells, w) if w in people else p for w, p in enumerate(grid.people)]
    for who in {who for pair in grid.beside for who in pair}:
        pool.pop(who, None)  # its rows were made beside others
    inner = replace(grid, people=tuple(moved), beside=())  # in their own costs already
    return Crew(inner, crew.cells), replace(part, people=people)
