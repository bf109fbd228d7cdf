"""Too few people, by counting: certain where it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from scheduler.audit import audit
from scheduler.counting import TooFew, too_few
from scheduler.explain import Explanation, explain
from scheduler.explained import too_few_words
from scheduler.problem import Absence, Need, Problem, ShiftType
from scheduler.sample import sample_problem
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, needs, problem, worker
from tests.scheduler.test_solve import problems, rosters

NO_OVERTIME = replace(LAX, overtime_month_hours=0)
ANN, BOB = worker("ann", "crisis"), worker("bob")


def test_enough_people_are_enough() -> None:
    assert too_few(problem(ANN, BOB, days=3)) == ()


def test_the_hours_of_all_are_held_against_the_hours_to_be_covered() -> None:
    """A week from eight in the morning on has 160 hours; two people have 40 each."""
    assert too_few(problem(ANN, BOB, days=7, rules=NO_OVERTIME)) == (TooFew(None, 2, 160, 80),)


def test_two_at_all_times_take_twice_as_many() -> None:
    two = replace(NO_OVERTIME, least_on_duty=2)
    assert too_few(problem(ANN, BOB, days=7, rules=two)) == (TooFew(None, 2, 320, 80),)


def test_a_qualification_is_counted_among_those_who_have_it() -> None:
    asked = problem(
        ANN,
        *(worker(f"w{n}") for n in range(5)),
        days=7,
        needs=needs(1, 7, "crisis", range(8, 20)),
        rules=replace(NO_OVERTIME, need_is_hard=True),
    )
    assert too_few(asked) == (TooFew("crisis", 1, 84, 40),)
    assert too_few(replace(asked, rules=replace(asked.rules, need_is_hard=False))) == ()


def test_days_of_rest_and_of_absence_take_their_hours() -> None:
    rested = replace(LAX, days_in_a_row=2)
    asked = problem(ANN, BOB, days=7, rules=rested, absences=(Absence("bob", 0, 3),))
    assert too_few(asked) == (TooFew(None, 2, 160, (5 + 3) * 12),)


def test_the_night_before_covers_the_first_morning() -> None:
    crew = (replace(ANN, week_minutes=960), replace(BOB, week_minutes=240))
    early = ShiftType("early", "早", 0, 480)
    asked = problem(*crew, days=1, rules=NO_OVERTIME, shifts=(early, DAY, NIGHT))
    assert too_few(asked) == (TooFew(None, 2, 24, 16),)
    assert too_few(replace(asked, history={"bob": ("night",)})) == ()


def test_nights_are_counted_among_those_who_may_have_them() -> None:
    """Seven nights, the last cut by the end of the week, take 76 hours; bob may have five."""
    ann = replace(ANN, no_nights=True, week_minutes=10080)
    rules = replace(LAX, nights_in_a_row=2)
    asked = problem(
        ann, BOB, *(worker(f"w{n}", no_nights=True) for n in range(9)), days=7, rules=rules
    )
    assert too_few(asked) == (TooFew(None, 1, 76, 60, nights=True),)
    assert "at night" in too_few_words(asked, too_few(asked)[0])["en"]
    bought = replace(asked, rules=replace(rules, prices={"no_nights": 1}))
    assert too_few(bought) == ()


def test_shifts_without_working_time_have_no_end() -> None:
    asked = problem(ANN, days=7, rules=NO_OVERTIME, shifts=(replace(DAY, paid=0), NIGHT, STANDBY))
    assert too_few(asked) == ()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(problems(most_people=2, most_days=3))
def test_what_is_counted_as_too_few_is_impossible(asked: Problem) -> None:
    if too_few(asked):
        assert all(any(f.hard for f in audit(asked, roster)) for roster in rosters(asked))


def test_a_month_with_far_too_few_is_explained_without_any_time_for_a_solver() -> None:
    asked = sample_problem(1, people=5)
    told = explain(asked, seconds=0.0)
    assert isinstance(told, Explanation)
    assert (told.conflicts, told.ways) == ((), ())
    (found,) = told.too_few
    assert found.qualification is None and found.needed == 2 * (28 * 24 - 7)
    words = too_few_words(asked, found)
    assert (
        f"缺 {found.missing} 人时" in words["zh"] and f"{found.missing} are missing" in words["en"]
    )


def test_a_small_conflict_is_told_beside_the_count() -> None:
    asked = problem(ANN, days=1, needs=(Need(9, 3),), rules=replace(LAX, need_is_hard=True))
    told = explain(asked, seconds=30)
    assert isinstance(told, Explanation)
    assert told.too_few == (TooFew(None, 1, 18, 12),) and told.conflicts
