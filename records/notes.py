"""Records of calls, kept: a draft until it is submitted. Their texts are encrypted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from records.note import Kind, Note
from records.sealing import Seal
from records.tables import CallRow, LegRow, NoteRow, TaskCall

NEAR = timedelta(seconds=90)  # between the browser's idea of when a call was answered and ours
JUST_OVER = timedelta(seconds=2)  # a call that ended longer before that moment is an earlier one


class NoteMissing(Exception):
    """There is no such call."""


class NoteRefused(Exception):
    """The call was another person's."""


class NoteChanged(Exception):
    """What is on record is newer, or was submitted: nothing was written over it."""


@dataclass(frozen=True)
class Kept:
    """A note on record, with the call that it is about."""

    call: CallRow
    by: str  # who wrote last: the record goes with a call that is handed on or taken over
    note: Note
    revision: int
    saved_at: datetime
    submitted: bool


def save(
    session: Session,
    call_id: int,
    person: str,
    revision: int,
    note: Note,
    at: datetime,
    seal: Seal,
    *,
    unseen: bool = False,
) -> Kept:
    """Keep a draft. `revision` counts up with each change in the browser.

    The same revision again is no change: an answer may have been lost on the way. `unseen`: the
    browser knows of nothing that is on record, so a call that was handed on has its record from
    somebody else. Raises NoteMissing, NoteRefused and NoteChanged.
    """
    row = _row(session, call_id, person)
    if row.submitted_at is not None or revision < row.revision:
        raise NoteChanged(call_id)
    if unseen and 0 < row.revision < revision:
        raise NoteChanged(call_id)
    texts = json.dumps({"actions": note.actions, "account": note.account}, ensure_ascii=False)
    row.person, row.revision, row.saved_at, row.sealed = person, revision, at, seal.close(texts)
    row.kind, row.problem = note.kind.value, note.problem
    row.suicidal, row.hopelessness = note.suicidal, note.hopelessness
    row.level = note.level.value if note.level else None
    row.follow_up = note.follow_up
    session.flush()
    return _kept(session, row, seal)


def submit(session: Session, call_id: int, person: str, at: datetime, seal: Seal) -> Kept:
    """No change any more. Raises as `save` does, and ValueError when something lacks."""
    row = _row(session, call_id, person)
    kept = _kept(session, row, seal)
    if row.submitted_at is not None:
        raise NoteChanged(call_id)
    if kept.note.lacks():
        raise ValueError(" ".join(kept.note.lacks()))
    row.submitted_at = at
    return replace(kept, submitted=True)


def _row(session: Session, call_id: int, person: str) -> NoteRow:
    """The record goes with the call: whoever answered it last writes."""
    row, call = session.get(NoteRow, call_id, with_for_update=True), session.get(CallRow, call_id)
    if call is None:
        raise NoteMissing(call_id)
    if call.person != person:
        raise NoteRefused(call_id)
    if row is None:
        row = NoteRow(call_id=call_id, person=person, revision=0)
        session.add(row)
    return row


def is_submitted(session: Session, call_id: int) -> bool:
    row = session.get(NoteRow, call_id)
    return row is not None and row.submitted_at is not None


def by_call(session: Session, call_id: int, seal: Seal) -> Kept | None:
    row = session.get(NoteRow, call_id)
    return None if row is None else _kept(session, row, seal)


def written(session: Session, call_ids: Sequence[int]) -> frozenset[int]:
    """Which of these calls have a note."""
    wanted = select(NoteRow.call_id).where(NoteRow.call_id.in_(call_ids))
    return frozenset(session.scalars(wanted))


def of_task(session: Session, task_id: int) -> int | None:
    """The latest call of a task that has a note."""
    noted = select(func.max(NoteRow.call_id)).join(TaskCall, TaskCall.call_id == NoteRow.call_id)
    return session.scalar(noted.where(TaskCall.task_id == task_id))


def drafts(session: Session, person: str, seal: Seal) -> list[Kept]:
    """What this person has not submitted, the newest call first."""
    wanted = select(NoteRow).join(CallRow, CallRow.id == NoteRow.call_id)
    own = wanted.where(CallRow.person == person, NoteRow.submitted_at.is_(None))
    rows = session.scalars(own.order_by(NoteRow.call_id.desc()))
    return [_kept(session, row, seal) for row in rows]


def _kept(session: Session, row: NoteRow, seal: Seal) -> Kept:
    texts = json.loads(seal.open(row.sealed)) if row.sealed else {}
    note = Note(
        kind=Kind(row.kind or "ordinary"),
        problem=row.problem or "",
        suicidal=row.suicidal,
        hopelessness=row.hopelessness,
        follow_up=row.follow_up,
        **texts,
    )
    call = session.get_one(CallRow, row.call_id)
    submitted = row.submitted_at is not None
    return Kept(call, row.person, note, row.revision, row.saved_at or call.arrived_at, submitted)


# ---- finding the call


def call_of(session: Session, person: str, answered: datetime) -> CallRow | None:
    """The call that this person answered at about that moment, first or handed on.

    None until it is on record: the call before it, which is over, is not taken for it.
    """
    first = select(CallRow, CallRow.answered_at).where(
        CallRow.person == person, CallRow.answered_at.between(answered - NEAR, answered + NEAR)
    )
    later = (
        select(CallRow, LegRow.at)
        .join(LegRow, LegRow.call_id == CallRow.id)
        .where(CallRow.person == person, LegRow.person == person, LegRow.outcome == "answered")
        .where(LegRow.at.between(answered - NEAR, answered + NEAR))
    )
    on = or_(CallRow.ended_at.is_(None), CallRow.ended_at >= answered - JUST_OVER)
    found = [*session.execute(first.where(on)), *session.execute(later.where(on))]
    nearest = min(found, key=lambda each: abs((each[1] or answered) - answered), default=None)
    return nearest[0] if nearest else None


@dataclass(frozen=True)
class Before:
    """An earlier call of a number, and what was found then; no text of it."""

    call: CallRow
    kind: str | None
    problem: str | None
    level: str | None


def previous(session: Session, number: str, limit: int = 5) -> Sequence[Before]:
    """The latest answered calls of a number, over by now, newest first; none of a hidden one."""
    if not number:
        return ()
    wanted = (
        select(CallRow, NoteRow)
        .outerjoin(NoteRow, NoteRow.call_id == CallRow.id)
        .where(CallRow.caller == number, CallRow.answered_at.is_not(None))
        .where(CallRow.ended_at.is_not(None))
        .order_by(CallRow.arrived_at.desc())
        .limit(limit)
    )
    return [
        Before(call, note.kind, note.problem, note.level)
        if note
        else Before(call, None, None, None)
        for call, note in session.execute(wanted)
    ]
