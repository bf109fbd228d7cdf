"""Two readers of one ledger, each of which may fail at any moment: every call is one row."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from records.ledger import CursorMoved, commit_facts, read_cursor
from records.store import Store
from records.tables import CallRow
from routing.asterisk.ledger import read
from tests.records.builders import EPOCH, empty

LIVES = {
    "answered": ["lin|RINGNOANSWER|20000", "chen|CONNECT|25|q.9|4", "NONE|BYE|16"],
    "abandoned": ["NONE|RANK|normal", "NONE|ABANDON|1|1|30", "NONE|BYE|16"],
    "promised": [f"NONE|PROMISE|13800138000|nobody|{EPOCH + 1800}", "NONE|BYE|16"],
    "refused": ["NONE|REFUSE|loop", "NONE|BYE|16"],
    "cutoff": ["NONE|RANK|crisis"],
}


class Died(Exception):
    """A reader, in the middle of its transaction."""


def ledger_text(lives: list[str]) -> bytes:
    """One boot with these calls, all at the same time, and the start of the next."""
    lines = [f"{EPOCH}|NONE|NONE|NONE|QUEUESTART|"]
    lines += [
        f"{EPOCH}|q.{n}|city|NONE|ARRIVE|{n}|inbound|city|968908|13800138000|mobile"
        for n in range(1, len(lives) + 1)
    ]
    depth = max((len(LIVES[life]) for life in lives), default=0)
    for step in range(depth):
        for n, life in enumerate(lives, start=1):
            lines += [f"{EPOCH + step}|q.{n}|city|{rest}" for rest in LIVES[life][step : step + 1]]
    lines.append(f"{EPOCH + 99}|NONE|NONE|NONE|QUEUESTART|")
    return "".join(f"{line}\n" for line in lines).encode()


def read_on(store: Store, text: bytes, chance: random.Random) -> bool:
    """One look of one reader. False at the end."""
    with store.session() as db:
        before = read_cursor(db)
        if before.offset == len(text):
            return False
        facts, after = read(before, text[before.offset :][: chance.randrange(1, 400)])
        commit_facts(db, facts, before, after)
        if chance.random() < 0.3:
            raise Died
    return True


def reader(store: Store, text: bytes, start: threading.Barrier, seed: int) -> None:
    chance = random.Random(seed)
    start.wait()
    going = True
    while going:
        try:
            going = read_on(store, text, chance)
        except (CursorMoved, Died):
            continue


def outcomes(store: Store) -> Iterator[tuple[str, str | None]]:
    with store.read() as db:
        yield from ((r.uniqueid, r.outcome) for r in db.scalars(select(CallRow)))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.lists(st.sampled_from(sorted(LIVES)), max_size=8), seed=st.integers(0, 1000))
def test_two_readers_that_die_record_each_call_once(
    store: Store, lives: list[str], seed: int
) -> None:
    empty(store)
    text, start = ledger_text(lives), threading.Barrier(2)
    threads = [
        threading.Thread(target=reader, args=(store, text, start, seed + n)) for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = [(f"q.{n}", life) for n, life in enumerate(lives, start=1)]
    assert sorted(outcomes(store)) == sorted(wanted)
