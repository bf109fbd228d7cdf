"""Limits of shift types, counted in the states of the dynamic program only where they bind.

Decremental state space relaxation (Righini and Salani 2008): without counting a row costs the
least; only where it has too many shifts of a type is it asked for again with that type counted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.columns.grid import Cells, Flags, Ints, Person
from scheduler.columns.kernel import INF, OPEN

MOST_STATES = 6_000_000  # up to which types are counted; measured, docs/engine.md
Types = frozenset[int]  # shifts, by index


def broken_types(person: Person, cells: Cells) -> Types:
    """The types of which the row has more than may be."""
    had = np.bincount(cells[cells >= 0], minlength=len(person.most))
    return frozenset(
        int(shift) for shift in np.flatnonzero((had > person.most) & (person.beyond >= INF))
    )


def with_types(person: Person, types: Types, fixed: Cells) -> Person | None:
    """The person with these types counted; None where that would be too many states.

    Only open cells are counted, against what the fixed ones leave: few states where much is fixed.
    """
    if not types:
        return person
    left = {shift: int(person.most[shift] - (fixed == shift).sum()) for shift in types}
    if person.radix > 1:  # nights are counted already
        return None
    steps, dead = _digits(person, left)
    radix = len(dead)
    if _states(person, radix, int((fixed == OPEN).sum())) > MOST_STATES:
        return None
    again = np.flatnonzero(
        np.isin(person.shift, list(types))
    )  # kinds that are not counted if fixed
    kinds = np.r_[np.arange(len(person.shift)), again]
    base = person.base[:, kinds]
    base[np.ix_(fixed != OPEN, again)] = INF
    base[fixed == OPEN, len(person.shift) :] = INF
    units = person.units[kinds] * radix
    units[: len(person.shift)] += steps[person.shift]
    return replace(
        person,
        base=base,
        shift=person.shift[kinds],
        units=units,
        follows=np.ascontiguousarray(person.follows[np.ix_(kinds, kinds)]),
        opens=np.ascontiguousarray(person.opens[:, kinds]),
        tires=person.tires[kinds],
        weary=np.ascontiguousarray(person.weary[:, kinds]),
        ending=np.where(dead[None, :], INF, person.ending[:, None]).ravel(),
        radix=radix,
        dead=dead,
    )


def _digits(person: Person, left: dict[int, int]) -> tuple[Ints, Flags]:
    """What a shift adds to the digits of all types, which make one, and which of its values are
    too many; no block makes one of them overflow."""
    steps, dead = np.zeros(len(person.most), np.int64), np.zeros(1, np.bool_)
    for shift, most in sorted(left.items()):
        digits = np.arange(max(0, most) + _most_in_block(person, shift) + 1)
        steps *= len(digits)
        steps[shift] = 1
        dead = (dead[:, None] | (digits > most)[None, :]).ravel()
    return steps, dead


def _states(person: Person, radix: int, days: int) -> int:
    """Of days, weekends, units and counts, and kinds, roughly."""
    units = min(len(person.ending), days * int(person.units.max(initial=0)) + 1)
    weekends = min(len(person.weekends) - 1, days // 7 + 1) + 1
    return int(units * radix * days * weekends * len(person.shift))


def _most_in_block(person: Person, shift: int) -> int:
    """How often the type can be had in one block of work."""
    own: Ints = (person.shift == shift).astype(np.int64)
    had = own
    for _ in range(int(person.stretch.shape[1]) - 2):
        before = np.where(person.follows < INF, had[:, None], -1).max(axis=0)
        had = np.where(before >= 0, np.maximum(own, before + own), own)
    return int(had.max(initial=0))
