"""Bad input: every mistake is told, with its place, its value and what would be right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.audit import audit
from scheduler.check import BadProblem, check
from scheduler.problem import Absence, Need, Problem, Roster, Rules, ShiftType, Wish, Worker
from scheduler.sample import sample_problem
from scheduler.solve import solve
from tests.scheduler.builders import DAY, problem, worker

GOOD = problem(worker("ann"), worker("bob"))


@pytest.mark.parametrize("people", [1, 8, 24])
def test_a_sample_problem_is_right(people: int) -> None:
    assert check(sample_problem(7, people, days=7)) == []


def test_all_mistakes_are_told_at_once() -> None:
    bad = replace(
        GOOD,
        needs=(Need(72, 1), Need(0, 1, "")),
        workers=(*GOOD.workers, worker("ann", fixed={3: "day", 0: "x"})),
        absences=(Absence("zed", 0, 0), Absence("bob", 2, 1)),
        wishes=(Wish("zed", 9, "x", weight=0),),
        history={"zed": ("x",)},
        rules=Rules(rest_hours=-1, days_in_a_row=0),
    )
    assert check(bad) == [
        "worker ann: the number of its entries is 2; it must be 1",
        "need 0: hour is 72; it must be 0 to 71",
        "need 1: qualification is ''; it must be a text, or nothing for anybody",
        "fixed days of ann: day is 3; it must be 0 to 2",
        "fixed days of ann: shift of day 0 is 'x'; it must be one of day, night",
        "absence 0 of zed: worker is 'zed'; it must be the id of a worker",
        "absence 1 of bob: last day is 1; it must be day 2 or later",
        "wish 0 of zed: worker is 'zed'; it must be the id of a worker",
        "wish 0 of zed: day is 9; it must be 0 to 2",
        "wish 0 of zed: shift of day 9 is 'x'; it must be one of day, night",
        "wish 0 of zed: weight is 0; it must be 1 or more",
        "history of zed: worker is 'zed'; it must be the id of a worker",
        "history of zed: shift of day -1 is 'x'; it must be one of day, night",
        "rules: rest_hours is -1; it must be 0 or more",
        "rules: days_in_a_row is 0; it must be at least 1",
    ]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (replace(GOOD, days=0), "horizon: days is 0; it must be 1 to 366"),
        (replace(GOOD, days=401), "horizon: days is 401; it must be 1 to 366"),
        (replace(GOOD, workers=()), "workers: their number is 0; it must be 1 to 2000"),
        (replace(GOOD, shifts=()), "shifts: their number is 0; it must be at least 1"),
        (
            replace(GOOD, shifts=(DAY, DAY)),
            "shift day: the number of its entries is 2; it must be 1",
        ),
        (
            replace(GOOD, absences=(Absence("ann", 0, 1), Absence("ann", 1, 2))),
            "absences of ann: first day is 1; "
            "it must be after day 1, where the absence before it ends",
        ),
        (
            replace(GOOD, wishes=(Wish("ann", 0, None), Wish("ann", 0, None, want=False))),
            "wishes of ann for day 0: the number of those about a free day is 2; it must be 1",
        ),
    ],
)
def test_mistakes(bad: Problem, error: str) -> None:
    assert check(bad) == [error]
    with pytest.raises(BadProblem, match="it must be"):
        audit(bad, Roster({}))
    with pytest.raises(BadProblem, match="it must be"):
        solve(bad, seconds=1)


def test_an_absence_may_reach_beyond_the_horizon() -> None:
    assert check(replace(GOOD, absences=(Absence("ann", -5, 99),))) == []


def test_parts_that_are_wrong_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="need in hour 3 is -1"):
        Need(3, -1)
    with pytest.raises(ValueError, match="start is 1440; it must be 0 to 1439"):
        ShiftType("x", "x", 1440, 60)
    with pytest.raises(ValueError, match="minutes is 0; it must be 1 to 1440"):
        ShiftType("x", "x", 0, 0)
    with pytest.raises(ValueError, match="week_minutes is 10081"):
        Worker("x", "x", "s", week_minutes=10081)


def test_ten_thousand_people_are_refused_at_once() -> None:
    many = tuple(worker(f"w{n}") for n in range(10_000))
    bad = replace(GOOD, workers=many, wishes=tuple(Wish(w.id, 0, "day") for w in many))
    assert check(bad) == ["workers: their number is 10000; it must be 1 to 2000"]
