"""The sample city in motion: simulated callers and counsellors, real calls. Run as a child process.

Calls come sixteen times as often as in a city of Quanzhou's size and are ten times as short, so
that something can be seen. More of them come in the evening than before dawn.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from deploy.assembly import ZONE, Hotline
from deploy.sample_city import scenario
from deploy.sample_city.scenario import HangUp, StayBetween
from deploy.sample_city.sipp import Sipp
from records import duty
from records.people import people
from records.simulated import CALLS_A_DAY, CURVE
from routing.numbers import written_forms

PHONES, PHONE_PORT = "127.0.0.3", 5080
MOBILE_PORT = 5070  # on the carriers' addresses: where outgoing calls arrive
CALLER_PORT = 5072
SIGN_IN_PORT = 5090
FASTER = 16
SHORTEST_MS, LONGEST_MS = 45_000, 220_000
LATE = 60  # seconds after which a counsellor remembers to sign in
OPENING = 4  # calls at once, so that the board is not empty for the first minutes
BATCH = 900  # seconds; each SIPp run ends by itself after that and a new one begins


def run_city(hotline: Hotline, options: argparse.Namespace) -> int:
    """Until the parent closes our standard input."""
    city = City(hotline)
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    threading.Thread(target=_end_with_parent, args=(ending,), daemon=True).start()
    try:
        while not ending.is_set():
            city.begin()
            while not ending.wait(20) and not city.over():
                city.sign_in_who_is_due()
            city.end()
    finally:
        city.end()
    return 0


def _end_with_parent(ending: threading.Event) -> None:
    sys.stdin.read()
    ending.set()


class City:
    """Its people on the telephone, for one batch."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self._folder = hotline.data / "city"
        self._chance = random.Random()  # noqa: S311 - a simulation
        self._running: list[Sipp] = []
        self._ends = 0.0
        self._signed: set[tuple[str, int]] = set()

    def begin(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._ends = time.monotonic() + BATCH
        media = str(self._hotline.data / "prompts" / "moh" / "calm.alaw")
        phone = scenario.counsellor(ring_ms=2500, media=media)
        self._start("counsellors", phone, PHONES, PHONE_PORT, BATCH + 300)
        mobile = scenario.counsellor(ring_ms=4000, media=media, press="1")
        for carrier in self._hotline.plan.carriers:
            self._start(f"mobiles-{carrier.id}", mobile, carrier.address, carrier.port, BATCH + 300)
        carriers = self._hotline.plan.carriers
        caller = scenario.caller(StayBetween(SHORTEST_MS, LONGEST_MS), HangUp(), media=media)
        for carrier, share in zip(carriers, _shares(len(carriers)), strict=True):
            self._call(carrier.id, caller, carrier.address, self._rate() * share)
        self._call("first", caller, carriers[0].address, 0.3, CALLER_PORT + 1, calls=OPENING)

    def _rate(self) -> float:
        """Calls a second in this hour."""
        hour = datetime.now(ZONE).hour
        return FASTER * CALLS_A_DAY * CURVE[hour] / sum(CURVE) / 3600

    def _start(self, name: str, text: str, address: str, port: int, limit: int) -> None:
        sipp = Sipp(self._program(), self._folder / name, text, address, port, limit=limit)
        self._running.append(sipp.start())

    def _call(
        self,
        name: str,
        text: str,
        address: str,
        rate: float,
        port: int = CALLER_PORT,
        calls: int | None = None,
    ) -> None:
        sipp = Sipp(
            self._program(),
            self._folder / f"callers-{name}",
            text,
            address,
            port,
            f"{self._hotline.facts.listen.sip_address}:{self._hotline.facts.listen.sip_port}",
            calls=calls,
            lines=self._callers(),
            rate=rate,
            limit=BATCH,
            more=("-l", "60"),
        )
        self._running.append(sipp.start())

    def _callers(self) -> list[tuple[str, str]]:
        plan = self._hotline.plan
        forms = [form for line in plan.lines for form in written_forms(line.number, plan.area)]
        main = [plan.number] * (len(forms) // 2)  # a third of the callers know the new number
        number = self._chance.randrange
        lines = [(form, f"13{number(10**9):09}") for form in [*forms, *main]]
        lines += [(plan.number, "anonymous")] * (len(lines) // 30)
        self._chance.shuffle(lines)
        return lines

    def _program(self) -> Path:
        own = self._hotline.tools / "bin" / "sipp"
        return own if own.exists() else Path(shutil.which("sipp") or "sipp")

    def sign_in_who_is_due(self) -> None:
        """Counsellors of sites that ask for a sign-in dial *81 when their shift has begun."""
        now = int(time.time())
        today = datetime.fromtimestamp(now, ZONE).date()
        asks = {site.id for site in self._hotline.plan.sites if not site.auto_sign_in}
        with self._hotline.store.read() as session:
            kinds = self._hotline.rules.shifts
            shifts = duty.shifts_between(session, kinds, today, today + timedelta(days=1), ZONE)
            secrets = {p.id: p.secret for p in people(session) if p.site in asks}
        found = [
            (s.person, s.begins, _password(s.person, secrets[s.person]))
            for s in shifts
            if s.person in secrets
            and not s.on_call
            and s.begins + LATE <= now < s.ends
            and (s.person, s.begins) not in self._signed
        ]
        if not found:
            return
        self._signed |= {(person, begins) for person, begins, _ in found}
        due = [(person, password) for person, _, password in found]
        sipp = Sipp(
            self._program(),
            self._folder / f"sign-in-{now}",
            scenario.dial_with_password("*81"),
            PHONES,
            SIGN_IN_PORT,
            f"{self._hotline.facts.listen.sip_address}:{self._hotline.facts.listen.sip_port}",
            calls=len(due),
            lines=due,
            limit=15,
        )
        sipp.start()
        sipp.process and sipp.process.wait(40)

    def over(self) -> bool:
        return time.monotonic() > self._ends

    def end(self) -> None:
        for sipp in self._running:
            sipp.stop()
        self._running = []


def _shares(carriers: int) -> list[float]:
    """Unequal shares of the calls, so that the carriers' calls do not come in step."""
    weights = [1 / (n + 1) for n in range(carriers)]
    return [weight / sum(weights) for weight in weights]


def _password(person: str, secret: str) -> str:
    return f"[authentication username={person} password={secret}]"
