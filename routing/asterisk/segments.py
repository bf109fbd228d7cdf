"""The files of the ledger: which to read next, when to begin a new one, when to delete one.

Asterisk writes `queue_log`. To begin a new segment, the file is renamed to `queue_log.000007` (its
segment number) and Asterisk is asked to reopen its log. Each step may be the last before a kill or
a power cut: what is on the disk then says how to go on.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from routing.asterisk.ledger import read
from routing.calls import Cursor, Fact, Unreadable

CURRENT = "queue_log"
_DIGITS = 6
CHUNK = 1 << 18  # bytes read at a time, and so the length of a transaction
LIMIT = 16 << 20  # bytes after which a new segment is begun

ReadCursor = Callable[[], Cursor]
Commit = Callable[[tuple[Fact, ...], Cursor, Cursor], None]  # facts, before, after


@dataclass(frozen=True)
class Piece:
    """What lies at the cursor, and whether it reaches to the end of a segment that never grows."""

    data: bytes
    closed: bool

    @property
    def finished(self) -> bool:
        """All of this segment has been read; the next one is there."""
        return self.closed and not self.data


@dataclass(frozen=True)
class Astray:
    """The files are not what the cursor says: what is known of the loss, and where to go on."""

    fact: Unreadable
    resume: Cursor


def turn(
    folder: Path,
    read_cursor: ReadCursor,
    commit: Commit,
    reopen: Callable[[], None],
    limit: int = LIMIT,
) -> bool:
    """A step, or a rotation when there is nothing to read. True: there may be more, call again.

    While another process takes its turn, this one does nothing: with a cursor that has become old
    in the meantime, it would give the current file the wrong number.
    """
    with _alone(folder) as alone:
        if not alone:
            return False
        if step(folder, read_cursor, commit):
            return True
        rotate(folder, read_cursor(), reopen, limit)
        return False


def step(folder: Path, read_cursor: ReadCursor, commit: Commit) -> bool:
    """Read on from the cursor and commit. True when it made progress.

    `commit` keeps facts and cursor in one transaction; what it raises is passed on, and then
    nothing has happened.
    """
    cursor = read_cursor()
    purge(folder, cursor)
    if found := astray(folder, cursor):
        commit((found.fact,), cursor, found.resume)
        return True
    here = piece(folder, cursor)
    if here.finished:
        sync(folder)  # its new name is on the disk before the cursor relies on it
        commit((), cursor, next_segment(cursor))
        return True
    facts, after = read(cursor, here.data, closed=here.closed)
    if after == cursor:
        return False
    commit(facts, cursor, after)
    return True


def rotate(folder: Path, cursor: Cursor, reopen: Callable[[], None], limit: int) -> bool:
    """Begin a new segment when this one is long enough, or go on with one that was begun.

    True when Asterisk was asked to reopen its log.
    """
    if not (rotated(folder, cursor) or size(folder, cursor) >= limit):
        return False
    begin_segment(folder, cursor, reopen)
    return True


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
    return f"{CURRENT}.{segment:0{_DIGITS}d}"


def piece(folder: Path, cursor: Cursor) -> Piece:
    """The bytes at the cursor. A renamed segment is closed once Asterisk writes a new one."""
    renamed, current = folder / name(cursor.segment), folder / CURRENT
    closed = renamed.exists() and current.exists()  # asked before it is read to its end
    try:
        with (renamed if renamed.exists() else current).open("rb") as file:
            data = _read(file, cursor.offset)
            return Piece(data, closed and not file.read(1))
    except FileNotFoundError:
        return Piece(b"", closed=False)


def _read(file: BinaryIO, offset: int) -> bytes:
    if os.fstat(file.fileno()).st_mode & 0o077:
        os.fchmod(file.fileno(), 0o600)  # callers' numbers are in it
    file.seek(offset)
    data = file.read(CHUNK)
    if data and b"\n" not in data:
        data += file.readline()
    if data:
        os.fsync(file.fileno())  # what is recorded must not be un-written by a power cut
    return data


def astray(folder: Path, cursor: Cursor) -> Astray | None:
    """Whether somebody took files away, or put another in the place of the one that was read.

    That happens by hand, or when an older backup of the database comes back. What is still there
    is read from its beginning; that something is missing goes on record.
    """
    renamed, current = folder / name(cursor.segment), folder / CURRENT
    later = [number for number in _numbers(folder) if number > cursor.segment]
    if later and not renamed.exists():
        return _astray(folder / name(later[0]), cursor, replace(cursor, segment=later[0], offset=0))
    path = renamed if renamed.exists() else current
    if cursor.offset and path.exists() and not _was_read(path, cursor.offset):
        return _astray(path, cursor, replace(cursor, offset=0))
    return None


def _astray(path: Path, cursor: Cursor, resume: Cursor) -> Astray:
    text = (
        f"the records from segment {cursor.segment}, byte {cursor.offset} are not there;"
        f" read on from the beginning of segment {resume.segment}"
    )
    return Astray(Unreadable(cursor.boot, int(path.stat().st_mtime), text), resume)


def _was_read(path: Path, offset: int) -> bool:
    """Whether it may be the file that was read up to `offset`: a line ends there, or the file."""
    with path.open("rb") as file:
        file.seek(offset - 1)
        before, after = file.read(1), file.read(1)
    return before == b"\n" or (before != b"" and after == b"")


def sync(folder: Path) -> None:
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


def size(folder: Path, cursor: Cursor) -> int:
    """Bytes in the current file; 0 while the cursor is in an older one."""
    current = folder / CURRENT
    if (folder / name(cursor.segment)).exists() or not current.exists():
        return 0
    return current.stat().st_size


def rotated(folder: Path, cursor: Cursor) -> bool:
    """Whether the cursor's segment has its number, and Asterisk has not begun a new one yet."""
    return (folder / name(cursor.segment)).exists() and not (folder / CURRENT).exists()


def purge(folder: Path, cursor: Cursor) -> list[Path]:
    """Delete the segments before the cursor's: they hold numbers, and are in the database."""
    old = [folder / name(number) for number in _numbers(folder) if number < cursor.segment]
    for path in old:
        path.unlink()
    return old


def _numbers(folder: Path) -> list[int]:
    ends = [path.name.removeprefix(f"{CURRENT}.") for path in folder.glob(f"{CURRENT}.*")]
    return sorted(int(end) for end in ends if re.fullmatch(rf"[0-9]{{{_DIGITS}}}", end))
