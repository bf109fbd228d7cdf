"""Who waits too long or in danger, and whether anybody is there: looked at in the live picture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from records import alarms
from records.store import Store
from routing import watch
from routing.calls import Rank
from routing.live import Live
from routing.watch import Alarms

EVERY = 2  # seconds
NOBODY_SECONDS = 60  # a change of shifts, or one who signs in late, takes less
DANGER_SECONDS = 10  # a caller in danger who is put through at once waits less


class Waits:
    """`limit` is how many seconds a caller may wait; `now` gives epoch seconds."""

    def __init__(
        self, store: Store, live: Callable[[], Live], limit: int, now: Callable[[], float]
    ) -> None:
        self._store, self._live, self._limit, self._now = store, live, limit, now
        # What was told before a restart goes on: it is not told anew.
        self._nobody_since = self._open_since("nobody").get("duty")
        # When each caller in danger was first seen waiting.
        self._danger_since = self._open_since("crisis_wait")
        self._settled: dict[str, Alarms] = {}

    def _open_since(self, kind: str) -> dict[str, int]:
        with self._store.read() as session:
            found = [alarm for alarm in alarms.open_alarms(session) if alarm.kind == kind]
            return {alarm.subject: alarm.detail["since"] for alarm in found}

    def watch_waits(self) -> None:
        live, now = self._live(), int(self._now())
        if live.connected:
            self._settle("long_wait", watch.long_wait(live, now, self._limit), now)
            self._settle("crisis_wait", self._danger(live, now), now)
            self._settle("nobody", self._nobody(live, now), now)

    def _nobody(self, live: Live, now: int) -> Alarms:
        if watch.somebody_there(live):
            self._nobody_since = None
            return {}
        since = self._nobody_since = self._nobody_since or now
        return {"duty": {"since": since}} if now - since >= NOBODY_SECONDS else {}

    def _danger(self, live: Live, now: int) -> Alarms:
        """One alarm for each, from when the rank was raised: perhaps long after the arrival."""
        calls = [call for call in live.waiting() if call.rank is Rank.CRISIS]
        since = {call.uniqueid: self._danger_since.get(call.uniqueid, now) for call in calls}
        self._danger_since = since
        return {
            call.uniqueid: {"since": since[call.uniqueid], "line": call.line}
            for call in calls
            if now - since[call.uniqueid] >= DANGER_SECONDS
        }

    def _settle(self, kind: str, wanted: Alarms, now: int) -> None:
        """An open alarm stays as it was raised: what is written is whether there is one."""
        before = self._settled.get(kind)
        if before is None or set(before) != set(wanted):
            with self._store.session() as session:
                alarms.settle(session, kind, wanted, datetime.fromtimestamp(now, UTC))
            self._settled[kind] = wanted
