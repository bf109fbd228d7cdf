"""Leave and wishes that people ask for; what is granted enters the next problem."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from records import audit_log, people
from records.tables import RequestRow

KEPT = timedelta(days=28)  # that the end of a request is shown
LONGEST = 366  # days of one leave
LONGEST_REASON = 500  # characters
WEIGHT = 1  # of a wish that was granted: its price is the rules' `price_wish`


class Kind(StrEnum):
    LEAVE = "leave"
    WISH = "wish"


class State(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RequestMissing(Exception):
    """There is no such request, or it is somebody else's."""


class RequestOver(Exception):
    """It was withdrawn or decided already."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. A wish is for one day: for a shift (None: a free day), or, with
    `want` False, not to have it."""

    person: str
    kind: Kind
    first: date
    last: date
    shift: str | None = None
    want: bool = True
    reason: str = ""

    def __post_init__(self) -> None:
        days = (self.last - self.first).days + 1
        most = LONGEST if self.kind is Kind.LEAVE else 1
        if not 1 <= days <= most:
            raise ValueError(f"a {self.kind} is for {days} days; it must be for 1 to {most}")


def ask(session: Session, asked: Asked, by: str, at: datetime) -> RequestRow:
    row = RequestRow(
        person=asked.person,
        kind=asked.kind,
        first=asked.first,
        last=asked.last,
        shift=asked.shift,
        want=asked.want,
        reason=asked.reason,
        state=State.ASKED,
        asked_at=at,
    )
    session.add(row)
    session.flush()
    _note(session, row, "request.ask", by, at)
    return row


def withdraw(session: Session, request: int, person: str, by: str, at: datetime) -> None:
    """Raises RequestMissing, RequestOver."""
    row = _locked(session, request)
    if row.person != person:
        raise RequestMissing(f"request {request} is not {person}'s")
    _decide(session, row, State.WITHDRAWN, by, at)


def grant(session: Session, request: int, by: str, at: datetime) -> RequestRow:
    """From now on every problem knows of it. Raises RequestMissing, RequestOver."""
    row = _locked(session, request)
    if row.kind == Kind.LEAVE:
        people.add_absence(session, row.person, row.first, row.last, row.reason or "leave")
    else:
        people.add_wish(session, row.person, row.first, row.shift, row.want, WEIGHT)
    _decide(session, row, State.GRANTED, by, at)
    return row


def refuse(session: Session, request: int, by: str, at: datetime, answer: str) -> None:
    """Raises RequestMissing, RequestOver."""
    row = _locked(session, request)
    row.answer = answer
    _decide(session, row, State.REFUSED, by, at)


def _decide(session: Session, row: RequestRow, state: State, by: str, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by, at
    _note(session, row, f"request.{state}", by, at)


def _locked(session: Session, request: int) -> RequestRow:
    row = session.get(RequestRow, request, with_for_update=True)
    if row is None:
        raise RequestMissing(f"there is no request {request}")
    if row.state != State.ASKED:
        raise RequestOver(f"request {request} is {row.state} already")
    return row


def _note(session: Session, row: RequestRow, what: str, by: str, at: datetime) -> None:
    detail = {
        "person": row.person,
        "kind": row.kind,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "shift": row.shift,
        "want": row.want,
    }
    audit_log.note(session, at, by, what, f"request {row.id}", detail)


def of_person(session: Session, person: str, now: datetime) -> list[RequestRow]:
    """Open ones, and those of the last weeks; the newest first."""
    return _listed(session, select(RequestRow).where(RequestRow.person == person), now)


def everybody_s(session: Session, now: datetime) -> list[RequestRow]:
    return _listed(session, select(RequestRow), now)


def waiting(session: Session) -> int:
    """How many are not decided."""
    return session.scalar(select(func.count()).where(RequestRow.state == State.ASKED)) or 0


def _listed(session: Session, wanted: Select[RequestRow], now: datetime) -> list[RequestRow]:
    shown = or_(RequestRow.state == State.ASKED, RequestRow.asked_at > now - KEPT)
    return list(session.scalars(wanted.where(shown).order_by(RequestRow.id.desc())))
