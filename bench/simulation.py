"""The simulated line beside a real Asterisk on the same call list.

Some dozens of calls in two and a half minutes: the same arrivals, handle times and patience to the
second, once through the compiled dialplan with telephones that answer, once through
`scheduler.line`. Callers hang up by themselves at the end of their patience or of their talk.
The simulation is run many times with what differs between two real runs (the moment at which a
telephone is picked up); the real figures should lie within what 95 % of these runs show.
"""

from __future__ import annotations

import math
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.sample_city import scenario
from routing.plan import Limits
from scheduler.line import Call, Duty, Fate, Ladder, Outcome, simulate
from tests.telephone.exchange import SHORT, Exchange, counsellor, plan

# Seconds stand for the simulation's minutes.
CREW, SECONDS, EVERY, HANDLE, PATIENCE = 4, 150, 3.5, 16.0, 22.0
SEEDS = (1, 2)
RING = 0.2  # until a telephone is picked up
UNSURE = 1.0  # the queue looks once a second for who has become free
RUNS = 400
POLL = 0.05
LONGEST = 120  # after the last arrival
ALONE = Ladder(on_call=None, promise=None)
ROOMY = Limits(
    **{**vars(SHORT), "on_duty_tier": 600, "on_call_tier": 1200, "handle": 300, "rtp_timeout": 300}
)


def call_list(seed: int) -> tuple[Call, ...]:
    draw = random.Random(seed)
    found, at = list[Call](), draw.expovariate(1 / EVERY)
    while at < SECONDS:
        handle, patience = draw.expovariate(1 / HANDLE), draw.expovariate(1 / PATIENCE)
        found.append(Call(at, 1 + handle, 2 + patience))
        at += draw.expovariate(1 / EVERY)
    return tuple(found)


@dataclass
class Real:
    """One caller on the real line. Times in seconds from the begin."""

    call: Call
    number: str
    dialled: bool = False
    arrived: float = math.inf
    talks: float | None = None  # since when
    leaves: bool = False  # has begun to hang up
    ended: float = math.inf

    @property
    def waited(self) -> float:
        return (self.ended if self.talks is None else self.talks) - self.arrived

    @property
    def lived(self) -> Call:
        """What the call came to: nobody hangs up to the moment on a busy machine."""
        if self.talks is None:
            return replace(self.call, at=self.arrived, patience=self.waited)
        return replace(self.call, at=self.arrived, handle=self.ended - self.talks)

    @property
    def due(self) -> float:
        """When the caller hangs up, as far as is known now."""
        if self.talks is not None:
            return self.talks + self.call.handle
        return self.arrived + self.call.patience


@dataclass
class Live:
    """Plays a call list on a running exchange."""

    x: Exchange
    callers: list[Real]
    uids: dict[str, str] = field(default_factory=dict)  # caller's number -> channel's unique id
    began: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        return time.monotonic() - self.began

    def play(self) -> list[Real]:
        while any(math.isinf(one.ended) for one in self.callers):
            now = self.now()
            if now > SECONDS + LONGEST:
                raise RuntimeError("the calls do not come to an end")
            self._look(now)
            for one in self.callers:
                self._act(one, now)
            time.sleep(POLL)
        return self.callers

    def _look(self, now: float) -> None:
        self.uids |= {row[9]: row[1] for row in self.x.events("ARRIVE")}
        connected = self.x.answered_by()
        for one in self.callers:
            if one.number in self.uids:
                one.arrived = min(one.arrived, now)
            if one.talks is None and self.uids.get(one.number) in connected:
                one.talks = now

    def _act(self, one: Real, now: float) -> None:
        if not one.dialled and now >= one.call.at:
            one.dialled = True
            self.x.call([("968908", one.number)], scenario.AwaitHangUp(), limit=300)
        elif not one.leaves and now >= one.due:
            one.leaves = True
            threading.Thread(target=self._hang_up, args=(one,), daemon=True).start()

    def _hang_up(self, one: Real) -> None:
        """Beside the others: asking Asterisk takes its time."""
        self.x.cli(f"channel request hangup {self._channel(self.uids[one.number])}")
        one.ended = self.now()

    def _channel(self, uid: str) -> str:
        rows = (line.split("!") for line in self.x.cli("core show channels concise").splitlines())
        return next((row[0] for row in rows if row[-1] == uid), "")


@dataclass(frozen=True)
class Figures:
    answered: float  # share
    waited: float  # seconds, mean of all


def of_real(callers: Sequence[Real]) -> Figures:
    answered = sum(one.talks is not None for one in callers)
    return Figures(answered / len(callers), statistics.fmean(one.waited for one in callers))


def of_simulated(outcomes: Sequence[Outcome]) -> Figures:
    answered = sum(one.fate is Fate.ANSWERED for one in outcomes)
    return Figures(answered / len(outcomes), statistics.fmean(one.waited for one in outcomes))


def simulated(calls: Sequence[Call], greeting: float, draw: random.Random) -> Figures:
    """The list once more, as a real line takes it: a greeting first, and nobody is exact."""
    heard = [
        replace(
            call,
            at=call.at + greeting,
            handle=call.handle + RING + draw.uniform(0, UNSURE),
            patience=max(0.0, call.patience - greeting + draw.uniform(0, RING)),
        )
        for call in calls
    ]
    duties = [Duty(f"p{n}", 0, 10 * SECONDS) for n in range(CREW)]
    found = of_simulated(simulate(duties, heard, ALONE, draw).outcomes)
    return replace(found, waited=found.waited + greeting)


def interval(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[round(0.025 * len(ordered))], ordered[round(0.975 * len(ordered)) - 1]


def real(calls: Sequence[Call]) -> list[Real]:
    people = tuple(counsellor(f"p{n}") for n in range(CREW))
    with tempfile.TemporaryDirectory() as folder:
        x = Exchange(Path(folder) / "x", plan(ROOMY), people)
        try:
            x.start()
            x.phones(scenario.counsellor(ring_ms=round(1000 * RING)))
            x.on_duty(*(person.id for person in people))
            numbers = (f"139{n:08}" for n in range(len(calls)))
            return Live(x, [Real(call, n) for call, n in zip(calls, numbers, strict=False)]).play()
        finally:
            x.stop()


def measure() -> str:
    return "\n" + "\n".join(line for seed in SEEDS for line in _lines(seed))


def _lines(seed: int) -> Iterator[str]:
    calls = call_list(seed)
    callers = real(calls)
    greeting = min(one.waited for one in callers if one.talks is not None) - RING
    draw = random.Random(seed)
    lived = [one.lived for one in callers]
    runs = [simulated(lived, greeting, draw) for _ in range(RUNS)]
    seen = of_real(callers)
    yield f"  list {seed}: {len(calls)} calls for {CREW} people, greeting {greeting:.1f} s"
    named: tuple[tuple[str, Callable[[Figures], float], float, str], ...] = (
        ("answered", lambda one: one.answered, 100, "%"),
        ("gave up", lambda one: 1 - one.answered, 100, "%"),
        ("mean wait", lambda one: one.waited, 1, "s"),
    )
    for name, figure, scale, unit in named:
        low, high = interval([figure(one) for one in runs])
        within = "within" if low <= figure(seen) <= high else "OUTSIDE"
        yield (
            f"    {name:<10} Asterisk {scale * figure(seen):6.1f} {unit}, "
            f"simulation {scale * low:.1f} to {scale * high:.1f} {unit}: {within}"
        )
