"""Growth and holidays: seen where they are, and not where only chance is."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from scheduler.calendar import DayMark, mark
from scheduler.levels import DAMPING, Levels, levels

MONDAY = date(2026, 3, 2)
WEEK = (100, 90, 95, 90, 80, 60, 50)  # calls of a day, Monday first


def plain(day: date) -> DayMark:
    return DayMark.WEEKEND if day.weekday() >= 5 else DayMark.WORKDAY


def recorded(weeks: int, factor: Callable[[date], float] = lambda _day: 1.0) -> dict[date, int]:
    days = [MONDAY + timedelta(days=n) for n in range(7 * weeks)]
    return {day: round(10 * WEEK[day.weekday()] * factor(day)) for day in days}


def grown(share: float) -> Callable[[date], float]:
    return lambda day: (1 + share) ** ((day - MONDAY).days // 7)


def test_even_weeks_do_not_grow() -> None:
    found = levels(recorded(8), plain)
    assert found == Levels(MONDAY + timedelta(days=55), 8, 1.0, found.growth, 1.0)
    assert abs(found.growth) < 1e-12
    assert found.trend(MONDAY + timedelta(days=60)) == pytest.approx(1)


def test_a_steady_growth_goes_on_and_wears_off() -> None:
    found = levels(recorded(8, grown(0.02)), plain)
    assert found.growth == pytest.approx(math.log(1.02), rel=0.05)
    next_week, later = (found.trend(found.last + timedelta(days=n)) for n in (1, 8))
    assert next_week == pytest.approx(math.exp(found.growth * (3.5 + DAMPING)))
    assert later == pytest.approx(math.exp(found.growth * (3.5 + DAMPING + DAMPING**2)))
    for_ever = found.trend(found.last + timedelta(days=3000))
    assert for_ever == pytest.approx(math.exp(found.growth * (3.5 + DAMPING / (1 - DAMPING))))


def test_few_calls_that_happen_to_grow_are_hardly_believed() -> None:
    few = {day: calls // 60 for day, calls in recorded(8, grown(0.03)).items()}
    many = recorded(8, grown(0.03))
    assert 0 < levels(few, plain).growth < 0.5 * levels(many, plain).growth


def test_chance_alone_moves_the_forecast_little() -> None:
    draw = random.Random(5)
    for _ in range(20):
        calls = {
            day: sum(draw.random() < 0.1 for _ in range(calls))
            for day, calls in recorded(8).items()
        }
        found = levels(calls, plain)
        assert 0.9 < found.trend(found.last + timedelta(days=28)) < 1.1


def test_the_last_weeks_say_how_much_is_called_now() -> None:
    """Sixteen weeks make the average, of which the last eight have a third more calls."""
    found = levels(
        recorded(16, lambda day: 1.5 if day >= MONDAY + timedelta(weeks=8) else 1.0), plain
    )
    assert found.recent == pytest.approx(1.5 / 1.25)
    assert found.trend(found.last + timedelta(days=1)) == pytest.approx(1.2)


def test_less_than_four_weeks_say_nothing_of_growth() -> None:
    assert levels(recorded(3, grown(0.1)), plain).growth == 0


def test_a_holiday_is_held_against_the_sundays_around_it() -> None:
    """The Tomb-sweeping holiday of 2026, 4 to 6 April: half of what a Sunday brings."""
    calls = recorded(8, lambda day: 1.0 if mark(day) is not DayMark.HOLIDAY else 0.0)
    off = [day for day in calls if mark(day) is DayMark.HOLIDAY]
    calls |= dict.fromkeys(off, 250)
    found = levels(calls, mark)
    assert off == [date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6)]
    assert found.holiday == (750 + 50) / (1500 + 50)
    assert found.of_holiday(date(2026, 5, 1), mark) == found.holiday
    assert found.of_holiday(date(2026, 5, 7), mark) == 1.0
    assert abs(found.growth) < 1e-12


def test_without_a_recorded_holiday_it_is_a_sunday() -> None:
    assert levels(recorded(2), plain).holiday == 1.0
