"""What callers bring: the offered load of each kind of day and hour, from recorded calls.

Calls of half an hour outlast the hour they came in, so the arrivals of an hour say too little. This
is the *modified offered load* (Massey and Whitt): the people who would be busy if there were no
lack of them. Each call occupies one from its arrival for as long as it was handled (a call that
nobody answered: for the mean handle time), and that time is spread over the hours that it covers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from scheduler.calendar import DayMark, kind_of_day, mark
from scheduler.levels import AVERAGED, RECENT, Levels, levels
from scheduler.problem import HOURS_A_DAY

LOCAL = ZoneInfo("Asia/Shanghai")
HOUR = 60.0  # minutes: all times below are in minutes

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
class Load:
    """What callers bring, by kind of day and hour, in an average week of those recorded."""

    erlangs: dict[Slot, float]
    handle: float  # mean
    patience: float  # mean
    source: str
    levels: Levels

    def of(self, kind: int, hour: int) -> tuple[float, str]:
        if (kind, hour) in self.erlangs:
            return self.erlangs[kind, hour], self.source
        known = [load for (_kind, at), load in self.erlangs.items() if at == hour]
        return math.fsum(known) / len(known), "other days"


def offered(
    calls: Sequence[CallTimes], targets: Targets, holidays: Callable[[date], DayMark] = mark
) -> Load:
    """The modified offered load of an average week of the last ones, and how it changes.

    Holidays of the weeks before count too, to tell how busy such days are.
    """
    known = tuple(call for call in calls if call.outcome != "refused")
    if not known:
        return _sample(targets)
    daily = calls_a_day(known)
    recent, averaged = since(known, RECENT), since(known, AVERAGED)
    handle = mean_handle(recent, targets)
    kinds = plain_kinds(list(daily)[-AVERAGED:], holidays)
    busy: defaultdict[Slot, float] = defaultdict(float)
    for call in averaged:
        for day, hour, minutes in _covered(call.arrived_at, _handled(call, targets) or handle):
            if day in kinds:
                busy[kinds[day], hour] += minutes
    erlangs = _averages(busy, Counter(kinds.values()))
    return Load(erlangs, handle, patience(recent, targets), "records", levels(daily, holidays))


def local_day(call: CallTimes) -> date:
    return call.arrived_at.astimezone(LOCAL).date()


def since(calls: Sequence[CallTimes], days: int) -> tuple[CallTimes, ...]:
    """Those of the last days that are recorded."""
    last = max(map(local_day, calls))
    return tuple(call for call in calls if (last - local_day(call)).days < days)


def calls_a_day(calls: Iterable[CallTimes]) -> dict[date, int]:
    """Of each day from the first to the last, those without any among them."""
    seen = Counter(map(local_day, calls))
    first, last = min(seen), max(seen)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day: seen[day] for day in days}


def plain_kinds(days: Iterable[date], holidays: Callable[[date], DayMark]) -> dict[date, int]:
    """The kinds of days that make the average week; holidays only where there is nothing else."""
    kinds = {day: kind_of_day(day, holidays) for day in days}
    plain = {day: kind for day, kind in kinds.items() if holidays(day) is not DayMark.HOLIDAY}
    return plain or kinds


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
    return Load(erlangs, targets.handle_minutes, 5.0, "sample", Levels(date.max))
