"""The duty table: computing and comparing a full window against one hour."""

from __future__ import annotations

import time

from routing import duty
from routing.plan import Shift

PEOPLE = 260
HOUR = 3600


def measure() -> str:
    shifts = [Shift(f"p{n:03}", (n % 72) * HOUR, (n % 72 + 8) * HOUR) for n in range(PEOPLE)]
    hour, window = _seconds(shifts, 1), _seconds(shifts, 72)
    return f"72 h / 1 h of {PEOPLE} people: {window / hour:.1f} ({window * 1000:.1f} ms)"


def _seconds(shifts: list[Shift], hours: int) -> float:
    began = time.perf_counter()
    wanted = duty.table(shifts, 0, 900, hours, frozenset())
    duty.changes(wanted, {}, 0, 900)
    return time.perf_counter() - began
