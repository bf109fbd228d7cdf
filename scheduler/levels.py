"""How calls grow from week to week, and how busy public holidays are, against the average week.

A forecast is the average week times these factors; docs/decisions/12-forecast.md has the measured
comparison. Both factors stay near 1 until enough calls speak against it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.calendar import DayMark, kind_of_day

WEEK = 7
AVERAGED = (
    16 * WEEK
)  # days whose calls make the average week; a habit that changed is then forgotten
RECENT = 8 * WEEK  # the last of them, which say how much is called now
NEAR = 4 * WEEK  # days before and after a holiday with whose Sundays it is compared
LEAST_WEEKS = 4  # below, nothing is said of growth
DAMPING = 0.9  # each further week grows by so much of the growth before (Gardner, McKenzie 1985)
USUAL_GROWTH = 0.01  # a week: what is taken for likely before anything is seen, as a deviation
HOLIDAY_CALLS = 50  # so many expected calls must be seen before half of a difference is believed

Holidays = Callable[[date], DayMark]


@dataclass(frozen=True)
class Levels:
    """Factors on the average week of the recorded calls."""

    last: date  # the last day that is recorded
    weeks: int = 0  # the recent ones
    recent: float = 1.0  # of these weeks, against the average
    growth: float = 0.0  # of the logarithm of the calls, a week
    holiday: float = 1.0

    def trend(self, day: date) -> float:
        """From the middle of the recent weeks to the week of that day, growing ever less."""
        ahead = max(0, (day - self.last).days - 1) // WEEK + 1
        further = DAMPING * (1 - DAMPING**ahead) / (1 - DAMPING)
        return self.recent * math.exp(self.growth * (max(0, self.weeks - 1) / 2 + further))

    def of_holiday(self, day: date, holidays: Holidays) -> float:
        return self.holiday if holidays(day) is DayMark.HOLIDAY else 1.0


def levels(calls: Mapping[date, int], holidays: Holidays) -> Levels:
    """From the calls of each recorded day; days without any are to be among them."""
    last = max(calls)
    average = usual(calls, [day for day in calls if (last - day).days < AVERAGED], holidays)
    recent = [day for day in sorted(calls) if (last - day).days < RECENT]
    weeks = list(_weeks(calls, recent, average, holidays))
    seen, expected = (math.fsum(column) for column in zip(*weeks, strict=True)) if weeks else (0, 0)
    level = seen / expected if expected else 1.0
    return Levels(last, len(weeks), level, _growth(weeks), _holiday(calls, holidays))


def usual(calls: Mapping[date, int], days: Sequence[date], holidays: Holidays) -> dict[int, float]:
    """The mean calls of a kind of day among these days, holidays left out."""
    plain = [day for day in days if holidays(day) is not DayMark.HOLIDAY]
    count = Counter(kind_of_day(day, holidays) for day in plain)
    seen: Counter[int] = Counter()
    for day in plain:
        seen[kind_of_day(day, holidays)] += calls[day]
    return {kind: seen[kind] / number for kind, number in count.items()}


def _weeks(
    calls: Mapping[date, int],
    recent: Sequence[date],
    average: Mapping[int, float],
    holidays: Holidays,
) -> Iterator[tuple[float, float]]:
    """Calls seen and expected in each whole week before the last day, the oldest first."""
    for first in range(len(recent) % WEEK, len(recent), WEEK):
        week = [d for d in recent[first : first + WEEK] if holidays(d) is not DayMark.HOLIDAY]
        kinds = [kind_of_day(day, holidays) for day in week]
        yield float(sum(calls[day] for day in week)), sum(average[kind] for kind in kinds)


def _growth(weeks: Sequence[tuple[float, float]]) -> float:
    """The slope of the logarithms, drawn towards 0 as far as chance might have made it."""
    known = [(week, seen, usual_) for week, (seen, usual_) in enumerate(weeks) if usual_ > 0]
    if len(known) < LEAST_WEEKS:
        return 0.0
    y = [math.log((seen + 0.5) / (usual_ + 0.5)) for _, seen, usual_ in known]
    middle, mean = sum(week for week, _, _ in known) / len(known), math.fsum(y) / len(y)
    x = [week - middle for week, _, _ in known]
    spread = sum(value**2 for value in x)
    slope = sum(a * (b - mean) for a, b in zip(x, y, strict=True)) / spread
    rest = math.fsum((b - mean - slope * a) ** 2 for a, b in zip(x, y, strict=True))
    by_chance = len(known) / (0.5 + sum(seen for _, seen, _ in known))  # Poisson, of a logarithm
    variance = max(rest / (len(known) - 2), by_chance) / spread
    return slope * USUAL_GROWTH**2 / (USUAL_GROWTH**2 + variance)


def _holiday(calls: Mapping[date, int], holidays: Holidays) -> float:
    """Calls of holidays against those of Sundays around them."""
    seen = expected = 0.0
    for day in calls:
        if holidays(day) is DayMark.HOLIDAY:
            around = [day + timedelta(days=n) for n in range(-NEAR, NEAR + 1)]
            means = usual(calls, [d for d in around if d in calls], holidays)
            kind = kind_of_day(day, holidays)
            if kind in means:
                seen += calls[day]
                expected += means[kind]
    return (seen + HOLIDAY_CALLS) / (expected + HOLIDAY_CALLS)
