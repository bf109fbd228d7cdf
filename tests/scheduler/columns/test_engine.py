"""The whole search on problems of our own whose optimum CP-SAT has proved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.audit import audit, objective
from scheduler.columns.engine import NotFound, search
from scheduler.problem import Absence, Impossible, Limits, Problem, Progress, Roster, Solved
from scheduler.solve import solve
from scheduler.solving import SolverRun
from scheduler.yardstick import read_instance
from tests.scheduler.columns.builders import drawn

pytestmark = pytest.mark.slow  # the first run compiles

SMALL = Path(__file__).parents[1] / "small.txt"
# What `scheduler.model` under CP-SAT proved optimal, by the seed of `drawn`.
OPTIMA = {1: 17, 3: 16}
PEOPLE = {1: 8, 3: 10}


def found(asked: Problem, best: int, seconds: float = 200) -> tuple[Solved, list[Progress]]:
    """Ends as soon as the best is reached, so that a slow machine only takes longer."""
    points: list[Progress] = []

    def reached() -> bool:
        return any(p.objective is not None and p.objective <= best for p in points)

    got = search(asked, seconds=seconds, workers=2, report=points.append, stop=reached)
    assert [f for f in audit(asked, got.roster) if f.hard] == []
    assert got.objective == objective(asked, got.roster)
    return got, points


@pytest.mark.parametrize(("seed", "best"), OPTIMA.items())
def test_the_optimum_is_reached(seed: int, best: int) -> None:
    got, points = found(drawn(seed, people=PEOPLE[seed]), best)
    assert got.objective == best and got.bound <= best
    objectives = [p.objective for p in points if p.objective is not None]
    assert objectives == sorted(objectives, reverse=True)
    bounds = [p.bound for p in points]
    assert bounds == sorted(bounds) and bounds[-1] <= best
    assert points[0].objective is not None


def test_a_tiny_instance() -> None:
    got, _ = found(read_instance(SMALL), 3)
    assert got.objective == 3


def test_the_seed_decides_under_a_work_limit() -> None:
    def once() -> Roster:
        asked = drawn(3, people=10)
        outcome = solve(asked, seconds=1000, seed=5, workers=1, work=0.5)
        assert isinstance(outcome, Solved)
        return outcome.roster

    assert once() == once()


def test_the_child_process_searches_too() -> None:
    asked = drawn(2, people=12)
    run = SolverRun(asked, seconds=4)
    got = run.outcome(120)
    assert isinstance(got, Solved)
    assert [f for f in audit(asked, got.roster) if f.hard] == []


def test_stop_and_no_time_keep_a_legal_roster() -> None:
    asked = drawn(2, people=30, days=28, kinds=3)
    for got in (
        solve(asked, seconds=0.0),
        solve(asked, seconds=1000, stop=lambda: True),
    ):
        assert isinstance(got, Solved)
        assert [f for f in audit(asked, got.roster) if f.hard] == []


def test_who_cannot_have_a_row_is_named() -> None:
    asked = drawn(2, people=12)
    nobody = replace(asked.workers[3], limits=Limits(least_minutes=480 * 15))
    asked = replace(asked, workers=(*asked.workers[:3], nobody, *asked.workers[4:]))
    with pytest.raises(NotFound, match="w3"):
        search(asked, seconds=10, report=lambda _p: None, stop=lambda: False)
    got = solve(asked, seconds=60)
    assert isinstance(got, Impossible)
    assert {f.worker for f in got.findings} == {"w3"}


def test_a_shift_fixed_on_a_day_of_absence_is_left_to_the_other_solver() -> None:
    asked = drawn(2, people=12)
    away = replace(asked.workers[3], fixed={4: "E"})
    asked = replace(
        asked,
        workers=(*asked.workers[:3], away, *asked.workers[4:]),
        absences=(Absence("w3", 4, 4),),
    )
    with pytest.raises(NotFound):
        search(asked, seconds=10, report=lambda _p: None, stop=lambda: False)
    got = solve(asked, seconds=30)
    assert isinstance(got, Impossible)
    assert [(f.rule, f.worker, f.day) for f in got.findings] == [("fixed", "w3", 4)]
