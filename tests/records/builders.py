"""Rows and facts, ready-made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, event, insert

from records.store import Store
from records.tables import Base, CallRow, LedgerCursor, LegRow, Person
from routing.calls import Arrived, Cursor, Kind

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Quanzhou
EPOCH = 1_772_424_000  # the same instant


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def arrived(uniqueid: str = "q-1.1", serial: int = 1, at: int = EPOCH, boot: int = 1) -> Arrived:
    return Arrived(
        boot, at, uniqueid, serial, Kind.INBOUND, "city", "968908", "13800138000", "mobile"
    )


def person(key: str = "lin", **fields: object) -> Person:
    values: dict[str, object] = {
        "id": key,
        "name": "林静",
        "site": "north",
        "qualifications": ["counsellor"],
    }
    return Person(**(values | fields))


def call(number: int = 1, **fields: object) -> CallRow:
    """Call `number` arrived so many minutes after noon, and goes on."""
    values: dict[str, object] = {
        "boot": 1,
        "uniqueid": f"q-1.{number}",
        "serial": number,
        "kind": "inbound",
        "line": "city",
        "dialled": "968908",
        "caller": f"1380000{number:04}",
        "carrier": "mobile",
        "arrived_at": after(60 * number),
    }
    return CallRow(**(values | fields))


def answered(number: int = 1, wait: int = 10, talk: int = 600, **fields: object) -> CallRow:
    """A call that is over, with one leg."""
    at = fields.get("arrived_at", after(60 * number))
    assert isinstance(at, datetime)
    values: dict[str, object] = {
        "answered_at": at + timedelta(seconds=wait),
        "ended_at": at + timedelta(seconds=wait + talk),
        "outcome": "answered",
        "person": "lin",
    }
    row = call(number, **(values | fields))
    row.legs = [LegRow(person="lin", at=row.answered_at, rang=2, outcome="answered")]
    return row


def lost(number: int = 1, outcome: str = "abandoned", **fields: object) -> CallRow:
    """A call that nobody answered in half a minute."""
    at = fields.get("arrived_at", after(60 * number))
    assert isinstance(at, datetime)
    values: dict[str, object] = {"ended_at": at + timedelta(seconds=30), "outcome": outcome}
    return call(number, **(values | fields))


def without_power_cuts(store: Store) -> Store:
    """SQLite need not wait for the disk in tests; a process that is killed loses nothing by it."""
    if store.engine.dialect.name == "sqlite":
        event.listen(store.engine, "connect", _without_fsync)
        store.engine.dispose()  # what is open already waits
    return store


def _without_fsync(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL that is sent while it lasts."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def empty(store: Store) -> None:
    """As it was when it was new."""
    with store.session() as db:
        for table in reversed(Base.metadata.sorted_tables):
            db.execute(delete(table))
        db.execute(insert(LedgerCursor).values(id=1, **vars(Cursor())))
