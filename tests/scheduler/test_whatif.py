"""The simulated line against Erlang A, and tier by tier against the dialplan's order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.arrivals import Forecast, forecast, replay
from scheduler.demand import Reasoned, explain_needs
from scheduler.erlang import erlang_a
from scheduler.line import Call, Day, Duty, Fate, Ladder, Outcome, merged, simulate
from scheduler.offered import LOCAL, Targets
from scheduler.problem import Rules
from scheduler.whatif import WhatIf, duties_of, estimate, student, what_if
from tests.scheduler.builders import MONDAY, problem, roster, worker
from tests.scheduler.builders import Call as Recorded

pytestmark = pytest.mark.slow

BARE = Ladder(on_call=None, promise=None)
FULL = Ladder(on_call=1, partner=2, seats=1, promise=4)


def crew(people: int, hours: float = 24) -> list[Duty]:
    return [Duty(f"p{n}", 0, hours * 60) for n in range(people)]


def run(duties: list[Duty], *calls: Call, ladder: Ladder = BARE) -> list[tuple[float, str, str]]:
    day = simulate(duties, calls, ladder, random.Random(1))
    return [(o.waited, o.fate.value, o.by) for o in day.outcomes]


# People, calls an hour, mean handle and mean patience in minutes: overload, balance, ease.
CASES = [(8, 24, 25, 5), (12, 24, 25, 10), (14, 20, 30, 3), (5, 24, 12.5, 12.5)]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_line_is_erlang_a_where_its_assumptions_hold(
    case: tuple[int, float, float, float],
) -> None:
    """Steady Poisson arrivals, exponential times, nothing but one tier: all five figures, each
    within its interval of 99.9 %. The first six hours fill the line and do not count."""
    people, rate, handle, patience = case
    hours = 126
    asked = Forecast((rate,) * hours, handle, patience)
    found = what_if(
        crew(people, hours + 24), asked.draw, BARE, within=0.5, replications=30, confidence=0.999
    ).figures(range(6, hours))
    law = erlang_a(people, rate / 60, handle, patience, within=0.5)
    assert found.had_to_wait.holds(law.wait), (found.had_to_wait, law.wait)
    assert found.abandoned.holds(law.abandon), (found.abandoned, law.abandon)
    assert found.waited.holds(law.mean_wait), (found.waited, law.mean_wait)
    assert found.within.holds(law.service_level), (found.within, law.service_level)
    assert found.occupancy.holds(law.occupancy), (found.occupancy, law.occupancy)
    assert all(e.half < 0.1 for e in (found.abandoned, found.had_to_wait, found.occupancy))


def test_callers_are_answered_in_their_order_and_give_up_when_their_patience_ends() -> None:
    calls = (Call(0, 10, 99), Call(1, 10, 99), Call(2, 10, 3), Call(3, 10, 99))
    assert run(crew(1), *calls) == [
        (0, "answered", "p0"),
        (9, "answered", "p0"),
        (3, "abandoned", ""),
        (17, "answered", "p0"),
    ]


def test_each_tier_opens_in_its_time_and_at_last_a_promise() -> None:
    duties = [Duty("duty", 0, 600), Duty("call", 0, 600, on_call=True)]
    calls = [Call(n / 100, 60, 99) for n in range(4)]
    assert [(round(w, 6), f, by) for w, f, by in run(duties, *calls, ladder=FULL)] == [
        (0, "answered", "duty"),
        (1, "answered", "call"),
        (2, "answered", "partner"),
        (4, "promised", ""),
    ]


def test_a_tier_without_anybody_is_skipped_at_once() -> None:
    standby = [Duty("call", 0, 600, on_call=True)]
    assert run(standby, Call(5, 1, 99), ladder=FULL) == [(0, "answered", "call")]
    assert run([], Call(5, 1, 99), ladder=FULL) == [(0, "answered", "partner")]
    assert run([], Call(5, 1, 99), ladder=Ladder(seats=0)) == [(3, "promised", "")]


def test_a_shift_that_begins_answers_who_waits_and_one_that_ends_finishes_its_call() -> None:
    duties = [Duty("early", 0, 60), Duty("late", 60, 120)]
    assert run(duties, Call(59, 30, 99), Call(59.5, 5, 99)) == [
        (0, "answered", "early"),
        (0.5, "answered", "late"),
    ]


def test_busy_minutes_fall_into_their_hours() -> None:
    day = simulate(crew(1), [Call(50, 20, 9)], BARE, random.Random(1))
    assert (day.busy[0], day.busy[1], day.present[0]) == (10, 10, 60)


def test_shifts_that_touch_are_one_and_what_was_before_is_cut_off() -> None:
    duties = [Duty("a", 60, 120), Duty("a", -60, 60), Duty("b", -90, -30), Duty("a", 180, 240)]
    assert merged(duties) == [Duty("a", 0, 120), Duty("a", 180, 240)]


def test_breaks_cost_the_share_that_they_are_said_to_cost() -> None:
    asked = Forecast((30.0,) * 48, 10, 1e9)
    bare = what_if(crew(20, 72), asked.draw, BARE, within=1, replications=5).figures(range(48))
    away = what_if(crew(6, 72), asked.draw, BARE, within=1, replications=5, shrinkage=0.1).figures(
        range(48)
    )
    there = what_if(crew(6, 72), asked.draw, BARE, within=1, replications=5).figures(range(48))
    assert bare.had_to_wait.mean < there.had_to_wait.mean < away.had_to_wait.mean


def test_the_seed_decides() -> None:
    asked = Forecast((6.0,) * 24, 20, 5)

    def once(seed: int) -> tuple[Day, ...]:
        return what_if(
            crew(2), asked.draw, FULL, within=1, replications=3, shrinkage=0.1, seed=seed
        ).days

    assert once(1) == once(1)
    assert once(1) != once(2)


def test_figures_of_some_hours_are_those_of_their_callers() -> None:
    bare = simulate(crew(1), (), BARE, random.Random(1))
    day = replace(bare, outcomes=(Outcome(10, 0.5, Fate.ANSWERED), Outcome(70, 3, Fate.ABANDONED)))
    found = WhatIf((day, day), 1.0, 0.95)
    hour = found.figures([0])
    seen = (hour.calls, hour.answered, hour.within, hour.waited, hour.occupancy)
    assert [e.mean for e in seen] == [1, 1, 1, 0.5, 0]
    assert found.figures([1]).abandoned.mean == 1


def test_students_t_to_three_digits() -> None:
    """Values of the usual tables."""
    for freedom, confidence, value in ((9, 0.95, 2.262), (29, 0.95, 2.045), (29, 0.99, 2.756)):
        assert round(student(freedom, confidence), 3) == value
    assert estimate([1, 3], 0.5).mean == 2


def test_one_replication_claims_nothing() -> None:
    with pytest.raises(ValueError, match="replications is 1; it must be 2 or more"):
        what_if([], lambda _source: (), BARE, within=1, replications=1)


def test_who_is_there_by_the_roster_with_the_last_night_before_it() -> None:
    asked = problem(worker("ann"), worker("bob"), days=1, history={"bob": ("night",)})
    found = merged(duties_of(asked, roster(ann="d", bob="-")))
    assert found == [Duty("ann", 480, 1200), Duty("bob", 0, 480)]


def monday(hour: int, minute: int = 0) -> datetime:
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hour, minute, tzinfo=LOCAL)


ANSWERED = Recorded(monday(9), monday(9, 1), monday(9, 21))
GAVE_UP = Recorded(monday(9, 30), None, monday(9, 34), "abandoned")


def test_the_forecast_counts_calls_by_kind_of_day_and_hour() -> None:
    week = [ANSWERED, GAVE_UP, Recorded(monday(10) + timedelta(days=1))]
    found = forecast(week, MONDAY, 3, Targets(wrap_up_seconds=60))
    assert (found.rates[9], found.rates[24 + 10], found.rates[24 + 9]) == (2, 1, 0)
    assert found.rates[48 + 9] == 1  # no Wednesday is known: the mean of the other days
    assert found.handles == (21.0,)
    sample = forecast([], MONDAY, 2, Targets(calls_a_day=48, handle_minutes=20))
    assert len(sample.rates) == 48 and round(sum(sample.rates), 6) == 96


def test_recorded_calls_come_again_with_what_was_seen_of_them() -> None:
    draw = replay([ANSWERED, GAVE_UP], MONDAY, MONDAY, 1, Targets(wrap_up_seconds=0))
    first, second = draw(random.Random(1))
    assert (first.at, first.handle) == (540, 20)
    assert first.patience > 1
    assert (second.at, second.patience) == (570, 4)


def exactly(reasons: tuple[Reasoned, ...]) -> list[Duty]:
    """As many people in each hour as were asked for, whatever shifts that would take."""
    return merged(
        Duty(f"p{n}", reason.hour * 60, reason.hour * 60 + 60)
        for reason in reasons
        for n in range(reason.people)
    )


@pytest.mark.parametrize("calls_a_day", [60, 300])
def test_the_promised_service_level_is_reached_in_simulated_weeks(calls_a_day: float) -> None:
    """The needs of recorded calls, staffed to the head, meet calls drawn after the same records.

    Held to what was promised in each hour of the day, so that a quiet night makes up for nothing.
    """
    targets = Targets(calls_a_day=calls_a_day, wrap_up_seconds=120)
    past = recorded_weeks(targets, weeks=8)
    first = MONDAY + timedelta(weeks=8)
    reasons = explain_needs(past, first, 7, targets, Rules())
    asked = forecast(past, first, 7, targets)
    found = what_if(
        exactly(reasons),
        asked.draw,
        BARE,
        within=targets.within_seconds / 60,
        replications=10,
        shrinkage=targets.shrinkage,
    )
    for hour in range(24):
        level = found.figures(range(hour, 7 * 24, 24)).within
        assert level.mean + level.half >= targets.level, (hour, str(level))
    assert found.figures(range(7 * 24)).within.mean >= targets.level


def recorded_weeks(targets: Targets, weeks: int) -> list[Recorded]:
    """Poisson calls after the sample's curve, exponential times, a few who gave up."""
    draw, midnight = random.Random(3), monday(0)
    found = []
    for call in forecast([], MONDAY, 7 * weeks, targets).draw(draw):
        at = midnight + timedelta(minutes=call.at)
        if draw.random() < 0.1:
            end = at + timedelta(minutes=draw.expovariate(1))
            found.append(Recorded(at, None, end, "abandoned"))
        else:
            begun = at + timedelta(minutes=draw.expovariate(2))
            found.append(Recorded(at, begun, begun + timedelta(minutes=call.handle)))
    return found
