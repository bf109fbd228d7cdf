"""Call records: facts from the ledger applied to rows, in one transaction with the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
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
    Kind,
    Missing,
    Outcome,
    Promised,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)

ORIGIN = "asterisk"
CALL_BACK = timedelta(minutes=30)  # a caller who was cut off is called back within this
LONGEST_TEXT = 2000  # of a line that could not be read


class CursorMoved(Exception):
    """Another process has read on in the meantime; nothing of this transaction may stay."""


def read_cursor(session: Session) -> Cursor:
    """How far the ledger has been read."""
    row = session.get_one(LedgerCursor, 1)
    return Cursor(row.segment, row.offset, row.boot, row.serial)


def commit_facts(
    session: Session,
    facts: Iterable[Fact],
    before: Cursor,
    after: Cursor,
    call_back: timedelta = CALL_BACK,
) -> None:
    """Apply `facts`, which lie between the two cursors, and move the cursor. The caller commits.

    Raises CursorMoved when the cursor is no longer at `before`.
    """
    _move_cursor(session, before, after)
    ledger = _Ledger(session, call_back)
    for fact in facts:
        _CHANGES[type(fact)](ledger, fact)


def _move_cursor(session: Session, before: Cursor, after: Cursor) -> None:
    # On PostgreSQL a second process waits here until the first has committed.
    unmoved = (
        LedgerCursor.id == 1,
        LedgerCursor.segment == before.segment,
        LedgerCursor.offset == before.offset,
        LedgerCursor.boot == before.boot,
        LedgerCursor.serial == before.serial,
    )
    moved = update(LedgerCursor).where(*unmoved).values(**asdict(after)).returning(LedgerCursor.id)
    if session.execute(moved).first() is None:
        raise CursorMoved(f"the ledger's cursor is no longer at {before}")


@dataclass(frozen=True)
class _Ledger:
    """What the changes work on: the transaction, and its calls as far as they were looked up."""

    session: Session
    call_back: timedelta
    calls: dict[tuple[int, str], CallRow] = field(default_factory=dict)

    def known(self, fact: CallFact) -> CallRow | None:
        key = (fact.boot, fact.uniqueid)
        row = self.calls.get(key) or self.session.scalar(
            select(CallRow).where(
                CallRow.origin == ORIGIN,
                CallRow.boot == fact.boot,
                CallRow.uniqueid == fact.uniqueid,
            )
        )
        if row is not None:
            self.calls[key] = row
        return row

    def open(self, fact: CallFact) -> CallRow | None:
        """The call, while it goes on: nothing changes a call that is over."""
        row = self.known(fact)
        return row if row is not None and row.ended_at is None else None


def _instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _arrived(ledger: _Ledger, fact: Arrived) -> None:
    if ledger.known(fact):
        return
    row = CallRow(
        origin=ORIGIN,
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
    ledger.session.add(row)
    ledger.calls[fact.boot, fact.uniqueid] = row


def _waiting(ledger: _Ledger, fact: Waiting) -> None:
    if row := ledger.open(fact):
        row.rank = fact.rank.value


def _rung(ledger: _Ledger, fact: Rung) -> None:
    if row := ledger.open(fact):
        _leg(row, fact, "missed", own_site=False)


def _connected(ledger: _Ledger, fact: Connected) -> None:
    if row := ledger.open(fact):
        row.answered_at = row.answered_at or _instant(fact.at)
        row.person = fact.person
        _leg(row, fact, "answered", own_site=fact.own_site)
        for task in _open_tasks(ledger, row):  # who was promised a call-back stayed on the line
            task.closed_at, task.closed_by = _instant(fact.at), fact.person
            task.closing = "answered"


def _leg(row: CallRow, fact: Rung | Connected, outcome: str, *, own_site: bool) -> None:
    same = (fact.person, _instant(fact.at), outcome)
    if same not in ((leg.person, leg.at, leg.outcome) for leg in row.legs):
        leg = LegRow(
            person=fact.person,
            at=_instant(fact.at),
            rang=fact.rang,
            outcome=outcome,
            own_site=own_site,
        )
        row.legs.append(leg)


def _promised(ledger: _Ledger, fact: Promised) -> None:
    row = ledger.open(fact)
    if row and not _tasks(ledger, row):
        _add_task(ledger, row, "promise", fact.number, fact.at, _instant(fact.deadline))


def _refused(ledger: _Ledger, fact: Refused) -> None:
    if row := ledger.open(fact):
        row.outcome = Outcome.REFUSED.value


def _ended(ledger: _Ledger, fact: Ended) -> None:
    if row := ledger.open(fact):
        row.outcome = _outcome(ledger, row).value
        row.ended_at = _instant(fact.at)


def _outcome(ledger: _Ledger, row: CallRow) -> Outcome:
    if row.answered_at is not None:
        return Outcome.ANSWERED
    if _tasks(ledger, row):
        return Outcome.PROMISED
    if row.outcome == Outcome.REFUSED.value:
        return Outcome.REFUSED
    return Outcome.ABANDONED


def _booted(ledger: _Ledger, fact: Booted) -> None:
    """Asterisk came up: whoever was still there had been cut off when it went down."""
    cut_off = select(CallRow).where(
        CallRow.origin == ORIGIN, CallRow.ended_at.is_(None), CallRow.boot < fact.boot
    )
    for row in ledger.session.scalars(cut_off).all():
        row.ended_at = _instant(fact.at)
        if row.outcome is None:
            row.outcome = Outcome.CUT_OFF.value
            if row.kind == Kind.INBOUND.value and not _open_tasks(ledger, row):
                due = _instant(fact.at) + ledger.call_back
                _add_task(ledger, row, "cutoff", row.caller, fact.at, due)
    ledger.calls.clear()


def _tasks(ledger: _Ledger, row: CallRow) -> list[Task]:
    ledger.session.flush()  # a new call has its id from here on
    return list(ledger.session.scalars(select(Task).where(Task.call_id == row.id)))


def _open_tasks(ledger: _Ledger, row: CallRow) -> list[Task]:
    return [task for task in _tasks(ledger, row) if task.closed_at is None]


def _add_task(
    ledger: _Ledger, row: CallRow, reason: str, number: str, at: int, due: datetime
) -> None:
    task = Task(call_id=row.id, number=number, reason=reason, created_at=_instant(at), due_at=due)
    ledger.session.add(task)


def _missing(ledger: _Ledger, fact: Missing) -> None:
    _gap(ledger, fact, "missing", fact.after, fact.count, "")


def _unreadable(ledger: _Ledger, fact: Unreadable) -> None:
    _gap(ledger, fact, "unreadable", 0, 1, fact.line[:LONGEST_TEXT])


def _gap(ledger: _Ledger, fact: Fact, kind: str, after: int, count: int, text: str) -> None:
    gap = Gap(
        boot=fact.boot,
        after_serial=after,
        count=count,
        noticed_at=_instant(fact.at or _latest(ledger)),
        kind=kind,
        text=text,
    )
    ledger.session.add(gap)


def _latest(ledger: _Ledger) -> int:
    """When the latest call arrived: about then a line was written that does not say when."""
    latest = ledger.session.scalar(
        select(func.max(CallRow.arrived_at)).where(CallRow.origin == ORIGIN)
    )
    return int(latest.timestamp()) if latest else 0


# The specification: what each fact changes.
_CHANGES: dict[type[Fact], Callable[[_Ledger, Any], None]] = {
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
