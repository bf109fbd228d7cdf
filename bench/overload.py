"""Twice as many calls a second as Asterisk carries cleanly: compiled, with admission, beside bare.

The clean rate is found first, in the same run: the highest at which every call of the bare queue is
answered by a person and 99 of 100 phones ring within a second after the greeting. Simulated calls.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench.calls import Yard, callers, instants, numbers_of, percentile, phones, yard
from deploy.sample_city import scenario
from deploy.sample_city.sipp import Sipp

MEMBERS = 200
SECONDS = 12
RATES = (20, 30, 40, 50, 60, 80, 100, 120)
_SHARE = 0.6  # of the clean rate is admitted: whoever waits, hears and is refused costs as well


@dataclass(frozen=True)
class Load:
    rate: float
    created: int
    failed: int  # INVITEs without a final answer, calls that broke
    ring: tuple[float, ...]  # seconds from INVITE to INVITE of those whose call rang


def tolerant() -> str:
    """A caller for whom a 503 is an answer too."""
    text = scenario.caller(scenario.AwaitHangUp())
    ack = text[text.index('rrs="true"/>') + len('rrs="true"/>') : text.index("<recv request")]
    ack = ack.replace("[next_url]", "sip:[field0]@[remote_ip]:[remote_port]").replace(
        "[routes]\n", ""
    )
    refused = '<recv response="503" optional="true" next="refused"/>\n'
    text = text.replace('<recv response="200" rtd', refused + '<recv response="200" rtd', 1)
    tail = f'<nop next="over"/>\n<label id="refused"/>\n{ack}<label id="over"/>\n</scenario>'
    return text.replace("</scenario>", tail)


def load(x: Yard, phone: Sipp, kind: str, number: int, rate: float) -> Load:
    numbers = numbers_of(number, round(rate * SECONDS))
    name = f"load-{number}"
    counts = callers(x, kind, name, rate=rate, numbers=numbers, text=tolerant()).wait()
    sent, rang = instants(x.folder / name / "sent"), instants(phone.folder / "rings")
    ring = tuple(sorted(rang[n] - sent[n] for n in numbers if n in rang and n in sent))
    return Load(rate, len(numbers), len(numbers) - counts.successful, ring)


def clean(one: Load) -> bool:
    return one.failed == 0 and len(one.ring) == one.created and percentile(one.ring, 0.99) < 2


def clean_rate() -> tuple[int, list[str]]:
    found, said = 0, []
    with yard(MEMBERS) as x:
        phone = phones(x)
        for number, rate in enumerate(RATES):
            one = load(x, phone, "bare", number, rate)
            said.append(f"  bare      {_words(one)}")
            if not clean(one):
                break
            found = rate
    return found, said


def measure() -> str:
    found, said = clean_rate()
    return "\n" + "\n".join([*said, *_overload(found)])


def _overload(found: int) -> Iterator[str]:
    yield f"  the clean rate of the bare queue is {found}/s; twice that is {2 * found}/s"
    admitted = math.floor(found * _SHARE)
    with yard(MEMBERS, calls_per_second=admitted, waiting=100, messages=60) as x:
        phone = phones(x)
        calm = load(x, phone, "compiled", 100, admitted * 0.8)
        yield f"  compiled  {_words(calm)}   (no overload)"
        over = load(x, phone, "compiled", 101, 2 * found)
        yield f"  compiled  {_words(over)}   (admits {admitted}/s)"
        kinds = Counter(f[4] for f in x.log() if f[4] in ("CONNECT", "PROMISE", "REFUSE"))
        yield f"  compiled  on record: {dict(sorted(kinds.items()))}"
        ratio = percentile(over.ring, 0.99) / percentile(calm.ring, 0.99)
        yield f"  compiled  p99 of those admitted, overload / none: {ratio:.2f}"
    with yard(MEMBERS) as x:
        phone = phones(x)
        yield f"  bare      {_words(load(x, phone, 'bare', 102, 2 * found))}   (no admission)"


def _words(one: Load) -> str:
    if not one.ring:
        return f"{one.rate:>5.0f}/s: {one.created} calls, {one.failed} without an answer, none rang"
    p50, p99 = (1000 * percentile(one.ring, share) for share in (0.5, 0.99))
    return (
        f"{one.rate:>5.0f}/s: {one.created} calls, {one.failed} without an answer,"
        f" {len(one.ring)} rang, INVITE to ring p50 {p50:.0f} p99 {p99:.0f} ms"
    )
