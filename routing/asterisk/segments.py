"""The files of the ledger: which to read next, when to begin a new one, when to delete one.

Asterisk writes `queue_log`. To begin a new segment, the file is renamed to `queue_log.000007` (its
segment number) and Asterisk is asked to reopen its log. Each step may be the last before a kill or
a power cut: what is on the disk then says how to go on.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from routing.asterisk.ledger import read
from routing.calls import Cursor, Fact

CURRENT = "queue_log"
CHUNK = 1 << 20  # bytes read at a time
LIMIT = 16 << 20  # bytes after which a new segment is begun

Commit = Callable[[tuple[Fact, ...], Cursor, Cursor], None]  # facts, before, after


@dataclass(frozen=True)
class Piece:
    """What lies at the cursor: some bytes, and whether this segment will never grow again."""

    data: bytes
    finished: bool


def turn(
    folder: Path,
    read_cursor: Callable[[], Cursor],
    commit: Commit,
    reopen: Callable[[], None],
    limit: int = LIMIT,
) -> bool:
    """Read on from the cursor, commit, clear up. True when there may be more to do at once.

    `commit` keeps facts and cursor in one transaction; what it raises is passed on, and nothing
    has happened then. While another process takes its turn, this one does nothing.
    """
    with _alone(folder) as alone:
        return alone and _turn(folder, read_cursor(), commit, reopen, limit)


def _turn(
    folder: Path, cursor: Cursor, commit: Commit, reopen: Callable[[], None], limit: int
) -> bool:
    purge(folder, cursor)
    here = piece(folder, cursor)
    if here.finished:
        _sync(folder)  # its new name is on the disk before the cursor relies on it
        commit((), cursor, next_segment(cursor))
        return True
    facts, after = read(cursor, here.data)
    if after != cursor:
        commit(facts, cursor, after)
        return True
    if rotated(folder, cursor) or cursor.offset >= limit:
        begin_segment(folder, cursor, reopen)
    return False


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else is at it. The lock dies with its process."""
    with (folder / ".ledger.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def name(segment: int) -> str:
    return f"{CURRENT}.{segment:06d}"


def piece(folder: Path, cursor: Cursor) -> Piece:
    """The bytes at the cursor. A renamed segment is finished once Asterisk writes a new one."""
    renamed, current = folder / name(cursor.segment), folder / CURRENT
    closed = renamed.exists() and current.exists()  # asked before it is read to its end
    try:
        data = _read(renamed if renamed.exists() else current, cursor.offset, closed=closed)
    except FileNotFoundError:
        return Piece(b"", finished=False)
    return Piece(data, finished=closed and not data)


def _read(path: Path, offset: int, *, closed: bool) -> bytes:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)  # callers' numbers are in it
        file.seek(offset)
        data = file.read(CHUNK)
        if data and b"\n" not in data:
            data += file.readline()
        if closed and data[-1:] not in (b"", b"\n") and not file.read(1):
            data += b"\n"  # the line in which Asterisk died: nothing will ever complete it
        if data:
            os.fsync(file.fileno())  # what is recorded must not be un-written by a power cut
    return data


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def next_segment(cursor: Cursor) -> Cursor:
    """The beginning of the segment after a finished one."""
    return replace(cursor, segment=cursor.segment + 1, offset=0)


def begin_segment(folder: Path, cursor: Cursor, reopen: Callable[[], None]) -> None:
    """Give the current file its number and have Asterisk begin a new one. May be called again."""
    renamed, current = folder / name(cursor.segment), folder / CURRENT
    if not renamed.exists() and current.exists():
        current.rename(renamed)
    reopen()


def rotated(folder: Path, cursor: Cursor) -> bool:
    """Whether the cursor's segment has its number, and Asterisk has not begun a new one yet."""
    return (folder / name(cursor.segment)).exists() and not (folder / CURRENT).exists()


def purge(folder: Path, cursor: Cursor) -> list[Path]:
    """Delete the segments before the cursor's: they hold numbers, and are in the database."""
    old = [
        path
        for path in sorted(folder.glob(f"{CURRENT}.*"))
        if path.suffix[1:].isdigit() and int(path.suffix[1:]) < cursor.segment
    ]
    for path in old:
        path.unlink()
    return old
