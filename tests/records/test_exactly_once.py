"""From the bytes on Asterisk's disk to the rows: each call once, whatever dies when."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from records.ledger import commit_facts, read_cursor
from records.store import Store, open_store
from records.tables import CallRow, Gap, Task
from routing.asterisk.segments import turn
from routing.calls import Cursor, Fact
from tests.records.builders import without_power_cuts

START = 1795485789

# What becomes of a call: the lines that follow its ARRIVE.
LIVES: dict[str, tuple[str, ...]] = {
    "answered": (
        "NONE|RANK|normal",
        "NONE|ENTERQUEUE||13800138000|1",
        "c1|RINGNOANSWER|20000",
        "c2|CONNECT|25|1795485794.3|4",
        "c2|COMPLETECALLER|25|60|1",
        "NONE|BYE|16",
    ),
    "answered at its own site": ("c1|SITECONNECT|3", "NONE|BYE|16"),
    "abandoned": ("NONE|RANK|normal", "NONE|ABANDON|1|1|30", "NONE|BYE|16"),
    "promised": ("NONE|RANK|normal", f"NONE|PROMISE||nobody|{START + 1800}", "NONE|BYE|16"),
    "promised, stayed and answered": (
        f"NONE|PROMISE||nobody|{START + 1800}",
        "c1|CONNECT|200|1795485794.3|2",
        "NONE|BYE|16",
    ),
    "refused": ("NONE|REFUSE|flood", "NONE|BYE|16"),
}
Key = tuple[int, str]  # boot, uniqueid


class Killed(Exception):
    """The control plane died here."""


@dataclass
class Asterisk:
    """Writes the lives of its calls in any order; when it is killed, a line may be cut short."""

    folder: Path
    chance: random.Random
    boot: int = 0
    torn: int = 0
    written: dict[Key, list[str]] = field(default_factory=dict)  # the whole lines of each call
    pending: bytes = b""  # on its way to the disk
    half_a_line: bool = False  # on the disk

    def __post_init__(self) -> None:
        self.reopen()

    def reopen(self) -> None:
        """It lets a file go between two lines, or when it is started again after its death."""
        if self.half_a_line:
            self.flush(self.pending.find(b"\n") + 1 or len(self.pending))
        self.log = (self.folder / "queue_log").open("ab", buffering=0)

    def begin(self) -> None:
        self.boot += 1
        self._line("NONE|NONE|NONE|QUEUESTART|")

    def live(self, lives: list[str]) -> None:
        """One boot, from its start until it is killed under its last calls."""
        self.begin()
        arriving = [
            (f"{START}.{serial}", [_arrive(self.boot, serial), *LIVES[life]])
            for serial, life in enumerate(lives, start=1)
        ]
        present: list[tuple[str, list[str]]] = []
        while (arriving or present) and self.chance.random() > 0.04:
            if not present or (arriving and self.chance.random() < 0.3):
                present.append(arriving.pop(0))
                self._call_says(*present[-1])
            number = self.chance.randrange(len(present))
            self._call_says(*present[number])
            if not present[number][1]:
                del present[number]
        if self.chance.random() < 0.5:
            self.pending += f"{START}|{START}.1|city|NONE|BY".encode()
            self.torn += 1

    def _call_says(self, uniqueid: str, lines: list[str]) -> None:
        line = lines.pop(0)
        self._line(f"{uniqueid}|city|{line}")
        self.written.setdefault((self.boot, uniqueid), []).append(line)

    def _line(self, text: str) -> None:
        self.pending += f"{START + len(self.written)}|{text}\n".encode()

    def flush(self, size: int) -> None:
        """So many bytes reach the disk: a reader may see any part of a line."""
        now, self.pending = self.pending[:size], self.pending[size:]
        self.log.write(now)
        self.half_a_line = not now.endswith(b"\n")


def _arrive(boot: int, serial: int) -> str:
    return f"NONE|ARRIVE|{serial}|inbound|city|968908|138001{boot}8{serial:03}|telecom"


@dataclass
class Control:
    """The control plane; it dies before, in and after transactions, and starts anew."""

    store: Store
    asterisk: Asterisk
    chance: random.Random
    mortal: bool = True

    def read_on(self) -> bool:
        try:
            folder = self.asterisk.folder
            return turn(folder, self._read_cursor, self._commit, self._reopen, 500)
        except Killed:
            return True

    def _may_die(self) -> None:
        if self.mortal and self.chance.random() < 0.2:
            raise Killed

    def _read_cursor(self) -> Cursor:
        with self.store.read() as session:
            return read_cursor(session)

    def _commit(self, facts: tuple[Fact, ...], before: Cursor, after: Cursor) -> None:
        self._may_die()
        with self.store.session() as session:
            commit_facts(session, facts, before, after)
            session.flush()
            self._may_die()
        self._may_die()

    def _reopen(self) -> None:
        self._may_die()
        self.asterisk.reopen()
        self._may_die()


@dataclass(frozen=True)
class Record:
    """What is to be known of one call afterwards."""

    outcome: str
    legs: tuple[str, ...]
    tasks: tuple[tuple[str, bool], ...]  # reason, still open


def expected(lines: list[str]) -> Record:
    events = [line.split("|")[1] for line in lines]
    legs = tuple(
        "missed" if event == "RINGNOANSWER" else "answered"
        for event in events
        if event in ("RINGNOANSWER", "CONNECT", "SITECONNECT")
    )
    outcome = _outcome(events, answered="answered" in legs)
    return Record(outcome, legs, _tasks(events, outcome))


def _tasks(events: list[str], outcome: str) -> tuple[tuple[str, bool], ...]:
    """Every caller has an own number here, so every lost call is a task of its own."""
    promised = [("promise", False)] if "PROMISE" in events else []
    if outcome == "answered":
        return tuple(promised)
    if outcome == "cutoff" and set(events) & {"CONNECT", "SITECONNECT"}:
        return (*promised, ("cutoff", True))
    return (({"promised": "promise"}.get(outcome, outcome), True),)


def _outcome(events: list[str], *, answered: bool) -> str:
    if "REFUSE" in events:
        return "refused"
    if "BYE" not in events:
        return "cutoff"
    if answered:
        return "answered"
    return "promised" if "PROMISE" in events else "abandoned"


def recorded(store: Store) -> list[tuple[Key, Record]]:
    with store.read() as session:
        tasks = session.scalars(select(Task).order_by(Task.id)).all()
        return [
            (
                (row.boot, row.uniqueid),
                Record(
                    row.outcome or "open",
                    tuple(leg.outcome for leg in row.legs),
                    tuple((t.reason, t.closed_at is None) for t in tasks if t.call_id == row.id),
                ),
            )
            for row in session.scalars(select(CallRow).order_by(CallRow.id))
        ]


def gaps(store: Store) -> list[tuple[str, int]]:
    with store.read() as session:
        return [(gap.kind, gap.count) for gap in session.scalars(select(Gap))]


@contextmanager
def city(template: Path, folder: Path, chance: random.Random) -> Iterator[tuple[Asterisk, Control]]:
    shutil.copy(template, folder / "hotline.db")
    (folder / "log").mkdir()
    store = without_power_cuts(open_store(f"sqlite:///{folder / 'hotline.db'}", migrate=False))
    asterisk = Asterisk(folder / "log", chance)
    try:
        yield asterisk, Control(store, asterisk, chance)
    finally:
        store.close()
        asterisk.log.close()
        shutil.rmtree(folder)


@settings(max_examples=25)
@given(
    boots=st.lists(st.lists(st.sampled_from(sorted(LIVES)), max_size=6), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_each_call_is_one_row_whatever_dies_when(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    boots: list[list[str]],
    seed: int,
) -> None:
    chance = random.Random(seed)
    with city(sqlite_template, tmp_path_factory.mktemp("city"), chance) as (asterisk, control):
        for lives in boots:
            asterisk.live(lives)
            while asterisk.pending and chance.random() > 0.05:  # else, all of it at once
                asterisk.flush(chance.randrange(1, 900))
                control.read_on()
        asterisk.begin()
        asterisk.flush(len(asterisk.pending))
        control.mortal = False
        while control.read_on():
            pass
        wanted = [(key, expected(lines)) for key, lines in asterisk.written.items()]
        assert recorded(control.store) == wanted
        assert gaps(control.store) == [("unreadable", 1)] * asterisk.torn
