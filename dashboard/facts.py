"""What the records say about today, read for the live board and shared for a moment."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.board import AlarmRow, Facts, TaskRow
from dashboard.deps import Deps
from dashboard.display import local, midnight
from dashboard.duty import turns
from records import alarms, calls, line_tests, people, presences, rosters, tasks
from records.calls import Before
from records.figures import measure, measure_by
from records.store import Store
from routing.live import Live
from routing.plan import outside, seats

TASKS = 30  # so many are listed on the board; after an outage there may be hundreds


def read_facts(deps: Deps, now: datetime) -> Facts:
    today = local(now).date()
    start = midnight(today)
    needs = deps.needs(today, 1)  # before the session: it may open one of its own
    with deps.store.read() as db:
        cells = rosters.published_cells(db, today - timedelta(days=1), today)
        courses = calls.courses(db, start, now)
        waiting = tasks.find_open(db, tasks.TaskFilter(limit=TASKS))
        return Facts(
            names=_names(deps, db),
            figures=measure(courses),
            loads=calls.per_person(db, start, now),
            by_line=measure_by(courses, lambda course: course.line),
            hourly=tuple(calls.hourly(courses, start, start + timedelta(days=1))),
            there=presences.by_hour(presences.between(db, start, now), start),
            turns=turns(cells, deps.shifts),
            needs=needs,
            partners=frozenset(seat.id for seat in seats(deps.plan)),
            alarms=tuple(
                AlarmRow(a.id, a.kind, a.subject, a.detail or {}, a.raised_at)
                for a in alarms.open_alarms(db)
            ),
            tasks=tuple(map(TaskRow.of, waiting.rows)),
            more_tasks=waiting.total - len(waiting.rows),
            line_tests=line_tests.latest_made(db),
        )


def _names(deps: Deps, db: Session) -> dict[str, str]:
    others = {one.id: one.name for one in outside(deps.plan)}
    return others | {person.id: person.name for person in people.people(db, active_only=False)}


class Known:
    """Who of those that wait has called before: asked once a caller, not once a picture."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._found: dict[str, Before | None] = {}  # by uniqueid

    def of(self, live: Live) -> dict[str, Before]:
        numbers = {call.uniqueid: call.caller for call in live.waiting() if call.caller}
        with self._lock:
            if not numbers.keys() <= self._found.keys():
                with self._store.read() as db:
                    asked = calls.before(db, numbers)
                self._found |= {uniqueid: asked.get(uniqueid) for uniqueid in numbers}
            self._found = {uniqueid: self._found[uniqueid] for uniqueid in numbers}
            return {uniqueid: found for uniqueid, found in self._found.items() if found}


class RecentFacts:
    """The facts, at most a second old, so that every audience is drawn from one reading."""

    def __init__(self, deps: Deps, keep: timedelta = timedelta(seconds=1)) -> None:
        self._deps = deps
        self._keep = keep
        self._lock = threading.Lock()
        self._read: tuple[datetime, Facts] | None = None

    def at(self, now: datetime) -> Facts:
        with self._lock:
            if self._read is None or now - self._read[0] >= self._keep:
                self._read = (now, read_facts(self._deps, now))
            return self._read[1]

    def forget(self) -> None:
        with self._lock:
            self._read = None
