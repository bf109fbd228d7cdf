"""Who is to be called back, the most urgent first: nobody who rang and was lost is forgotten.

A number has one open task: what is lost again joins it. It is closed by contact, as the ledger
says it, or by a supervisor with a reason; nothing else closes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import CallRow, LedgerCursor, Person, Task, TaskCall
from routing.calls import Rank

LEAST_REASON = 5  # characters
LONGEST_REASON = 2000


class Reason(StrEnum):
    """Why a call became a task, the most urgent first."""

    CUT_OFF = "cutoff"
    PROMISE = "promise"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    FOLLOW_UP = "followup"  # agreed with the caller, for a day


class TaskMissing(Exception):
    """There is no open task of that number."""


class TaskChanged(Exception):
    """The caller was lost once more since the task was looked at."""


class NoNumber(Exception):
    """The caller's number was hidden: nobody can be called."""


@dataclass(frozen=True)
class TaskFilter:
    """Which open tasks; None means any. `first` and `last` (excluded) bound the latest call."""

    first: datetime | None = None
    last: datetime | None = None
    reason: str | None = None
    person: str | None = None  # to whom they are assigned, or who may take them: nobody's as well
    limit: int | None = None


@dataclass(frozen=True)
class TaskPage:
    rows: Sequence[Task]
    total: int


def worse_rank(one: str, other: str) -> str:
    return min(one, other, key=lambda rank: list(Rank).index(Rank(rank)))


def _worse_reason(one: str, other: str) -> str:
    return min(one, other, key=lambda reason: list(Reason).index(Reason(reason)))


# ---- questions

# The specification of the order: crisis, cut off, promised, then all others.
_URGENCY = case(
    (Task.rank == Rank.CRISIS.value, 0),
    (or_(Task.reason == Reason.CUT_OFF.value, Task.rank == Rank.CUT_OFF.value), 1),
    (Task.reason == Reason.PROMISE.value, 2),
    else_=3,
)


def open_tasks(session: Session, wanted: TaskFilter | None = None) -> list[Task]:
    """The most urgent first; of one urgency, what is due first."""
    return list(find_open(session, wanted or TaskFilter()).rows)


def find_open(session: Session, wanted: TaskFilter) -> TaskPage:
    """As `open_tasks`, with how many there are beyond the limit."""
    rows = session.execute(
        select(Task, func.count().over())
        .where(Task.closed_at.is_(None), *_conditions(wanted))
        .order_by(_URGENCY, Task.due_at, Task.created_at, Task.id)
        .limit(wanted.limit)
    ).all()
    return TaskPage([row[0] for row in rows], rows[0][1] if rows else 0)


def _conditions(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        found.append(Task.lost_at >= wanted.first)
    if wanted.last is not None:
        found.append(Task.lost_at < wanted.last)
    if wanted.reason is not None:
        found.append(Task.reason == wanted.reason)
    if wanted.person is not None:
        found.append(or_(Task.assigned_to.is_(None), Task.assigned_to == wanted.person))
    return found


def open_task(session: Session, task_id: int) -> Task:
    """Raises TaskMissing when there is none, or it was closed."""
    task = session.get(Task, task_id, populate_existing=True)
    if task is None or task.closed_at is not None:
        raise TaskMissing(f"there is no open task {task_id}")
    return task


def to_call_back(session: Session, call_id: int, person: str) -> bool:
    """Whether this person may call back whoever made that call."""
    task = open_of_call(session, call_id)
    return task is not None and task.assigned_to in (None, person)


# ---- what the ledger says; it has moved the cursor, so nobody else changes tasks meanwhile


def lose(
    session: Session, call: CallRow, reason: Reason, number: str, at: datetime, due: datetime
) -> Task:
    """The call was lost: it joins the open task of its number, or becomes one."""
    own = open_of_call(session, call.id)
    task = own or _open_of_number(session, number)
    if task is None:
        return _begin(session, call, reason, number, at, due)
    if own is None:
        task.attempts += 1
        task.last_call_id, task.lost_at = call.id, max(task.lost_at, at)
        session.add(TaskCall(task_id=task.id, call_id=call.id, reason=reason.value))
    else:
        link = session.get_one(TaskCall, (task.id, call.id))
        link.reason = _worse_reason(link.reason, reason)
    task.reason = _worse_reason(task.reason, reason)
    task.rank = worse_rank(task.rank, call.rank)
    task.due_at = min(task.due_at, due)
    return task


def _begin(
    session: Session, call: CallRow, reason: Reason, number: str, at: datetime, due: datetime
) -> Task:
    task = Task(
        call_id=call.id,
        number=number,
        reason=reason.value,
        rank=call.rank,
        created_at=at,
        due_at=due,
    )
    session.add(task)
    session.flush()
    session.add(TaskCall(task_id=task.id, call_id=call.id, reason=reason.value))
    return task


def worsen(session: Session, call: CallRow) -> None:
    """The call's rank went up after it had been promised something."""
    if task := open_of_call(session, call.id):
        task.rank = worse_rank(task.rank, call.rank)


def contact(
    session: Session, call: CallRow, number: str, person: str, closing: str, at: datetime
) -> None:
    """Somebody has spoken with the caller: the call's task and that of the number are done."""
    found = {open_of_call(session, call.id), _open_of_number(session, number)}
    for task in filter(None, found):
        task.closed_at, task.closed_by, task.closing = at, person, closing
        task.contact_call_id = call.id


def reasons_of(session: Session, call_id: int) -> set[str]:
    """Why a call is in tasks, open or closed."""
    return set(session.scalars(select(TaskCall.reason).where(TaskCall.call_id == call_id)))


def _open_of_number(session: Session, number: str) -> Task | None:
    if not number:
        return None
    return session.scalar(select(Task).where(Task.number == number, Task.closed_at.is_(None)))


def open_of_call(session: Session, call_id: int) -> Task | None:
    link = exists().where(TaskCall.task_id == Task.id, TaskCall.call_id == call_id)
    return session.scalar(select(Task).where(link, Task.closed_at.is_(None)))


# ---- what people do


def close_task(
    session: Session, task_id: int, by: str, closing: str, at: datetime, seen: int | None = None
) -> Task:
    """A supervisor closes it with a reason, on the record. `seen`: its attempts as looked at.

    Raises TaskMissing, TaskChanged, or ValueError without a reason.
    """
    reason = _reason(closing)
    alone(session)
    task = open_task(session, task_id)
    if seen is not None and seen != task.attempts:
        raise TaskChanged(f"task {task_id} was of {seen} calls and is of {task.attempts}")
    _close(session, task, by, reason, at)
    return task


def close_tasks(
    session: Session, seen: Mapping[int, int], by: str, closing: str, at: datetime
) -> list[int]:
    """As many as `seen` (task -> attempts as looked at), with one reason, each on the record.

    Those that were closed or joined by a call meanwhile stay as they are. Returns the closed ones.
    Raises ValueError without a reason.
    """
    reason = _reason(closing)
    found = _same_as_seen(session, seen)
    for task in found:
        _close(session, task, by, reason, at)
    return [task.id for task in found]


def assign_tasks(
    session: Session, seen: Mapping[int, int], person: str, by: str, at: datetime
) -> list[int]:
    """Give them to somebody, each on the record. Returns those that are still open.

    Raises ValueError when there is no such person.
    """
    known = session.get(Person, person)
    if known is None or not known.active:
        raise ValueError(f"there is no person {person!r}")
    found = _same_as_seen(session, seen)
    for task in found:
        task.assigned_to = person
        _note(session, at, by, "task.assign", task, person=person)
    return [task.id for task in found]


def note_unreached(
    session: Session, task_id: int, by: str, at: datetime, again_in: timedelta
) -> Task:
    """Nobody answered: on the record, and due again in a while. It stays open.

    Raises TaskMissing, or NoNumber: who cannot be called was not tried.
    """
    alone(session)
    task = open_task(session, task_id)
    if not task.number:
        raise NoNumber(f"the number of task {task_id} was hidden")
    task.tries += 1
    task.tried_at, task.tried_by, task.due_at = at, by, at + again_in
    _note(session, at, by, "task.unreached", task, due=task.due_at.isoformat())
    return task


def note_call_back(session: Session, task_id: int, person: str, by: str, at: datetime) -> Task:
    """Somebody is calling: on the record, and theirs. It may have been closed by now."""
    alone(session)
    task = session.get_one(Task, task_id, populate_existing=True)
    if task.closed_at is None:
        task.assigned_to = person
    _note(session, at, by, "task.call_back", task, person=person)
    return task


def alone(session: Session) -> None:
    """Whoever changes tasks holds the ledger's cursor, as its reader does: one at a time."""
    session.scalars(select(LedgerCursor.id).where(LedgerCursor.id == 1).with_for_update()).one()


def _same_as_seen(session: Session, seen: Mapping[int, int]) -> list[Task]:
    alone(session)
    rows = session.scalars(
        select(Task)
        .where(Task.id.in_(seen), Task.closed_at.is_(None))
        .order_by(Task.id)
        .execution_options(populate_existing=True)
    ).all()
    return [task for task in rows if task.attempts == seen[task.id]]


def _reason(text: str) -> str:
    reason = text.strip()[:LONGEST_REASON]
    if len(reason) < LEAST_REASON:
        raise ValueError(f"a task is closed with a reason of at least {LEAST_REASON} characters")
    return reason


def _close(session: Session, task: Task, by: str, reason: str, at: datetime) -> None:
    task.closed_at, task.closed_by, task.closing = at, by, reason
    _note(session, at, by, "task.close", task, closing=reason, calls=task.attempts)


def _note(session: Session, at: datetime, by: str, what: str, task: Task, **detail: Any) -> None:
    audit_log.note(session, at, by, what, f"task {task.id}", detail)
