from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import Task
from records.tasks import TaskMissing, close_task, open_tasks
from tests.records.builders import NOON, after, lost


@pytest.fixture
def three(db: Session) -> list[Task]:
    """Due after 30, 10 and 20 minutes."""
    found = []
    for number, minutes in enumerate([30, 10, 20], start=1):
        row = lost(number)
        db.add(row)
        db.flush()
        task = Task(
            call_id=row.id,
            number="13800138000",
            reason="promise",
            created_at=NOON,
            due_at=after(60 * minutes),
        )
        found.append(task)
    db.add_all(found)
    db.flush()
    return found


def test_the_most_urgent_task_comes_first(db: Session, three: list[Task]) -> None:
    assert open_tasks(db) == [three[1], three[2], three[0]]


def test_a_closed_task_is_gone_and_on_the_record(db: Session, three: list[Task]) -> None:
    task = close_task(db, three[1].id, "wu", " reached ", after(5))
    assert (task.closed_by, task.closing, task.closed_at) == ("wu", "reached", after(5))
    assert open_tasks(db) == [three[2], three[0]]
    (entry,) = audit_log.entries(db)
    assert (entry.at, entry.who, entry.what) == (after(5), "wu", "task.close")
    assert (entry.object, entry.detail) == (f"task {task.id}", {"closing": "reached"})


def test_a_task_is_closed_once(db: Session, three: list[Task]) -> None:
    close_task(db, three[0].id, "wu", "reached", after(5))
    with pytest.raises(TaskMissing, match="there is no open task"):
        close_task(db, three[0].id, "lin", "reached", after(6))
    with pytest.raises(TaskMissing, match="there is no open task 999"):
        close_task(db, 999, "lin", "reached", after(6))
    assert three[0].closed_by == "wu"


def test_a_task_is_not_closed_without_a_reason(db: Session, three: list[Task]) -> None:
    with pytest.raises(ValueError, match="the reason is empty"):
        close_task(db, three[0].id, "wu", "  ", after(5))
    assert len(open_tasks(db)) == 3
