"""The dynamic program against all rows of a short horizon."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import audit
from scheduler.columns.build import build_grid
from scheduler.columns.grid import Cells, Grid
from scheduler.columns.kernel import OFF, OPEN
from scheduler.columns.persons import counting
from scheduler.columns.pricing import keeps_limits, legal_row, own_cost, rows_for
from scheduler.problem import Limits, Problem, Roster, ShiftType, Wish, Worker
from scheduler.yardstick import MONDAY, RULES

pytestmark = pytest.mark.slow  # the first run compiles

NAMES = (None, "E", "L")


@st.composite
def alone(draw: st.DrawFn) -> Problem:
    """One person, up to six days, with any limits."""
    days = draw(st.integers(1, 6))
    day = st.integers(0, days - 1)
    late = ShiftType("L", "L", 0, 600, not_before=draw(st.sampled_from([frozenset(), {"E"}])))
    shifts = (ShiftType("E", "E", 0, 480), late)
    least = draw(st.integers(0, 4)) * 480
    most_run = draw(st.integers(1, 4))
    limits = Limits(
        draw(st.dictionaries(st.sampled_from(["E", "L"]), st.integers(0, 3))),
        least,
        least + draw(st.integers(0, 4)) * 480,
        draw(st.integers(1, most_run)),
        most_run,
        draw(st.integers(1, 3)),
        draw(st.none() | st.integers(0, 2)),
    )
    fixed = draw(st.dictionaries(day, st.sampled_from(NAMES), max_size=2))
    wish = st.builds(
        Wish, st.just("ann"), day, st.sampled_from(NAMES), st.booleans(), st.integers(1, 3)
    )
    wishes = draw(st.lists(wish, max_size=3, unique_by=lambda w: (w.day, w.shift)))
    first = MONDAY.replace(day=draw(st.integers(1, 7)))
    ann = Worker("ann", "Ann", "", fixed=fixed, limits=limits)
    return Problem(first, days, shifts, (ann,), (), wishes=tuple(wishes), rules=RULES)


PRICE = st.integers(-20, 20)


def rows(asked: Problem, without: frozenset[str]) -> list[tuple[int, Cells]]:
    """All legal rows and what they cost by the audit."""
    found = []
    for row in itertools.product(NAMES, repeat=asked.days):
        findings = audit(asked, Roster({"ann": row}))
        if not any(f.hard and f.rule not in without for f in findings):
            cells = np.array([OFF if cell is None else NAMES.index(cell) - 1 for cell in row])
            found.append((sum(f.price for f in findings), cells.astype(np.int8)))
    return found


def value(grid: Grid, cost: int, cells: Cells, prices: list[list[int]]) -> int:
    earned: int = sum(prices[day][cell] for day, cell in enumerate(cells) if cell >= 0)
    return int(cost - grid.constant - earned)


@settings(max_examples=150, deadline=None)
@given(alone(), st.lists(st.tuples(PRICE, PRICE).map(list), min_size=6, max_size=6))
def test_the_cheapest_row_is_that_of_brute_force(asked: Problem, prices: list[list[int]]) -> None:
    """Limits of types that are not counted in the states are left to the master."""
    grid = build_grid(asked)
    person = replace(grid.people[0], radix=1, counted=None)
    plain = rows(asked, frozenset({"most_of_a_shift"}))
    may = set(person.shift) | {OFF}
    plain = [(cost, cells) for cost, cells in plain if set(cells) <= may]
    kept = [(cost, cells) for cost, cells in plain if keeps_limits(person, cells)]
    table = np.array(prices[: asked.days], float)
    relaxed = _uncounted(asked)
    values, found = rows_for(relaxed.people[0], table, person.fixed, count=3)
    assert list(values[:1]) == sorted(value(grid, *row, prices) for row in plain)[:1]
    for row, worth in zip(found, values, strict=True):
        assert tuple(row.cells) in {tuple(cells) for _, cells in plain}
        assert worth == value(grid, round(row.cost) + grid.constant, row.cells, prices)
    legal = legal_row(grid.people[0], table, person.fixed)
    assert legal is None or tuple(legal.cells) in {tuple(cells) for _, cells in kept}


def _uncounted(asked: Problem) -> Grid:
    """The grid of the problem without its small limits, which would be counted."""
    ann = asked.workers[0]
    none = {shift: most for shift, most in ann.limits.most_of.items() if most == 0}
    return build_grid(
        replace(asked, workers=(replace(ann, limits=replace(ann.limits, most_of=none)),))
    )


@settings(max_examples=150, deadline=None)
@given(
    alone(),
    st.lists(st.tuples(PRICE, PRICE).map(list), min_size=6, max_size=6),
    st.sampled_from(["E", "L"]),
    st.integers(1, 3),
)
def test_a_counted_limit_is_kept_exactly(
    asked: Problem, prices: list[list[int]], shift: str, most: int
) -> None:
    ann = asked.workers[0]
    limits = replace(ann.limits, most_of={shift: most})
    asked = replace(asked, workers=(replace(ann, limits=limits),))
    grid = build_grid(asked)
    assert grid.people[0].cap == (most if most < asked.days else 0)
    legal = rows(asked, frozenset())
    table = np.array(prices[: asked.days], float)
    values, found = rows_for(grid.people[0], table, grid.people[0].fixed)
    if not legal:
        assert not len(values)
        return
    assert values[0] == min(value(grid, *row, prices) for row in legal)
    assert found[0].legal and tuple(found[0].cells) in {tuple(cells) for _, cells in legal}


def test_a_row_that_must_not_be_is_dear() -> None:
    ann = Worker("ann", "Ann", "", limits=Limits({"E": 1}, least_minutes=480))
    shifts = (ShiftType("E", "E", 0, 480),)
    grid = build_grid(Problem(MONDAY, 2, shifts, (ann,), (), rules=RULES))
    person = grid.people[0]
    assert own_cost(person, np.array([0, OFF], np.int8)) == 0
    assert own_cost(person, np.array([0, 0], np.int8)) > 1e9
    assert counting(person, np.array([True]), 0, 1).radix > 1 and (person.fixed == OPEN).all()
