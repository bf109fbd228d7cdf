"""How long what is known of callers is kept, and what becomes of it then.

Records are kept for at least three years (国卫办疾控函〔2021〕15号); logs of who did what for at
least six months (Cybersecurity Law, art. 21). Whoever is still to be called back is not forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import (
    AuditEntry,
    Base,
    CallRow,
    Gap,
    NoteRow,
    Presence,
    Task,
    TaskCall,
)
from routing.calls import Kind

LEAST = {"numbers": 30, "notes": 1096, "calls": 1096, "audit": 184, "recordings": 30}  # days
WHO = "retention"  # in the audit log: nobody did it by hand


@dataclass(frozen=True)
class Periods:
    """Days after which a thing goes; 0: it is kept."""

    numbers: int = 0  # callers' numbers; the calls stay, as if the number had been hidden
    notes: int = 0  # texts of the calls' records; kinds, scores and levels stay
    calls: int = 0  # calls with all that belongs to them
    audit: int = 0  # entries of the audit log
    recordings: int = 0  # of talks; they go with their calls at the latest

    def __post_init__(self) -> None:
        for name, least in LEAST.items():
            days = getattr(self, name)
            if days and days < least:
                raise ValueError(f"{name} is {days}; it must be {least} days or more, or 0: kept")


@dataclass(frozen=True)
class Cleared:
    """How many of each."""

    numbers: int = 0
    notes: int = 0
    calls: int = 0
    audit: int = 0

    @property
    def anything(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def due(session: Session, periods: Periods, now: datetime) -> Cleared:
    """What `clear` would clear; nothing is changed."""
    return Cleared(
        **{
            name: session.scalar(select(func.count()).select_from(_DUE[name](limit).subquery()))
            or 0
            for name, limit in _limits(periods, now).items()
        }
    )


def clear(session: Session, periods: Periods, now: datetime) -> Cleared:
    """Clear what is due, on the record. The caller commits."""
    found = due(session, periods, now)
    for name, limit in _limits(periods, now).items():
        _CLEAR[name](session, limit)
    if found.anything:
        audit_log.note(session, now, WHO, "retention", "records", asdict(found))
    return found


def _limits(periods: Periods, now: datetime) -> dict[str, datetime]:
    days = {name: getattr(periods, name) for name in _DUE}
    return {name: now - timedelta(days=count) for name, count in days.items() if count}


# ---- what is due


def _over(limit: datetime) -> ColumnElement[bool]:
    """A call that has ended, and that no task needs which is open or was until lately."""
    needed = or_(
        Task.call_id == CallRow.id,
        Task.last_call_id == CallRow.id,
        Task.contact_call_id == CallRow.id,
        exists().where(TaskCall.task_id == Task.id, TaskCall.call_id == CallRow.id),
    )
    lately = or_(Task.closed_at.is_(None), Task.closed_at >= limit)
    return (
        (CallRow.arrived_at < limit)
        & CallRow.ended_at.is_not(None)
        & ~exists().where(needed, lately)
    )


def _numbers(limit: datetime) -> Select[Any]:
    own = CallRow.kind.in_([Kind.CALLBACK.value, Kind.OUTGOING.value])
    numbered = or_(CallRow.caller != "", own & (CallRow.dialled != ""))
    return select(CallRow.id).where(_over(limit), numbered)


def _notes(limit: datetime) -> Select[Any]:
    over = select(CallRow.id).where(_over(limit))
    return select(NoteRow.call_id).where(NoteRow.sealed.is_not(None), NoteRow.call_id.in_(over))


def _calls(limit: datetime) -> Select[Any]:
    return select(CallRow.id).where(_over(limit))


def _audit(limit: datetime) -> Select[Any]:
    return select(AuditEntry.id).where(AuditEntry.at < limit)


# ---- clearing it


def _clear_numbers(session: Session, limit: datetime) -> None:
    own = CallRow.kind.in_([Kind.CALLBACK.value, Kind.OUTGOING.value])
    going = _numbers(limit)
    _run(session, update(CallRow).where(own, CallRow.id.in_(going)).values(dialled=""))
    _run(session, update(CallRow).where(CallRow.id.in_(going)).values(caller=""))
    _run(session, update(Task).where(Task.closed_at < limit).values(number=""))
    _run(session, update(Gap).where(Gap.noticed_at < limit).values(text=""))


def _clear_notes(session: Session, limit: datetime) -> None:
    _run(session, update(NoteRow).where(NoteRow.call_id.in_(_notes(limit))).values(sealed=None))


def _clear_calls(session: Session, limit: datetime) -> None:
    """What belongs to the calls goes before them; a task goes with the first of its calls."""
    going = _calls(limit)
    linked = select(TaskCall.task_id).where(TaskCall.call_id.in_(going))
    ends = (Task.call_id, Task.last_call_id, Task.contact_call_id)
    tasks = select(Task.id).where(or_(Task.id.in_(linked), *(end.in_(going) for end in ends)))
    gone = list(session.scalars(tasks))
    _run(session, delete(TaskCall).where(TaskCall.task_id.in_(gone)))
    _run(session, delete(Task).where(Task.id.in_(gone)))
    for column in _of_calls():
        _run(session, delete(column.table).where(column.in_(going)))
    _run(session, delete(CallRow).where(CallRow.id.in_(going)))
    _run(session, delete(Presence).where(Presence.seen_at < limit))


def _of_calls() -> Iterator[Column[Any]]:
    """What says of a row that it belongs to a call: rings, records, and whatever comes later."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in (Task.__tablename__, TaskCall.__tablename__):
            for key in table.foreign_keys:
                if key.column.table.name == CallRow.__tablename__:
                    yield key.parent


def _clear_audit(session: Session, limit: datetime) -> None:
    _run(session, delete(AuditEntry).where(AuditEntry.at < limit))


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})


_DUE: dict[str, Callable[[datetime], Select[Any]]] = {
    "numbers": _numbers,
    "notes": _notes,
    "calls": _calls,
    "audit": _audit,
}
_CLEAR: dict[str, Callable[[Session, datetime], None]] = {
    "numbers": _clear_numbers,
    "notes": _clear_notes,
    "calls": _clear_calls,
    "audit": _clear_audit,
}
