"""The hotline's own problems: hours and qualifications, nights, rest and the roster before."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from scheduler.audit import audit, objective
from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew
from scheduler.columns.engine import search
from scheduler.columns.first import first_crew, one_by_one
from scheduler.columns.generation import Generation
from scheduler.columns.grid import Cells, Floats, Grid, Unsuited
from scheduler.columns.kernel import OFF
from scheduler.columns.master import Master, no_prices
from scheduler.columns.nights import as_even, evened, limited, whole_nights
from scheduler.columns.persons import counting
from scheduler.columns.pricing import rows_for
from scheduler.model import build
from scheduler.problem import Problem, Progress, Roster
from scheduler.solve import never
from scheduler.solve import no_report as ignore
from tests.scheduler.columns.city import SHIFTS, small_city

pytestmark = pytest.mark.slow  # the first run compiles

PERSONAL = frozenset({"rest", "nights_in_a_row", "days_in_a_row", "overtime", "absences"})
PERSONAL |= {"fixed", "no_nights", "weekends"}
CELLS = (None, *(shift.id for shift in SHIFTS))


def optimum(asked: Problem) -> int:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(build(asked).cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def lawful_rows(asked: Problem) -> list[Cells]:
    """All rows of the only person that break no rule about one person."""
    found = []
    for row in itertools.product(CELLS, repeat=asked.days):
        findings = audit(asked, Roster({asked.workers[0].id: row}))
        if not any(finding.hard and finding.rule in PERSONAL for finding in findings):
            cells = [OFF if cell is None else CELLS.index(cell) - 1 for cell in row]
            found.append(np.array(cells, np.int8))
    return found


def alone(asked: Problem, index: int) -> Problem:
    worker = asked.workers[index]
    return replace(
        asked,
        workers=(worker,),
        absences=tuple(a for a in asked.absences if a.worker == worker.id),
        wishes=tuple(w for w in asked.wishes if w.worker == worker.id),
        history={worker.id: asked.history[worker.id]},
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 2))
def test_the_cheapest_row_is_that_of_brute_force(seed: int, nights: int) -> None:
    asked = alone(small_city(seed, days=4), seed % 4)  # the first is absent in part
    grid = build_grid(asked)
    person = grid.people[0]
    prices = np.random.default_rng(seed).integers(-20, 20, (asked.days, 4)).astype(float)
    prices[:, 2] += 30  # so that the limit of nights in a row matters
    rows = lawful_rows(asked)
    worth = {tuple(row): _worth(grid, row, prices) for row in rows}
    values, found = rows_for(person, prices, person.fixed)
    assert values[0] == pytest.approx(min(worth.values()))
    assert worth[tuple(found[0].cells)] == pytest.approx(values[0])
    exactly = {row: w for row, w in worth.items() if row.count(2) == nights}
    counted = counting(person, grid.night, nights, nights)
    values, found = rows_for(counted, prices, person.fixed)
    assert list(values[:1]) == pytest.approx(sorted(exactly.values())[:1])
    assert all(tuple(row.cells) in exactly for row in found)


def _worth(grid: Grid, cells: Cells, prices: Floats) -> float:
    crew = Crew(grid, cells[None, :])
    earned = sum(prices[day, cell] for day, cell in enumerate(cells) if cell >= 0)
    return float(crew.cost - crew.shared_cost - crew.spread_cost - grid.constant - earned)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_cost_kept_is_the_audits(seed: int) -> None:
    asked = small_city(seed, people=6)
    grid = build_grid(asked)
    crew = first_crew(grid, Random(seed), lambda _who: None)
    one_by_one(crew, Random(seed), lambda: False)
    even = evened(limited(grid, 1, 2), crew, Random(seed), lambda: False)
    even = Crew(grid, even.cells)
    for each in (crew, even):
        roster = grid.roster(each.cells)
        assert [f for f in audit(asked, roster) if f.hard] == []
        assert objective(asked, roster) == round(each.cost)
    assert as_even(grid, even).cost == pytest.approx(even.cost)


def generation(grid: Grid) -> Generation:
    master = Master(grid, range(len(grid.people)), np.zeros(grid.rows, int), np.arange(grid.rows))
    return Generation(master, np.array([person.fixed for person in grid.people]))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 30), st.integers(0, 2))
def test_the_bound_is_below_the_optimum_at_any_prices(seed: int, size: float, few: int) -> None:
    asked = small_city(seed % 20)
    grid = build_grid(asked)
    draw = np.random.default_rng(seed)
    everybody, between = generation(grid), generation(limited(grid, few, few + 1))
    prices = replace(no_prices(grid), rows=draw.normal(0, 1, grid.rows) * size)
    whole = whole_nights(everybody, prices, everybody.bound_at(prices), few)
    best = optimum(asked) - grid.constant
    assert whole.bound(between.bound_at(prices)) <= best + 1e-6
    assert everybody.bound_at(prices) <= best + 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_optimum_of_a_small_city_lies_between_bound_and_roster(seed: int) -> None:
    asked = small_city(seed)
    points: list[Progress] = []
    got = search(asked, seconds=1000, workers=1, report=points.append, stop=never, work=1.0)
    assert [f for f in audit(asked, got.roster) if f.hard] == []
    assert got.objective == objective(asked, got.roster)
    best = optimum(asked)
    assert got.bound <= best <= got.objective
    assert [p.bound for p in points] == sorted(p.bound for p in points)


def test_the_seed_decides_under_a_work_limit() -> None:
    def once() -> Roster:
        asked = small_city(5, people=6)
        return search(asked, seconds=1000, workers=1, report=ignore, stop=never, work=0.5).roster

    assert once() == once()


def test_what_the_engine_does_not_know_is_refused_by_name() -> None:
    asked = small_city(1)
    slow = replace(asked.rules, rest_hours=30)
    bare = replace(asked, shifts=SHIFTS[:3])
    refused = {
        "rest over more than a day off": replace(slow, rest_hours=80),
        "rest over a day off at a price": replace(slow, prices={"rest": 5}),
    }
    for words, rules in refused.items():
        with pytest.raises(Unsuited, match=words):
            build_grid(replace(bare, rules=rules))
    with pytest.raises(Unsuited, match="standing by between shifts that lie too close"):
        build_grid(replace(asked, rules=replace(slow, rest_hours=34)))
    year = replace(bare, days=364, rules=replace(asked.rules, prices={"days_in_a_row": 1}))
    with pytest.raises(Unsuited, match="runs of up to 364 days"):
        build_grid(year)
