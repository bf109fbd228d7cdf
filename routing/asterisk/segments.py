"""The files of the ledger: which to read next, when to begin a new one, when to delete one.

Asterisk writes `queue_log`. To begin a new segment, the file is renamed to `queue_log.000007` (its
segment number) and Asterisk is asked to reopen its log. Each step may be the last before a kill:
what is on the disk then says how to go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from routing.calls import Cursor

CURRENT = "queue_log"
CHUNK = 1 << 20  # bytes read at a time


@dataclass(frozen=True)
class Piece:
    """What lies at the cursor: some bytes, and whether this segment will never grow again."""

    data: bytes
    finished: bool


def name(segment: int) -> str:
    return f"{CURRENT}.{segment:06d}"


def piece(folder: Path, cursor: Cursor) -> Piece:
    """The bytes at the cursor. A renamed segment is finished once Asterisk writes a new one."""
    renamed = folder / name(cursor.segment)
    closed = renamed.exists() and (folder / CURRENT).exists()  # asked before it is read to its end
    path = renamed if renamed.exists() else folder / CURRENT
    try:
        with path.open("rb") as file:
            file.seek(cursor.offset)
            data = file.read(CHUNK)
    except FileNotFoundError:
        return Piece(b"", finished=False)
    return Piece(data, finished=closed and not data)


def next_segment(cursor: Cursor) -> Cursor:
    """The beginning of the segment after a finished one."""
    return replace(cursor, segment=cursor.segment + 1, offset=0)


def begin_segment(folder: Path, cursor: Cursor, reopen: Callable[[], None]) -> None:
    """Give the current file its number and have Asterisk begin a new one. May be called again."""
    renamed = folder / name(cursor.segment)
    current = folder / CURRENT
    if not renamed.exists() and current.exists():
        current.rename(renamed)
    reopen()


def rotated(folder: Path, cursor: Cursor) -> bool:
    """Whether the cursor's segment has its number already and waits for Asterisk to let it go."""
    return (folder / name(cursor.segment)).exists()


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
