"""A real Asterisk for one test, with short time limits, and people who dial it through SIPp."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from signal import SIGKILL
from typing import TypeVar

from deploy.sample_city import scenario
from deploy.sample_city.sipp import Sipp
from routing import duty
from routing.asterisk.base import AMI_USER
from routing.asterisk.compile import compile_plan
from routing.asterisk.instance import Instance, Phones
from routing.asterisk.process import Program, find_program, start, write_files
from routing.plan import Carrier, Counsellor, Limits, Line, Partner, Plan, Shift, Site, Wish
from tests.telephone import console

ROOT = Path(__file__).parents[2]
# Several workers test at once, each with loopback addresses of its own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
TELECOM, UNICOM, PHONES = (f"127.0.{WORKER}.{n}" for n in (2, 5, 3))
SHORT = Limits(
    slot=1,
    window_hours=1,
    wrap_up=0,
    own_site_ring=3,
    ring=4,
    on_duty_tier=6,
    on_call_tier=15,
    partner_tier=25,
    on_call_ring=6,
    confirm=3,
    missed_rings=2,
    missed_pause=5,
    needs_hold=3,
    recovery=0,
    handle=60,
)
NO_DOORS = Phones(qualify=0)  # SIPp does not answer questions whether it is there
HOUR = 3600
T = TypeVar("T")


def until(question: Callable[[], T], *, seconds: float = 30, what: str = "") -> T:
    """Ask until the answer is true; fail, with the last answer, after a generous deadline."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or question}; last: {answer!r}")
        time.sleep(0.05)


_given: set[int] = set()


def free_port(kind: socket.SocketKind, address: str = "127.0.0.1") -> int:
    """A port that is free, and that this run has given to nobody else."""
    while True:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind((address, 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


def tool(name: str) -> Path:
    """A program of the machine, or of the project's own tools."""
    own = ROOT / ".tools" / "bin" / name
    found = own if own.exists() else shutil.which(name)
    assert found, f"{name} is not installed; run: make tools"
    return Path(found)


def silence(folder: Path, plan: Plan) -> Path:
    """Prompts of a fifth of a second, and music that is silent."""
    (folder / "moh").mkdir(parents=True)
    (folder / "relax").mkdir()
    for name in plan.announcements:
        (folder / f"{name}.alaw").write_bytes(b"\xd5" * 1600)
    (folder / "moh" / "calm.alaw").write_bytes(b"\xd5" * 80000)
    (folder / "relax" / "calm.alaw").write_bytes(b"\xd5" * 80000)
    return folder


def counsellor(person: str, site: str = "first", port: int = 5080, **more: object) -> Counsellor:
    contact = f"sip:{person}@{PHONES}:{port}"
    fields: dict[str, object] = {"contact": contact, "secret": f"pw{person}", **more}
    return Counsellor(person, f"人{person}", site, **fields)  # type: ignore[arg-type]


def plan(
    limits: Limits = SHORT,
    lines: Sequence[Line] = (),
    carrier_port: int = 5070,
    carriers: Sequence[Carrier] = (),
    wishes: Sequence[Wish] = (),
    partners: Sequence[Partner] = (),
) -> Plan:
    return Plan(
        number="968908",
        name="泉州市心理援助热线",
        area="0595",
        lines=(Line("city", "总线", "968908"), *lines),
        sites=(Site("first", "第一医院"), Site("second", "第二医院", switchboard="22991000")),
        carriers=(Carrier("telecom", "电信", TELECOM, carrier_port), *carriers),
        limits=limits,
        wishes=tuple(wishes),
        partners=tuple(partners),
    )


@dataclass
class Exchange:
    """One Asterisk in a folder of its own."""

    folder: Path
    plan: Plan
    people: tuple[Counsellor, ...]
    phones_at: Phones = NO_DOORS
    program: Program = field(default_factory=lambda: find_program(ROOT / ".tools"))
    process: subprocess.Popen[bytes] | None = None
    callers: list[Sipp] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.instance = Instance(
            PurePosixPath(self.folder / "asterisk"),
            PurePosixPath(self.program.modules),
            PurePosixPath(self.program.data),
            PurePosixPath(silence(self.folder / "prompts", self.plan)),
            "127.0.0.1",
            free_port(socket.SOCK_DGRAM),
            free_port(socket.SOCK_STREAM),
            "secret",
            phones=self.phones_at,
        )

    def start(self) -> Exchange:
        write_files(self.instance, compile_plan(self.plan, self.people, self.instance))
        self.process = start(self.program, self.instance)
        until(
            lambda: "fully booted" in self.cli("core waitfullybooted"), what="Asterisk has booted"
        )
        until(lambda: "BEAT" in self.cli("dialplan show globals"), what="its clock ticks")
        return self

    def stop(self) -> None:
        """Nobody looks at it any more: Asterisk's own orderly end takes a second."""
        for sipp in self.callers:
            sipp.stop()
        if self.process and self.process.poll() is None:
            self.kill()

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(SIGKILL)
        self.process.wait(10)

    def cli(self, command: str) -> str:
        return console.ask(self.instance, command)

    def roster(self, shifts: Iterable[Shift], *, automatic: bool = True, hours: int = 1) -> None:
        """Write the duty table of the coming hour, as the control plane does."""
        now, slot = int(time.time()), self.plan.limits.slot
        people = frozenset(p.id for p in self.people) if automatic else frozenset[str]()
        self.put_table(duty.table(shifts, now, slot, hours, people))

    def put_table(self, table: Mapping[str, str]) -> None:
        """Write the table over a manager connection of its own: nothing of ours is in between."""
        actions: list[tuple[str, dict[str, str]]] = [
            ("Login", {"Username": AMI_USER, "Secret": self.instance.ami_secret})
        ]
        for key, value in table.items():
            slot, chunk = key.split("/")
            actions.append(("DBPut", {"Family": f"duty/{slot}", "Key": chunk, "Val": value}))
        actions.append(("Logoff", {}))
        text = "".join(
            f"Action: {name}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in more.items()) + "\r\n"
            for name, more in actions
        )
        with socket.create_connection(("127.0.0.1", self.instance.ami_port), 10) as manager:
            manager.settimeout(30)
            threading.Thread(target=manager.sendall, args=(text.encode(),)).start()
            while manager.recv(65536):
                pass

    def on_duty(self, *people: str, on_call: Sequence[str] = (), seconds: int = HOUR) -> None:
        """These people are on duty from now on, and in the queue."""
        now = int(time.time())
        shifts = [Shift(p, now - 1, now + seconds) for p in people]
        shifts += [Shift(p, now - 1, now + seconds, on_call=True) for p in on_call]
        self.roster(shifts)
        expected = sorted([*people, *on_call])
        until(lambda: sorted(self.members()) == expected, what=f"{expected} are in the queue")

    def roster_of(self, *people: str) -> None:
        """These people are in the duty table for an hour."""
        self.roster_with(people, ())

    def roster_with(self, people: Iterable[str], on_call: Iterable[str]) -> None:
        now = int(time.time())
        shifts = [Shift(p, now - 1, now + HOUR) for p in people]
        shifts += [Shift(p, now - 1, now + HOUR, on_call=True) for p in on_call]
        self.roster(shifts)

    def members(self) -> dict[str, str]:
        """Person -> the queue's words about them."""
        lines = [line.strip() for line in self.cli("queue show city").splitlines()]
        return {line.split()[0]: line for line in lines if "(Local/" in line}

    def log(self) -> list[list[str]]:
        """The queue log, one list of fields a line."""
        text = (Path(self.instance.log) / "queue_log").read_text(encoding="utf-8")
        return [line.split("|") for line in text.splitlines()]

    def events(self, name: str) -> list[list[str]]:
        return [fields for fields in self.log() if fields[4] == name]

    def watch(self) -> None:
        """From now on Asterisk writes down what it does: every application, every prompt."""
        self.cli("logger add channel witness verbose(5)")

    def heard(self) -> list[str]:
        """The announcements that were played since `watch`, in order."""
        return re.findall(r"Playing '[^']*/([^/']+)\.\w+'", self.witness())

    def witness(self) -> str:
        return (Path(self.instance.log) / "witness").read_text(encoding="utf-8")

    def answered_by(self) -> dict[str, str]:
        """uniqueid of each call that was answered -> who answered."""
        return {f[1]: f[3] for f in self.log() if f[4] in ("CONNECT", "SITECONNECT")}

    def call(
        self,
        lines: Sequence[Sequence[str]],
        *steps: scenario.Step,
        rate: float = 5,
        limit: int = 90,
        stay_ms: int = 1500,
        headers: str = "",
        hops: int = 70,
        through: Callable[[str], str] = str,
    ) -> Sipp:
        """Dial `lines` (dialled, caller), each doing `steps`, and do not wait for the end.

        `through` may change the scenario.
        """
        steps = steps or (scenario.Stay(), scenario.HangUp())
        sipp = Sipp(
            tool("sipp"),
            self.folder / f"callers{len(self.callers)}",
            through(scenario.caller(*steps, headers=headers, hops=hops)),
            TELECOM,
            free_port(socket.SOCK_DGRAM, TELECOM),
            f"127.0.0.1:{self.instance.sip_port}",
            calls=len(lines),
            lines=lines,
            rate=rate,
            limit=limit,
            stay_ms=stay_ms,
            more=("-l", "3000"),
        )
        self.callers.append(sipp)
        return sipp.start()

    def dial(self, person: str, number: str) -> None:
        """A counsellor's own phone dials, until the other side hangs up."""
        sipp = Sipp(
            tool("sipp"),
            self.folder / f"dial{len(self.callers)}",
            scenario.dial_with_password(number),
            PHONES,
            free_port(socket.SOCK_DGRAM, PHONES),
            f"127.0.0.1:{self.instance.sip_port}",
            calls=1,
            lines=[(person, f"[authentication username={person} password=pw{person}]")],
        )
        self.callers.append(sipp)
        assert sipp.start().wait().successful == 1

    def register(self, person: str, port: int) -> None:
        """The desk phone at `port` registers, with its secret."""
        sipp = Sipp(
            tool("sipp"),
            self.folder / f"register{len(self.callers)}",
            scenario.register_with_password(),
            PHONES,
            port,
            f"127.0.0.1:{self.instance.sip_port}",
            calls=1,
            lines=[(person, f"[authentication username={person} password=pw{person}]")],
        )
        self.callers.append(sipp)
        assert sipp.start().wait().successful == 1

    def phones(
        self, text: str, port: int = 5080, address: str = PHONES, *, traced: bool = False
    ) -> Sipp:
        """People who answer at `port`, all behaving as the scenario `text` says.

        `traced`: what they hear and say goes into the file `messages` of their folder.
        """
        folder = self.folder / f"phones{len(self.callers)}"
        more = ("-trace_msg", "-message_file", "messages") if traced else ()
        sipp = Sipp(tool("sipp"), folder, text, address, port, limit=600, more=more)
        self.callers.append(sipp)
        return sipp.start()
