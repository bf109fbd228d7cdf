"""How many people each hour needs, from recorded calls; each hour keeps its reasons.

Calls of half an hour outlast the hour they came in, so the arrivals of an hour say too little. This
is the *modified offered load* (Massey and Whitt): the people who would be busy if there were no
lack of them. Each call occupies one from its arrival for as long as it was handled (a call that
nobody answered: for the mean handle time), and that time is spread over the hours that it covers.
Erlang A, with the callers' patience, turns the load of an hour into people.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from scheduler.calendar import DayMark, mark
from scheduler.erlang import people_for
from scheduler.problem import HOURS_A_DAY, Need, Rules

LOCAL = ZoneInfo("Asia/Shanghai")
HOUR = 60.0  # minutes: all times below are in minutes
SUNDAY, FRIDAY = 6, 4
CRISIS = "crisis"

# How a day's calls spread over its hours where no call is recorded yet: quiet before dawn, a first
# peak late in the morning, the highest in the evening. Invented, after what helplines report.
_MORNING = (55, 40, 30, 24, 20, 20, 25, 38, 60, 80, 92, 95)
_AFTERNOON = (85, 82, 85, 88, 90, 92, 100, 115, 130, 135, 120, 85)
_CURVE = _MORNING + _AFTERNOON

Slot = tuple[int, int]  # kind of day (0 Monday to 6 Sunday), hour


class CallTimes(Protocol):
    """What demand needs to know of a call. Instants are aware."""

    @property
    def arrived_at(self) -> datetime: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> str | None: ...


@dataclass(frozen=True)
class Targets:
    """What is promised to callers, and what is assumed where the records cannot tell."""

    within_seconds: float = 30
    level: float = 0.8  # share of all callers to be answered within that time
    shrinkage: float = 0.1  # share of a shift away from the telephone: breaks, supervision
    wrap_up_seconds: float = 120  # belongs to the handle time
    least_patience_seconds: float = 60  # a few who hang up at once must not empty the room
    most_patience_seconds: float = 1800  # where hardly anybody gave up
    handle_minutes: float = 28  # without records
    calls_a_day: float = 100  # without records

    def __post_init__(self) -> None:
        _require(self.within_seconds >= 0, "within_seconds", self.within_seconds, "0 or more")
        _require(0 <= self.level < 1, "level", self.level, "at least 0 and below 1")
        _require(0 <= self.shrinkage < 1, "shrinkage", self.shrinkage, "at least 0 and below 1")
        _require(self.wrap_up_seconds >= 0, "wrap_up_seconds", self.wrap_up_seconds, "0 or more")
        low, high = self.least_patience_seconds, self.most_patience_seconds
        _require(0 < low <= high, "least_patience_seconds", low, f"above 0, at most {high}")
        _require(self.handle_minutes > 0, "handle_minutes", self.handle_minutes, "above 0")
        _require(self.calls_a_day >= 0, "calls_a_day", self.calls_a_day, "0 or more")


def _require(good: bool, what: str, value: object, right: str) -> None:
    if not good:
        raise ValueError(f"target {what} is {value!r}; it must be {right}")


@dataclass(frozen=True)
class Reasoned:
    """One hour's need with its reasons."""

    hour: int
    load: float  # offered, in erlangs
    by_erlang: int  # people who reach the target for that load
    with_shrinkage: int  # people to roster so that as many are at the telephone
    least: int
    source: str  # "records", "other days" (none of this weekday are recorded) or "sample"

    @property
    def people(self) -> int:
        return max(self.with_shrinkage, self.least)

    def words(self) -> dict[str, str]:
        zh = {
            "records": "按通话记录",
            "other days": "该星期几无记录，按其他日子",
            "sample": "无记录，按示例",
        }
        en = {"records": "from recorded calls", "other days": "from other days", "sample": "sample"}
        return {
            "zh": f"{zh[self.source]}：话务量 {self.load:.2f} 爱尔兰，需 {self.by_erlang} 人接听，"
            f"计入离席 {self.with_shrinkage} 人，最低 {self.least} 人，共 {self.people} 人",
            "en": f"{en[self.source]}: {self.load:.2f} erlangs, {self.by_erlang} people to answer, "
            f"{self.with_shrinkage} with time away, at least {self.least}: {self.people}",
        }


@dataclass(frozen=True)
class Load:
    """What callers bring, by kind of day and hour."""

    erlangs: dict[Slot, float]
    handle: float  # mean
    patience: float  # mean
    source: str

    def of(self, kind: int, hour: int) -> tuple[float, str]:
        if (kind, hour) in self.erlangs:
            return self.erlangs[kind, hour], self.source
        known = [load for (_kind, at), load in self.erlangs.items() if at == hour]
        return math.fsum(known) / len(known), "other days"


def needs(
    calls: Iterable[CallTimes],
    first: date,
    days: int,
    targets: Targets,
    rules: Rules,
    holidays: Callable[[date], DayMark] = mark,
) -> tuple[Need, ...]:
    """What each hour of `days` days from `first` on needs, crisis-qualified people included.

    `calls` should be those of whole days: the more weeks, the steadier the averages.
    """
    reasoned = explain_needs(calls, first, days, targets, rules, holidays)
    people = tuple(Need(reason.hour, reason.people) for reason in reasoned)
    if not rules.least_crisis:
        return people
    return people + tuple(Need(r.hour, rules.least_crisis, CRISIS) for r in reasoned)


def explain_needs(
    calls: Iterable[CallTimes],
    first: date,
    days: int,
    targets: Targets,
    rules: Rules,
    holidays: Callable[[date], DayMark] = mark,
) -> tuple[Reasoned, ...]:
    load = offered(tuple(calls), targets, holidays)
    least = max(1, rules.least_on_duty, rules.least_crisis)

    @cache
    def crew(erlangs: float) -> int:
        within = targets.within_seconds / HOUR
        return people_for(erlangs / load.handle, load.handle, load.patience, within, targets.level)

    def reasoned(hour: int) -> Reasoned:
        day = first + timedelta(days=hour // HOURS_A_DAY)
        erlangs, source = load.of(kind_of_day(day, holidays), hour % HOURS_A_DAY)
        by_erlang = crew(erlangs)
        rostered = math.ceil(by_erlang / (1 - targets.shrinkage) - 1e-9)
        return Reasoned(hour, erlangs, by_erlang, rostered, least, source)

    return tuple(reasoned(hour) for hour in range(days * HOURS_A_DAY))


def kind_of_day(day: date, holidays: Callable[[date], DayMark]) -> int:
    """Public holidays count as Sundays, working weekend days as Fridays."""
    found = holidays(day)
    if found is DayMark.HOLIDAY:
        return SUNDAY
    return FRIDAY if found is DayMark.MAKE_UP else day.weekday()


def offered(
    calls: Sequence[CallTimes], targets: Targets, holidays: Callable[[date], DayMark] = mark
) -> Load:
    """The modified offered load of an average week."""
    calls = tuple(call for call in calls if call.outcome != "refused")
    if not calls:
        return _sample(targets)
    handle = mean_handle(calls, targets)
    arrived = [call.arrived_at.astimezone(LOCAL).date() for call in calls]
    first, last = min(arrived), max(arrived)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kinds = {day: kind_of_day(day, holidays) for day in span}
    busy: defaultdict[Slot, float] = defaultdict(float)
    for call in calls:
        for day, hour, minutes in _covered(call.arrived_at, _handled(call, targets) or handle):
            if day in kinds:
                busy[kinds[day], hour] += minutes
    return Load(
        _averages(busy, Counter(kinds.values())), handle, patience(calls, targets), "records"
    )


def _averages(busy: Mapping[Slot, float], days: Counter[int]) -> dict[Slot, float]:
    return {
        (kind, hour): busy.get((kind, hour), 0.0) / HOUR / count
        for kind, count in days.items()
        for hour in range(HOURS_A_DAY)
    }


def _covered(arrived: datetime, minutes: float) -> Iterator[tuple[date, int, float]]:
    """The local hours that a call covers, with the minutes in each."""
    local = arrived.astimezone(LOCAL)
    at = local.minute + local.second / HOUR
    hour = local.replace(minute=0, second=0, microsecond=0)
    while minutes > 0:
        inside = min(minutes, HOUR - at)
        yield hour.date(), hour.hour, inside
        minutes, at, hour = minutes - inside, 0.0, hour + timedelta(hours=1)


def _minutes(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds() / HOUR)


def _handled(call: CallTimes, targets: Targets) -> float | None:
    """Minutes of talk and wrap-up; None when nobody answered or the call has not ended."""
    if call.answered_at is None or call.ended_at is None:
        return None
    return _minutes(call.answered_at, call.ended_at) + targets.wrap_up_seconds / HOUR


def mean_handle(calls: Iterable[CallTimes], targets: Targets) -> float:
    times = [time for call in calls if (time := _handled(call, targets))]
    return math.fsum(times) / len(times) if times else targets.handle_minutes


def patience(calls: Iterable[CallTimes], targets: Targets) -> float:
    """Mean patience in minutes: all the time that was waited, for each caller who gave up.

    Those who were answered or promised a call-back might have waited longer; counting their waits
    without counting them as given up is the estimate for exponential patience.
    """
    waited, gave_up = 0.0, 0
    for call in calls:
        end = call.answered_at or call.ended_at
        waited += _minutes(call.arrived_at, end) if end else 0.0
        gave_up += call.outcome == "abandoned"
    most = targets.most_patience_seconds / HOUR
    estimate = waited / gave_up if gave_up else most
    return min(most, max(targets.least_patience_seconds / HOUR, estimate))


def sample_arrivals(targets: Targets) -> tuple[float, ...]:
    """Calls in each hour of a day where none is recorded."""
    return tuple(targets.calls_a_day * share / sum(_CURVE) for share in _CURVE)


def _sample(targets: Targets) -> Load:
    """The invented curve, lagged like recorded calls; twelve arrivals an hour stand for all."""
    busy = [0.0] * HOURS_A_DAY
    for hour, share in enumerate(_CURVE):
        weight = targets.calls_a_day * share / sum(_CURVE) / 12
        for part in range(12):
            arrived = datetime(2000, 1, 1, hour, part * 5, tzinfo=LOCAL)
            for _day, at, minutes in _covered(arrived, targets.handle_minutes):
                busy[at] += weight * minutes / HOUR
    erlangs = {(kind, hour): load for kind in range(7) for hour, load in enumerate(busy)}
    return Load(erlangs, targets.handle_minutes, 5.0, "sample")
