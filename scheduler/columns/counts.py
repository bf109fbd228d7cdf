"""Limits of shift types, counted in the states of the dynamic program only where they bind.

Decremental state space relaxation (Righini and Salani 2008): without counting a row costs the
least; only where it has too many shifts of a type is it asked for again with that type counted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.columns.grid import Cells, Flags, Ints, Person
from scheduler.columns.kernel import INF

MOST_STATES = 6_000_000  # of days, weekends, units, counts and kinds, up to which types are counted
Types = frozenset[int]  # shifts, by index


def broken_types(person: Person, cells: Cells) -> Types:
    """The types of which the row has too many."""
    had = np.bincount(cells[cells >= 0], minlength=len(person.most))
    return frozenset(int(shift) for shift in np.flatnonzero(had > person.most))


def with_types(person: Person, types: Types) -> Person | None:
    """The person with these types counted; None where that would be too many states."""
    if not types:
        return person
    if types not in person.variants:
        person.variants[types] = _counted(person, types)
    return person.variants[types]


def _counted(person: Person, types: Types) -> Person | None:
    """The digits of all types make one of base `radix`; no block makes one of them overflow."""
    if person.radix > 1:  # nights are counted already
        return None
    steps, dead = np.zeros(len(person.most), np.int64), np.zeros(1, np.bool_)
    for shift in sorted(types):
        most = int(person.most[shift])
        digits = np.arange(most + _most_in_block(person, shift) + 1)
        steps *= len(digits)
        steps[shift] = 1
        dead = (dead[:, None] | (digits > most)[None, :]).ravel()
    radix = len(dead)
    if person.ending.size * radix * len(person.fixed) * _ways(person) > MOST_STATES:
        return None
    ending = np.where(dead[None, :], INF, person.ending[:, None]).ravel()
    units = person.units * radix + steps[person.shift]
    return replace(person, units=units, ending=ending, radix=radix, dead=dead)


def _ways(person: Person) -> int:
    return (person.most_weekends + 1) * len(person.shift)


def _most_in_block(person: Person, shift: int) -> int:
    """How often the type can be had in one block of work."""
    own: Ints = (person.shift == shift).astype(np.int64)
    had = own
    follows: Flags = person.follows
    for _ in range(int(person.runs[1:3].max()) - 1):
        before = np.where(follows, had[:, None], -1).max(axis=0)
        had = np.where(before >= 0, np.maximum(own, before + own), own)
    return int(had.max(initial=0))
