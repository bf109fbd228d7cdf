"""Follow-ups: on the day that a record names, its caller is to be called, by a task like others."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from records import tasks
from records.tables import CallRow, NoteRow, TaskCall
from records.tasks import Reason
from routing.calls import Kind


def begin_due(session: Session, today: date, at: datetime, due: datetime) -> int:
    """A task for each submitted record whose day has come. Returns how many were begun."""
    tasks.alone(session)
    begun = exists().where(
        TaskCall.call_id == CallRow.id, TaskCall.reason == Reason.FOLLOW_UP.value
    )
    wanted = (
        select(CallRow)
        .join(NoteRow, NoteRow.call_id == CallRow.id)
        .where(NoteRow.submitted_at.is_not(None), NoteRow.follow_up <= today, ~begun)
        .order_by(CallRow.id)
    )
    found = session.scalars(wanted).all()
    for call in found:
        number = call.caller if call.kind == Kind.INBOUND.value else call.dialled
        tasks.lose(session, call, Reason.FOLLOW_UP, number, at, due)
    return len(found)
