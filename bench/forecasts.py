"""How far forecasts of the calls are off: `python -m bench.forecasts`.

Invented lines whose truth is known: calls of 57 weeks by weekday, more on some days by chance than
Poisson allows, holidays with 0.6 of a Sunday's calls, and different ways of growing. Forecast are
the four weeks after; the error is the sum of the distances to the true expectation, in percent.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from statistics import fmean

from scheduler.calendar import DayMark, kind_of_day, mark
from scheduler.levels import AVERAGED, Levels, levels, usual

LAST = date(2026, 4, 5)  # the four weeks after have the holiday of 1 to 5 May at their end
WEEKS, AHEAD = 57, 28
WEEK = (1.1, 1.05, 1.0, 1.0, 1.05, 0.9, 0.8)
HOLIDAY = 0.6  # of a Sunday
UNEVEN = 0.1  # deviation of a day's level beyond Poisson

Path = Callable[[int, random.Random], list[float]]  # weeks -> level of each


def _steady(growth: float) -> Path:
    return lambda weeks, _draw: [(1 + growth) ** week for week in range(weeks)]


def _step(weeks: int, _draw: random.Random) -> list[float]:
    return [1.3 if week >= WEEKS - 3 else 1.0 for week in range(weeks)]


def _wandering(weeks: int, draw: random.Random) -> list[float]:
    found = [1.0]
    while len(found) < weeks:
        found.append(found[-1] * math.exp(draw.gauss(0, 0.02)))
    return found


PATHS: dict[str, Path] = {
    "even": _steady(0),
    "+0.5 % a week": _steady(0.005),
    "+2 % a week": _steady(0.02),
    "-1 % a week": _steady(-0.01),
    "+30 % three weeks ago": _step,
    "wandering, 2 % a week": _wandering,
}
METHODS: dict[str, Callable[[Levels], Levels]] = {
    "average": lambda found: replace(found, recent=1.0, growth=0.0, holiday=1.0),
    "holidays": lambda found: replace(found, recent=1.0, growth=0.0),
    "recent": lambda found: replace(found, growth=0.0),
    "growth": lambda found: found,
}


def expected(path: list[float], base: float) -> dict[date, float]:
    first = LAST - timedelta(days=7 * WEEKS - 1)
    days = [first + timedelta(days=n) for n in range(7 * WEEKS + AHEAD)]
    return {
        day: base
        * path[(day - first).days // 7]
        * WEEK[kind_of_day(day, mark)]
        * (HOLIDAY if mark(day) is DayMark.HOLIDAY else 1.0)
        for day in days
    }


def drawn(mean: float, draw: random.Random) -> int:
    """Poisson around a level that is uneven itself, by the normal law that is near it."""
    level = mean * math.exp(draw.gauss(0, UNEVEN))
    return max(0, round(draw.gauss(level, math.sqrt(level))))


def errors(path: Path, base: float, draw: random.Random) -> dict[str, float]:
    truth = expected(path(WEEKS + AHEAD // 7, draw), base)
    seen = {day: drawn(mean, draw) for day, mean in truth.items() if day <= LAST}
    average = usual(seen, [day for day in seen if (LAST - day).days < AVERAGED], mark)
    found = levels(seen, mark)
    ahead = [day for day in truth if day > LAST]
    return {name: _error(truth, ahead, average, method(found)) for name, method in METHODS.items()}


def _error(
    truth: dict[date, float], ahead: list[date], average: dict[int, float], level: Levels
) -> float:
    off = sum(
        abs(
            average[kind_of_day(day, mark)] * level.trend(day) * level.of_holiday(day, mark)
            - truth[day]
        )
        for day in ahead
    )
    return 100 * off / sum(truth[day] for day in ahead)


def table(base: float, seeds: int) -> Iterator[str]:
    yield f"{base:g} calls a day".ljust(24) + "".join(f"{name:>10}" for name in METHODS)
    for name, path in PATHS.items():
        rows = [errors(path, base, random.Random(seed)) for seed in range(seeds)]
        means = [fmean(row[method] for row in rows) for method in METHODS]
        yield name.ljust(24) + "".join(f"{mean:>10.1f}" for mean in means)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=float, nargs="+", default=[20, 100, 400], help="a day")
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    for base in asked.calls:
        print("\n".join(table(base, asked.seeds)), flush=True)


if __name__ == "__main__":
    main()
