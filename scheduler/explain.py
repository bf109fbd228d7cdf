"""Why no roster exists: the smallest conflicts between rules, and the cheapest ways out of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.check import refuse_mistakes
from scheduler.conflict import Conflict, OutOfPatience, Search, next_conflict
from scheduler.counting import TooFew, too_few
from scheduler.parts import Part, implies
from scheduler.problem import OutOfTime, Problem
from scheduler.ways import Way, ways_out

MOST_CONFLICTS = 5
MOST_WAYS = 3
SHARE_FOR_WAYS = 0.4  # of the time
COUNTED_ENOUGH = 60  # cells of a roster above which counting hours says enough


@dataclass(frozen=True)
class Possible:
    """There is a roster that keeps all hard rules."""


@dataclass(frozen=True)
class Explanation:
    """Conflicts that share no part with each other, and ways out of all of them at once."""

    conflicts: tuple[Conflict, ...]
    ways: tuple[Way, ...]
    complete: bool  # without these conflicts' parts a roster exists
    too_few: tuple[TooFew, ...] = ()  # where it comes down to counting hours


def explain(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 1,
    clock: Callable[[], float] = time.monotonic,
) -> Explanation | Possible | OutOfTime:
    """What stands in the way of a roster that keeps all hard rules. Raises BadProblem.

    Where there are too few people by far, that is all; no smallest conflict of many would say more.
    """
    refuse_mistakes(problem)
    counted = too_few(problem)
    if counted and len(problem.workers) * problem.days > COUNTED_ENOUGH:
        return Explanation((), (), complete=False, too_few=counted)
    end = clock() + seconds
    search = Search(problem, lambda: end - SHARE_FOR_WAYS * seconds - clock(), seed)
    conflicts, complete = _conflicts(search)
    if not conflicts:
        return Possible() if complete else OutOfTime(0)
    ways = ways_out(problem, MOST_WAYS, lambda: end - clock(), seed)
    named = tuple(replace(c, parts=search.named(c.parts)) for c in conflicts)
    return Explanation(named, ways, complete, counted)


def _conflicts(search: Search) -> tuple[list[Conflict], bool]:
    """Each further one without the parts of those before, and without what implies them."""
    left, found = list(search.parts), list[Conflict]()
    while len(found) < MOST_CONFLICTS:
        try:
            conflict = next_conflict(search, left)
        except OutOfPatience:
            return found, False
        if conflict is None:
            return found, True
        found.append(conflict)
        left = [part for part in left if not _settled(part, conflict)]
    return found, False


def _settled(part: Part, conflict: Conflict) -> bool:
    return any(part == known or implies(part, known) for known in conflict.parts)
