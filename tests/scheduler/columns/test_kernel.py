"""The dynamic program against all rows of a short horizon."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import audit
from scheduler.columns import counts
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


@settings(max_examples=40, deadline=None)
@given(alone(), st.lists(st.tuples(PRICE, PRICE).map(list), min_size=6, max_size=6))
def test_the_cheapest_row_is_that_of_brute_force(asked: Problem, prices: list[list[int]]) -> None:
    """With limits of types, and without where they are left to the master."""
    grid = build_grid(asked)
    person = grid.people[0]
    may = set(person.shift) | {OFF}
    plain = [row for row in rows(asked, frozenset({"most_of_a_shift"})) if set(row[1]) <= may]
    kept = [(cost, cells) for cost, cells in plain if keeps_limits(person, cells)]
    table = np.array(prices[: asked.days], float)
    for exact, lawful in ((False, plain), (True, kept)):
        values, found = rows_for(person, table, person.fixed, count=3, exact=exact)
        assert list(values[:1]) == sorted(value(grid, *row, prices) for row in lawful)[:1]
        for row, worth in zip(found, values, strict=True):
            assert tuple(row.cells) in {tuple(cells) for _, cells in lawful}
            assert worth == value(grid, round(row.cost) + grid.constant, row.cells, prices)
    legal = legal_row(person, table, person.fixed)
    assert (legal is None) == (not kept)
    assert legal is None or tuple(legal.cells) in {tuple(cells) for _, cells in kept}


@settings(max_examples=50, deadline=None)
@given(alone(), st.lists(st.tuples(PRICE, PRICE).map(list), min_size=6, max_size=6))
def test_where_counting_is_too_much_the_value_is_a_bound(
    asked: Problem, prices: list[list[int]]
) -> None:
    grid = build_grid(asked)
    person, table = grid.people[0], np.array(prices[: asked.days], float)
    exactly, _ = rows_for(person, table, person.fixed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "MOST_STATES", 0)
        bounds, _ = rows_for(replace(person), table, person.fixed)
    assert len(bounds) >= min(1, len(exactly))
    assert all(bound <= value for bound, value in zip(bounds[:1], exactly[:1], strict=False))


def test_a_row_that_must_not_be_is_dear() -> None:
    ann = Worker("ann", "Ann", "", limits=Limits(least_minutes=480, most_minutes=480))
    shifts = (ShiftType("E", "E", 0, 480),)
    grid = build_grid(Problem(MONDAY, 2, shifts, (ann,), (), rules=RULES))
    person = grid.people[0]
    assert own_cost(person, np.array([0, OFF], np.int8)) == 0
    assert own_cost(person, np.array([0, 0], np.int8)) > 1e9
    assert counting(person, np.array([True]), 0, 1).radix > 1 and (person.fixed == OPEN).all()


def test_a_week_of_a_year_needs_the_memory_of_a_week() -> None:
    """Three types are used up, and counted; what is fixed has many units before the open week."""
    days, used_up = 364, ("A", "B", "C")
    worked: dict[int, str | None] = {
        day: used_up[day // 7 % 3] if day % 7 < 5 else None for day in range(days - 7)
    }
    had = {shift: list(worked.values()).count(shift) for shift in used_up}
    limits = Limits(had, most_days_in_a_row=5, least_days_off=2)
    shifts = tuple(ShiftType(name, name, 0, 480) for name in (*used_up, "D"))
    ann = Worker("ann", "Ann", "", fixed=worked, limits=limits)
    person = build_grid(Problem(MONDAY, days, shifts, (ann,), (), rules=RULES)).people[0]
    earned = np.tile([4.0, 3.0, 2.0, 1.0], (days, 1))
    values, found = rows_for(person, earned, person.fixed)
    assert sorted(found[0].cells[-7:]) == [OFF, OFF, 3, 3, 3, 3, 3]
    assert list(values) == [-sum(had[s] * e for s, e in zip(used_up, (4, 3, 2), strict=True)) - 5]
