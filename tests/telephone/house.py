"""A whole hotline for one test: configuration, records, Asterisk and the control plane process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.applying import keep_applied
from deploy.assembly import ZONE, Hotline, load
from deploy.prompts import MUSIC
from deploy.sample_city import scenario
from deploy.sample_city.sipp import Sipp
from records import rosters
from records.alarms import open_alarms
from records.tables import Person
from routing.asterisk import process
from routing.plan import Limits, Prompts
from scheduler.problem import Roster
from tests.telephone import console
from tests.telephone.exchange import PHONES, ROOT, TELECOM, free_port, tool, until

SHIFTS = """
[[shifts]]
id = "round"
name = "昼"
start = "00:00"
hours = 24
"""


def hotline_toml(
    limits: Limits, lines: Sequence[tuple[str, str]], auto: bool, more: str = ""
) -> str:
    """A small city with ports that are free now; `more` are further tables."""
    numbers = "\n".join(f"{name} = {value}" for name, value in vars(limits).items())
    texts = "\n".join(f'{name} = "话{{n}}"' for name in vars(Prompts()))
    old = "\n".join(f'[[lines]]\nid = "{i}"\nname = "{i}"\nnumber = "{n}"' for i, n in lines)
    return f"""
number = "968908"
name = "泉州市心理援助热线"
area = "0595"
[listen]
sip = "127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
web = "127.0.0.1:{free_port(socket.SOCK_STREAM)}"
browser_phones = "127.0.0.1:{free_port(socket.SOCK_STREAM)}"
ami_port = {free_port(socket.SOCK_STREAM)}
{more}
[limits]
{numbers}
[prompts]
{texts}
[[carriers]]
id = "telecom"
name = "中国电信"
address = "{TELECOM}"
port = 5079
[[sites]]
id = "first"
name = "第一医院"
auto_sign_in = {"true" if auto else "false"}
[[lines]]
id = "city"
name = "总线"
number = "968908"
{old}
"""


class House:
    """Built in a folder of its own; every process in it ends with the test."""

    def __init__(
        self,
        folder: Path,
        people: Sequence[str],
        *,
        limits: Limits,
        lines: Sequence[tuple[str, str]] = (),
        auto: bool = True,
        registering: Sequence[str] = (),
        more: str = "",
        rules: str = SHIFTS,
    ) -> None:
        config = folder / "config"
        config.mkdir(parents=True)
        (config / "hotline.toml").write_text(
            hotline_toml(limits, lines, auto, more), encoding="utf-8"
        )
        (config / "rules.toml").write_text(rules, encoding="utf-8")
        self.hotline: Hotline = load(ROOT, config / "hotline.toml", config / "rules.toml")
        self.hotline.certificate()
        self.people = list(people)
        self.folder = folder
        self.asterisk: subprocess.Popen[bytes] | None = None
        self.control: subprocess.Popen[bytes] | None = None
        self.sipps: list[Sipp] = []
        with self.hotline.store.session() as session:
            session.add_all(_person(person, registers=person in registering) for person in people)
        self._silent_prompts()

    def _silent_prompts(self) -> None:
        prompts = Path(self.hotline.instance.prompts)
        (prompts / "moh").mkdir(parents=True)
        (prompts / "relax").mkdir()
        for name in self.hotline.plan.announcements:
            (prompts / f"{name}.alaw").write_bytes(b"\xd5" * 1600)
        (prompts / "moh" / MUSIC).write_bytes(b"\xd5" * 80000)

    def publish(self, people: Sequence[str], days: int = 5) -> int:
        """These people are on duty around the clock, from yesterday on. Returns the roster's id."""
        first = datetime.now(ZONE).date() - timedelta(days=1)
        at = datetime.now(UTC)
        with self.hotline.store.session() as session:
            roster = Roster(dict.fromkeys(people, ("round",) * days))
            row = rosters.save_draft(session, first, roster, None, None, "test", at)
            rosters.publish(session, row.id, (), "test", at)
            return row.id

    # ---- processes

    def start_asterisk(self) -> None:
        process.write_files(self.hotline.instance, self.hotline.compiled())
        keep_applied(self.hotline)
        program = process.find_program(self.hotline.tools)
        self.asterisk = process.start(program, self.hotline.instance)
        until(lambda: "fully booted" in self.cli("core waitfullybooted"), what="Asterisk is up")

    def kill_asterisk(self) -> None:
        assert self.asterisk is not None
        self.asterisk.send_signal(signal.SIGKILL)
        self.asterisk.wait(10)

    def start_control(self) -> None:
        log = (self.folder / "control.log").open("ab")
        self.control = subprocess.Popen(
            [sys.executable, ROOT / "main.py", *self.hotline.arguments, "control"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )

    def kill_control(self) -> None:
        assert self.control is not None
        self.control.send_signal(signal.SIGKILL)
        self.control.wait(10)

    def cli(self, command: str) -> str:
        return console.ask(self.hotline.instance, command)

    def alarms(self) -> list[tuple[str, str]]:
        """Kind and subject of those that are open."""
        with self.hotline.store.read() as session:
            return sorted((alarm.kind, alarm.subject) for alarm in open_alarms(session))

    def members(self) -> dict[str, str]:
        lines = [line.strip() for line in self.cli("queue show city").splitlines()]
        return {line.split()[0]: line for line in lines if "(Local/" in line}

    # ---- people on the telephone

    def phones(self, text: str, port: int = 5080, address: str = PHONES) -> Sipp:
        folder = self.folder / f"sipp{len(self.sipps)}"
        sipp = Sipp(tool("sipp"), folder, text, address, port, limit=900, more=("-l", "2000"))
        self.sipps.append(sipp)
        return sipp.start()

    def call(
        self,
        lines: Sequence[Sequence[str]],
        *steps: scenario.Step,
        rate: float = 5,
        stay_ms: int = 1500,
        limit: int = 120,
        media: str = "",
        through: Callable[[str], str] = str,
    ) -> Sipp:
        steps = steps or (scenario.Stay(), scenario.HangUp())
        folder = self.folder / f"sipp{len(self.sipps)}"
        remote = f"127.0.0.1:{self.hotline.facts.listen.sip_port}"
        sipp = Sipp(
            tool("sipp"),
            folder,
            through(scenario.caller(*steps, media=media)),
            TELECOM,
            free_port(socket.SOCK_DGRAM, TELECOM),
            remote,
            calls=len(lines),
            lines=lines,
            rate=rate,
            limit=limit,
            stay_ms=stay_ms,
            more=("-l", "3000"),
        )
        self.sipps.append(sipp)
        return sipp.start()

    def stop(self) -> None:
        for sipp in self.sipps:
            sipp.stop()
        if self.control is not None:
            self.control.terminate()
        if self.asterisk is not None and self.asterisk.poll() is None:
            self.kill_asterisk()  # its own orderly end takes a second
        if self.control is not None:
            try:
                self.control.wait(10)
            except subprocess.TimeoutExpired:
                self.kill_control()
        self.hotline.store.close()


def _person(person: str, *, registers: bool) -> Person:
    return Person(
        id=person,
        name=f"人{person}",
        site="first",
        qualifications=["counsellor"],
        contact=None if registers else f"sip:{person}@{PHONES}:5080",
        secret=f"pw{person}",
    )


@contextmanager
def house(folder: Path, people: Sequence[str], **more: object) -> Iterator[House]:
    """A house with Asterisk and control plane up, everybody of `people` on duty."""
    built = House(folder, people, **more)  # type: ignore[arg-type]
    try:
        built.publish(people)
        built.start_asterisk()
        built.start_control()
        until(
            lambda: sorted(built.members()) == sorted(people),
            seconds=60,
            what="the roster has become the queue's membership",
        )
        yield built
    finally:
        built.stop()


def settled(seconds: float) -> None:
    """Let that much time pass: for what Asterisk promises only after it (a lazy commit)."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end, seconds=seconds + 30)
