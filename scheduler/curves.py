"""What the people on duty cost together, stretch by stretch: convex curves over their number.

Where shifts change within an hour the audit takes the worst stretch of it; these curves tell how
many stretches the hour has, and each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.hours import Piece, crisis_hours, duty_shifts, judged_hours, needed, on_call_shifts
from scheduler.problem import HOURS_A_DAY, SUPERVISOR, PairKind, Problem, Worker

Crowd = str | None | frozenset[str]  # who counts: a qualification, everybody, or these people
Stretch = tuple[int, Piece, Crowd]  # day, who covers it, who of them counts


@dataclass(frozen=True)
class Curve:
    """So much for each person below `people` and for each above."""

    people: int
    below: int = 0
    above: int = 0
    parts: int = 1  # stretches of the hour, the worst of which is paid for

    def cost(self, there: int) -> int:
        return self.below * max(0, self.people - there) + self.above * max(0, there - self.people)


def curves(problem: Problem, forbidden: int) -> Iterator[tuple[Stretch, Curve]]:
    """Of every hour; `forbidden` is the price of a person below a hard least number.

    A stretch that no shift covers is told too, with an empty piece.
    """
    rules = problem.rules
    duty = judged_hours(problem, duty_shifts(problem))
    missing = forbidden if rules.need_is_hard else rules.price_short
    empty, lonely = (rules.prices.get(n, forbidden) for n in ("never_empty", "least_on_duty"))
    for hour in duty:
        yield from _of(duty, hour, None, Curve(int(rules.round_the_clock), empty))
        yield from _of(duty, hour, None, Curve(rules.least_on_duty, lonely))
    for hour in crisis_hours(problem):
        yield from _of(duty, hour, "crisis", Curve(rules.least_crisis, missing))
    for qualification, needs in needed(problem).items():
        for hour, people in needs.items():
            yield from _of(duty, hour, qualification, Curve(people, missing))
    for hour, people in needed(problem).get(None, {}).items():
        most = max(people, rules.least_on_duty)
        yield from _of(duty, hour, None, Curve(most, above=rules.price_over))
    yield from _pairs(problem, duty, forbidden)
    standby = judged_hours(problem, on_call_shifts(problem))
    for hour, pieces in standby.items():
        if any(pieces):
            filled = {hour: tuple(piece for piece in pieces if piece)}
            yield from _of(filled, hour, None, Curve(1, rules.price_standby))
    reachable = judged_hours(problem, problem.shifts)
    supervisors = Curve(rules.least_supervisors, rules.price_supervisor)
    for hour in reachable:
        yield from _of(reachable, hour, SUPERVISOR, supervisors)


def _pairs(
    problem: Problem, duty: dict[int, tuple[Piece, ...]], forbidden: int
) -> Iterator[tuple[Stretch, Curve]]:
    together = Curve(1, above=problem.rules.prices.get("apart", forbidden))
    for pair in problem.pairs:
        for hour in duty if pair.kind is PairKind.APART else ():
            yield from _of(duty, hour, frozenset({pair.one, pair.other}), together)


def counts(worker: Worker, crowd: Crowd) -> bool:
    if isinstance(crowd, frozenset):
        return worker.id in crowd
    return crowd is None or crowd in worker.qualifications


def _of(
    hours: dict[int, tuple[Piece, ...]], hour: int, crowd: Crowd, curve: Curve
) -> Iterator[tuple[Stretch, Curve]]:
    if (curve.below and curve.people) or curve.above:
        own = hours.get(hour, ())
        if curve.below and () in own:
            own = ((),)  # nothing is worse
        for piece in own:
            yield (hour // HOURS_A_DAY, piece, crowd), replace(curve, parts=len(own))
