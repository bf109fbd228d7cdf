from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.audit_log import entries, note
from records.retention import LEAST, Cleared, Periods, clear, due
from records.tables import (
    Base,
    CallRow,
    Gap,
    LegRow,
    NoteRow,
    Presence,
    Task,
    TaskCall,
)
from tests.records.builders import NOON, answered, lost, person

NOW = NOON
OLD = NOON - timedelta(days=1200)  # after each of the periods below
NEW = NOON - timedelta(days=10)
ALL = Periods(numbers=1000, notes=1100, calls=1100, audit=1100)


def keep(db: Session, *rows: CallRow) -> list[CallRow]:
    db.add_all([person(), *rows])
    db.flush()
    for row in rows:
        fields = {"kind": "ordinary", "level": "high", "submitted_at": NOON, "sealed": "text"}
        db.add(NoteRow(call_id=row.id, person="lin", revision=1, **fields))
    db.flush()
    return list(rows)


def task(db: Session, call: CallRow, **fields: object) -> Task:
    values: dict[str, object] = {
        "call_id": call.id,
        "number": call.caller,
        "reason": "abandoned",
        "created_at": call.arrived_at,
        "due_at": call.arrived_at,
    }
    made = Task(**(values | fields))
    db.add(made)
    db.flush()
    db.add(TaskCall(task_id=made.id, call_id=call.id, reason="abandoned"))
    db.flush()
    return made


def count(db: Session, table: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def again(db: Session) -> None:
    db.flush()
    db.expire_all()


def test_nothing_goes_unless_it_is_configured(db: Session) -> None:
    keep(db, answered(1, arrived_at=OLD))
    assert clear(db, Periods(), NOW) == Cleared()
    assert (count(db, CallRow), entries(db)) == (1, [])


def test_numbers_go_and_calls_stay(db: Session) -> None:
    rows = keep(
        db,
        answered(1, arrived_at=OLD),
        answered(2, arrived_at=NEW),
        answered(3, arrived_at=OLD, kind="callback", dialled="13800001111", caller=""),
    )
    db.add(Gap(boot=1, after_serial=0, count=1, noticed_at=OLD, kind="unreadable", text="139…"))
    done = task(db, rows[0], closed_at=OLD)
    assert clear(db, Periods(numbers=1000), NOW) == Cleared(numbers=2)
    again(db)
    assert [(row.caller, row.dialled) for row in rows] == [
        ("", "968908"),
        ("13800000002", "968908"),
        ("", ""),
    ]
    assert (done.number, db.scalars(select(Gap)).one().text) == ("", "")
    assert due(db, Periods(numbers=1000), NOW) == Cleared()


def test_texts_go_and_what_is_counted_stays(db: Session) -> None:
    keep(db, answered(1, arrived_at=OLD), answered(2, arrived_at=NEW))
    assert clear(db, Periods(notes=1100), NOW) == Cleared(notes=1)
    again(db)
    found = db.execute(select(NoteRow.sealed, NoteRow.level).order_by(NoteRow.call_id)).all()
    assert [tuple(row) for row in found] == [(None, "high"), ("text", "high")]


def test_calls_go_with_all_that_belongs_to_them(db: Session) -> None:
    old, lately, new = keep(
        db, lost(1, arrived_at=OLD), answered(2, arrived_at=OLD), answered(3, arrived_at=NEW)
    )
    task(db, old, closed_at=OLD + timedelta(hours=1), contact_call_id=lately.id)
    db.add(Presence(person="lin", begun_at=OLD, seen_at=OLD))
    db.flush()
    assert clear(db, Periods(calls=1100), NOW) == Cleared(calls=2)
    again(db)
    left = [count(db, table) for table in (CallRow, NoteRow, Task, TaskCall, Presence)]
    assert left == [1, 1, 0, 0, 0]
    assert db.scalars(select(LegRow.call_id)).all() == [new.id]


@pytest.mark.parametrize("closed", [None, NOW - timedelta(days=1)])
def test_whoever_is_to_be_called_back_is_not_forgotten(db: Session, closed: object) -> None:
    (row,) = keep(db, lost(1, arrived_at=OLD))
    kept = task(db, row, closed_at=closed)
    assert clear(db, ALL, NOW) == Cleared()
    again(db)
    assert (row.caller, kept.number, count(db, CallRow)) == ("13800000001", "13800000001", 1)


def test_a_call_that_goes_on_is_left_alone(db: Session) -> None:
    keep(db, answered(1, arrived_at=OLD, ended_at=None))
    assert due(db, ALL, NOW) == Cleared()


def test_a_dry_run_tells_what_clearing_does(db: Session) -> None:
    keep(db, answered(1, arrived_at=OLD), lost(2, arrived_at=OLD), answered(3, arrived_at=NEW))
    note(db, OLD, "wu", "mark", "call 1", {})
    note(db, NEW, "wu", "mark", "call 3", {})
    db.flush()
    told = due(db, ALL, NOW)
    assert told == Cleared(numbers=2, notes=2, calls=2, audit=1)
    assert count(db, CallRow) == 3
    assert clear(db, ALL, NOW) == told
    newest, *others = entries(db)
    assert (newest.who, newest.what, newest.detail) == ("retention", "retention", asdict(told))
    assert [entry.object for entry in others] == ["call 3"]


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_a_period_that_is_too_short_is_refused(name: str, least: int) -> None:
    right = f"{name} is {least - 1}; it must be {least} days or more, or 0: kept"
    with pytest.raises(ValueError, match=right):
        Periods(**{name: least - 1})
    assert getattr(Periods(**{name: least}), name) == least
