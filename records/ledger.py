"""Call records: facts from the ledger applied to rows, in one transaction with the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from records.tables import CallRow, Gap, LedgerCursor, LegRow, Task
from routing.calls import (
    Arrived,
    Booted,
    CallFact,
    Connected,
    Cursor,
    Ended,
    Fact,
    Missing,
    Outcome,
    Promised,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)

CALL_BACK = timedelta(minutes=30)  # a caller who was cut off is called back within this


class CursorMoved(Exception):
    """Another process has read on in the meantime; nothing of this transaction may stay."""


def read_cursor(session: Session) -> Cursor:
    """How far the ledger has been read; the beginning when it never was."""
    row = session.get(LedgerCursor, 1)
    return Cursor() if row is None else Cursor(row.segment, row.offset, row.boot, row.serial)


def commit_facts(session: Session, facts: Iterable[Fact], before: Cursor, after: Cursor) -> None:
    """Apply `facts`, which lie between the two cursors, and move the cursor. The caller commits.

    Raises CursorMoved when the cursor is no longer at `before`.
    """
    _move_cursor(session, before, after)
    open_calls: dict[tuple[int, str], CallRow] = {}
    for fact in facts:
        _CHANGES[type(fact)](session, fact, open_calls)


def _move_cursor(session: Session, before: Cursor, after: Cursor) -> None:
    if session.get(LedgerCursor, 1) is None:
        session.add(LedgerCursor(id=1, **vars(Cursor())))
        session.flush()
    moved = session.connection().execute(
        update(LedgerCursor)
        .where(
            LedgerCursor.id == 1,
            LedgerCursor.segment == before.segment,
            LedgerCursor.offset == before.offset,
            LedgerCursor.boot == before.boot,
            LedgerCursor.serial == before.serial,
        )
        .values(**vars(after))
    )
    session.expire_all()
    if moved.rowcount != 1:
        raise CursorMoved(f"the ledger's cursor is no longer at {before}")


def _instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


Calls = dict[tuple[int, str], CallRow]


def _arrived(session: Session, fact: Arrived, calls: Calls) -> None:
    row = CallRow(
        boot=fact.boot,
        uniqueid=fact.uniqueid,
        serial=fact.serial,
        kind=fact.kind.value,
        line=fact.line,
        dialled=fact.dialled,
        caller=fact.caller,
        carrier=fact.carrier,
        arrived_at=_instant(fact.at),
    )
    session.add(row)
    calls[fact.boot, fact.uniqueid] = row


def _find(session: Session, fact: CallFact, calls: Calls) -> CallRow | None:
    key = (fact.boot, fact.uniqueid)
    if key not in calls:
        row = session.scalar(
            select(CallRow).where(
                CallRow.origin == "asterisk",
                CallRow.boot == fact.boot,
                CallRow.uniqueid == fact.uniqueid,
            )
        )
        if row is None:
            return None
        calls[key] = row
    row = calls[key]
    return row if row.outcome is None else None


def _waiting(session: Session, fact: Waiting, calls: Calls) -> None:
    if row := _find(session, fact, calls):
        row.rank = fact.rank.value


def _rung(session: Session, fact: Rung, calls: Calls) -> None:
    if row := _find(session, fact, calls):
        _leg(row, fact.person, fact.at, fact.rang, "missed", own_site=False)


def _connected(session: Session, fact: Connected, calls: Calls) -> None:
    row = _find(session, fact, calls)
    if row is None:
        return
    row.answered_at = row.answered_at or _instant(fact.at)
    row.person = fact.person
    _leg(row, fact.person, fact.at, fact.rang, "answered", own_site=fact.own_site)
    session.flush()
    for task in session.scalars(select(Task).where(Task.call_id == row.id)):
        task.closed_at, task.closed_by, task.closing = _instant(fact.at), fact.person, "answered"


def _leg(row: CallRow, person: str, at: int, rang: int, outcome: str, *, own_site: bool) -> None:
    leg = LegRow(person=person, at=_instant(at), rang=rang, outcome=outcome, own_site=own_site)
    row.legs.append(leg)


def _promised(session: Session, fact: Promised, calls: Calls) -> None:
    if row := _find(session, fact, calls):
        _task(session, row, "promise", fact.number, fact.at, _instant(fact.deadline))


def _task(session: Session, row: CallRow, reason: str, number: str, at: int, due: datetime) -> None:
    session.flush()
    known = select(Task).where(Task.call_id == row.id, Task.reason == reason)
    if session.scalar(known) is None:
        task = Task(
            call_id=row.id, number=number, reason=reason, created_at=_instant(at), due_at=due
        )
        session.add(task)


def _refused(session: Session, fact: Refused, calls: Calls) -> None:
    if row := _find(session, fact, calls):
        row.outcome = Outcome.REFUSED.value
        row.ended_at = _instant(fact.at)


def _ended(session: Session, fact: Ended, calls: Calls) -> None:
    row = _find(session, fact, calls)
    if row is None:
        return
    row.ended_at = _instant(fact.at)
    row.outcome = _outcome(session, row).value


def _outcome(session: Session, row: CallRow) -> Outcome:
    if row.answered_at is not None:
        return Outcome.ANSWERED
    session.flush()
    promised = session.scalar(select(Task.id).where(Task.call_id == row.id))
    return Outcome.ABANDONED if promised is None else Outcome.PROMISED


def _booted(session: Session, fact: Booted, calls: Calls) -> None:
    """Asterisk came up: whoever was still there had been cut off when it went down."""
    session.flush()
    still_open = select(CallRow).where(
        CallRow.origin == "asterisk", CallRow.outcome.is_(None), CallRow.boot < fact.boot
    )
    for row in session.scalars(still_open).all():
        row.outcome = Outcome.CUT_OFF.value
        row.ended_at = _instant(fact.at)
        if row.kind == "inbound":
            _task(session, row, "cutoff", row.caller, fact.at, _instant(fact.at) + CALL_BACK)
    calls.clear()


def _missing(session: Session, fact: Missing, calls: Calls) -> None:
    _gap(session, fact, "missing", fact.after, fact.count, "")


def _unreadable(session: Session, fact: Unreadable, calls: Calls) -> None:
    _gap(session, fact, "unreadable", 0, 1, fact.line[:2000])


def _gap(session: Session, fact: Fact, kind: str, after: int, count: int, text: str) -> None:
    session.add(
        Gap(
            boot=fact.boot,
            after_serial=after,
            count=count,
            noticed_at=_instant(fact.at),
            kind=kind,
            text=text,
        )
    )


# The specification: what each fact changes.
_CHANGES: dict[type[Fact], Callable[[Session, Any, Calls], None]] = {
    Arrived: _arrived,
    Waiting: _waiting,
    Rung: _rung,
    Connected: _connected,
    Promised: _promised,
    Refused: _refused,
    Ended: _ended,
    Booted: _booted,
    Missing: _missing,
    Unreadable: _unreadable,
}
