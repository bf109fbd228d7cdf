"""The record of a call: what the counsellor writes, as a draft until it is submitted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.sealing import Seal
from records.tables import CallRow, NoteRow

NEAR = timedelta(seconds=90)  # between the browser's idea of when a call was answered and ours
LONGEST = 10_000  # characters of a text
SCALE = range(11)


class Kind(StrEnum):
    """Special kinds are told apart from ordinary calls in the official summary."""

    ORDINARY = "ordinary"
    SILENT = "silent"
    REPEATED = "repeated"
    HARASSING = "harassing"
    WRONG = "wrong"


PROBLEMS = (
    "mood",
    "anxiety",
    "sleep",
    "family",
    "marriage",
    "study",
    "work",
    "money",
    "illness",
    "bereavement",
    "suicide",
    "other",
)


class Level(StrEnum):
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    CRISIS = "crisis"


def level_of(suicidal: int | None, hopelessness: int | None) -> Level | None:
    """The higher of both: 0-3 low, 4-6 middle, 7-10 high; suicidal thought of 9 and 10 is a crisis.

    >>> level_of(6, 8), level_of(9, 0), level_of(None, 2)
    (<Level.HIGH: 'high'>, <Level.CRISIS: 'crisis'>, None)
    """
    if suicidal is None or hopelessness is None:
        return None
    if suicidal >= 9:
        return Level.CRISIS
    highest = max(suicidal, hopelessness)
    return Level.LOW if highest < 4 else Level.MIDDLE if highest < 7 else Level.HIGH


@dataclass(frozen=True)
class Note:
    """What stands in the form. Scores from 0 to 10; None: not asked yet."""

    kind: Kind = Kind.ORDINARY
    problem: str = ""
    suicidal: int | None = None
    hopelessness: int | None = None
    actions: str = ""
    account: str = ""
    follow_up: date | None = None

    def __post_init__(self) -> None:
        if self.problem not in ("", *PROBLEMS):
            raise ValueError(f"problem is {self.problem!r}; it must be one of {PROBLEMS}")
        for name in ("suicidal", "hopelessness"):
            if getattr(self, name) not in (None, *SCALE):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be 0 to 10")
        for name in ("actions", "account"):
            if len(getattr(self, name)) > LONGEST:
                raise ValueError(f"{name} is too long; it must be {LONGEST} characters at most")

    @property
    def level(self) -> Level | None:
        return level_of(self.suicidal, self.hopelessness)

    def lacks(self) -> tuple[str, ...]:
        """Fields that must be filled in first. Special kinds need none; danger needs action."""
        if self.kind is not Kind.ORDINARY:
            return ()
        wanted = ["problem", "suicidal", "hopelessness"]
        if self.level in (Level.HIGH, Level.CRISIS):
            wanted.append("actions")
        return tuple(name for name in wanted if getattr(self, name) in ("", None))


def from_form(fields: Mapping[str, Any]) -> Note:
    """Raises ValueError with the field, its value and what would be right."""
    texts = {name: str(fields.get(name) or "") for name in ("problem", "actions", "account")}
    day = str(fields.get("follow_up") or "")
    return Note(
        kind=Kind(fields.get("kind") or "ordinary"),
        suicidal=_score(fields.get("suicidal")),
        hopelessness=_score(fields.get("hopelessness")),
        follow_up=date.fromisoformat(day) if day else None,
        **texts,
    )


def _score(value: Any) -> int | None:
    if value in (None, ""):
        return None
    return int(value) if str(value).isdecimal() else -1


def to_form(note: Note) -> dict[str, str]:
    """The other way round."""
    return {name: "" if value is None else str(value) for name, value in vars(note).items()}


# ---- keeping them


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
    note: Note
    revision: int
    saved_at: datetime
    submitted: bool


def save(
    session: Session, call_id: int, person: str, revision: int, note: Note, at: datetime, seal: Seal
) -> Kept:
    """Keep a draft. `revision` counts up with each change in the browser.

    The same revision again is no change: an answer may have been lost on the way. Raises
    NoteMissing, NoteRefused and NoteChanged.
    """
    row = _row(session, call_id, person)
    if row.submitted_at is not None or revision < row.revision:
        raise NoteChanged(call_id)
    texts = json.dumps({"actions": note.actions, "account": note.account}, ensure_ascii=False)
    row.revision, row.saved_at, row.sealed = revision, at, seal.close(texts)
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
    row = session.get(NoteRow, call_id, with_for_update=True)
    if row is None:
        call = session.get(CallRow, call_id)
        if call is None:
            raise NoteMissing(call_id)
        if call.person != person:
            raise NoteRefused(call_id)
        row = NoteRow(call_id=call_id, person=person, revision=0)
        session.add(row)
    if row.person != person:
        raise NoteRefused(call_id)
    return row


def by_call(session: Session, call_id: int, seal: Seal) -> Kept | None:
    row = session.get(NoteRow, call_id)
    return None if row is None else _kept(session, row, seal)


def written(session: Session, call_ids: Sequence[int]) -> frozenset[int]:
    """Which of these calls have a note."""
    wanted = select(NoteRow.call_id).where(NoteRow.call_id.in_(call_ids))
    return frozenset(session.scalars(wanted))


def drafts(session: Session, person: str, seal: Seal) -> list[Kept]:
    """What this person has not submitted, the newest call first."""
    wanted = select(NoteRow).where(NoteRow.person == person, NoteRow.submitted_at.is_(None))
    rows = session.scalars(wanted.order_by(NoteRow.call_id.desc()))
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
    return Kept(call, note, row.revision, row.saved_at or call.arrived_at, submitted)


# ---- finding the call


def call_of(session: Session, person: str, answered: datetime) -> CallRow | None:
    """The call that this person answered at about that moment."""
    wanted = select(CallRow).where(
        CallRow.person == person,
        CallRow.answered_at >= answered - NEAR,
        CallRow.answered_at <= answered + NEAR,
    )

    def distance(call: CallRow) -> timedelta:
        return abs((call.answered_at or answered) - answered)

    return min(session.scalars(wanted), key=distance, default=None)


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
