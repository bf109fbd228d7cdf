from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records import audit_log
from records.ledger import commit_facts, read_cursor
from records.store import Store
from records.tables import CallRow, Task, TaskCall
from records.tasks import (
    NoNumber,
    Reason,
    TaskChanged,
    TaskFilter,
    TaskMissing,
    assign_tasks,
    close_task,
    close_tasks,
    contact,
    find_open,
    lose,
    note_call_back,
    note_unreached,
    open_tasks,
)
from tests.records.builders import NOON, after, empty, lost, person

HALF = timedelta(minutes=30)
WHY = "两人同时生病"


def add(
    db: Session,
    number: int,
    reason: Reason = Reason.PROMISE,
    minutes: int = 30,
    caller: str | None = None,
    rank: str = "normal",
) -> Task:
    """Call `number` was lost at its minute after noon, to be called back so many minutes later."""
    row = lost(number, rank=rank)
    db.add(row)
    db.flush()
    at = after(60 * number)
    known = row.caller if caller is None else caller
    return lose(db, row, reason, known, at, at + timedelta(minutes=minutes))


@pytest.fixture
def three(db: Session) -> list[Task]:
    """Due after 31, 12 and 23 minutes."""
    return [add(db, 1, minutes=30), add(db, 2, minutes=10), add(db, 3, minutes=20)]


# ---- order


def test_of_one_urgency_what_is_due_first_comes_first(db: Session, three: list[Task]) -> None:
    assert open_tasks(db) == [three[1], three[2], three[0]]


def test_crisis_then_cut_off_then_promised_then_all_others(db: Session) -> None:
    refused, abandoned = add(db, 1, Reason.REFUSED, 9), add(db, 2, Reason.ABANDONED, 5)
    promise, cut_off = add(db, 3, Reason.PROMISE, 40), add(db, 4, Reason.CUT_OFF, 50)
    again = add(db, 5, Reason.ABANDONED, 60, rank="cutoff")
    crisis = add(db, 6, Reason.ABANDONED, 90, rank="crisis")
    assert open_tasks(db) == [crisis, cut_off, again, promise, abandoned, refused]


def test_they_are_found_by_reason_time_and_person(db: Session) -> None:
    db.add_all([person("lin"), person("chen")])
    one, two = add(db, 1, Reason.CUT_OFF), add(db, 2)
    three, four = add(db, 3), add(db, 4)
    one.assigned_to, two.assigned_to = "lin", "chen"
    assert open_tasks(db, TaskFilter(reason="cutoff")) == [one]
    assert open_tasks(db, TaskFilter(first=after(120), last=after(180))) == [two]
    assert open_tasks(db, TaskFilter(person="lin")) == [one, three, four]
    page = find_open(db, TaskFilter(limit=2))
    assert (page.rows, page.total) == ([one, two], 4)
    assert find_open(db, TaskFilter(reason="refused")).total == 0


# ---- one task per number


def test_a_number_that_is_lost_again_joins_its_task(db: Session) -> None:
    first = add(db, 1, Reason.PROMISE, 30, "138")
    again = add(db, 2, Reason.ABANDONED, 10, "138", rank="crisis")
    third = add(db, 3, Reason.CUT_OFF, 60, "138")
    assert first is again is third
    assert (first.attempts, first.reason, first.rank) == (3, "cutoff", "crisis")
    assert (first.created_at, first.lost_at, first.due_at) == (after(60), after(180), after(720))
    assert first.call_id != first.last_call_id
    links = db.execute(select(TaskCall.reason).order_by(TaskCall.call_id)).scalars().all()
    assert links == ["promise", "abandoned", "cutoff"]


def test_a_call_counts_once_in_its_task(db: Session) -> None:
    task = add(db, 1, Reason.REFUSED, caller="138")
    row = db.get_one(CallRow, task.call_id)
    lose(db, row, Reason.PROMISE, "138", after(70), after(90))
    assert (task.attempts, task.reason, task.due_at) == (1, "promise", after(90))


def test_hidden_numbers_have_a_task_each(db: Session) -> None:
    assert add(db, 1, caller="") is not add(db, 2, caller="")


def test_the_database_itself_refuses_a_second_open_task(store: Store) -> None:
    with store.session() as db:
        first = add(db, 1, caller="138")
        call, number = first.call_id, first.number
    again = {"call_id": call, "reason": "promise", "created_at": NOON, "due_at": NOON}
    with pytest.raises(IntegrityError), store.session() as db:
        db.add(Task(number=number, **again))
    with store.session() as db:
        db.add_all([Task(number="", **again), Task(number="", **again)])
        db.add(Task(number=number, closed_at=NOON, **again))


# ---- contact


def test_contact_closes_the_task_of_the_number_and_no_other(db: Session) -> None:
    mine, other = add(db, 1, caller="138"), add(db, 2, caller="139")
    hidden = add(db, 3, caller="")
    answered = lost(4, caller="138")
    db.add(answered)
    db.flush()
    contact(db, answered, "138", "lin", "answered", after(300))
    assert (mine.closed_by, mine.closing, mine.closed_at) == ("lin", "answered", after(300))
    assert mine.contact_call_id == answered.id
    assert open_tasks(db) == [other, hidden]
    assert add(db, 5, caller="138") is not mine


# ---- what people do


def test_a_closed_task_is_gone_and_on_the_record(db: Session, three: list[Task]) -> None:
    task = close_task(db, three[1].id, "wu", f" {WHY} ", after(5))
    assert (task.closed_by, task.closing, task.closed_at) == ("wu", WHY, after(5))
    assert task.contact_call_id is None
    assert open_tasks(db) == [three[2], three[0]]
    (entry,) = audit_log.entries(db)
    assert (entry.at, entry.who, entry.what) == (after(5), "wu", "task.close")
    assert (entry.object, entry.detail) == (f"task {task.id}", {"closing": WHY, "calls": 1})


def test_a_task_is_closed_once(db: Session, three: list[Task]) -> None:
    close_task(db, three[0].id, "wu", WHY, after(5))
    with pytest.raises(TaskMissing, match="there is no open task"):
        close_task(db, three[0].id, "lin", WHY, after(6))
    with pytest.raises(TaskMissing, match="there is no open task 999"):
        close_task(db, 999, "lin", WHY, after(6))
    assert three[0].closed_by == "wu"


@pytest.mark.parametrize("reason", ["", "  ", "done", "  ok  "])
def test_a_task_is_not_closed_without_a_reason(db: Session, three: list[Task], reason: str) -> None:
    with pytest.raises(ValueError, match="a reason of at least 5"):
        close_task(db, three[0].id, "wu", reason, after(5))
    with pytest.raises(ValueError, match="a reason of at least 5"):
        close_tasks(db, {three[0].id: 1}, "wu", reason, after(5))
    assert len(open_tasks(db)) == 3


def test_who_has_rung_again_is_not_closed_unseen(db: Session) -> None:
    task = add(db, 1, caller="138")
    add(db, 2, caller="138")
    with pytest.raises(TaskChanged):
        close_task(db, task.id, "wu", WHY, after(200), seen=1)
    assert close_tasks(db, {task.id: 1}, "wu", WHY, after(200)) == []
    close_task(db, task.id, "wu", WHY, after(200), seen=2)
    assert task.closed_by == "wu"


def test_not_reached_is_noted_and_closes_nothing(db: Session, three: list[Task]) -> None:
    note_unreached(db, three[1].id, "lin", after(60), HALF)
    task = note_unreached(db, three[1].id, "wu", after(120), HALF)
    assert (task.tries, task.tried_by, task.tried_at) == (2, "wu", after(120))
    assert (task.due_at, task.closed_at) == (after(120 + 1800), None)
    assert open_tasks(db) == [three[2], three[0], three[1]]
    noted = [(e.who, e.what) for e in audit_log.entries(db)]
    assert noted == [("wu", "task.unreached"), ("lin", "task.unreached")]


def test_who_has_no_number_cannot_have_been_tried(db: Session) -> None:
    with pytest.raises(NoNumber):
        note_unreached(db, add(db, 1, caller="").id, "lin", after(60), HALF)


def test_many_are_closed_with_one_reason_and_each_is_on_the_record(
    db: Session, three: list[Task]
) -> None:
    ids = [three[0].id, three[2].id]
    assert close_tasks(db, dict.fromkeys(ids, 1), "wu", WHY, after(9)) == ids
    assert close_tasks(db, {ids[0]: 1, 999: 1}, "wu", WHY, after(9)) == []
    assert open_tasks(db) == [three[1]]
    noted = sorted((e.who, e.what, e.object) for e in audit_log.entries(db))
    assert noted == [("wu", "task.close", f"task {n}") for n in ids]


def test_many_are_given_to_somebody(db: Session, three: list[Task]) -> None:
    db.add(person("lin"))
    db.add(person("gone", active=False))
    ids = [three[0].id, three[1].id]
    assert assign_tasks(db, dict.fromkeys(ids, 1), "lin", "wu", after(9)) == ids
    assert [t.assigned_to for t in three] == ["lin", "lin", None]
    for nobody in ("", "gone", "nobody"):
        with pytest.raises(ValueError, match="there is no person"):
            assign_tasks(db, {ids[0]: 1}, nobody, "wu", after(9))
    assert {e.what for e in audit_log.entries(db)} == {"task.assign"}


def test_who_calls_back_has_taken_the_task(db: Session, three: list[Task]) -> None:
    db.add(person("lin"))
    note_call_back(db, three[0].id, "lin", "counsellor", after(5))
    assert three[0].assigned_to == "lin"
    (entry,) = audit_log.entries(db)
    assert (entry.who, entry.what, entry.detail) == (
        "counsellor",
        "task.call_back",
        {"person": "lin"},
    )


# ---- several at once


def test_writers_at_the_same_time_leave_one_task_and_one_closing(store: Store) -> None:
    """A ledger and two supervisors: whatever comes first, no call is without a task."""
    for round_ in range(5):
        empty(store)
        with store.session() as db:
            task_id = add(db, 1, caller="138").id
        start = threading.Barrier(3)
        closed: list[str] = []

        def lose_again(start: threading.Barrier = start) -> None:
            start.wait()
            with store.session() as db:
                # As the reader of the ledger does: it moves the cursor first.
                before = read_cursor(db)
                commit_facts(db, [], before, before)
                add(db, 2, caller="138")

        def close(
            who: str,
            task_id: int = task_id,
            start: threading.Barrier = start,
            closed: list[str] = closed,
        ) -> None:
            start.wait()
            try:
                with store.session() as db:
                    close_task(db, task_id, who, WHY, after(500), seen=1)
                closed.append(who)
            except (TaskMissing, TaskChanged):
                pass

        threads = [
            threading.Thread(target=lose_again),
            threading.Thread(target=close, args=("wu",)),
            threading.Thread(target=close, args=("lin",)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.read() as db:
            (still,) = open_tasks(db)
            assert (still.id == task_id, still.attempts) == (not closed, 1 if closed else 2), round_
            assert len(closed) <= 1
