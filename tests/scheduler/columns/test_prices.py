"""Hard rules at a price, runs that began before the horizon, long rests, against the audit."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from scheduler.audit import audit, objective
from scheduler.columns.build import build_grid
from scheduler.columns.engine import search
from scheduler.columns.grid import Cells, Grid, Unsuited
from scheduler.columns.kernel import INF, OFF
from scheduler.columns.pricing import over_limits, own_cost, rows_for
from scheduler.model import build
from scheduler.problem import Absence, Limits, Problem, Roster, Wish
from scheduler.rules import BREAKABLE
from scheduler.solve import never
from scheduler.solve import no_report as ignore
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, problem, worker
from tests.scheduler.columns.city import small_city
from tests.scheduler.columns.test_hours import optimum
from tests.scheduler.toys import TOYS

pytestmark = pytest.mark.slow  # the first run compiles

OF_PEOPLE = sorted(BREAKABLE - {"never_empty", "least_on_duty"})
SHIFTS = (DAY, replace(NIGHT, not_before=frozenset({"day"})), STANDBY)


@st.composite
def alone(draw: st.DrawFn) -> Problem:
    """One person whose rules are broken at a price, or not at all, after any days before."""
    days = draw(st.integers(1, 5))
    shifts = SHIFTS[: draw(st.sampled_from([1, 2, 2, 3]))]
    names = [None, *(shift.id for shift in shifts)]
    day = st.integers(0, days - 1)
    longest = draw(st.none() | st.integers(1, 3))
    limits = Limits(
        most_of=draw(st.dictionaries(st.sampled_from(names[1:]), st.integers(0, 2), max_size=1)),
        least_minutes=draw(st.sampled_from([0, 0, 1000])),
        most_minutes=draw(st.sampled_from([None, 1500])),
        least_days_in_a_row=draw(st.integers(1, longest or 3)),
        most_days_in_a_row=longest,
        least_days_off=draw(st.integers(1, 3)),
        most_weekends=draw(st.sampled_from([None, 0, 1])),
    )
    wish = st.builds(Wish, st.just("ann"), day, st.sampled_from(names), st.booleans())
    ann = worker(
        "ann",
        week_minutes=draw(st.sampled_from([720, 2400])),
        no_nights=draw(st.booleans()),
        fixed=draw(st.dictionaries(day, st.sampled_from(names), max_size=2)),
        limits=limits,
    )
    rules = replace(
        LAX,
        round_the_clock=False,
        rest_hours=draw(st.sampled_from([0, 11, 11, 30])),
        nights_in_a_row=draw(st.integers(1, 3)),
        days_in_a_row=draw(st.integers(1, 4)),
        overtime_month_hours=draw(st.sampled_from([0, 1000])),
        price_wish=1,
        price_hours_off=1,
        prices=draw(st.dictionaries(st.sampled_from(OF_PEOPLE), st.integers(0, 9))),
    )
    return problem(
        ann,
        days=days,
        first=MONDAY_ON[draw(st.integers(0, 6))],
        shifts=shifts,
        rules=rules,
        absences=draw(st.sampled_from([(), (Absence("ann", 1, 2),)])),
        wishes=tuple(draw(st.lists(wish, max_size=2, unique_by=lambda w: (w.day, w.shift)))),
        history={"ann": tuple(draw(st.lists(st.sampled_from(names), max_size=4)))},
    )


MONDAY_ON = [problem(worker("ann"), days=7).day(n) for n in range(7)]


def grid_of(asked: Problem) -> Grid:
    try:
        return build_grid(asked)
    except Unsuited:
        reject()


def every(asked: Problem) -> list[tuple[Cells, float]]:
    """All rows with what the audit says that they cost, INF where it forbids them."""
    names = [None, *(shift.id for shift in asked.shifts)]
    found = []
    for row in itertools.product(names, repeat=asked.days):
        findings = audit(asked, Roster({"ann": row}))
        cost = INF if any(f.hard for f in findings) else sum(f.price for f in findings)
        cells = [OFF if cell is None else names.index(cell) - 1 for cell in row]
        found.append((np.array(cells, np.int8), float(cost)))
    return found


@settings(max_examples=60, deadline=None)
@given(alone(), st.integers(0, 1000))
def test_a_row_costs_what_the_audit_says_and_the_cheapest_is_found(
    asked: Problem, seed: int
) -> None:
    grid = grid_of(asked)
    person = grid.people[0]
    rows = every(asked)
    for cells, cost in rows:
        fits = all(want in (-2, cell) for want, cell in zip(person.fixed, cells, strict=True))
        had = np.bincount(cells[cells >= 0], minlength=len(person.most))
        if fits and (had <= np.where(person.beyond < INF, asked.days, person.most)).all():
            assert min(own_cost(person, cells) + grid.constant, INF) == cost
    prices = np.random.default_rng(seed).integers(-9, 15, (asked.days, len(asked.shifts)))
    if (person.most < asked.days).any():
        return  # limits of types are kept by the mixture
    earned = [sum(prices[d, c] for d, c in enumerate(cells) if c >= 0) for cells, _ in rows]
    best = min(cost - more for (_, cost), more in zip(rows, earned, strict=True))
    values, found = rows_for(person, prices.astype(float), person.fixed)
    assert [value + grid.constant for value in values[:1]] == ([best] if best < INF / 2 else [])
    assert all(over_limits(person, row.cells) == 0 for row in found)


@pytest.mark.parametrize("name", sorted(BREAKABLE))
def test_the_engine_takes_each_price(name: str) -> None:
    """Of people who want what breaks the rule: as cheap as CP-SAT finds it."""
    toy = TOYS[name]
    asked = replace(
        toy.problem,
        wishes=tuple(
            Wish(who, day, shift)
            for who, row in toy.broken.cells.items()
            for day, shift in enumerate(row)
        ),
        rules=replace(toy.problem.rules, price_wish=100, prices={name: 7}),
    )
    got = search(asked, seconds=1000, workers=1, report=ignore, stop=never, work=0.2)
    assert (got.roster, got.objective) == (toy.broken, toy.price)
    assert got.bound <= toy.price


@pytest.mark.parametrize("seed", range(3))
def test_a_small_city_with_prices_lies_between_bound_and_roster(seed: int) -> None:
    city = small_city(seed)
    prices = dict.fromkeys(OF_PEOPLE, 5) | {"absences": 40, "days_in_a_row": 9}
    half = replace(city.shifts[1], start=15 * 60 + 30)
    asked = replace(
        city,
        shifts=(city.shifts[0], half, *city.shifts[2:]) if seed else city.shifts,
        rules=replace(city.rules, prices=prices),
    )
    got = search(asked, seconds=1000, workers=1, report=ignore, stop=never, work=0.5)
    assert got.objective == objective(asked, got.roster)
    assert got.bound <= optimum(asked) <= got.objective
    assert build(asked).prices
