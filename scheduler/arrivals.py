"""The calls that a simulated line gets: drawn after the forecast, or recorded ones again."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.calendar import DayMark, kind_of_day, mark
from scheduler.levels import AVERAGED, RECENT, levels
from scheduler.line import HOUR, Call
from scheduler.offered import (
    LOCAL,
    CallTimes,
    Targets,
    calls_a_day,
    mean_handle,
    patience,
    plain_kinds,
    sample_arrivals,
    since,
)
from scheduler.problem import HOURS_A_DAY


@dataclass(frozen=True)
class Forecast:
    """Arrivals an hour for each hour of the horizon, handle times, mean patience (minutes).

    Handle times are drawn from those that were recorded; from an exponential law with
    `mean_handle` where there are none.
    """

    rates: tuple[float, ...]
    mean_handle: float
    mean_patience: float
    handles: tuple[float, ...] = ()

    def draw(self, source: random.Random) -> list[Call]:
        """Poisson arrivals: independent gaps within each hour."""
        found = []
        for hour, rate in enumerate(self.rates):
            at = source.expovariate(rate) if rate else math.inf
            while at < 1:
                found.append(self._call((hour + at) * HOUR, source))
                at += source.expovariate(rate)
        return found

    def _call(self, at: float, source: random.Random) -> Call:
        if self.handles:
            handle = source.choice(self.handles)
        else:
            handle = source.expovariate(1 / self.mean_handle)
        return Call(at, handle, source.expovariate(1 / self.mean_patience))


def forecast(
    calls: Iterable[CallTimes],
    first: date,
    days: int,
    targets: Targets,
    holidays: Callable[[date], DayMark] = mark,
) -> Forecast:
    """From recorded calls of whole days, by kind of day and hour; from the sample without any."""
    known = tuple(call for call in calls if call.outcome != "refused")
    if not known:
        day = sample_arrivals(targets)
        return Forecast(day * days, targets.handle_minutes + targets.wrap_up_seconds / HOUR, 5.0)
    daily = calls_a_day(known)
    level, recent = levels(daily, holidays), since(known, RECENT)
    kinds = plain_kinds(list(daily)[-AVERAGED:], holidays)
    arrived = [call.arrived_at.astimezone(LOCAL) for call in since(known, AVERAGED)]
    counts = Counter((kinds[at.date()], at.hour) for at in arrived if at.date() in kinds)
    rates = [
        _rate(counts, Counter(kinds.values()), kind_of_day(day, holidays), hour)
        * level.trend(day)
        * level.of_holiday(day, holidays)
        for day in (first + timedelta(days=n) for n in range(days))
        for hour in range(HOURS_A_DAY)
    ]
    handles = tuple(h for call in recent if (h := _handled(call, targets)) is not None)
    return Forecast(tuple(rates), mean_handle(recent, targets), patience(recent, targets), handles)


def _rate(counts: Counter[tuple[int, int]], kinds: Counter[int], kind: int, hour: int) -> float:
    """Of a kind of day that is not recorded: the mean of the others."""
    if kinds[kind]:
        return counts[kind, hour] / kinds[kind]
    return sum(counts[other, hour] for other in kinds) / sum(kinds.values())


def _handled(call: CallTimes, targets: Targets) -> float | None:
    if call.answered_at is None or call.ended_at is None:
        return None
    talked = (call.ended_at - call.answered_at).total_seconds()
    return max(0.0, talked + targets.wrap_up_seconds) / HOUR


def replay(
    calls: Sequence[CallTimes], began: date, first: date, days: int, targets: Targets
) -> Callable[[random.Random], list[Call]]:
    """The recorded calls from the day `began` on, as if that were the first day.

    What was not seen is drawn: the handle time of a call that nobody answered, and for how much
    longer somebody who was answered would have waited (exponential patience has no memory).
    """
    midnight = datetime.combine(began, time(), LOCAL)
    mean, wait = mean_handle(calls, targets), patience(calls, targets)
    known = [c for c in calls if c.outcome != "refused"]

    def draw(source: random.Random) -> list[Call]:
        found = []
        for call in known:
            at = (call.arrived_at - midnight).total_seconds() / HOUR
            if 0 <= at < days * HOURS_A_DAY * HOUR:
                handle = _handled(call, targets)
                handle = source.expovariate(1 / mean) if handle is None else handle
                more = source.expovariate(1 / wait)
                found.append(Call(at, handle, _waited(call) + more * _would_wait(call)))
        return found

    return draw


def _waited(call: CallTimes) -> float:
    end = call.answered_at or call.ended_at
    return max(0.0, (end - call.arrived_at).total_seconds() / HOUR) if end else 0.0


def _would_wait(call: CallTimes) -> bool:
    return call.outcome != "abandoned"
