"""Call records: facts from the ledger applied to rows, in one transaction with the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from records import tasks
from records.tables import CallRow, Gap, LedgerCursor, LegRow
from records.tasks import Reason
from routing.calls import (
    Arrived,
    Booted,
    CallFact,
    Connected,
    Cursor,
    Ended,
    Fact,
    HandedOn,
    Kind,
    LineTested,
    Missing,
    Outcome,
    Promised,
    Rank,
    Reached,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)

ORIGIN = "asterisk"
HANDED = "handed"  # a leg whose person has handed the caller on
CALL_BACK = timedelta(minutes=30)  # a caller who was lost is called back within this
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
        rank=Rank.NORMAL.value,
        arrived_at=_instant(fact.at),
    )
    ledger.session.add(row)
    ledger.calls[fact.boot, fact.uniqueid] = row


def _without_arrival(ledger: _Ledger, fact: Promised) -> CallRow:
    """Its first line found no room on the disk, or was torn: that is a gap, the promise holds."""
    arrived = Arrived(
        fact.boot, fact.at, fact.uniqueid, 0, Kind.INBOUND, "unknown", "", fact.number, ""
    )
    _arrived(ledger, arrived)
    return ledger.calls[fact.boot, fact.uniqueid]


def _waiting(ledger: _Ledger, fact: Waiting) -> None:
    if row := ledger.open(fact):
        rank = tasks.worse_rank(row.rank, fact.rank.value)
        if rank != row.rank:
            row.rank = rank
            ledger.session.flush()
            tasks.worsen(ledger.session, row)


def _rung(ledger: _Ledger, fact: Rung) -> None:
    if row := ledger.open(fact):
        _leg(row, fact, "missed", own_site=False)


def _connected(ledger: _Ledger, fact: Connected) -> None:
    row = ledger.open(fact)
    if row and _leg(row, fact, "answered", own_site=fact.own_site):
        row.answered_at = row.answered_at or _instant(fact.at)
        row.person = fact.person
        _contact(ledger, row, fact.at)


def _handed_on(ledger: _Ledger, fact: HandedOn) -> None:
    if row := ledger.open(fact):
        row.legs.append(_new_leg(fact.person, fact.at, 0, HANDED))


def _reached(ledger: _Ledger, fact: Reached) -> None:
    row = ledger.open(fact)
    if row and row.reached_at is None and row.kind != Kind.INBOUND.value:
        row.reached_at = _instant(fact.at)
        row.dialled = fact.number or row.dialled  # in the form in which tasks have it
        _contact(ledger, row, fact.at)


def _contact(ledger: _Ledger, row: CallRow, at: int) -> None:
    """Both speak now: of a call of the hotline's own, only when the other side has answered too."""
    ledger.session.flush()
    if row.person is None:
        return
    if row.kind == Kind.INBOUND.value:
        tasks.contact(ledger.session, row, row.caller, row.person, "answered", _instant(at))
    elif row.reached_at is not None:
        tasks.contact(ledger.session, row, row.dialled, row.person, "reached", _instant(at))


def _leg(row: CallRow, fact: Rung | Connected, outcome: str, *, own_site: bool) -> bool:
    """False when it is on record already."""
    same = (fact.person, _instant(fact.at), outcome)
    if same in ((leg.person, leg.at, leg.outcome) for leg in row.legs):
        return False
    row.legs.append(_new_leg(fact.person, fact.at, fact.rang, outcome, own_site=own_site))
    return True


def _new_leg(person: str, at: int, rang: int, outcome: str, *, own_site: bool = False) -> LegRow:
    return LegRow(person=person, at=_instant(at), rang=rang, outcome=outcome, own_site=own_site)


def _promised(ledger: _Ledger, fact: Promised) -> None:
    row = ledger.open(fact)
    if row is None and fact.number and ledger.known(fact) is None:
        row = _without_arrival(ledger, fact)
    if row is None or row.kind == Kind.TEST.value:
        return
    if Reason.PROMISE.value not in _reasons(ledger, row):
        number = fact.number or _number(row)
        due = _instant(fact.deadline)
        tasks.lose(ledger.session, row, Reason.PROMISE, number, _instant(fact.at), due)


def _tested(ledger: _Ledger, fact: LineTested) -> None:
    """Nobody called: neither a caller who was answered nor one who was lost."""
    if row := ledger.open(fact):
        row.kind = Kind.TEST.value
        row.answered_at = row.answered_at or _instant(fact.at)


def _refused(ledger: _Ledger, fact: Refused) -> None:
    row = ledger.open(fact)
    if row and row.outcome is None:
        row.outcome = Outcome.REFUSED.value
        _lose(ledger, row, Reason.REFUSED, fact.at)


def _ended(ledger: _Ledger, fact: Ended) -> None:
    if row := ledger.open(fact):
        _over(ledger, row, _outcome(ledger, row), fact.at)


def _outcome(ledger: _Ledger, row: CallRow) -> Outcome:
    if row.answered_at is not None and not _only_half(row):
        return Outcome.ANSWERED
    if Reason.PROMISE.value in _reasons(ledger, row):
        return Outcome.PROMISED
    if row.outcome == Outcome.REFUSED.value:
        return Outcome.REFUSED
    return Outcome.ABANDONED


def _only_half(row: CallRow) -> bool:
    """A counsellor took a call back, and the other side did not answer."""
    return row.kind == Kind.CALLBACK.value and row.reached_at is None


def _booted(ledger: _Ledger, fact: Booted) -> None:
    """Asterisk came up: whoever was still there had been cut off when it went down."""
    cut_off = select(CallRow).where(
        CallRow.origin == ORIGIN, CallRow.ended_at.is_(None), CallRow.boot < fact.boot
    )
    for row in ledger.session.scalars(cut_off.order_by(CallRow.id)).all():
        outcome = Outcome.CUT_OFF if row.outcome is None else Outcome(row.outcome)
        _over(ledger, row, outcome, fact.at)
    ledger.calls.clear()


def _over(ledger: _Ledger, row: CallRow, outcome: Outcome, at: int) -> None:
    """Who was not answered is in a task from now on; who was cut off or on the way, once more."""
    row.outcome, row.ended_at = outcome.value, _instant(at)
    if outcome is Outcome.ANSWERED:
        if _on_the_way(row):
            _lose(ledger, row, Reason.CUT_OFF, at)
        return
    if outcome is Outcome.CUT_OFF or not _reasons(ledger, row):
        _lose(ledger, row, Reason(outcome.value), at)


def _on_the_way(row: CallRow) -> bool:
    """Handed on, and taken by nobody."""
    talks = [leg.outcome for leg in row.legs if leg.outcome in (HANDED, "answered")]
    return talks[-1:] == [HANDED]


def _reasons(ledger: _Ledger, row: CallRow) -> set[str]:
    ledger.session.flush()  # a new call has its id from here on
    return tasks.reasons_of(ledger.session, row.id)


def _lose(ledger: _Ledger, row: CallRow, reason: Reason, at: int) -> None:
    """A caller was lost: one who rang, or one who had answered the hotline's call."""
    inbound = row.kind == Kind.INBOUND.value
    if inbound or (row.kind == Kind.CALLBACK.value and row.reached_at is not None):
        ledger.session.flush()
        due = _instant(at) + ledger.call_back
        tasks.lose(ledger.session, row, reason, _number(row), _instant(at), due)


def _number(row: CallRow) -> str:
    """The other side's."""
    return row.caller if row.kind == Kind.INBOUND.value else row.dialled


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
    HandedOn: _handed_on,
    Promised: _promised,
    Reached: _reached,
    Refused: _refused,
    LineTested: _tested,
    Ended: _ended,
    Booted: _booted,
    Missing: _missing,
    Unreadable: _unreadable,
}
