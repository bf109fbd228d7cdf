"""A call through the compiled dialplan beside the same call through a bare queue, on one Asterisk.

`bare`: Answer, the same greeting, Queue, members that are bare Local channels. `plain`: the same
with the telephones themselves as members. Rounds of the three in changing order, short ones, so
that those that are compared are near each other; the ratio of their sums, of Asterisk's CPU time
for a call and of the time from a caller's INVITE to the INVITE at the counsellor's phone. Nobody
gets time to write, as a bare queue does not tell it to anybody; in some more rounds everybody gets
a second, in the bare queue by its `wrapuptime`, and there is no third queue, as every queue looks
at every change of a telephone. Asterisk has one core for itself and SIPp, which plays both ends,
the other: whether a thread wakes on its own core or on another one is chance, and costs. Simulated
calls, silent, on loopback.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.sample_city import scenario
from deploy.sample_city.sipp import Sipp
from routing.asterisk.compile import compile_plan
from routing.asterisk.process import start, write_files
from routing.plan import Carrier, Limits
from tests.telephone.exchange import (
    PHONES,
    SHORT,
    TELECOM,
    Exchange,
    counsellor,
    free_port,
    plan,
    tool,
    until,
)

MEMBERS = 100
RATE = 15  # calls a second
CALLS = 120  # in each run
ROUNDS = 12
WRAP_UP_ROUNDS = 6
TALK_MS = 2000
KINDS = {"compiled": TELECOM, "bare": "127.0.0.7", "plain": "127.0.0.8"}
ROOMY = {"slot": 3600, "calls_per_second": 10_000, "waiting": 10_000}
RUN_CALLS = 2000  # at most in one run, so that each call of 50 runs is known by what phones see
# A counsellor's telephone sees the first three digits of a caller's number, and the last four.
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)\s+(\d\d:\d\d:\d\d\.\d+)\S*\s.*?(\d{3})(?:\d{4}|\*{4})(\d{4})"
)


@dataclass(frozen=True)
class Run:
    """What one run cost. `ring`: seconds from INVITE to INVITE, one for each call that rang."""

    calls: int
    successful: int
    cpu: float  # seconds of Asterisk's CPU for a call, its idle time taken off
    ring: tuple[float, ...]


BARE_MEMBERS = {"bare": "Local/{0}@bare-leg/n,0,{0},PJSIP/{0}", "plain": "PJSIP/{0}"}


class Yard(Exchange):
    """An exchange with more ways in: through the bare queues of `kinds`."""

    kinds: tuple[str, ...] = tuple(BARE_MEMBERS)

    def start(self) -> Yard:
        files = compile_plan(self.plan, self.people, self.instance)
        prompts = self.plan.prompts
        greeting = f"${{P}}/{prompts.greeting}&${{P}}/{prompts.privacy}"
        files["extensions.conf"] += "".join(
            f"""
[into-{kind}]
exten => _X.,1,Answer(,i)
 same => n,Read(KEY,{greeting},1,,1,0.5)
 same => n,Queue({kind},iIC,,,60)
 same => n,Hangup()
"""
            for kind in self.kinds
        )
        files["extensions.conf"] += "\n[bare-leg]\nexten => _p.,1,Dial(PJSIP/${EXTEN},20,iI)\n"
        body = files["queues.conf"].split("[city]")[1].replace("context = waiting-keys\n", "")
        body = body.replace("wrapuptime = 0", f"wrapuptime = {self.plan.limits.wrap_up}")
        for kind in self.kinds:
            member = BARE_MEMBERS[kind]
            names = "".join(f"member => {member.format(p.id)}\n" for p in self.people)
            files["queues.conf"] += f"\n[{kind}]{body}{names}"
        for kind in self.kinds:
            head, tail = files["pjsip.conf"].split(f"[{kind}]\ntype=endpoint", 1)
            tail = tail.replace("context=from-carrier", f"context=into-{kind}", 1)
            files["pjsip.conf"] = f"{head}[{kind}]\ntype=endpoint{tail}"
        write_files(self.instance, files)
        self.process = start(self.program, self.instance)
        until(lambda: "fully booted" in self.cli("core waitfullybooted"), what="Asterisk is up")
        return self

    def cpu(self) -> float:
        """Seconds of CPU that Asterisk has used so far."""
        assert self.process is not None
        ticks = 0
        for pid in _family(self.process.pid):
            fields = (
                Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
            )
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Asterisk has the last core, and whatever is started within the block has the others."""
        assert self.process is not None
        cores = os.sched_getaffinity(0)
        *others, last = sorted(cores)
        for pid in _family(self.process.pid):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), {last})
        os.sched_setaffinity(0, others)
        try:
            yield
        finally:
            os.sched_setaffinity(0, cores)


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    for child in children.split():
        yield from _family(int(child))


@contextmanager
def yard(
    members: int = MEMBERS, kinds: Sequence[str] = tuple(KINDS), **limits: int
) -> Iterator[Yard]:
    """A running yard with everybody on duty; it and its phones end with the block."""
    people = tuple(counsellor(f"p{n:03}") for n in range(members))
    patient = Limits(**{**vars(SHORT), "on_duty_tier": 60, "on_call_tier": 120, **ROOMY, **limits})
    carriers = [Carrier(kind, kind, KINDS[kind]) for kind in kinds if kind in BARE_MEMBERS]
    with tempfile.TemporaryDirectory() as folder:
        built = Yard(Path(folder) / "x", plan(patient, carriers=carriers), people)
        built.kinds = tuple(kind for kind in kinds if kind in BARE_MEMBERS)
        try:
            built.start()
            built.on_duty(*(person.id for person in people))
            yield built
        finally:
            built.stop()


_NOTE = '<nop><action><log message="[timestamp] {}"/></action></nop>\n'


def phones(x: Yard) -> Sipp:
    """Everybody's telephone; it writes down when an INVITE comes in."""
    answering = scenario.counsellor(ring_ms=50, talk_ms=TALK_MS)
    first = answering.index("</recv>") + len("</recv>\n")
    text = answering[:first] + _NOTE.format("[$them]") + answering[first:]
    more = ("-trace_logs", "-log_file", "rings", "-l", "3000")
    sipp = Sipp(tool("sipp"), x.folder / "phones", text, PHONES, 5080, limit=3000, more=more)
    x.callers.append(sipp)
    return sipp.start()


def callers(
    x: Yard, kind: str, name: str, *, rate: float, numbers: Sequence[str], text: str = ""
) -> Sipp:
    """Callers by way of `kind`; they write down when they send their INVITE."""
    body = text or scenario.caller(scenario.AwaitHangUp())
    first = body.index("<send")
    address = KINDS[kind]
    sipp = Sipp(
        tool("sipp"),
        x.folder / name,
        body[:first] + _NOTE.format("[field1]") + body[first:],
        address,
        free_port(socket.SOCK_DGRAM, address),
        f"127.0.0.1:{x.instance.sip_port}",
        calls=len(numbers),
        lines=[("968908", number) for number in numbers],
        rate=rate,
        limit=240,
        more=("-trace_logs", "-log_file", "sent", "-l", "5000"),
    )
    x.callers.append(sipp)
    return sipp.start()


def numbers_of(run: int, calls: int) -> list[str]:
    """Mobile numbers that differ in what telephones see of them, in all runs of a bench."""
    every = range(run * RUN_CALLS, run * RUN_CALLS + calls)
    return [f"13{index // 10_000}0000{index % 10_000:04}" for index in every]


def instants(file: Path) -> dict[str, float]:
    """Caller's number, with four zeros in the middle -> epoch seconds of its first note."""
    found: dict[str, float] = {}
    text = file.read_text(encoding="utf-8", errors="replace")
    for day, clock, head, tail in _STAMP.findall(text):
        at = datetime.fromisoformat(f"{day} {clock}").timestamp()
        found.setdefault(f"{head}0000{tail}", at)
    return found


def run(x: Yard, phone: Sipp, kind: str, name: str, idle: float, rate: float = RATE) -> Run:
    numbers = numbers_of(int(name.split("-")[1]), CALLS)
    before, began = x.cpu(), time.monotonic()
    counts = callers(x, kind, name, rate=rate, numbers=numbers).wait()
    cpu = x.cpu() - before - idle * (time.monotonic() - began)
    sent = instants(x.folder / name / "sent")
    rang = instants(phone.folder / "rings")
    ring = tuple(sorted(rang[n] - sent[n] for n in numbers if n in rang and n in sent))
    return Run(counts.created, counts.successful, cpu / CALLS, ring)


def interval(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Ratio of the sums of paired figures with its 95 % bootstrap interval."""
    chance = random.Random(1)
    drawn = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(2000))
    return _ratio(pairs), drawn[50], drawn[1949]


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return sum(a for a, _ in pairs) / sum(b for _, b in pairs)


def percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


_FIGURES: dict[str, Callable[[Run], float]] = {
    "CPU a call": lambda one: one.cpu,
    "INVITE to ring, p50": lambda one: percentile(one.ring, 0.5),
    "INVITE to ring, p99": lambda one: percentile(one.ring, 0.99),
}


def measure() -> str:
    shown = [*_table(*_rounds(list(KINDS), ROUNDS)), "  a second of time to write after each call:"]
    return "\n" + "\n".join(
        (*shown, *_table(*_rounds(["compiled", "bare"], WRAP_UP_ROUNDS, wrap_up=1)))
    )


def _rounds(kinds: list[str], rounds: int, **limits: int) -> tuple[dict[str, list[Run]], float]:
    """The runs of each kind, and the share of a core that Asterisk uses while nobody calls."""
    found: dict[str, list[Run]] = {kind: [] for kind in kinds}
    chance = random.Random(7)
    with yard(kinds=kinds, **limits) as x, x.alone():
        phone = phones(x)
        idle = _idle(x)
        numbers = itertools.count(1)
        for kind in kinds:  # the first calls of all cost more
            run(x, phone, kind, f"run-{next(numbers)}", idle)
        for _ in range(rounds):
            for kind in chance.sample(kinds, len(kinds)):
                found[kind].append(run(x, phone, kind, f"run-{next(numbers)}", idle))
    return found, idle


def _idle(x: Yard) -> float:
    before = x.cpu()
    time.sleep(10)
    return (x.cpu() - before) / 10


def _table(found: dict[str, list[Run]], idle: float) -> Iterator[str]:
    rounds = len(found["compiled"])
    yield f"  {MEMBERS} members, {RATE} calls/s, {rounds} rounds of {CALLS} calls each; simulated"
    yield f"  Asterisk idle, its clock ticking: {100 * idle:.1f} % of a core"
    for kind, runs in found.items():
        ring = sorted(v for one in runs for v in one.ring)
        done = sum(one.successful for one in runs)
        cpu = 1000 * statistics.fmean(one.cpu for one in runs)
        yield (
            f"  {kind:<9} {done}/{len(runs) * CALLS} calls, {cpu:.2f} ms CPU a call, INVITE to ring"
            f" p50 {1000 * percentile(ring, 0.5):.0f} p99 {1000 * percentile(ring, 0.99):.0f} ms"
        )
    for other in list(found)[1:]:
        for name, figure in _FIGURES.items():
            pairs = [
                (figure(a), figure(b)) for a, b in zip(found["compiled"], found[other], strict=True)
            ]
            mean, low, high = interval(pairs)
            yield f"  compiled / {other:<5} {name:<20} {mean:.2f}  (95 %: {low:.2f} to {high:.2f})"
