"""What deserves an alarm: pure questions about duty and the live picture. Subject -> detail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from routing.duty import Drift, EmptyHour
from routing.live import Doing, Live
from routing.plan import Shift

Alarms = dict[str, Mapping[str, Any]]
HOUR = 3600
THERE = frozenset({Doing.READY, Doing.RINGING, Doing.TALKING, Doing.WRITING})


def not_signed_in(absent: frozenset[str], shifts: Iterable[Shift], now: int, grace: int) -> Alarms:
    """Who is rostered now, has not signed in, and whose shift began more than `grace` s ago."""
    return {
        shift.person: {"since": shift.begins}
        for shift in shifts
        if shift.person in absent and shift.begins + grace <= now < shift.ends
    }


def empty_hours(found: Iterable[EmptyHour], reach: int) -> list[tuple[int, int]]:
    """Stretches of the duty table that are empty, up to `reach` (how far rosters are published)."""
    return [(empty.begins, min(empty.ends, reach)) for empty in found if empty.begins < reach]


def short_window(reach: int, now: int, hours: int) -> Alarms:
    """The published rosters end before the window that Asterisk should hold."""
    wanted = now + hours * HOUR
    return {} if reach >= wanted else {"window": {"ends": reach, "wanted": wanted}}


def drifted(drift: Drift, before: Drift | None) -> Alarms:
    """Members that differ from the table at two looks in a row: the clock does not mend them."""
    if before is None:
        return {}
    found: Alarms = {person: {"fault": "missing"} for person in drift.missing & before.missing}
    found.update({person: {"fault": "surplus"} for person in drift.surplus & before.surplus})
    return found


def low_disk(free: int, least: int) -> Alarms:
    """Free bytes where Asterisk and the records write."""
    return {} if free >= least else {"disk": {"free_mb": free // 2**20}}


def long_wait(live: Live, now: int, limit: int) -> Alarms:
    """Somebody has waited for more than `limit` seconds; one alarm, however many they are."""
    late = [call for call in live.waiting() if now - call.arrived > limit]
    if not late:
        return {}
    first = min(late, key=lambda call: call.arrived)
    return {"waiting": {"since": first.arrived, "limit": limit, "line": first.line}}


def somebody_there(live: Live) -> bool:
    """Whether anybody on duty takes calls, or will when the present one is over."""
    return any(not m.on_call and m.doing in THERE for m in live.members.values())
