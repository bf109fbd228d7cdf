"""Logs kept short: whoever tries passwords all day does not fill the disk of the call records.

Asterisk's own `logger rotate` would take the queue log along, which is the ledger.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

LIMIT = 64 << 20  # bytes of a log, and of what is kept of it when it is begun anew
OF_ASTERISK = ("messages", "security", "console")


def shorten(logs: Iterable[Path], limit: int = LIMIT) -> list[Path]:
    """Begin anew whatever is longer; its last `limit` bytes stay as NAME.1. Returns which.

    All are written with O_APPEND, so that whoever writes one goes on at its new end.
    """
    long = [path for path in logs if path.exists() and path.stat().st_size > limit]
    for path in long:
        older = path.with_name(f"{path.name}.1")
        older.touch(mode=0o600)
        with path.open("rb") as log, older.open("wb") as kept:
            log.seek(-limit, os.SEEK_END)
            shutil.copyfileobj(log, kept)
        os.truncate(path, 0)
    return long
