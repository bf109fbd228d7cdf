"""Asks the dynamic program for one person's cheapest rows, at given prices of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.columns.counts import Types, broken_types, with_types
from scheduler.columns.grid import Cells, Floats, Ints, Person
from scheduler.columns.kernel import INF, OFF, OPEN, cheapest
from scheduler.columns.worth import worth

REPAIRS = 6  # tries to bring a row under the limits of shift types
CHARGES = 30  # tries to do so by making the types dearer
FORBID_AFTER = 3  # tries with single cells forbidden, before all but the best are


@dataclass(frozen=True)
class Row:
    cells: Cells  # shift index or OFF of each day
    cost: float  # its own, without any prices
    legal: bool  # whether it keeps the limits of shift types; the others it always keeps


def own_cost(person: Person, cells: Cells) -> float:
    """Wishes, hours, rules at a price; INF for a row that is not lawful."""
    found = worth(
        cells,
        person.base,
        person.shift,
        person.units,
        person.follows,
        person.opens,
        person.tires,
        person.weary,
        person.weekend,
        person.stretch,
        person.gap,
        person.begin,
        person.tired,
        person.weekends,
        person.ending,
    )
    return float(found) + over_limits(person, cells)


def over_limits(person: Person, cells: Cells) -> float:
    """The part of its own cost that is paid for shifts above a limit of their type."""
    priced = person.beyond < INF
    if not priced.any():
        return 0.0
    over = np.maximum(0, _had(person, cells) - person.most)
    return float((over * person.beyond)[priced].sum())


def _had(person: Person, cells: Cells) -> Ints:
    found: Ints = np.bincount(cells[cells >= 0], minlength=len(person.most))
    return found


def keeps_limits(person: Person, cells: Cells) -> bool:
    kept = (_had(person, cells) <= person.most) | (person.beyond < INF)
    return bool(kept.all()) and within_count(person, cells)


def within_count(person: Person, cells: Cells) -> bool:
    """Whether the shifts that are counted in the units are neither too few nor too many."""
    if person.counted is None:
        return True
    return person.least <= int(person.counted[cells[cells >= 0]].sum()) <= person.cap


def rows_for(
    person: Person,
    prices: Floats,
    fixed: Cells,
    extra: Floats | None = None,
    count: int = 1,
    *,
    exact: bool = True,
) -> tuple[Floats, list[Row]]:
    """The cheapest rows and their values at the prices, cheapest first; none if none is lawful.

    `prices[day, shift]` is what a cell earns, `extra[shift]` what each shift of a type costs more.
    The limits of shift types are kept if `exact` and where counting them does not take too many
    states: else the first value is a bound for rows that keep them.
    """
    dear = np.zeros(len(person.most)) if extra is None else extra
    found = np.empty((count, len(fixed)), np.int8)
    values, rows = np.empty(0), list[Row]()
    types: Types = frozenset()
    while (counted := with_types(person, types, fixed)) is not None:
        values = _call(counted, counted.base, prices, dear[counted.shift], fixed, found)
        rows = [_row(counted, found[n]) for n in range(len(values))]
        if not rows or rows[0].legal or not exact:
            break
        more_types = types | broken_types(person, rows[0].cells)
        if more_types == types:
            break
        types = more_types
    if rows and rows[0].legal:
        kept = [n for n, row in enumerate(rows) if row.legal]
        return values[kept], [rows[n] for n in kept]
    return values, rows


def _call(
    person: Person,
    base: Floats,
    prices: Floats,
    extra: Floats,
    fixed: Cells,
    found: Cells,
) -> Floats:
    values: Floats = cheapest(
        base,
        person.shift,
        prices,
        extra,
        fixed,
        person.units,
        person.follows,
        person.opens,
        person.tires,
        person.weary,
        person.weekend,
        person.stretch,
        person.gap,
        person.begin,
        person.tired,
        person.weekends,
        person.ending,
        person.dead,
        found,
    )
    return values


def _row(person: Person, kinds: Cells) -> Row:
    days = np.flatnonzero(kinds >= 0)
    cells = np.full(len(kinds), OFF, np.int8)
    cells[days] = person.shift[kinds[days]]
    return Row(cells, own_cost(person, cells), keeps_limits(person, cells))


def legal_row(
    person: Person, prices: Floats, fixed: Cells, extra: Floats | None = None
) -> Row | None:
    """A cheap row that keeps all limits; None if none was found (there may still be one)."""
    _, rows = rows_for(person, prices, fixed, extra)
    if not rows or rows[0].legal:
        return rows[0] if rows else None
    more = np.zeros(len(person.shift)) if extra is None else extra[person.shift]
    row = _by_forbidding(person, prices, fixed, more)
    return row or _by_charging(person, prices, fixed, more)


def _by_forbidding(person: Person, prices: Floats, fixed: Cells, extra: Floats) -> Row | None:
    base = person.base
    found = np.empty((1, len(fixed)), np.int8)
    for attempt in range(REPAIRS):
        if not len(_call(person, base, prices, extra, fixed, found)):
            return None
        row = _row(person, found[0])
        if row.legal:
            return Row(row.cells, own_cost(person, row.cells), True)
        if base is person.base:
            base = base.copy()
        _forbid(person, base, prices, found[0], fixed, all_others=attempt >= FORBID_AFTER)
    return None


def _by_charging(person: Person, prices: Floats, fixed: Cells, extra: Floats) -> Row | None:
    """Each shift above a limit makes all of its type dearer."""
    found = np.empty((1, len(fixed)), np.int8)
    step = max(1.0, float(np.abs(prices).max())) / CHARGES
    for _ in range(CHARGES):
        if not len(_call(person, person.base, prices, extra, fixed, found)):
            return None
        row = _row(person, found[0])
        if row.legal:
            return row
        had = np.bincount(row.cells[row.cells >= 0], minlength=len(person.most))
        extra = extra + step * np.maximum(0, had - person.most)[person.shift]
    return None


def _forbid(
    person: Person, base: Floats, prices: Floats, kinds: Cells, fixed: Cells, all_others: bool
) -> None:
    """Forbids the shifts above a limit, on the days where going without costs least."""
    worked = np.flatnonzero(kinds >= 0)
    shifts = person.shift[kinds[worked]]
    for shift in np.unique(shifts):
        days = worked[shifts == shift]
        most = person.most[shift]
        if len(days) <= most:
            continue
        costs = base[days, kinds[days]] - prices[days, shift]
        kept = days[np.argsort(costs - INF * (fixed[days] != OPEN), kind="stable")[:most]]
        dropped = np.setdiff1d(np.arange(len(kinds)) if all_others else days, kept)
        base[np.ix_(dropped, person.shift == shift)] = INF
