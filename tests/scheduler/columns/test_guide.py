"""Where a roster loses, which neighbourhoods are drawn from that, and that none makes it worse."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import audit, objective
from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew
from scheduler.columns.first import first_crew
from scheduler.columns.generation import Generation
from scheduler.columns.guide import Guide, draw_guided
from scheduler.columns.master import Master, no_prices
from scheduler.columns.neighbourhood import better, draw_part
from scheduler.columns.shapes import Shape, Shapes, shapes_of
from tests.scheduler.columns.builders import drawn

pytestmark = pytest.mark.slow  # the first run compiles

SEEDS = st.integers(0, 10_000)


@cache
def everybody() -> tuple[Crew, Generation]:
    grid = build_grid(drawn(1))
    master = Master(grid, range(len(grid.people)), np.zeros(grid.rows, int), np.arange(grid.rows))
    fixed = np.array([person.fixed for person in grid.people])
    return first_crew(grid, Random(1), lambda _who: None), Generation(master, fixed)


def guide_at(generation: Generation, seed: int, size: float) -> Guide:
    grid, draw = generation.master.grid, np.random.default_rng(seed)
    prices = replace(no_prices(grid), rows=draw.normal(0, 1, grid.rows) * size)
    return Guide(prices, generation.cheapest(prices))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(0, 60))
def test_what_is_lost_is_the_distance_to_the_bound(seed: int, size: float) -> None:
    crew, generation = everybody()
    guide = guide_at(generation, seed, size)
    people, rows = guide.of_people(crew), guide.of_rows(crew)
    assert people.min() >= -1e-6 and rows.min() >= 0
    bound = generation.master.bound(guide.prices, guide.cheapest) + crew.grid.constant
    assert people.sum() + rows.sum() == pytest.approx(crew.cost - bound)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 8), st.integers(1, 14), st.booleans())
def test_a_neighbourhood_keeps_the_roster_lawful_and_never_makes_it_worse(
    seed: int, people: int, days: int, guided: bool
) -> None:
    crew, generation = everybody()
    draw = Random(seed)
    if guided:
        part = draw_guided(crew, guide_at(generation, seed, 20), draw, people, days)
    else:
        part = draw_part(crew, draw, people, days)
    assert len(set(part.people)) == people and part.last - part.first == days
    tried = better(crew, part, {}, lambda: False, None)
    after = crew.copy()
    for who, cells in (tried.rows or {}).items():
        outside = np.r_[: part.first, part.last : crew.grid.days]
        assert who in part.people and (cells[outside] == crew.cells[who][outside]).all()
        after.put(who, cells)
    roster = crew.grid.roster(after.cells)
    assert [f for f in audit(drawn(1), roster) if f.hard] == []
    assert objective(drawn(1), roster) == round(after.cost) <= round(crew.cost)


def test_shapes_grow_where_they_are_quick_and_what_gains_is_drawn_more() -> None:
    assert [(s.days, s.people) for s in shapes_of(build_grid(drawn(1))).of] == [(10, 8), (14, 8)]
    few, many = Shape(14, 10), Shape(28, 10)
    shapes, draw = Shapes(12, [few, many]), Random(1)
    few.learn(100.0, 1.0, shapes.most)
    assert few.people == 12 and shapes.draw(draw) is many
    many.learn(0.0, 20.0, shapes.most)
    assert many.people == 8
    drawn_shapes = [shapes.draw(draw) for _ in range(100)]
    assert 60 < drawn_shapes.count(few) < 100
