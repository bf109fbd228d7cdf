"""The control plane is killed between any two steps, and then for good: each call is one row."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import select

from records.ledger import commit_facts, read_cursor
from records.store import Store, open_store
from records.tables import CallRow, Gap
from routing.asterisk import segments
from routing.calls import Cursor, Fact
from tests.records.builders import EPOCH, empty, without_power_cuts

LIMIT = 200  # bytes: a segment holds one call
WATCHED = str(segments.__file__)  # beyond it there are only transactions


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@dataclass
class Asterisk:
    """Keeps its log open as the real one does: a renamed file goes on growing until it reopens."""

    folder: Path
    serial: int = 0
    calls: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.log = (self.folder / "queue_log").open("ab", buffering=0)
        self.serial = 0
        self._say("NONE|NONE|NONE|QUEUESTART|")

    def die(self, torn: str = "") -> None:
        self.log.write(torn.encode())
        self.log.close()

    def reopen(self) -> None:
        self.log.close()
        self.log = (self.folder / "queue_log").open("ab", buffering=0)
        self._say("NONE|NONE|NONE|CONFIGRELOAD|")

    def call(self) -> None:
        self.serial += 1
        uniqueid = f"{EPOCH}.{len(self.calls)}"
        self.calls.append(uniqueid)
        for rest in (
            f"NONE|ARRIVE|{self.serial}|inbound|city|968908|13800138000|mobile",
            "NONE|RANK|normal",
            "lin|CONNECT|2|q.1|2",
            "NONE|BYE|16",
        ):
            self._say(f"{uniqueid}|city|{rest}")

    def _say(self, rest: str) -> None:
        self.log.write(f"{EPOCH}|{rest}\n".encode())


def turn(store: Store, folder: Path, reopen: Callable[[], None]) -> bool:
    def cursor() -> Cursor:
        with store.read() as db:
            return read_cursor(db)

    def commit(facts: tuple[Fact, ...], before: Cursor, after: Cursor) -> None:
        with store.session() as db:
            commit_facts(db, facts, before, after)

    return segments.turn(folder, cursor, commit, reopen, LIMIT)


def read_all(store: Store, asterisk: Asterisk) -> None:
    while turn(store, asterisk.folder, asterisk.reopen):
        pass


@contextmanager
def killing(at: int) -> Iterator[list[int]]:
    """Kills before the line that is executed as the `at`th; tells which lines were executed."""
    executed: list[int] = []

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != WATCHED:
            return None
        if event == "line":
            executed.append(frame.f_lineno)
            if len(executed) == at:
                raise Killed
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield executed
    except Killed:
        pass
    finally:
        sys.settrace(before)


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(sqlite_template, tmp_path / "hotline.db")
    opened = without_power_cuts(open_store(f"sqlite:///{tmp_path / 'hotline.db'}"))
    yield opened
    opened.close()


def a_day(store: Store, asterisk: Asterisk, at: int) -> list[int]:
    """Calls, rotations and a death of Asterisk; the control plane is killed once, before a line."""
    with killing(at) as lines:
        for _ in range(4):
            asterisk.call()
            read_all(store, asterisk)
    asterisk.call()
    asterisk.die(torn=f"{EPOCH}|{EPOCH}.1|ci")
    asterisk.start()
    asterisk.call()
    read_all(store, asterisk)
    return lines


def check(store: Store, asterisk: Asterisk) -> None:
    with store.read() as db:
        rows = db.execute(select(CallRow.uniqueid, CallRow.outcome)).all()
        gaps = db.scalars(select(Gap.kind)).all()
    assert sorted(rows) == sorted((call, "answered") for call in asterisk.calls)
    assert gaps == ["unreadable"]


def started(folder: Path) -> Asterisk:
    folder.mkdir()
    asterisk = Asterisk(folder)
    asterisk.start()
    return asterisk


@pytest.mark.slow
def test_killed_before_any_line(store: Store, tmp_path: Path) -> None:
    asterisk = started(tmp_path / "unharmed")
    lines = a_day(store, asterisk, at=-1)
    check(store, asterisk)
    with store.read() as db:
        assert read_cursor(db).segment >= 3  # there were rotations to be killed in
    # Each line, when it is executed for the first or for the last time.
    firsts = {line: at for at, line in reversed(list(enumerate(lines, start=1)))}
    lasts = {line: at for at, line in enumerate(lines, start=1)}
    for at in sorted({*firsts.values(), *lasts.values()})[::2]:
        empty(store)
        asterisk = started(tmp_path / str(at))
        a_day(store, asterisk, at)
        check(store, asterisk)


def _read_for_ever(url: str, folder: Path, tell: int, answer: int) -> None:
    """The control plane, in a process of its own. Tells of each turn, asks its parent to reopen."""
    store = open_store(url, migrate=False)

    def ask() -> None:
        os.write(tell, b"r")
        os.read(answer, 1)

    while True:
        turn(store, folder, ask)
        os.write(tell, b"t")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_by_the_system(store: Store, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    asterisk = started(tmp_path / "log")
    url = str(store.engine.url)
    store.engine.dispose()  # nothing of it may be open in the child
    for _ in range(6):
        told, tell = os.pipe()
        answer, answered = os.pipe()
        arguments = (url, asterisk.folder, tell, answer)
        child = multiprocessing.get_context("fork").Process(target=_read_for_ever, args=arguments)
        child.start()
        for _ in range(chance.randrange(1, 30)):
            if chance.random() < 0.3:
                asterisk.call()
            if os.read(told, 1) == b"r":
                asterisk.reopen()
                os.write(answered, b".")
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        for end in (told, tell, answer, answered):
            os.close(end)
    asterisk.die(torn=f"{EPOCH}|{EPOCH}.1|ci")
    asterisk.start()
    read_all(store, asterisk)
    check(store, asterisk)
