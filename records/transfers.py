"""Callers handed on, colleagues asked: who did, to whom, and who saw the record because of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import CallRow, Transfer

RINGS = timedelta(minutes=2)  # a colleague who was asked longer ago is not being rung any more


class Kind(StrEnum):
    ASKED = "asked"  # a colleague, while the caller waits
    HANDED = "handed"  # the caller, to a person or a tier


def note(session: Session, call: CallRow, at: datetime, by: str, to: str, kind: Kind) -> Transfer:
    row = Transfer(call_id=call.id, at=at, by=by, to=to, kind=kind.value, read_by=[])
    session.add(row)
    session.flush()
    return row


def running(session: Session, uniqueid: str) -> CallRow | None:
    """The call that goes on under this id of Asterisk's."""
    wanted = select(CallRow).where(CallRow.uniqueid == uniqueid, CallRow.ended_at.is_(None))
    return session.scalar(wanted.order_by(CallRow.id.desc()))


def asked(session: Session, person: str, now: datetime) -> Transfer | None:
    """What a colleague asks this person about just now."""
    wanted = select(Transfer).where(
        Transfer.to == person, Transfer.kind == Kind.ASKED.value, Transfer.at > now - RINGS
    )
    return session.scalar(wanted.order_by(Transfer.id.desc()))


def latest(session: Session, uniqueid: str, person: str) -> Transfer | None:
    """How a call came that somebody else had before."""
    call = running(session, uniqueid)
    if call is None:
        return None
    handed = select(Transfer).where(Transfer.call_id == call.id, Transfer.by != person)
    return session.scalar(handed.order_by(Transfer.id.desc()))


def read(transfer: Transfer, person: str) -> bool:
    """The record is shown to this person. False when it was before."""
    if person in transfer.read_by:
        return False
    transfer.read_by = [*transfer.read_by, person]
    return True
