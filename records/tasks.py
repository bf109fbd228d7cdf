"""Who is to be called back, the most urgent first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import Task


class TaskMissing(Exception):
    """There is no open task of that number."""


def open_tasks(session: Session) -> list[Task]:
    wanted = select(Task).where(Task.closed_at.is_(None)).order_by(Task.due_at, Task.id)
    return list(session.scalars(wanted))


def close_task(session: Session, task_id: int, by: str, closing: str, at: datetime) -> Task:
    """Close it with a reason, on the record. Raises TaskMissing, or ValueError without a reason."""
    if not closing.strip():
        raise ValueError("a task is closed with a reason; the reason is empty")
    task = session.get(Task, task_id, with_for_update=True)
    if task is None or task.closed_at is not None:
        raise TaskMissing(f"there is no open task {task_id}")
    task.closed_at, task.closed_by, task.closing = at, by, closing.strip()
    audit_log.note(session, at, by, "task.close", f"task {task_id}", {"closing": closing.strip()})
    return task
