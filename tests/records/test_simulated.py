from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from records.calls import history
from records.simulated import CALLS_A_DAY, save_simulated, simulated_history
from records.store import Store
from records.tables import CallRow

MONDAY = date(2026, 3, 2)
LINES = ["city", "jinjiang"]
PEOPLE = ["lin", "wu"]


@pytest.fixture(scope="module")
def eight_weeks() -> list[CallRow]:
    return simulated_history(MONDAY, 56, LINES, PEOPLE, seed=1)


def values(rows: list[CallRow]) -> list[tuple[object, ...]]:
    return [(r.uniqueid, r.line, r.caller, r.arrived_at, r.ended_at, r.person) for r in rows]


def test_the_same_seed_gives_the_same_calls() -> None:
    one, same, other = (simulated_history(MONDAY, 3, LINES, PEOPLE, seed) for seed in (1, 1, 2))
    assert values(one) == values(same)
    assert values(one) != values(other)


def test_as_many_calls_a_day_as_meant_and_fewer_at_weekends(eight_weeks: list[CallRow]) -> None:
    days = Counter(row.arrived_at.date() for row in eight_weeks)
    assert (min(days), max(days), len(days)) == (MONDAY, MONDAY + timedelta(days=55), 56)
    weekdays = mean(count for day, count in days.items() if day.weekday() < 5)
    weekends = mean(count for day, count in days.items() if day.weekday() >= 5)
    assert 0.94 < weekdays / CALLS_A_DAY < 1.06
    assert 0.75 < weekends / weekdays < 0.95


def test_the_evening_is_busy_and_the_early_morning_is_quiet(eight_weeks: list[CallRow]) -> None:
    hours = Counter(row.arrived_at.hour for row in eight_weeks)
    assert max(hours, key=lambda hour: hours[hour]) in (20, 21)
    assert min(hours, key=lambda hour: hours[hour]) in (3, 4, 5)


def test_calls_last_22_minutes_and_some_give_up(eight_weeks: list[CallRow]) -> None:
    talks = [
        (row.ended_at - row.answered_at).total_seconds() / 60
        for row in eight_weeks
        if row.answered_at and row.ended_at
    ]
    assert 20.5 < mean(talks) < 23.5
    assert 0.07 < 1 - len(talks) / len(eight_weeks) < 0.09


def test_each_call_is_whole(eight_weeks: list[CallRow]) -> None:
    for row in eight_weeks:
        assert (row.origin, row.kind) == ("simulated", "inbound")
        assert row.line in LINES
        assert row.ended_at is not None
        if row.outcome == "answered":
            assert row.answered_at is not None
            assert row.arrived_at <= row.answered_at <= row.ended_at
            assert row.person in PEOPLE
        else:
            assert (row.outcome, row.answered_at, row.person) == ("abandoned", None, None)


def test_another_city_has_another_midnight() -> None:
    zone = timezone(timedelta(hours=-5))
    rows = simulated_history(MONDAY, 1, LINES, PEOPLE, 1, zone)
    assert {row.arrived_at.astimezone(zone).date() for row in rows} == {MONDAY}


def test_saved_it_is_the_history_that_demand_reads(store: Store) -> None:
    rows = simulated_history(MONDAY, 1, LINES, PEOPLE, seed=1)
    midnight = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    with store.session() as db:
        save_simulated(db, rows)
    with store.read() as db:
        past = history(db, midnight, midnight + timedelta(days=1))
    assert len(past) == len(rows)
    assert past[0].arrived_at == min(row.arrived_at for row in rows)
    assert past[0].arrived_at.tzinfo is UTC
