"""Neighbourhoods of many people for few days, or few for many: what gains most is learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from scheduler.columns.grid import Grid

CELLS = 240  # people times days to begin with
DAYS = (10, 14, 21, 28, 42)
LONGEST = 90  # days, up to which there is one of the whole horizon
SMALLEST, LARGEST = 3, 60  # people
QUICK, SLOW = 2.0, 8.0  # seconds of computing, below and above which the number of people changes
FADE = 0.9  # of what was learnt, with each new try
CURIOUS = 0.1  # share of the best rate that each shape is granted


@dataclass
class Shape:
    days: int
    people: int
    gained: float = 0.0
    taken: float = 0.0

    @property
    def rate(self) -> float:
        return self.gained / max(1e-9, self.taken)

    def learn(self, gained: float, taken: float, most: int) -> None:
        self.gained = FADE * self.gained + gained
        self.taken = FADE * self.taken + taken
        if taken < QUICK:
            self.people = min(most, self.people + 1 + self.people // 8)
        elif taken > SLOW:
            self.people = max(SMALLEST, self.people - 1 - self.people // 8)


@dataclass
class Shapes:
    most: int  # people
    of: list[Shape] = field(default_factory=list)

    def draw(self, draw: Random) -> Shape:
        """Each that was not tried yet, then by what they gained in a second."""
        new = [shape for shape in self.of if shape.taken == 0]
        if new:
            return draw.choice(new)
        best = max(shape.rate for shape in self.of)
        weights = [shape.rate + CURIOUS * best + 1e-6 for shape in self.of]
        return draw.choices(self.of, weights)[0]


def shapes_of(grid: Grid) -> Shapes:
    days = sorted(
        {min(days, grid.days) for days in DAYS} | ({grid.days} if grid.days <= LONGEST else set())
    )
    most = min(LARGEST, len(grid.people))
    found = [Shape(each, min(most, max(SMALLEST, round(CELLS / each)))) for each in days]
    return Shapes(most, found)
