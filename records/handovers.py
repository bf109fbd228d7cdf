"""Notes from one shift to the next: written by who leaves, confirmed by who comes. Sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from records.sealing import Seal
from records.tables import Handover, HandoverRead

KEPT = timedelta(hours=48)  # later than that nobody who comes needs it
UNREAD = timedelta(minutes=30)  # a note that nobody has read for so long is told to the supervisors
LONGEST = 4000  # characters


class HandoverMissing(Exception):
    """There is no such note."""


@dataclass(frozen=True)
class Shown:
    """A note, opened. `readers` are person -> when they confirmed it."""

    id: int
    by: str
    written_at: datetime
    text: str
    readers: dict[str, datetime]


def write(session: Session, by: str, text: str, at: datetime, seal: Seal) -> Handover:
    """Raises ValueError for a text that is empty or too long."""
    told = text.strip()
    if not 0 < len(told) <= LONGEST:
        raise ValueError(f"the note has {len(told)} characters; it must have 1 to {LONGEST}")
    row = Handover(by=by, written_at=at, sealed=seal.close(told))
    session.add(row)
    session.flush()
    return row


def unread(session: Session, person: str, now: datetime, seal: Seal) -> list[Shown]:
    """What others wrote lately and this person has not confirmed, the oldest first."""
    read = exists().where(HandoverRead.handover_id == Handover.id, HandoverRead.person == person)
    wanted = select(Handover).where(Handover.by != person, ~read, Handover.written_at > now - KEPT)
    return _shown(
        session, session.scalars(wanted.order_by(Handover.written_at, Handover.id)).all(), seal
    )


def recent(session: Session, now: datetime, seal: Seal) -> list[Shown]:
    """All that was written lately, the newest first."""
    wanted = select(Handover).where(Handover.written_at > now - KEPT)
    wanted = wanted.order_by(Handover.written_at.desc(), Handover.id.desc())
    return _shown(session, session.scalars(wanted).all(), seal)


def waiting(session: Session, now: datetime) -> list[Handover]:
    """What nobody has read for a while."""
    read = exists().where(HandoverRead.handover_id == Handover.id)
    lately = Handover.written_at.between(now - KEPT, now - UNREAD)
    return list(session.scalars(select(Handover).where(~read, lately)))


def confirm(session: Session, number: int, person: str, at: datetime) -> bool:
    """This person has read it. False when it was confirmed before. Raises HandoverMissing."""
    if session.get(Handover, number, with_for_update=True) is None:
        raise HandoverMissing(number)
    if session.get(HandoverRead, (number, person)) is not None:
        return False
    session.add(HandoverRead(handover_id=number, person=person, at=at))
    return True


def _shown(session: Session, rows: Sequence[Handover], seal: Seal) -> list[Shown]:
    readers: dict[int, dict[str, datetime]] = {row.id: {} for row in rows}
    wanted = select(HandoverRead).where(HandoverRead.handover_id.in_(readers))
    for read in session.scalars(wanted.order_by(HandoverRead.at)):
        readers[read.handover_id][read.person] = read.at
    return [
        Shown(row.id, row.by, row.written_at, seal.open(row.sealed), readers[row.id])
        for row in rows
    ]
