"""The ledger: Asterisk's queue log, bytes and a cursor in, facts and the next cursor out. Pure.

A line is `epoch|uniqueid|queue|agent|event|data1|data2|…`. app_queue writes most of them; the
dialplan writes ARRIVE, RANK, PROMISE, REFUSE, REACHED, SITECONNECT, SITEMISS, HANDED, TAKEN,
TESTED, BYE; the logger writes QUEUESTART.
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
    HandedOn,
    Kind,
    LineTested,
    Missing,
    Promised,
    Rank,
    Reached,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)

# Asterisk died, or its disk was full, in the middle of a line: the next began right behind it.
_TORN = re.compile(
    r"(?P<torn>.+?)"
    r"(?P<whole>(?P<at>[0-9]{10})\|(NONE|[\w-]{0,40}[0-9]{10}\.[0-9]{1,10})(\|[^|]*){2}\|[A-Z]+(\|.*)?)",
    re.DOTALL | re.ASCII,
)
_EVENT = re.compile(r"[A-Z]+")
_LONGEST_ID = 100  # characters
_LONGEST_NUMBER = 80  # as long as an extension of Asterisk's may be


def read(cursor: Cursor, chunk: bytes, *, closed: bool = False) -> tuple[tuple[Fact, ...], Cursor]:
    """The facts in the whole lines of `chunk`, which begins at the cursor's offset.

    An unfinished last line is left for the next time, unless the file is closed: then nothing will
    ever complete it. A line that makes no sense is a fact too.
    """
    facts: list[Fact] = []
    *lines, rest = chunk.split(b"\n")
    for line in lines:
        found, cursor = _line(replace(cursor, offset=cursor.offset + len(line) + 1), _text(line))
        facts += found
    if closed and rest:
        facts.append(_unreadable(cursor, _text(rest)))
        cursor = replace(cursor, offset=cursor.offset + len(rest))
    return tuple(facts), cursor


def _text(line: bytes) -> str:
    # After a power cut a file may hold zeros, which PostgreSQL's texts cannot.
    return line.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}").rstrip("\r")


def _line(cursor: Cursor, text: str) -> tuple[list[Fact], Cursor]:
    if not text:
        return [], cursor
    if torn := _TORN.fullmatch(text):
        piece = Unreadable(cursor.boot, int(torn["at"]), torn["torn"])
        facts, cursor = _line(cursor, torn["whole"])
        return [piece, *facts], cursor
    try:
        fact = _fact(cursor.boot, text.split("|"))
    except (ValueError, IndexError):
        return [_unreadable(cursor, text)], cursor
    match fact:
        case None:
            return [], cursor
        case Booted(boot=boot):
            return [fact], replace(cursor, boot=boot, serial=0)
        case Arrived():
            return _arrived(cursor, fact)
        case _:
            return [fact], cursor


def _arrived(cursor: Cursor, fact: Arrived) -> tuple[list[Fact], Cursor]:
    if fact.serial == 1 and cursor.serial > 0:  # its QUEUESTART found no room on the disk
        booted = Booted(cursor.boot + 1, fact.at)
        after = replace(cursor, boot=booted.boot, serial=1)
        return [booted, replace(fact, boot=booted.boot)], after
    skipped = fact.serial - cursor.serial - 1
    gap: list[Fact] = []
    if skipped > 0:
        gap.append(Missing(cursor.boot, fact.at, cursor.serial, skipped))
    return [*gap, fact], replace(cursor, serial=max(cursor.serial, fact.serial))


def _fact(boot: int, fields: list[str]) -> Fact | None:
    """None for events that say nothing of a call. Raises ValueError or IndexError."""
    at, event = _epoch(fields[0]), fields[4]
    if not _EVENT.fullmatch(event):
        raise ValueError(event)
    if event not in _EVENTS:
        return None
    reader, count = _EVENTS[event]
    if len(fields) != count:
        raise ValueError(fields)
    return reader(boot, at, fields)


def _unreadable(cursor: Cursor, text: str) -> Unreadable:
    try:
        at = _epoch(text.split("|")[0])
    except ValueError:
        at = 0
    return Unreadable(cursor.boot, at, text)


def _epoch(text: str) -> int:
    return _whole(text, 10)  # until the year 2286


def _whole(text: str, digits: int = 9) -> int:
    if not re.fullmatch(rf"[0-9]{{1,{digits}}}", text):
        raise ValueError(text)
    return int(text)


def _seconds(text: str) -> int:
    """A length of time; a clock that was set back in between makes it nothing."""
    return 0 if text.startswith("-") else _whole(text)


def _id(text: str) -> str:
    if not 0 < len(text) <= _LONGEST_ID:
        raise ValueError(text)
    return text


def _read_arrive(boot: int, at: int, f: list[str]) -> Fact:
    dialled, caller = f[8][:_LONGEST_NUMBER], f[9][:_LONGEST_NUMBER]
    return Arrived(
        boot, at, _id(f[1]), _whole(f[5]), Kind(f[6]), _id(f[7]), dialled, caller, _id(f[10])
    )


def _read_connect(boot: int, at: int, f: list[str]) -> Fact:
    return Connected(boot, at, _id(f[1]), _id(f[3]), _seconds(f[7]))


def _read_site_connect(boot: int, at: int, f: list[str]) -> Fact:
    return Connected(boot, at, _id(f[1]), _id(f[3]), _seconds(f[5]), own_site=True)


def _read_ring(boot: int, at: int, f: list[str]) -> Fact:
    return Rung(boot, at, _id(f[1]), _id(f[3]), round(_seconds(f[5]) / 1000))


def _read_promise(boot: int, at: int, f: list[str]) -> Fact:
    return Promised(boot, at, _id(f[1]), f[5][:_LONGEST_NUMBER], f[6], _epoch(f[7]))


# Event -> its reader, and of how many fields its line consists.
_EVENTS: dict[str, tuple[Callable[[int, int, list[str]], Fact], int]] = {
    "QUEUESTART": (lambda boot, at, f: Booted(boot + 1, at), 6),
    "ARRIVE": (_read_arrive, 11),
    "RANK": (lambda boot, at, f: Waiting(boot, at, _id(f[1]), Rank(f[5])), 6),
    "CONNECT": (_read_connect, 8),
    "SITECONNECT": (_read_site_connect, 6),
    "HANDED": (lambda boot, at, f: HandedOn(boot, at, _id(f[1]), _id(f[3])), 6),
    "TAKEN": (lambda boot, at, f: Connected(boot, at, _id(f[1]), _id(f[3]), _seconds(f[5])), 6),
    "RINGNOANSWER": (_read_ring, 6),
    "SITEMISS": (lambda boot, at, f: Rung(boot, at, _id(f[1]), _id(f[3]), _seconds(f[5])), 6),
    "PROMISE": (_read_promise, 8),
    "REACHED": (lambda boot, at, f: Reached(boot, at, _id(f[1]), f[5][:_LONGEST_NUMBER]), 6),
    "REFUSE": (lambda boot, at, f: Refused(boot, at, _id(f[1]), f[5]), 6),
    "TESTED": (lambda boot, at, f: LineTested(boot, at, _id(f[1]), _id(f[5]), _id(f[6])), 7),
    "BYE": (lambda boot, at, f: Ended(boot, at, _id(f[1])), 6),
}
