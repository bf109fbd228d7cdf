"""From a mixture of rows to a roster: the surest cells are fixed, the rest is generated anew."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from scheduler.columns.crew import Crew, cell_prices, marginal_prices, rows_touched
from scheduler.columns.generation import BARRED, Generation
from scheduler.columns.grid import Cells, Flags
from scheduler.columns.kernel import INF, OPEN
from scheduler.columns.master import Column, Master, fits, mean_shares
from scheduler.columns.pricing import legal_row

SURE = 0.93  # share of the mixture from which on a cell is fixed
STEP = 30  # at least one of so many undecided cells is fixed at a time
ROUNDS = 3  # of generation after each step,
MORE_ROUNDS = 5  # and where the mixture has become worse by more than a
WORSE = 0.02  # share of its value


def no_hurry() -> float:
    return math.inf


def dive(
    generation: Generation,
    crew: Crew,
    stop: Callable[[], bool],
    left: Callable[[], float] = no_hurry,
) -> Crew:
    """A legal roster near the mixture; those for whom no legal row is found keep that of `crew`.

    `left` says how many seconds there are: where steps are slow, each fixes more.
    """
    master = generation.master
    generation.forget_bound()
    before = generation.fixed
    generation.fixed = before.copy()
    cells = int((generation.fixed == OPEN).sum())
    least = 0
    while not stop() and not _whole(master) and _fix(generation, least):
        began, value = left(), generation.value
        generation.run(stop, rounds=ROUNDS)
        if generation.value > value + WORSE * abs(value):
            generation.run(stop, rounds=MORE_ROUNDS)
        generation.forget_bound()
        if master.solve() is None:
            break
        if math.isfinite(began):
            least = int(cells * (began - left()) / max(1.0, left()))
    return _read(master, crew, before)


def _whole(master: Master) -> bool:
    return all(any(column.share > 1 - 1e-4 for column in master.of[who]) for who in master.people)


def _top(columns: list[Column]) -> Column:
    return max((c for c in columns if c.alive), key=lambda c: c.share)


def _fix(generation: Generation, least: int) -> bool:
    """Fixes cells of people's largest rows only, so that each person keeps a row."""
    shares = mean_shares(generation.master)
    where: list[tuple[int, int, int]] = []
    sure: list[float] = []
    for who in generation.master.people:
        cells = _top(generation.master.of[who]).row.cells
        for day in np.flatnonzero(generation.fixed[who] == OPEN):
            where.append((who, int(day), int(cells[day])))
            sure.append(shares[who, day, cells[day] + 1])
    if not where:
        return False
    order = np.argsort(-np.array(sure), kind="stable")
    certain = int((np.array(sure) >= SURE).sum())
    most = max(1, len(where) // 3)
    count = max(min(certain, most), len(where) // STEP, least, 1)
    decided: dict[int, Cells] = {}
    for index in order[:count]:
        who, day, cell = where[index]
        decided.setdefault(who, generation.fixed[who].copy())[day] = cell
    kept = [_decide(generation, who, fixed) for who, fixed in decided.items()]
    return any(kept)


def _decide(generation: Generation, who: int, fixed: Cells) -> bool:
    """Fixes the cells and bars the types that are used up; False if no row would be left."""
    master = generation.master
    most, beyond = master.grid.people[who].most, master.grid.people[who].beyond
    used_up = np.bincount(fixed[fixed >= 0], minlength=len(most)) >= most
    barred: Flags = used_up & (beyond >= INF)
    dear = np.where(barred, BARRED, 0.0)
    left = [c for c in master.of[who] if c.alive and _may_stay(c.row.cells, fixed, barred)]
    if not left:
        earns = np.zeros((master.grid.days, len(most)))
        if generation.prices is not None:
            earns = cell_prices(master.grid.people[who], generation.prices.rows)
        row = legal_row(master.grid.people[who], earns, fixed, dear)
        if row is None:
            return False
        master.add(who, row)
    generation.fixed[who] = fixed
    generation.barred[who] = barred
    for column in master.of[who]:
        if column.alive and not _may_stay(column.row.cells, fixed, barred):
            master.forbid(column)
    return True


def _may_stay(cells: Cells, fixed: Cells, barred: Flags) -> bool:
    """Whether a row keeps what is fixed and has no more of a type that is used up."""
    free = cells[(fixed == OPEN) & (cells >= 0)]
    return fits(cells, fixed) and not barred[free].any()


def _read(master: Master, crew: Crew, fixed: Cells) -> Crew:
    """People one by one, the surest first; who has no legal row gets one beside the others."""
    grid, found = master.grid, crew.copy()
    tops = {who: _top(master.of[who]) for who in master.people}
    lacking = []
    for who, top in tops.items():
        legal = [c for c in master.of[who] if c.row.legal and c.share > 0.5]
        if top.row.legal or legal:
            found.put(who, (top if top.row.legal else legal[0]).row.cells)
        else:
            lacking.append(who)
            _take_out(found, who)
    for who in lacking:
        prices = marginal_prices(grid, who, found.there)
        row = legal_row(grid.people[who], prices, fixed[who])
        _put_back(found, who, crew.cells[who] if row is None else row.cells)
    return found


def _take_out(crew: Crew, who: int) -> None:
    crew.there[rows_touched(crew.grid.people[who], crew.cells[who])] -= 1


def _put_back(crew: Crew, who: int, cells: Cells) -> None:
    crew.there[rows_touched(crew.grid.people[who], cells)] += 1
    crew.cells[who] = cells
