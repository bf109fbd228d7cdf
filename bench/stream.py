"""From Asterisk's event to the bytes at a browser: two hundred live boards beside one.

A real Asterisk, a control plane of its own with the pages' web server, simulated silent calls, all
on loopback. The clock starts when an independent manager connection reads that a caller is in
the queue, and stops when a client has received the first bytes that name the call. The clients are
a process of their own, which shares the machine's cores with all the rest.
"""

from __future__ import annotations

import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.boards import Boards
from bench.calls import percentile
from dashboard.passwords import hash_password
from deploy.sample_city import scenario
from records import users
from routing.plan import Limits
from tests.telephone.exchange import SHORT, until
from tests.telephone.house import House
from tests.telephone.manager import Message, Witness

PEOPLE = 80
CLIENTS = 200
RATE = 20  # calls a second
SECONDS = 20
TALK_MS = 2000
LOGIN, PASSWORD = "watcher", "watcher-of-the-bench"


class Clock(Witness):
    """Notes when it reads that a caller waits."""

    def __init__(self, port: int, secret: str) -> None:
        self.joined: dict[str, float] = {}
        super().__init__(port, secret)

    def heard(self, event: Message) -> None:
        if event.get("Event") == "QueueCallerJoin":
            self.joined.setdefault(event["Uniqueid"], time.monotonic())


def _ask(port: int, text: str) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), 30)
    one.sendall(text.encode())
    return one


def _head(one: socket.socket) -> str:
    found = b""
    while b"\r\n\r\n" not in found:
        found += one.recv(65536)
    return found.decode(errors="replace")


def _cookie(text: str) -> str:
    (found,) = re.findall(r"Set-Cookie: (hotline=[^;]+)", text)
    return str(found)


def _signed_in(port: int) -> str:
    """The cookie of somebody who has signed in by the form."""
    host = f"Host: 127.0.0.1:{port}\r\nConnection: close\r\n"
    with _ask(port, f"GET /sign-in HTTP/1.1\r\n{host}\r\n") as one:
        text = ""
        while data := one.recv(65536):
            text += data.decode()
    (token,) = set(re.findall(r'name="csrf" value="([^"]+)"', text))
    body = urlencode({"login": LOGIN, "password": PASSWORD, "csrf": token})
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    sent = f"POST /sign-in HTTP/1.1\r\n{host}{form}Cookie: {_cookie(text)}\r\n\r\n{body}"
    with _ask(port, sent) as one:
        return _cookie(_head(one))


def _cpu(pid: int) -> float:
    """Seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _house(folder: Path) -> House:
    people = [f"p{n:03}" for n in range(PEOPLE)]
    roomy = {"slot": 3600, "calls_per_second": 10_000, "waiting": 10_000}
    limits = Limits(**{**vars(SHORT), "on_duty_tier": 60, "on_call_tier": 120, **roomy})
    house = House(folder, people, limits=limits)
    with house.hotline.store.session() as session:
        users.add_user(session, LOGIN, LOGIN, "supervisor", hash_password(PASSWORD))
    house.publish(people)
    house.start_asterisk()
    house.start_control()
    until(lambda: len(house.members()) == PEOPLE, seconds=120, what="everybody is on duty")
    house.phones(scenario.counsellor(ring_ms=50, talk_ms=TALK_MS))
    return house


def _run(house: House, clients: int, first: int) -> str:
    assert house.control is not None
    facts = house.hotline.facts.listen
    port = int(facts.web.rpartition(":")[2])
    boards = Boards(port, _signed_in(port), clients)
    clock = Clock(facts.ami_port, house.hotline.keys["ami"])
    before, began = _cpu(house.control.pid), time.monotonic()
    lines = [("968908", f"138{first + n:08}") for n in range(RATE * SECONDS)]
    counts = house.call(lines, scenario.AwaitHangUp(), rate=RATE).wait()
    lasted = time.monotonic() - began
    cores = (_cpu(house.control.pid) - before) / lasted
    seen = boards.stop()
    clock.close()
    joined = {call.encode(): at for call, at in clock.joined.items()}
    took = sorted(at - joined[call] for (_, call), at in seen.calls.items() if call in joined)
    p50, p99 = (1000 * percentile(took, share) for share in (0.5, 0.99))
    return (
        f"  {clients:>3} boards: {counts.successful} of {len(lines)} calls, {len(took)} sightings,"
        f" event to bytes p50 {p50:.0f} p99 {p99:.0f} ms, control plane {cores:.2f} cores,"
        f" readers {seen.cpu / lasted:.2f}, {seen.received / 1e6:.0f} MB"
    )


def _both(folder: Path) -> Iterator[str]:
    house = _house(folder)
    try:
        yield f"  {PEOPLE} on duty, {RATE} calls/s for {SECONDS} s; simulated, on loopback"
        yield _run(house, 1, 0)
        yield _run(house, CLIENTS, RATE * SECONDS)
    finally:
        house.stop()


def measure() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return "\n" + "\n".join(_both(Path(folder) / "h"))
