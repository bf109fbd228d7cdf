from datetime import timedelta

from sqlalchemy.orm import Session

from records import audit_log, tasks
from records.drills import Drill, last_drill, note, outcome
from records.tasks import Reason
from tests.records.builders import EPOCH, NOON, after, answered, call, lost, person

UNTIL = EPOCH + 600


def begin(db: Session, at: float = 0) -> None:
    note(db, after(at), "王督导", "promise", "每月演练", UNTIL)


def test_a_drill_ends_when_it_was_meant_to(db: Session) -> None:
    assert last_drill(db) is None
    begin(db, 0.7)
    assert last_drill(db) == Drill("promise", "王督导", "每月演练", NOON, after(600))


def test_or_when_the_switch_was_used_before_and_later_uses_change_nothing(db: Session) -> None:
    audit_log.note(db, after(-60), "wu", "switch", "off", {})
    begin(db)
    audit_log.note(db, after(120), "wu", "switch", "off", {})
    audit_log.note(db, after(300), "wu", "switch", "oncall", {})
    found = last_drill(db)
    assert found is not None and found.ends == after(120)


def test_a_use_after_its_end_does_not_lengthen_it(db: Session) -> None:
    begin(db)
    audit_log.note(db, after(5000), "wu", "switch", "off", {})
    found = last_drill(db)
    assert found is not None and found.ends == after(600)


def test_what_became_of_its_callers(db: Session) -> None:
    db.add(person("lin"))
    rows = [
        answered(1),
        answered(2),
        lost(3),
        lost(4, outcome="promised"),
        lost(5, outcome="refused"),
        lost(6, outcome="cutoff"),
        call(7),
        lost(8, kind="test"),
        answered(10),  # after the drill
    ]
    db.add_all(rows)
    db.flush()
    half_an_hour = timedelta(minutes=30)
    for row in (rows[2], rows[3]):
        tasks.lose(db, row, Reason.PROMISE, row.caller, row.arrived_at, NOON + half_an_hour)
    tasks.contact(db, rows[1], rows[3].caller, "lin", "answered", after(500))
    found = outcome(db, NOON, after(600))
    assert (found.figures.offered, found.figures.answered, found.answered_by) == (7, 2, {"林静": 2})
    assert (found.figures.promised, found.lost, found.going_on, found.to_call_back) == (1, 3, 1, 1)
