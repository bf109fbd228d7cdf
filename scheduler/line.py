"""The line simulated call by call (discrete events, simpy): who is answered, who gives up.

What the dialplan does is modelled, not how: one queue in the order of arrival; people on duty at
once; those on call when a caller has waited so long, or nobody is on duty; a partner line after
that; at last a promise, with which the caller leaves. Minutes from the begin of day 0.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import simpy

HOUR = 60.0
BREAK = 10.0  # minutes of a time away from the telephone, on average


class Fate(StrEnum):
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    PROMISED = "promised"


@dataclass(frozen=True)
class Call:
    at: float
    handle: float  # talk and writing
    patience: float


@dataclass(frozen=True)
class Duty:
    """One person's time at the telephone, or within reach of it."""

    person: str
    begins: float
    ends: float
    on_call: bool = False


@dataclass(frozen=True)
class Ladder:
    """After how many minutes of waiting a tier opens; None: there is no such tier."""

    on_call: float | None = 1.0
    partner: float | None = None
    seats: int = 0  # how many of our callers the partner takes at once
    promise: float | None = 3.0


@dataclass(frozen=True)
class Outcome:
    at: float
    waited: float
    fate: Fate
    by: str = ""  # person, or "partner"


@dataclass(frozen=True)
class Day:
    """What came of a simulated horizon."""

    outcomes: tuple[Outcome, ...]
    busy: Counter[int]  # hour -> minutes that people on duty were in a call or writing
    present: Counter[int]  # hour -> minutes that they were there, breaks included


@dataclass(eq=False)
class _Seat:
    duty: Duty
    free: bool = True
    away: bool = False


@dataclass(eq=False)
class _Waiting:
    call: Call
    answered: simpy.Event
    reach: int = 0  # 0 on duty, 1 on call as well, 2 the partner as well


@dataclass
class _Line:
    env: simpy.Environment
    ladder: Ladder
    draw: random.Random
    shrinkage: float
    on_duty: list[_Seat] = field(default_factory=list)
    on_call: list[_Seat] = field(default_factory=list)
    partner: list[_Seat] = field(default_factory=list)
    queue: list[_Waiting] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    busy: Counter[int] = field(default_factory=Counter)

    def arrivals(self, calls: Iterable[Call]) -> Generator[simpy.Event, None, None]:
        for call in calls:
            yield self.env.timeout(call.at - self.env.now)
            self.env.process(self.caller(call))

    def caller(self, call: Call) -> Generator[simpy.Event, object, None]:
        waiting = _Waiting(call, self.env.event())
        self.queue.append(waiting)
        self.match()
        for minutes, what in self._deadlines(call):
            if not waiting.answered.triggered:
                left = max(0.0, call.at + minutes - self.env.now)
                yield waiting.answered | self.env.timeout(left)
            if waiting.answered.triggered:
                return
            if isinstance(what, Fate):
                self.queue.remove(waiting)
                self.outcomes.append(Outcome(call.at, minutes, what))
                return
            waiting.reach = what
            self.match()

    def _deadlines(self, call: Call) -> list[tuple[float, int | Fate]]:
        ladder = self.ladder
        found: list[tuple[float, int | Fate]] = [(call.patience, Fate.ABANDONED)]
        steps = ((ladder.on_call, 1), (ladder.partner, 2), (ladder.promise, Fate.PROMISED))
        found += [(minutes, what) for minutes, what in steps if minutes is not None]
        return sorted(found, key=lambda step: step[0])

    def match(self) -> None:
        """Give each waiting caller, in order, somebody who is free for them."""
        while self.queue:
            waiting = self.queue[0]
            seat = self._free(waiting.reach)
            if seat is None:
                return  # those behind have waited less, and reach no further
            self.queue.pop(0)
            waited = self.env.now - waiting.call.at
            self.outcomes.append(Outcome(waiting.call.at, waited, Fate.ANSWERED, seat.duty.person))
            seat.free = False
            waiting.answered.succeed()
            self.env.process(self.serve(seat, waiting.call))

    def _free(self, reach: int) -> _Seat | None:
        """The longest idle in the first tier that has somebody free; empty tiers are skipped."""
        if not any(not seat.away for seat in self.on_duty):
            reach = max(reach, 1)
            if not self.on_call:
                reach = 2
        for tier in (self.on_duty, self.on_call, self.partner)[: reach + 1]:
            for seat in tier:
                if seat.free and not seat.away:
                    tier.remove(seat)
                    tier.append(seat)
                    return seat
        return None

    def serve(self, seat: _Seat, call: Call) -> Generator[simpy.Event, None, None]:
        if seat in self.on_duty:
            _spread(self.busy, self.env.now, self.env.now + call.handle)
        yield self.env.timeout(call.handle)
        seat.free = True
        self.match()

    def shift(self, duty: Duty) -> Generator[simpy.Event, None, None]:
        seat = _Seat(duty)
        tier = self.on_call if duty.on_call else self.on_duty
        yield self.env.timeout(max(0.0, duty.begins - self.env.now))
        tier.append(seat)
        self.match()
        if self.shrinkage and not duty.on_call:
            self.env.process(self.breaks(seat))
        yield self.env.timeout(duty.ends - self.env.now)
        tier.remove(seat)
        self.match()  # nobody may be on duty now

    def breaks(self, seat: _Seat) -> Generator[simpy.Event, None, None]:
        """Away for a share of the shift, never in the middle of a call."""
        while self.env.now < seat.duty.ends:
            there = BREAK * (1 - self.shrinkage) / self.shrinkage
            yield self.env.timeout(self.draw.expovariate(1 / there))
            while not seat.free:
                yield self.env.timeout(1.0)
            seat.away = True
            yield self.env.timeout(self.draw.expovariate(1 / BREAK))
            seat.away = False
            self.match()


def _spread(minutes: Counter[int], begin: float, end: float) -> None:
    while begin < end:
        hour = int(begin // HOUR)
        until = min(end, (hour + 1) * HOUR)
        minutes[hour] += until - begin  # type: ignore[assignment]
        begin = until


def simulate(
    duties: Sequence[Duty],
    calls: Iterable[Call],
    ladder: Ladder,
    draw: random.Random,
    shrinkage: float = 0.0,
) -> Day:
    """Every call to its end. `draw` decides the breaks only."""
    env = simpy.Environment()
    line = _Line(env, ladder, draw, shrinkage)
    line.partner = [_Seat(Duty("partner", 0, 0)) for _ in range(ladder.seats)]
    present: Counter[int] = Counter()
    for duty in merged(duties):
        env.process(line.shift(duty))
        if not duty.on_call:
            _spread(present, duty.begins, duty.ends)
    env.process(line.arrivals(sorted(calls, key=lambda call: call.at)))
    env.run()
    outcomes = tuple(sorted(line.outcomes, key=lambda outcome: outcome.at))
    return Day(outcomes, line.busy, present)


def merged(duties: Iterable[Duty]) -> list[Duty]:
    """Times of one person that follow on each other are one; what was before day 0 is cut off."""
    found: list[Duty] = []
    for duty in sorted(duties, key=lambda d: (d.person, d.on_call, d.begins)):
        begins = max(0.0, duty.begins)
        if duty.ends <= begins:
            continue
        last = found[-1] if found else None
        same = last is not None and (last.person, last.on_call) == (duty.person, duty.on_call)
        if last is not None and same and begins <= last.ends:
            ends = max(last.ends, duty.ends)
            found[-1] = Duty(duty.person, last.begins, ends, duty.on_call)
        else:
            found.append(Duty(duty.person, begins, duty.ends, duty.on_call))
    return found
