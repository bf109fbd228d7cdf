"""The desk's own jobs: follow-ups only in the daytime, handovers that nobody reads are an alarm."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from deploy.assembly import ZONE, Hotline
from deploy.desk_jobs import DeskJobs
from records import alarms, handovers, notes, tasks
from records.note import Kind, Note
from records.store import Store
from tests.dashboard.builders import SEAL, call_row, prepared_store

DAY = date(2026, 9, 30)


@dataclass
class Known:
    """As much of a hotline as the jobs need."""

    store: Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return prepared_store(tmp_path)


def at(store: Store, hour: int, minute: int = 0) -> DeskJobs:
    moment = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=ZONE)
    return DeskJobs(cast(Hotline, Known(store)), lambda: moment.astimezone(UTC))


def test_follow_ups_begin_in_the_daytime_and_are_due_at_its_end(store: Store) -> None:
    with store.session() as db:
        row = call_row(1)
        db.add(row)
        db.flush()
        notes.save(db, row.id, "lin", 1, Note(Kind.SILENT, follow_up=DAY), row.arrived_at, SEAL)
        notes.submit(db, row.id, "lin", row.arrived_at, SEAL)
    counts = []
    for hour in (7, 18, 8, 9):
        at(store, hour).begin_follow_ups()
        with store.read() as db:
            counts.append(len(tasks.open_tasks(db)))
    assert counts == [0, 0, 1, 1]
    with store.read() as db:
        assert tasks.open_tasks(db)[0].due_at == datetime(2026, 9, 30, 10, tzinfo=UTC)


def test_a_handover_that_nobody_reads_is_an_alarm_until_somebody_does(store: Store) -> None:
    written = datetime(2026, 9, 30, 7, tzinfo=UTC)  # 15:00 in Quanzhou
    with store.session() as db:
        note = handovers.write(db, "lin", "1234", written, SEAL).id

    def told(minute: int) -> list[tuple[str, object]]:
        at(store, 15, minute).watch_handovers()
        with store.read() as db:
            return [(alarm.subject, alarm.detail["by"]) for alarm in alarms.open_alarms(db)]

    assert [told(29), told(30)] == [[], [(str(note), "林婉如")]]
    with store.session() as db:
        handovers.confirm(db, note, "chen", written + timedelta(minutes=31))
    assert told(32) == []
