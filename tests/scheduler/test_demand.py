"""From calls to people: lagged load, patience, least crew, and the reasons."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar import DayMark, kind_of_day
from scheduler.demand import explain_needs, needs
from scheduler.offered import Targets, mean_handle, offered, patience
from scheduler.problem import Need, Rules
from tests.scheduler.builders import Call

MONDAY = date(2026, 9, 28)
PLAIN = Targets(wrap_up_seconds=0, shrinkage=0)
RULES = Rules()


def weekdays_only(day: date) -> DayMark:
    return DayMark.WEEKEND if day.weekday() >= 5 else DayMark.WORKDAY


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A moment of Shanghai's Monday, as UTC."""
    return datetime(2026, 9, 27, 16, tzinfo=UTC) + timedelta(days=day, hours=hour, minutes=minute)


def answered(arrived: datetime, talk: float, wait: float = 0.0) -> Call:
    begun = arrived + timedelta(minutes=wait)
    return Call(arrived, begun, begun + timedelta(minutes=talk))


def gave_up(arrived: datetime, wait: float) -> Call:
    return Call(arrived, None, arrived + timedelta(minutes=wait), "abandoned")


def test_a_call_outlasts_its_hour() -> None:
    load = offered([answered(at(9, 45), 90)], PLAIN, weekdays_only)
    assert {h: load.erlangs[0, h] for h in (8, 9, 10, 11, 12)} == pytest.approx(
        {8: 0, 9: 0.25, 10: 1.0, 11: 0.25, 12: 0}
    )


def test_hours_are_those_of_shanghai() -> None:
    load = offered([answered(datetime(2026, 9, 28, 1, tzinfo=UTC), 30)], PLAIN, weekdays_only)
    assert load.erlangs[0, 9] == pytest.approx(0.5)


def test_a_call_over_midnight_counts_for_the_next_day() -> None:
    calls = [answered(at(23, 40), 40), answered(at(12, day=1), 0)]
    load = offered(calls, PLAIN, weekdays_only)
    assert (load.erlangs[0, 23], load.erlangs[1, 0]) == pytest.approx((1 / 3, 1 / 3))


def test_weeks_are_averaged() -> None:
    calls = [answered(at(9), 30), answered(at(9, day=7), 60), answered(at(9, day=14), 60)]
    load = offered(calls, PLAIN, weekdays_only)
    assert load.erlangs[0, 9] == pytest.approx(2.5 / 3)


def test_those_who_gave_up_bring_the_mean_call() -> None:
    calls = [answered(at(9), 20), answered(at(9), 40), gave_up(at(14), 2)]
    assert mean_handle(calls, PLAIN) == 30
    assert offered(calls, PLAIN, weekdays_only).erlangs[0, 14] == pytest.approx(0.5)


def test_wrap_up_is_handled_time() -> None:
    targets = Targets(wrap_up_seconds=120)
    assert mean_handle([answered(at(9), 28)], targets) == pytest.approx(30)
    assert mean_handle([gave_up(at(9), 1)], targets) == targets.handle_minutes


def test_refused_calls_bring_nothing() -> None:
    calls = [answered(at(9), 30), Call(at(10), None, at(10), "refused")]
    assert offered(calls, PLAIN, weekdays_only).erlangs[0, 10] == 0


def test_patience_counts_all_waits_for_each_who_gave_up() -> None:
    calls = [answered(at(9), 20, wait=4), gave_up(at(9), 2), gave_up(at(10), 6)]
    assert patience(calls, PLAIN) == pytest.approx(6)


def test_patience_has_a_floor_and_a_ceiling() -> None:
    assert patience([gave_up(at(9), 0.1)], PLAIN) == 1
    assert patience([answered(at(9), 20, wait=1)], PLAIN) == 30


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(0, 180)), min_size=1))
def test_no_handled_minute_is_lost(calls: list[tuple[int, int, int]]) -> None:
    """All but what runs over the end of the last day lies in some hour."""
    made = [answered(at(hour, day=day), talk) for day, hour, talk in calls]
    end = (max(day for day, _, _ in calls) + 1) * 24 * 60
    inside = [min(talk, end - (day * 24 + hour) * 60) for day, hour, talk in calls]
    # calls without any length get the mean one; there is no such thing here but talk 0
    if all(talk for _, _, talk in calls):
        load = offered(made, PLAIN, weekdays_only)
        assert math.fsum(load.erlangs.values()) * 60 == pytest.approx(sum(inside))


def test_holidays_are_sundays_and_make_up_days_fridays() -> None:
    assert kind_of_day(MONDAY, lambda _day: DayMark.HOLIDAY) == 6
    assert kind_of_day(date(2026, 10, 10), lambda _day: DayMark.MAKE_UP) == 4
    assert kind_of_day(MONDAY, weekdays_only) == 0


def test_a_weekday_without_records_takes_the_mean_of_the_others() -> None:
    calls = [answered(at(9), 60), answered(at(9, day=1), 30)]
    reasons = explain_needs(calls, MONDAY, 3, PLAIN, RULES, weekdays_only)
    assert [round(reasons[day * 24 + 9].load, 2) for day in range(3)] == [1.0, 0.5, 0.75]
    assert [reasons[day * 24 + 9].source for day in (0, 2)] == ["records", "other days"]


def test_needs_grow_with_calls_and_never_fall_below_the_least() -> None:
    busy = [answered(at(20, minute % 60), 30) for minute in range(0, 600, 30)]
    got = needs(busy, MONDAY, 1, PLAIN, RULES, weekdays_only)
    people = {need.hour: need.people for need in got if need.qualification is None}
    assert people[5] == 2 and people[20] > 10
    assert [n for n in got if n.qualification] == [Need(h, 1, "crisis") for h in range(24)]


def test_shrinkage_adds_people() -> None:
    busy = [answered(at(20, minute), 30) for minute in range(0, 60, 3)]
    lean = explain_needs(busy, MONDAY, 1, PLAIN, RULES, weekdays_only)[20]
    fat = explain_needs(busy, MONDAY, 1, Targets(shrinkage=0.5, wrap_up_seconds=0), RULES)
    assert lean.people == lean.by_erlang
    assert fat[20].people == 2 * fat[20].by_erlang == 2 * lean.by_erlang


def test_without_records_there_is_a_sample_curve() -> None:
    reasons = explain_needs((), MONDAY, 2, Targets(calls_a_day=100), RULES)
    assert {reason.source for reason in reasons} == {"sample"}
    assert sum(r.load for r in reasons) == pytest.approx(2 * 100 * 28 / 60)
    assert reasons[21].people > reasons[4].people >= 2
    assert "按示例" not in reasons[0].words()["en"] and "示例" in reasons[0].words()["zh"]


@pytest.mark.parametrize("bad", [{"level": 1.0}, {"shrinkage": 1.0}, {"handle_minutes": 0}])
def test_bad_targets_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Targets(**bad)


def steady(weeks: int, growth: float = 0.0) -> list[Call]:
    """Twenty calls of half an hour in each hour, more from week to week."""
    return [
        answered(at(0) + timedelta(hours=hour, minutes=60 * n / calls), 30)
        for hour in range(weeks * 7 * 24)
        for calls in [round(20 * (1 + growth) ** (hour // 168))]
        for n in range(calls)
    ]


def test_growth_is_in_the_load_and_in_its_reasons() -> None:
    first = MONDAY + timedelta(weeks=5)
    (reason,) = explain_needs(steady(5, 0.05), first, 1, PLAIN, RULES, weekdays_only)[9:10]
    assert reason.trend > 1.1
    average = offered(steady(5, 0.05), PLAIN, weekdays_only).erlangs[0, 9]
    assert reason.load == pytest.approx(average * reason.trend)
    assert f"trend x{reason.trend:.2f}" in reason.words()["en"]
    assert f"趋势 ×{reason.trend:.2f}" in reason.words()["zh"]


def test_only_the_last_sixteen_weeks_make_the_average() -> None:
    old = [answered(at(9, minute), 30) for minute in range(0, 60, 2)]
    recent = [answered(at(9, day=7 * week), 60) for week in range(1, 18)]
    assert offered(old + recent, PLAIN, weekdays_only).erlangs[0, 9] == pytest.approx(1)


def test_a_holiday_does_not_make_the_average_sunday() -> None:
    def first_sunday_off(day: date) -> DayMark:
        return DayMark.HOLIDAY if day == MONDAY + timedelta(days=6) else weekdays_only(day)

    calls = [answered(at(9, day=6), 10), answered(at(9, day=13), 60)]
    assert offered(calls, PLAIN, first_sunday_off).erlangs[6, 9] == pytest.approx(1)
