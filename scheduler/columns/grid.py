"""A problem as arrays: what people cost by themselves, and what their being there together costs.

Being there is counted in rows. A row is a shift of a day, or a stretch of hours and a
qualification, and costs a convex function of the number of people in it, kept as a table; a
person's cell (day, shift) counts in some rows. Nights are shared by price: so much for each between
the most and the fewest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.problem import Roster

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.int8]  # shift index, or kernel.OFF, of each day
Flags = NDArray[np.bool_]


def _no_digit() -> Flags:
    return np.zeros(1, np.bool_)


class Unsuited(ValueError):
    """The problem has rules that this engine does not know; the message names them."""


@dataclass(frozen=True)
class Person:
    base: Floats  # [day, kind]: own cost; INF where the kind is not allowed
    shift: Ints  # kind -> index of the shift; a night has a kind for each place in a run of nights
    units: Ints  # kind -> units of minutes
    # What follows on each other, as costs (INF forbids); kernel.cheapest tells each:
    follows: Floats
    opens: Floats
    tires: Ints
    weary: Floats
    weekend: Ints  # day -> number of the weekend, or -1
    stretch: Floats
    gap: Floats
    begin: Floats
    tired: Ints
    weekends: Floats  # weekends worked -> cost
    ending: Floats  # units in all -> cost
    fixed: Cells  # day -> OPEN, OFF or a shift
    most: Ints  # shift -> how often at most,
    beyond: Floats  # and what each more costs
    rows_of: Ints  # [day, shift, n] -> a row, or -1
    shares_nights: bool = False
    nights_before: int = 0  # more than others had in the months before
    # Shifts of some types may be counted in the last digit of the units:
    radix: int = 1  # of that digit; 1: there is none
    dead: Flags = field(default_factory=_no_digit)  # [digit]: too many
    cap: int = 0  # their most
    least: int = 0
    counted: Flags | None = None  # [shift]


@dataclass(frozen=True)
class Grid:
    days: int
    shifts: tuple[str, ...]
    people: tuple[Person, ...]
    names: tuple[str, ...]
    table: Floats  # [row, people] -> cost
    constant: int  # cost of wishes taken as met, and of hours that nobody can cover
    night: Flags  # [shift]
    price_spread: float  # of a night between the most and the fewest
    duty: Flags  # [shift]: not standing by
    beside: tuple[tuple[int, int], ...] = ()  # who works only in whose shifts,
    price_alone: float = 0.0  # and what a shift without costs

    @property
    def rows(self) -> int:
        return len(self.table)

    @property
    def by_hours(self) -> bool:
        """Whether a cell counts in several rows: stretches of hours instead of shifts."""
        return any(person.rows_of.shape[2] > 1 for person in self.people)

    @property
    def shares_nights(self) -> bool:
        return self.price_spread > 0 and any(person.shares_nights for person in self.people)

    def roster(self, cells: Cells) -> Roster:
        return Roster(
            {
                name: tuple(None if cell < 0 else self.shifts[cell] for cell in row)
                for name, row in zip(self.names, cells, strict=True)
            }
        )

    def works(self, cells: Cells) -> Flags:
        """[day]: whether it has a duty."""
        found: Flags = np.append(self.duty, False)[cells]
        return found

    def cells(self, roster: Roster) -> Cells:
        """[who, day]; the inverse of `roster`."""
        place: dict[str | None, int] = {name: index for index, name in enumerate(self.shifts)}
        place[None] = -1
        return np.array([[place[c] for c in roster.cells[name]] for name in self.names], np.int8)

    def shared_nights(self, cells: Cells) -> Ints:
        """How many nights each of those has who share them, with what they had before."""
        sharing = np.array([person.shares_nights for person in self.people])
        nights: Ints = np.append(self.night, False)[cells[sharing]].sum(axis=1)
        return nights + self.nights_before

    @property
    def nights_before(self) -> Ints:
        """Of those who share nights."""
        return np.array([p.nights_before for p in self.people if p.shares_nights], np.int64)
