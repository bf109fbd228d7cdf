"""`main.py retention`: what has been kept long enough, and clearing it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from deploy.assembly import Hotline
from records import audit_log, recordings, retention, tasks
from routing.asterisk import marks


def clear_old(hotline: Hotline, options: argparse.Namespace) -> int:
    """Without --clear only what would go is told."""
    for name, count in (clear_all if options.clear else due)(hotline, datetime.now(UTC)).items():
        days = getattr(hotline.facts.retention, name)
        print(f"{name:<10} {f'{days} days' if days else 'kept':<12} {count}")
    print(
        "cleared" if options.clear else "nothing was changed; to clear: main.py retention --clear"
    )
    return 0


def due(hotline: Hotline, now: datetime) -> dict[str, int]:
    """How many of each kind `clear_all` would clear."""
    periods, folder = hotline.facts.retention, hotline.data / "recordings"
    with hotline.store.read() as session:
        found = vars(retention.due(session, periods, now))
        return found | {"recordings": recordings.due(session, folder, periods.recordings, now)}


def clear_all(hotline: Hotline, now: datetime) -> dict[str, int]:
    """What has been kept long enough goes: rows, then the files of calls that are gone."""
    periods, folder = hotline.facts.retention, hotline.data / "recordings"
    with hotline.store.session() as session:
        found = vars(retention.clear(session, periods, now))
    with hotline.store.read() as session:
        return found | {"recordings": recordings.clear(session, folder, periods.recordings, now)}


def clear_marks(hotline: Hotline, database: marks.Database, now: datetime) -> int:
    """What Asterisk has on record of callers' numbers goes as they do in the records."""
    with hotline.store.read() as session:
        needed = {task.number for task in tasks.open_tasks(session)}
    days, at = hotline.facts.retention.numbers, int(now.timestamp())
    gone = marks.clear(database, needed, at, days)
    if gone:
        with hotline.store.session() as session:
            audit_log.note(session, now, retention.WHO, "retention", "records", {"marks": gone})
    return gone
