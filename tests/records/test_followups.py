"""Follow-ups: the day that a record names becomes a call-back, once."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import followups, notes, tasks
from records.note import Kind, Note
from records.sealing import Seal, new_key
from records.tables import Person, Task
from tests.records.builders import after, answered, lost, person

SEAL = Seal([new_key()])
DAY = date(2026, 3, 4)
DUE = after(6 * 3600)


def noted(db: Session, *, submit: bool = True) -> int:
    if db.get(Person, "lin") is None:
        db.add(person("lin"))
        db.flush()
    row = answered()
    db.add(row)
    db.flush()
    note = Note(kind=Kind.SILENT, follow_up=DAY)
    notes.save(db, row.id, "lin", 1, note, after(900), SEAL)
    if submit:
        notes.submit(db, row.id, "lin", after(901), SEAL)
    db.flush()
    return row.id


def test_the_day_makes_it_a_call_back_once(db: Session) -> None:
    call = noted(db)
    begun = [
        followups.begin_due(db, day, after(1000), DUE)
        for day in (DAY - timedelta(days=1), DAY, DAY, DAY + timedelta(days=1))
    ]
    assert begun == [0, 1, 0, 0]
    (task,) = tasks.open_tasks(db)
    assert (task.call_id, task.number, task.reason) == (call, "13800000001", "followup")
    assert task.due_at == DUE


def test_a_day_that_was_missed_is_made_up_for(db: Session) -> None:
    noted(db)
    assert followups.begin_due(db, DAY + timedelta(days=3), after(1000), DUE) == 1


def test_a_draft_promises_nothing(db: Session) -> None:
    noted(db, submit=False)
    assert followups.begin_due(db, DAY, after(1000), DUE) == 0


def test_a_number_that_was_lost_meanwhile_keeps_its_one_task_and_its_urgency(db: Session) -> None:
    first = noted(db)
    again = lost(2, caller="13800000001")
    db.add(again)
    db.flush()
    tasks.lose(db, again, tasks.Reason.ABANDONED, again.caller, after(950), after(960))
    followups.begin_due(db, DAY, after(1000), DUE)
    (task,) = tasks.open_tasks(db)
    assert (task.reason, task.due_at, task.last_call_id) == ("abandoned", after(960), first)
    assert followups.begin_due(db, DAY, after(1001), DUE) == 0


def test_contact_closes_it(db: Session) -> None:
    noted(db)
    followups.begin_due(db, DAY, after(1000), DUE)
    other = answered(3, caller="13800000001")
    db.add(other)
    db.flush()
    tasks.contact(db, other, other.caller, "lin", "answered", after(1100))
    db.flush()
    assert tasks.open_tasks(db) == []
    assert followups.begin_due(db, DAY, after(1200), DUE) == 0
    assert db.scalars(select(Task.closing)).all() == ["answered"]
