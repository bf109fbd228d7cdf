"""No prices whatever give a bound above the optimum; the mixture ends at its own bound."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import objective
from scheduler.columns.ascent import Ascent
from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew, cell_prices
from scheduler.columns.dive import dive
from scheduler.columns.first import first_crew, one_by_one
from scheduler.columns.generation import Generation
from scheduler.columns.grid import Grid
from scheduler.columns.master import Master, no_prices
from scheduler.columns.pricing import Row, own_cost, rows_for
from tests.scheduler.columns.builders import drawn

pytestmark = pytest.mark.slow  # the first run compiles

OPTIMUM = 17  # of drawn(1), proved by CP-SAT


def crew_and_master(seed: int) -> tuple[Crew, Master]:
    grid = build_grid(drawn(seed))
    crew = first_crew(grid, Random(1), lambda _who: None)
    master = Master(grid, range(len(grid.people)), np.zeros(grid.rows, int), np.arange(grid.rows))
    for who, cells in enumerate(crew.cells):
        master.add(who, Row(cells.copy(), own_cost(grid.people[who], cells), True))
    return crew, master


def generation(grid: Grid, master: Master) -> Generation:
    return Generation(master, np.array([person.fixed for person in grid.people]), smooth=0.5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 60))
def test_the_bound_is_below_the_optimum_at_any_prices(seed: int, size: float) -> None:
    _, master = crew_and_master(1)
    grid, draw = master.grid, np.random.default_rng(seed)
    extra = draw.random((len(grid.people), len(grid.shifts))) * size / 10
    prices = replace(no_prices(grid), rows=draw.normal(0, 1, grid.rows) * size, extra=extra)
    cheapest = {
        who: float(
            rows_for(person, cell_prices(person, prices.rows), person.fixed, extra[who])[0][0]
        )
        for who, person in enumerate(grid.people)
    }
    assert master.bound(prices, cheapest) + grid.constant <= OPTIMUM + 1e-6


def test_the_mixture_ends_at_its_bound_and_the_dive_is_legal() -> None:
    crew, master = crew_and_master(1)
    grid = master.grid
    work = generation(grid, master)
    ascent = Ascent(work, crew.cost - grid.constant)
    ascent.run(lambda: False, 60)
    ascent.give_rows()
    assert work.run(lambda: False)
    assert ascent.bound <= work.bound + 1e-6
    assert work.value == pytest.approx(work.bound, abs=1e-4)
    assert OPTIMUM - 5 <= work.bound + grid.constant <= OPTIMUM
    found = dive(work, crew, lambda: False)
    assert objective(drawn(1), grid.roster(found.cells)) == round(found.cost) >= OPTIMUM


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_cost_kept_is_the_audits(seed: int) -> None:
    asked = drawn(seed, people=6)
    grid = build_grid(asked)
    crew = first_crew(grid, Random(seed), lambda _who: None)
    assert objective(asked, grid.roster(crew.cells)) == round(crew.cost)
    before = crew.cost
    one_by_one(crew, Random(seed), lambda: False)
    assert objective(asked, grid.roster(crew.cells)) == round(crew.cost) <= before
