"""Talks that were recorded: encrypted one by one, beside the database, under their call's number.

Asterisk writes what is said into a folder of its own; when the call is over it is sealed and what
lay there is deleted. A control plane that was dead does so when it comes back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.sealing import Seal
from records.tables import CallRow

RAW, SEALED = ".alaw", ".sealed"
RATE = 8000  # bytes a second: G.711, ITU-T
_A_LAW = 6  # WAVE_FORMAT_ALAW, RFC 2361
QUIET = 5.0  # seconds: a file that was written to just now may not be whole


def take(session: Session, monitor: Path, folder: Path, seal: Seal, now: float) -> int:
    """Seal what `monitor` has of calls that are over; returns how many. `now` in epoch seconds."""
    taken = 0
    for path in sorted(monitor.glob(f"*{RAW}")) if monitor.is_dir() else ():
        call_id = _over(session, path.stem)
        if call_id is not None and now - path.stat().st_mtime >= QUIET:
            _keep(folder, call_id, seal.close_bytes(path.read_bytes()))
            path.unlink()
            taken += 1
    return taken


def _over(session: Session, uniqueid: str) -> int | None:
    """The call, once it is; the latest of this id, as they begin anew with Asterisk."""
    wanted = select(CallRow.id, CallRow.ended_at).where(CallRow.uniqueid == uniqueid)
    row = session.execute(wanted.order_by(CallRow.id.desc()).limit(1)).first()
    return row.id if row is not None and row.ended_at is not None else None


def _keep(folder: Path, call_id: int, data: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{call_id}"
    draft.touch(mode=0o600)
    draft.write_bytes(data)
    draft.replace(folder / f"{call_id}{SEALED}")


def there(folder: Path, call_ids: Iterable[int]) -> frozenset[int]:
    """Which of these calls have a recording."""
    return frozenset(id_ for id_ in call_ids if (folder / f"{id_}{SEALED}").exists())


def hear(folder: Path, call_id: int, seal: Seal) -> bytes | None:
    """As a WAV file that browsers play; None when there is none. Raises SealBroken."""
    path = folder / f"{call_id}{SEALED}"
    return _wave(seal.open_bytes(path.read_bytes())) if path.exists() else None


def _wave(sound: bytes) -> bytes:
    form = struct.pack("<HHIIHHH", _A_LAW, 1, RATE, RATE, 1, 8, 0)
    parts = [(b"fmt ", form), (b"fact", struct.pack("<I", len(sound))), (b"data", sound)]
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in parts
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def clear(session: Session, folder: Path, days: int, now: datetime) -> int:
    """Delete what is older, and what belongs to no call any more; 0 days: only the latter."""
    gone = list(_due(session, folder, days, now))
    for path in gone:
        path.unlink()
    return len(gone)


def due(session: Session, folder: Path, days: int, now: datetime) -> int:
    """How many `clear` would delete."""
    return sum(1 for _path in _due(session, folder, days, now))


def _due(session: Session, folder: Path, days: int, now: datetime) -> Iterator[Path]:
    limit = now - timedelta(days=days)
    for path in sorted(folder.glob(f"*{SEALED}")):
        call = session.get(CallRow, int(path.stem))
        if call is None or (days and call.arrived_at < limit):
            yield path
