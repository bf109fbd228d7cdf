"""Mends a published roster with the least disruption, and says what each way of doing it costs.

In this order, each one least before the next is looked at: hours left open that were covered or are
newly needed; people touched; shifts changed; short notice; the points of the roster. What has begun
and what is locked never moves.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from scheduler.audit import audit
from scheduler.change import Change, NewNeed, changed, missed
from scheduler.check import refuse_mistakes
from scheduler.hours import DAY
from scheduler.mending import MOST_MOVABLE, Mending, Result
from scheduler.problem import (
    HOURS_A_DAY,
    Finding,
    Impossible,
    OutOfTime,
    Problem,
    Roster,
    whole,
)
from scheduler.repaired import Alternative, Move, Repaired
from scheduler.standing import Standing

MOST = 3  # alternatives
FIRST_SHARE = 0.5  # of the time for the first one
SMALL = 500  # people times days times shifts: all days are looked at
WINDOW = 2  # days before and after what happened that may change in larger rosters
WIDE = 5  # the same, once there are three answers and time is left
SEARCH = 0.9  # of the time; the rest is for the audit of what was found
LEFT = 1.5  # seconds that make a second look worth while


def repair(
    problem: Problem,
    roster: Roster,
    change: Change,
    *,
    now: int,
    locked: frozenset[tuple[str, int]] = frozenset(),
    seconds: float = 5,
    seed: int = 1,
    clock: Callable[[], float] = time.monotonic,
) -> Repaired | Impossible | OutOfTime:
    """Up to three alternatives, the least disruptive first.

    `now` is in minutes from the begin of day 0; `locked` are cells (person, day). `Impossible`
    names nothing: scheduler.explain does. Raises BadProblem, and ValueError for an absurd change.
    """
    end = clock() + SEARCH * seconds
    after = changed(problem, change)
    roster = whole(problem, roster)
    refuse_mistakes(problem, roster)
    refuse_mistakes(after)
    gone = missed(problem, roster, change)
    standing = Standing(problem, after, roster, now, locked, gone)
    near = _days(standing, change, WINDOW)
    exact = near == range(problem.days) and len(problem.workers) <= MOST_MOVABLE
    found = _alternatives(standing, near, end, clock, seed, exact=exact)
    if not isinstance(found, list):
        return found
    wide = _days(standing, change, WIDE)
    if found[0].open_hours == 0 and not found[0].people:
        return Repaired(after, tuple(found))
    if not exact and wide != near and end - clock() > LEFT:
        result = Mending(standing, wide, seed).least(end - clock(), clock, exact=False)
        if result.roster is not None:
            found = _with_better(found, _alternative(standing, result.roster, proven=False))
    return Repaired(after, tuple(found))


def _alternatives(
    standing: Standing,
    days: range,
    end: float,
    clock: Callable[[], float],
    seed: int,
    *,
    exact: bool,
) -> list[Alternative] | Impossible | OutOfTime:
    """Nobody need move where no hour is lost; else two ways to fill it, and leaving it open."""
    bare = _alternative(standing, _without(standing), proven=True)
    if not bare.findings and not bare.open_hours:
        return [bare]
    mending = Mending(standing, days, seed)
    found: list[Alternative] = []
    for number in range(MOST):
        last = number == MOST - 1
        if last and not bare.findings:
            result = Result(bare.roster, exact)
        else:
            share = FIRST_SHARE if number == 0 else 1 / (MOST - number)
            part = share * (end - clock())
            result = mending.least(part, clock, leave_open=last, exact=exact)
        if result.roster is None and result.proven and exact and number == 0:
            return Impossible(())
        if result.roster is not None and all(result.roster != a.roster for a in found):
            found.append(_alternative(standing, result.roster, result.proven))
            mending.other_people(found[-1].people)
    return found or OutOfTime(0)


def _without(standing: Standing) -> Roster:
    """The published roster without the shifts that are missed."""
    return Roster(
        {
            worker: tuple(
                None if (worker, day) in standing.gone else shift for day, shift in enumerate(row)
            )
            for worker, row in standing.roster.cells.items()
        }
    )


def _with_better(found: list[Alternative], new: Alternative) -> list[Alternative]:
    """It goes first, if it disturbs less than the first one; the second one then goes."""
    if new.disruption >= found[0].disruption:
        return found
    return [new, found[0], *found[2:]]


def _days(standing: Standing, change: Change, reach: int) -> range:
    """The days that may change: all of a small problem, else those near what happened."""
    problem = standing.problem
    cells = len(problem.workers) * problem.days * len(problem.shifts)
    if cells <= SMALL and len(problem.workers) <= MOST_MOVABLE:
        return range(problem.days)
    if isinstance(change, NewNeed):
        first, last = change.first // HOURS_A_DAY, change.last // HOURS_A_DAY
    else:
        first, last = change.first, change.last
    first = max(first, standing.now // DAY)
    return range(max(0, first - reach), min(problem.days, last + reach + 1))


def _alternative(standing: Standing, roster: Roster, proven: bool) -> Alternative:
    moves = tuple(_moves(standing, roster))
    before = {_key(f) for f in standing.broken}
    findings = audit(standing.problem, roster)
    price = sum(finding.price for finding in findings)
    return Alternative(
        roster,
        moves,
        tuple(sorted({move.worker for move in moves})),
        standing.open_hours(roster),
        sum(standing.short_notice(m.day, m.before, m.after) for m in moves),
        price,
        price - standing.price_before,
        tuple(f for f in findings if f.hard and _key(f) not in before),
        proven,
    )


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.worker, finding.day, finding.hour, finding.amount


def _moves(standing: Standing, roster: Roster) -> list[Move]:
    found = []
    for worker, row in roster.cells.items():
        for day, after in enumerate(row):
            before = standing.roster.cells[worker][day]
            if before != after and (worker, day) not in standing.gone:
                found.append(Move(worker, day, before, after))
    return sorted(found, key=lambda move: (move.day, move.worker))
