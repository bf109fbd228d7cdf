"""What is carried on from the months before, and what it does to the next roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.audit import audit, objective
from scheduler.columns.engine import search
from scheduler.past import MOST, MOST_MINUTES, carried
from scheduler.problem import Carried, Problem, Solved
from scheduler.solve import never, solve
from scheduler.solve import no_report as ignore
from tests.scheduler.builders import DAY, LAX, MONDAY, NIGHT, STANDBY, problem, roster, worker
from tests.scheduler.columns.city import small_city
from tests.scheduler.columns.test_hours import optimum

SHIFTS = (DAY, NIGHT, STANDBY)
ANN, BOB, CYD = (worker(name, week_minutes=0) for name in ("ann", "bob", "cyd"))
NAMES = {"d": "day", "n": "night", "b": "standby", "-": None}


def past(**rows: str) -> dict[object, dict[str, str | None]]:
    """Weeks from the Monday of the problems of tests on: with the first of October in them."""
    days = max(map(len, rows.values()))
    return {
        MONDAY + timedelta(n): {who: NAMES[row[n]] for who, row in rows.items() if row[n] != "-"}
        for n in range(days)
    }


def had(*people: object, away: dict[str, set[int]] | None = None, **rows: str) -> object:
    absent = {w: frozenset(MONDAY + timedelta(n) for n in own) for w, own in (away or {}).items()}
    return carried(people or (ANN, BOB), SHIFTS, past(**rows), absent)  # type: ignore[arg-type]


def test_more_and_less_than_an_equal_share() -> None:
    free = replace(ANN, week_minutes=720 * 7), replace(BOB, week_minutes=720 * 7)
    assert had(*free, ann="nn", bob="dd") == {"ann": Carried(nights=1), "bob": Carried(nights=-1)}
    week = had(*free, ann="ddddddd", bob="dddddb-")
    assert week == {
        "ann": Carried(weekends=1, holidays=1),
        "bob": Carried(weekends=-1, holidays=-1, minutes=-MOST_MINUTES),
    }


def test_who_came_later_or_was_on_leave_has_no_share_of_those_days() -> None:
    assert had(ann="nnnn", bob="---n") == {
        "ann": Carried(minutes=MOST_MINUTES),
        "bob": Carried(minutes=720),
    }
    assert had(ann="dnn", bob="d--", away={"bob": {1, 2}}) == {
        "ann": Carried(minutes=MOST_MINUTES),
        "bob": Carried(minutes=720),
    }
    kept = replace(BOB, no_nights=True)
    assert had(ANN, kept, ann="nn", bob="bb")["ann"].nights == 0  # type: ignore[index]


def test_a_holiday_counts_and_what_is_far_off_is_cut() -> None:
    got = had(ann="nnnnnnnnnn", bob="b---------")
    assert got == {
        "ann": Carried(MOST, 1, MOST, MOST_MINUTES),
        "bob": Carried(-MOST, -1, -MOST, 0),
    }


def test_the_next_nights_go_to_those_who_had_fewer() -> None:
    rules = replace(LAX, price_night_spread=10, round_the_clock=False, need_is_hard=True)
    asked = problem(ANN, BOB, days=4, rules=rules, carried={"ann": Carried(nights=2)})
    fair, alike = roster(ann="-n--", bob="nnn-"), roster(ann="nn--", bob="--nn")
    assert [objective(asked, each) for each in (fair, alike)] == [0, 20]


def test_hours_above_the_contract_are_taken_off_it() -> None:
    ann = replace(ANN, week_minutes=1440)
    rules = replace(LAX, price_hours_off=1, round_the_clock=False)
    asked = problem(ann, days=7, rules=rules, carried={"ann": Carried(minutes=720)})
    assert [objective(asked, roster(ann=row)) for row in ("d------", "dd-----")] == [0, 12]


def carrying(seed: int) -> Problem:
    had = {"w1": Carried(2, 3, 1, 300), "w2": Carried(-2, -1, 0, -480), "w3": Carried(nights=1)}
    city = small_city(seed, days=7)
    return replace(city, carried=had, rules=replace(city.rules, price_weekend=5))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_both_solvers_weigh_it(seed: int) -> None:
    asked = carrying(seed)
    best = optimum(asked)
    got = search(asked, seconds=1000, workers=1, report=ignore, stop=never, work=1.0)
    assert [f for f in audit(asked, got.roster) if f.hard] == []
    assert got.objective == objective(asked, got.roster)
    assert got.bound <= best <= got.objective
    plain = solve(asked, seconds=60, workers=1)
    assert isinstance(plain, Solved) and plain.objective == best
