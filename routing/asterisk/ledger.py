"""The ledger: Asterisk's queue log, bytes and a cursor in, facts and the next cursor out. Pure.

A line is `epoch|uniqueid|queue|agent|event|data1|data2|…`. app_queue writes most of them; the
dialplan writes ARRIVE, RANK, PROMISE, SITECONNECT, BYE; the logger writes QUEUESTART.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from routing.calls import (
    Arrived,
    Booted,
    Connected,
    Cursor,
    Ended,
    Fact,
    Kind,
    Missing,
    Promised,
    Rank,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)

# Asterisk died in the middle of a line, and the next one began right behind it.
_TORN = re.compile(r"(.+?)(\d{10,})\|NONE\|NONE\|NONE\|QUEUESTART\|.*")


def read(cursor: Cursor, chunk: bytes) -> tuple[tuple[Fact, ...], Cursor]:
    """The facts in the whole lines of `chunk`, which begins at the cursor's offset.

    An unfinished last line is left for the next time. A line that makes no sense is a fact too.
    """
    facts: list[Fact] = []
    whole = chunk[: chunk.rfind(b"\n") + 1]
    for line in whole.splitlines(keepends=True):
        found, cursor = _line(replace(cursor, offset=cursor.offset + len(line)), line)
        facts += found
    return tuple(facts), cursor


def _line(cursor: Cursor, line: bytes) -> tuple[list[Fact], Cursor]:
    text = line.rstrip(b"\r\n").decode("utf-8", "replace")
    if not text:
        return [], cursor
    if start := _TORN.fullmatch(text):
        torn = Unreadable(cursor.boot, int(start[2]), start[1])
        booted, cursor = _line(cursor, start[0][len(start[1]) :].encode())
        return [torn, *booted], cursor
    fields = text.split("|")
    try:
        if fields[4] == "QUEUESTART":
            boot = cursor.boot + 1
            return [Booted(boot, int(fields[0]))], replace(cursor, boot=boot, serial=0)
        reader = _EVENTS.get(fields[4])
        fact = reader(cursor.boot, int(fields[0]), fields) if reader else None
    except (ValueError, IndexError):
        return [Unreadable(cursor.boot, _epoch(fields[0]), text)], cursor
    if isinstance(fact, Arrived):
        return _arrived(cursor, fact)
    return ([fact] if fact else []), cursor


def _arrived(cursor: Cursor, fact: Arrived) -> tuple[list[Fact], Cursor]:
    skipped = fact.serial - cursor.serial - 1
    gap: list[Fact] = []
    if skipped > 0:
        gap.append(Missing(cursor.boot, fact.at, cursor.serial, skipped))
    return [*gap, fact], replace(cursor, serial=max(cursor.serial, fact.serial))


def _epoch(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _read_arrive(boot: int, at: int, f: list[str]) -> Fact:
    return Arrived(boot, at, f[1], int(f[5]), Kind(f[6]), f[7], f[8], f[9], f[10])


def _read_connect(boot: int, at: int, f: list[str]) -> Fact:
    return Connected(boot, at, f[1], f[3], int(f[7]))


def _read_site_connect(boot: int, at: int, f: list[str]) -> Fact:
    return Connected(boot, at, f[1], f[3], int(f[5]), own_site=True)


def _read_ring(boot: int, at: int, f: list[str]) -> Fact:
    return Rung(boot, at, f[1], f[3], round(int(f[5]) / 1000))


_EVENTS: dict[str, Callable[[int, int, list[str]], Fact]] = {
    "ARRIVE": _read_arrive,
    "RANK": lambda boot, at, f: Waiting(boot, at, f[1], Rank(f[5])),
    "CONNECT": _read_connect,
    "SITECONNECT": _read_site_connect,
    "RINGNOANSWER": _read_ring,
    "PROMISE": lambda boot, at, f: Promised(boot, at, f[1], f[5], f[6], int(f[7])),
    "REFUSE": lambda boot, at, f: Refused(boot, at, f[1], f[5]),
    "BYE": lambda boot, at, f: Ended(boot, at, f[1]),
}
