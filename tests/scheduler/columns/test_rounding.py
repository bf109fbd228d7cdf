"""A roster from a mixture: no worse than the mixture where that is a roster already."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from scheduler.audit import audit
from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew
from scheduler.columns.first import first_crew
from scheduler.columns.grid import Grid
from scheduler.columns.nights import as_even, average
from scheduler.columns.rounding import rounded
from tests.scheduler.columns.city import small_city

pytestmark = pytest.mark.slow  # the first run compiles


def crews(grid: Grid, seed: int) -> list[Crew]:
    return [first_crew(grid, Random(seed + n), lambda _who: None) for n in range(2)]


@pytest.mark.parametrize("seed", range(8))
def test_a_mixture_that_is_a_roster_is_kept_or_bettered(seed: int) -> None:
    grid = build_grid(small_city(seed, people=6))
    crew = as_even(grid, crews(grid, seed)[0])
    got = rounded(crew.grid, [[(cells, 1.0)] for cells in crew.cells], crew)
    assert got.cost <= crew.cost + 1e-6
    assert average(grid, [[(cells, 1.0)] for cells in crew.cells]) == np.mean(
        grid.shared_nights(crew.cells)
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_mixture_of_two_rosters_gives_a_legal_one(seed: int) -> None:
    asked = small_city(seed, people=6)
    grid = build_grid(asked)
    one, other = crews(grid, seed)
    both = [[(a, 0.5), (b, 0.5)] for a, b in zip(one.cells, other.cells, strict=True)]
    got = rounded(grid, both, one)
    assert [f for f in audit(asked, grid.roster(got.cells)) if f.hard] == []


def test_people_without_a_share_are_given_what_is_best_beside_the_others() -> None:
    grid = build_grid(small_city(1, people=2))
    crew = crews(grid, 1)[0]
    got = rounded(grid, [[(crew.cells[0], 1.0)], []], crew)
    alone = Crew(grid, got.cells)
    alone.put(1, crew.cells[1])
    assert got.cost - got.spread_cost <= alone.cost - alone.spread_cost + 1e-6
