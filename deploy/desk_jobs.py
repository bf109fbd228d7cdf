"""What the control plane does by itself for the desk: follow-ups, handovers that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

from deploy.assembly import ZONE, Hotline
from records import alarms, followups, handovers
from records.people import people

DAYTIME = time(8), time(18)  # nobody is called at night because a record names the day


class DeskJobs:
    def __init__(
        self, hotline: Hotline, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = hotline.store
        self._now = now

    def watch_handovers(self) -> None:
        """A note that nobody of the next shift has read is told to the supervisors."""
        at = self._now()
        with self._store.session() as session:
            names = {person.id: person.name for person in people(session, active_only=False)}
            unread = {
                str(note.id): {"by": names[note.by], "at": int(note.written_at.timestamp())}
                for note in handovers.waiting(session, at)
            }
            alarms.settle(session, "handover", unread, at)

    def begin_follow_ups(self) -> None:
        """In the daytime, those whose records name this day are to be called until its end."""
        begins, ends = DAYTIME
        here = self._now().astimezone(ZONE)
        if begins <= here.time() < ends:
            due = datetime.combine(here.date(), ends, ZONE)
            with self._store.session() as session:
                followups.begin_due(session, here.date(), here, due)
