"""Questions about calls: search, the day's figures, load per person and hour, history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import Session, selectinload

from records.tables import CallRow
from routing.calls import Kind, Outcome


@dataclass(frozen=True)
class CallFilter:
    """What to look for; None means anything. `first` and `last` (excluded) bound the arrival."""

    first: datetime | None = None
    last: datetime | None = None
    line: str | None = None
    person: str | None = None
    outcome: str | None = None  # an Outcome, or "open" for calls that go on
    kind: str | None = None
    number_ends: str | None = None
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True)
class CallPage:
    rows: Sequence[CallRow]
    total: int


@dataclass(frozen=True)
class Figures:
    """Inbound calls of a period. Rates from 0 to 1; None where there is nothing to divide by."""

    offered: int
    answered: int
    abandoned: int
    promised: int
    cut_off: int
    refused: int
    answer_rate: float | None  # 接通率: answered / all that have ended or were answered
    service_level: float | None  # answered within `answer_seconds` / the same
    asa_seconds: float | None  # average speed of answer
    longest_wait_seconds: float | None  # of those who were answered


@dataclass(frozen=True)
class PersonLoad:
    calls: int
    talk_seconds: float


@dataclass(frozen=True)
class HourCount:
    hour: datetime
    offered: int
    answered: int


@dataclass(frozen=True)
class CallTimes:
    """What demand needs to know of a call."""

    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


def by_id(session: Session, call_id: int) -> CallRow | None:
    return session.get(CallRow, call_id)


def search(session: Session, wanted: CallFilter) -> CallPage:
    """The page of calls, newest first, with their legs."""
    condition = and_(True, *_conditions(wanted))
    total = session.scalar(select(func.count()).select_from(CallRow).where(condition)) or 0
    rows = (
        select(CallRow)
        .where(condition)
        .options(selectinload(CallRow.legs))
        .order_by(CallRow.arrived_at.desc(), CallRow.id.desc())
        .limit(wanted.per_page)
        .offset(min((max(1, wanted.page) - 1) * wanted.per_page, total))
    )
    return CallPage(session.scalars(rows).all(), total)


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    texts = (wanted.line, wanted.person, wanted.outcome, wanted.kind, wanted.number_ends)
    if any("\0" in text for text in texts if text):
        return [false()]  # PostgreSQL would refuse the question
    found: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        found.append(CallRow.arrived_at >= wanted.first)
    if wanted.last is not None:
        found.append(CallRow.arrived_at < wanted.last)
    if wanted.outcome == "open":
        found.append(CallRow.outcome.is_(None))
    elif wanted.outcome:
        found.append(CallRow.outcome == wanted.outcome)
    equal = {CallRow.line: wanted.line, CallRow.person: wanted.person, CallRow.kind: wanted.kind}
    found += [column == value for column, value in equal.items() if value]
    if wanted.number_ends:
        found.append(CallRow.caller.endswith(wanted.number_ends, autoescape=True))
    return found


def _inbound(first: datetime, last: datetime) -> ColumnElement[bool]:
    return and_(
        CallRow.kind == Kind.INBOUND.value, CallRow.arrived_at >= first, CallRow.arrived_at < last
    )


def figures(session: Session, first: datetime, last: datetime, answer_seconds: int = 20) -> Figures:
    """The figures of the inbound calls that arrived in [first, last)."""
    rows = session.execute(
        select(CallRow.arrived_at, CallRow.answered_at, CallRow.outcome).where(
            _inbound(first, last)
        )
    ).all()
    waits = [(row.answered_at - row.arrived_at).total_seconds() for row in rows if row.answered_at]
    outcomes = Counter(row.outcome for row in rows)
    settled = sum(1 for row in rows if row.answered_at or row.outcome)
    return Figures(
        offered=len(rows),
        answered=len(waits),
        abandoned=outcomes[Outcome.ABANDONED.value],
        promised=outcomes[Outcome.PROMISED.value],
        cut_off=outcomes[Outcome.CUT_OFF.value],
        refused=outcomes[Outcome.REFUSED.value],
        answer_rate=len(waits) / settled if settled else None,
        service_level=sum(w <= answer_seconds for w in waits) / settled if settled else None,
        asa_seconds=sum(waits) / len(waits) if waits else None,
        longest_wait_seconds=max(waits, default=None),
    )


def per_person(session: Session, first: datetime, last: datetime) -> dict[str, PersonLoad]:
    """Calls answered and seconds talked in [first, last), per person. Calls that go on count."""
    rows = session.execute(
        select(CallRow.person, CallRow.answered_at, CallRow.ended_at).where(
            _inbound(first, last), CallRow.answered_at.is_not(None)
        )
    ).all()
    calls: Counter[str] = Counter()
    talked: Counter[str] = Counter()
    for person, answered, ended in rows:
        calls[person or ""] += 1
        if answered and ended:
            talked[person or ""] += int((ended - answered).total_seconds())
    return {person: PersonLoad(calls[person], talked[person]) for person in calls}


def hourly(session: Session, first: datetime, last: datetime) -> list[HourCount]:
    """Offered and answered calls per hour from `first` on."""
    rows = session.execute(
        select(CallRow.arrived_at, CallRow.answered_at).where(_inbound(first, last))
    ).all()
    offered: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    for arrived_at, answered_at in rows:
        hour = int((arrived_at - first).total_seconds() // 3600)
        offered[hour] += 1
        answered[hour] += answered_at is not None
    hours = -int((first - last).total_seconds() // 3600)  # a begun one counts
    return [HourCount(first + timedelta(hours=n), offered[n], answered[n]) for n in range(hours)]


def history(session: Session, first: datetime, last: datetime) -> list[CallTimes]:
    """The inbound calls of [first, last), for the forecast of demand."""
    rows = session.execute(
        select(CallRow.arrived_at, CallRow.answered_at, CallRow.ended_at, CallRow.outcome)
        .where(_inbound(first, last))
        .order_by(CallRow.arrived_at)
    ).all()
    return [CallTimes(*row) for row in rows]
