"""What a roster and a plan would do with the calls: many simulated horizons, with intervals.

Each replication draws its own calls; the figures are means over replications with a confidence
interval by Student's t, so nothing is claimed that chance could have made.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from scheduler.line import Call, Day, Duty, Fate, Ladder, simulate
from scheduler.problem import HOURS_A_DAY, Problem, Roster
from scheduler.sheet import Sheet

HOUR = 60.0
Draw = Callable[[random.Random], Sequence[Call]]


@dataclass(frozen=True)
class Estimate:
    """A mean, and half of its confidence interval; nan where fewer than two values are known."""

    mean: float
    half: float

    def holds(self, value: float) -> bool:
        return abs(value - self.mean) <= self.half

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.half:.3f}"


@dataclass(frozen=True)
class Figures:
    """Of the callers of some hours. Rates from 0 to 1, waits in minutes."""

    calls: Estimate  # in all those hours of one replication
    answered: Estimate
    within: Estimate  # answered within the target
    abandoned: Estimate
    promised: Estimate
    waited: Estimate  # mean of all callers
    had_to_wait: Estimate
    occupancy: Estimate  # of the people on duty


@dataclass(frozen=True)
class WhatIf:
    days: tuple[Day, ...]  # one for each replication
    within: float  # target, minutes
    confidence: float

    def figures(self, hours: Sequence[int]) -> Figures:
        """Of the callers who arrive in these hours of the horizon."""
        wanted = frozenset(hours)
        rows = [_row(day, wanted, self.within) for day in self.days]

        def over(name: str) -> Estimate:
            known = [row[name] for row in rows if not math.isnan(row[name])]
            return estimate(known, self.confidence)

        return Figures(*(over(name) for name in Figures.__dataclass_fields__))


def _row(day: Day, hours: frozenset[int], within: float) -> dict[str, float]:
    own = [o for o in day.outcomes if int(o.at // HOUR) in hours]
    fates = [o.fate for o in own]
    present = sum(day.present[hour] for hour in hours)

    def share(count: float) -> float:
        return count / len(own) if own else math.nan

    good = sum(o.fate is Fate.ANSWERED and o.waited <= within for o in own)
    return {
        "calls": float(len(own)),
        "answered": share(fates.count(Fate.ANSWERED)),
        "within": share(good),
        "abandoned": share(fates.count(Fate.ABANDONED)),
        "promised": share(fates.count(Fate.PROMISED)),
        "waited": share(math.fsum(o.waited for o in own)),
        "had_to_wait": share(sum(o.waited > 0 for o in own)),
        "occupancy": sum(day.busy[h] for h in hours) / present if present else math.nan,
    }


def estimate(values: Sequence[float], confidence: float) -> Estimate:
    if len(values) < 2:
        return Estimate(values[0] if values else math.nan, math.nan)
    half = student(len(values) - 1, confidence) * stdev(values) / math.sqrt(len(values))
    return Estimate(fmean(values), half)


def student(freedom: int, confidence: float) -> float:
    """The two-sided quantile of Student's t, by the expansion of Abramowitz and Stegun, 26.7.5;
    to three digits from 5 degrees of freedom on."""
    x = NormalDist().inv_cdf((1 + confidence) / 2)
    n = float(freedom)
    return (
        x
        + (x**3 + x) / (4 * n)
        + (5 * x**5 + 16 * x**3 + 3 * x) / (96 * n**2)
        + (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / (384 * n**3)
        + (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / (92160 * n**4)
    )


def what_if(
    duties: Sequence[Duty],
    draw: Draw,
    ladder: Ladder,
    *,
    within: float,
    replications: int = 30,
    shrinkage: float = 0.0,
    seed: int = 1,
    confidence: float = 0.95,
) -> WhatIf:
    """The seed decides everything. `within` in minutes."""
    if replications < 2:
        raise ValueError(f"replications is {replications}; it must be 2 or more")
    days = []
    for number in range(replications):
        source = random.Random(f"{seed}/{number}")  # noqa: S311 - a simulation, not a secret
        days.append(simulate(duties, draw(source), ladder, source, shrinkage))
    return WhatIf(tuple(days), within, confidence)


def duties_of(problem: Problem, roster: Roster) -> list[Duty]:
    """Who is there when; the last night before the horizon reaches into it."""
    sheet = Sheet(problem, roster)
    return [
        Duty(
            worker.id,
            day * HOURS_A_DAY * HOUR + shift.start,
            day * HOURS_A_DAY * HOUR + shift.end,
            shift.on_call,
        )
        for worker in problem.workers
        for day in range(-1, problem.days)
        if (shift := sheet.at(worker.id, day)) is not None
    ]
