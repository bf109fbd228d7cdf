"""The solver against the audit and brute force; each rule of the model is missed when gone."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from scheduler.audit import audit, objective
from scheduler.model import TWINS, build
from scheduler.problem import (
    Absence,
    Impossible,
    Need,
    OutOfTime,
    Problem,
    Progress,
    Roster,
    Rules,
    Solved,
    Wish,
)
from scheduler.rules import RULES
from scheduler.sample import sample_problem
from scheduler.solve import solve
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, needs, problem, worker


def test_every_rule_has_its_twin() -> None:
    assert set(TWINS) == {rule.name for rule in RULES}


def hard(asked: Problem, roster: Roster) -> set[str]:
    return {finding.rule for finding in audit(asked, roster) if finding.hard}


PAIR = (worker("ann", "crisis"), worker("bob", "crisis"))
CROWD = (*PAIR, worker("cyd", "crisis"), worker("dan", "crisis"))
# Problems in which everything pulls towards breaking the one rule that they are named after.
TEMPTING = {
    "never_empty": problem(*PAIR, days=1, rules=replace(LAX, price_hours_off=1)),
    "least_on_duty": problem(*CROWD, days=1, rules=replace(LAX, least_on_duty=2)),
    "cover": problem(
        *CROWD,
        days=1,
        needs=needs(2, 1, hours=range(8, 20)),
        rules=replace(LAX, need_is_hard=True),
    ),
    "least_crisis": problem(
        *PAIR, worker("cyd"), days=1, rules=replace(LAX, least_crisis=1, need_is_hard=True)
    ),
    "rest": problem(*CROWD, days=3, rules=replace(LAX, rest_hours=11)),
    "nights_in_a_row": problem(*CROWD, days=4, rules=replace(LAX, nights_in_a_row=2)),
    "days_in_a_row": problem(*CROWD, days=4, rules=replace(LAX, days_in_a_row=2)),
    "overtime": problem(*CROWD, days=7, rules=replace(LAX, overtime_month_hours=40)),
    "absences": problem(*CROWD, days=2, absences=(Absence("ann", 1, 1),)),
    "fixed": problem(*CROWD[1:], worker("ann", fixed={0: "night", 1: None}), days=2),
    "no_nights": problem(*CROWD[1:], worker("ann", no_nights=True, week_minutes=5040), days=2),
}
PULL = {
    "least_on_duty": "free",
    "never_empty": "free",
    "cover": "free",
    "least_crisis": "free",
    "fixed": "free",
    "rest": "mixed",
    "no_nights": "night",
    "overtime": "night",
}


def tempted(name: str) -> Problem:
    """Adds wishes for what the rule forbids, at a price that beats everything else."""
    asked = TEMPTING[name]
    pull = PULL.get(name, "night")
    wishes = []
    for person in asked.workers:
        for day in range(asked.days):
            shift = {"free": None, "night": "night", "mixed": ("night", "day")[day % 2]}[pull]
            if name == "fixed" and person.id == "ann":
                shift = "day"
            wishes.append(Wish(person.id, day, shift, weight=1 + (person.id == "ann")))
    return replace(asked, wishes=tuple(wishes), rules=replace(asked.rules, price_wish=100))


@pytest.mark.parametrize("name", sorted(TEMPTING))
def test_a_hard_rule_is_kept_and_missed_when_it_is_left_out(name: str) -> None:
    asked = tempted(name)
    kept = solve(asked, seconds=20, workers=1)
    assert isinstance(kept, Solved) and hard(asked, kept.roster) == set()
    broken = solve(asked, seconds=20, workers=1, without=frozenset({name}))
    assert isinstance(broken, Solved) and name in hard(asked, broken.roster)


DEAR = replace(LAX, price_over=1, price_night_spread=1, price_hours_off=1, price_standby=9)
DEAR = replace(DEAR, price_wish=3, price_short=7, least_crisis=1)
PRICED = problem(
    *PAIR,
    worker("cyd", "crisis", week_minutes=2160),
    days=3,
    shifts=(DAY, NIGHT, STANDBY),
    needs=needs(2, 3, hours=range(8, 20)) + needs(1, 3, hours=range(20, 24)),
    wishes=(Wish("ann", 0, "night"), Wish("bob", 1, None)),
    rules=DEAR,
)


@pytest.mark.parametrize(
    "name", ["cover", "least_crisis", "over", "standby", "wishes", "fair_nights", "hours_off"]
)
def test_a_priced_rule_is_missed_when_it_is_left_out(name: str) -> None:
    """Without it the model thinks that rosters are cheaper than the audit does."""
    asked = PRICED
    if name == "least_crisis":  # the one crisis-qualified person cannot be there at all hours
        people = (worker("ann", "crisis"), worker("bob"), worker("cyd"))
        asked = replace(asked, workers=people, rules=replace(DEAR, rest_hours=11))
    if name == "over":  # two are asked for all day, two shifts are there at any rate
        asked = replace(asked, needs=needs(0, 3), wishes=())
    best, thought = optimum(asked), optimum(asked, without=frozenset({name}))
    assert best[0] == objective(asked, best[1])
    assert thought[0] < objective(asked, thought[1])


def optimum(asked: Problem, without: frozenset[str] = frozenset()) -> tuple[int, Roster]:
    """What the model itself says, without the audit's help."""
    model = build(asked, without)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value), model.roster(solver.boolean_value)


def rosters(asked: Problem) -> list[Roster]:
    cells = (None, *(shift.id for shift in asked.shifts))
    rows = list(itertools.product(cells, repeat=asked.days))
    names = [person.id for person in asked.workers]
    return [
        Roster(dict(zip(names, choice, strict=True)))
        for choice in itertools.product(rows, repeat=len(names))
    ]


@st.composite
def problems(draw: st.DrawFn, most_people: int, most_days: int) -> Problem:
    days = draw(st.integers(1, most_days))
    people = draw(st.integers(1, most_people))
    day = st.integers(0, days - 1)
    cell = st.sampled_from([None, "day", "night"])
    name = st.sampled_from([f"w{n}" for n in range(people)])
    staff = tuple(
        worker(
            f"w{n}",
            *draw(st.sets(st.sampled_from(["crisis", "supervisor"]))),
            week_minutes=draw(st.sampled_from([1440, 2160, 2880])),
            no_nights=draw(st.integers(0, 5)) == 0,
            fixed=draw(st.dictionaries(day, cell, max_size=1)),
        )
        for n in range(people)
    )
    wanted = st.builds(
        Need, st.integers(0, days * 24 - 1), st.integers(0, 2), st.sampled_from([None, "crisis"])
    )
    wish = st.builds(Wish, name, day, cell, st.booleans(), st.integers(1, 3))
    return problem(
        *staff,
        days=days,
        shifts=(DAY, NIGHT, STANDBY) if draw(st.booleans()) and days < 3 else (DAY, NIGHT),
        needs=tuple(draw(st.lists(wanted, max_size=6))),
        absences=tuple(
            Absence(w, d, d) for w, d in draw(st.sets(st.tuples(name, day), max_size=1))
        ),
        wishes=tuple(
            draw(st.lists(wish, max_size=3, unique_by=lambda w: (w.worker, w.day, w.shift)))
        ),
        history=draw(st.dictionaries(name, st.lists(cell, max_size=3).map(tuple), max_size=people)),
        rules=replace(
            Rules(),
            rest_hours=draw(st.sampled_from([0, 11, 14])),
            nights_in_a_row=draw(st.integers(1, 3)),
            days_in_a_row=draw(st.integers(1, 4)),
            least_on_duty=draw(st.integers(0, 1)),
            least_supervisors=draw(st.integers(0, 1)),
            price_over=draw(st.integers(0, 3)),
            overtime_month_hours=draw(st.sampled_from([0, 36])),
            need_is_hard=draw(st.booleans()),
        ),
    )


# Few people can hardly ever be there at all hours; most drawn problems forgo that.
SOMETIMES = st.sampled_from([frozenset({"never_empty", "least_on_duty"}), frozenset[str]()])


@pytest.mark.slow
@settings(max_examples=12)
@given(problems(most_people=2, most_days=3), SOMETIMES)
def test_the_optimum_is_that_of_brute_force(asked: Problem, without: frozenset[str]) -> None:
    legal = [roster for roster in rosters(asked) if not hard(asked, roster) - without]
    got = solve(asked, seconds=20, workers=1, without=without)
    if not legal:
        assert isinstance(got, Impossible) and got.findings
    else:
        assert isinstance(got, Solved)
        best = min(objective(asked, roster) for roster in legal)
        assert (got.objective, got.bound, objective(asked, got.roster)) == (best, best, best)


@settings(max_examples=25)
@given(problems(most_people=5, most_days=6), SOMETIMES)
def test_the_model_and_the_audit_agree(asked: Problem, without: frozenset[str]) -> None:
    model = build(asked, without)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 0.5
    status = solver.solve(model.cp)
    if status == cp_model.OPTIMAL:
        roster = model.roster(solver.boolean_value)
        assert hard(asked, roster) <= without
        assert objective(asked, roster) == round(solver.objective_value)


def test_too_few_people_are_named() -> None:
    asked = problem(worker("ann"), days=2, rules=replace(LAX, rest_hours=11))
    got = solve(asked, seconds=10, workers=1)
    assert isinstance(got, Impossible)
    assert {finding.rule for finding in got.findings} == {"never_empty"}
    assert all(finding.hard for finding in got.findings)


def test_a_fixed_shift_on_a_day_of_absence_is_named() -> None:
    asked = problem(
        *CROWD[1:], worker("ann", fixed={1: "day"}), days=2, absences=(Absence("ann", 1, 1),)
    )
    got = solve(asked, seconds=10, workers=1)
    assert isinstance(got, Impossible)
    assert [(f.rule, f.worker, f.day) for f in got.findings] == [("fixed", "ann", 1)]


@pytest.mark.slow
def test_progress_never_gets_worse() -> None:
    points: list[Progress] = []
    got = solve(sample_problem(1, 8, days=7), seconds=2, workers=2, report=points.append)
    assert isinstance(got, Solved)
    objectives = [point.objective for point in points if point.objective is not None]
    assert objectives == sorted(objectives, reverse=True) and objectives[-1] == got.objective
    bounds = [point.bound for point in points]
    assert bounds == sorted(bounds) and bounds[-1] <= got.bound <= got.objective
    assert hard(sample_problem(1, 8, days=7), got.roster) == set()


@pytest.mark.slow
def test_stop_keeps_the_best_so_far() -> None:
    points: list[Progress] = []

    def enough() -> bool:
        return any(point.objective is not None for point in points)

    asked = sample_problem(1)
    got = solve(asked, seconds=280, workers=2, report=points.append, stop=enough)
    assert isinstance(got, Solved) and got.seconds < 240  # the first run on a machine compiles
    assert hard(asked, got.roster) == set()


def test_no_time_no_roster() -> None:
    got = solve(sample_problem(1, 8), seconds=0.0, workers=1)
    assert got == OutOfTime(0)


def test_a_legal_roster_is_there_at_once() -> None:
    asked = sample_problem(1)
    got = solve(asked, seconds=0.0, workers=1)
    assert isinstance(got, Solved) and hard(asked, got.roster) == set()
    assert got.bound <= got.objective == objective(asked, got.roster)


@pytest.mark.slow
def test_the_seed_decides_under_a_work_limit() -> None:
    asked = sample_problem(2, people=10, days=7)
    first = solve(asked, seconds=100, seed=5, workers=1, work=0.3)
    again = solve(asked, seconds=100, seed=5, workers=1, work=0.3)
    assert isinstance(first, Solved) and isinstance(again, Solved)
    assert (first.roster, first.objective) == (again.roster, again.objective)


def test_a_legal_roster_is_told_before_numba_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scheduler.columns.engine", None)
    points: list[Progress] = []
    with pytest.raises(ImportError):
        solve(sample_problem(1), seconds=60, report=points.append)
    assert [point.objective is None for point in points] == [False]
