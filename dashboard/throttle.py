"""Guessing passwords is made slow: after some failures a key must wait, each time twice as long."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class _Record:
    failures: int
    until: datetime
    seen: datetime


class Throttle:
    """Counts failures by key (login and address). Kept in memory: a restart forgives."""

    def __init__(self, free: int = 5, first: int = 30, most: int = 900, forget: int = 3600) -> None:
        self._free = free
        self._first = first
        self._most = most
        self._forget = timedelta(seconds=forget)
        self._records: dict[str, _Record] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, now: datetime) -> int:
        """Seconds until `key` may try again; 0 when it may now."""
        with self._lock:
            record = self._records.get(key)
        if record is None or now >= record.until:
            return 0
        return int((record.until - now).total_seconds()) + 1

    def failed(self, key: str, now: datetime) -> None:
        with self._lock:
            self._drop_old(now)
            failures = 1 + (self._records[key].failures if key in self._records else 0)
            self._records[key] = _Record(failures, now + self._pause(failures), now)

    def succeeded(self, key: str) -> None:
        with self._lock:
            self._records.pop(key, None)

    def _pause(self, failures: int) -> timedelta:
        beyond = failures - self._free
        if beyond < 0:
            return timedelta(0)
        return timedelta(seconds=min(self._most, self._first * 2 ** min(beyond, 16)))

    def _drop_old(self, now: datetime) -> None:
        old = [key for key, record in self._records.items() if now - record.seen > self._forget]
        for key in old:
            del self._records[key]
