"""Questions about calls: search, the day's figures, load per person and hour, history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, extract, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from records.figures import ANSWER_SECONDS, Course, Figures, measure
from records.origins import PREFIX
from records.tables import CallRow, NoteRow
from routing.calls import Kind
from routing.numbers import ENDING, ENDING_OF_SHORT, LONG

OPEN = "open"  # no outcome yet: the call goes on
CONNECTED = "connected"  # somebody answered, however it ended


@dataclass(frozen=True)
class CallFilter:
    """What to look for; None means anything. `first` and `last` (excluded) bound the arrival."""

    first: datetime | None = None
    last: datetime | None = None
    line: str | None = None
    person: str | None = None
    outcome: str | None = None  # an Outcome, OPEN or CONNECTED
    kind: str | None = None
    number_ends: str | None = None  # as far as it is shown: routing.numbers.ending
    lines: frozenset[str] | None = None  # any of these
    not_lines: frozenset[str] = frozenset()  # and none of these
    prefixes: frozenset[str] | None = None  # what the number begins with, of PREFIX digits
    utc_hour: int | None = None  # of the arrival
    note_kind: str | None = None  # of the call's record, as are the next two
    problem: str | None = None
    levels: frozenset[str] | None = None
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True)
class CallPage:
    rows: Sequence[CallRow]
    total: int


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
class Before:
    """A caller's earlier calls."""

    person: str | None  # who answered the last one that was answered


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
    equal = {CallRow.line: wanted.line, CallRow.person: wanted.person, CallRow.kind: wanted.kind}
    found = [column == value for column, value in equal.items() if value]
    if wanted.number_ends:
        found.append(_ends(wanted.number_ends))
    if wanted.lines is not None:
        found.append(CallRow.line.in_(wanted.lines))
    if wanted.not_lines:
        found.append(CallRow.line.not_in(wanted.not_lines))
    if wanted.prefixes is not None:
        found.append(func.substr(CallRow.caller, 1, PREFIX).in_(wanted.prefixes))
    return [*found, *_of_time(wanted), *_of_outcome(wanted.outcome), *_of_note(wanted)]


def _ends(digits: str) -> ColumnElement[bool]:
    """Of no more than everybody sees: else who tries each digit before has the whole number."""
    if len(digits) > ENDING:
        return false()
    ends = CallRow.caller.endswith(digits, autoescape=True)
    if len(digits) <= ENDING_OF_SHORT:
        return ends
    return and_(ends, func.length(CallRow.caller) >= LONG)


def _of_time(wanted: CallFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.first is not None:
        yield CallRow.arrived_at >= wanted.first
    if wanted.last is not None:
        yield CallRow.arrived_at < wanted.last
    if wanted.utc_hour is not None:
        # By the epoch: what SQL calls the hour depends on the database's own time zone.
        second = _epoch(CallRow.arrived_at) % 86400
        yield and_(second >= wanted.utc_hour * 3600, second < (wanted.utc_hour + 1) * 3600)


def _epoch(instant: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    """Seconds; instants of calls are whole ones."""
    return cast(extract("epoch", instant), BigInteger)


def _of_outcome(outcome: str | None) -> Iterator[ColumnElement[bool]]:
    if outcome == OPEN:
        yield CallRow.outcome.is_(None)
    elif outcome == CONNECTED:
        yield CallRow.answered_at.is_not(None)
    elif outcome:
        yield CallRow.outcome == outcome


def _of_note(wanted: CallFilter) -> Iterator[ColumnElement[bool]]:
    """What was submitted about the call; a draft says nothing yet."""
    equal = {NoteRow.kind: wanted.note_kind, NoteRow.problem: wanted.problem}
    found = [column == value for column, value in equal.items() if value]
    if wanted.levels is not None:
        found.append(NoteRow.level.in_(wanted.levels))
    if found:
        yield exists().where(
            NoteRow.call_id == CallRow.id, NoteRow.submitted_at.is_not(None), *found
        )


def prefixes(session: Session) -> list[str]:
    """What all callers' numbers begin with, each once, of PREFIX digits."""
    return list(session.scalars(select(func.substr(CallRow.caller, 1, PREFIX)).distinct()))


def _inbound(first: datetime, last: datetime) -> ColumnElement[bool]:
    return and_(
        CallRow.kind == Kind.INBOUND.value, CallRow.arrived_at >= first, CallRow.arrived_at < last
    )


def courses(session: Session, first: datetime, last: datetime) -> list[Course]:
    """How the inbound calls that arrived in [first, last) went."""
    columns = (CallRow.line, CallRow.arrived_at, CallRow.answered_at, CallRow.outcome)
    rows = session.execute(select(*columns).where(_inbound(first, last))).all()
    return [Course(*row) for row in rows]


def figures(
    session: Session, first: datetime, last: datetime, answer_seconds: int = ANSWER_SECONDS
) -> Figures:
    """The figures of the inbound calls that arrived in [first, last)."""
    return measure(courses(session, first, last), answer_seconds)


def per_person(session: Session, first: datetime, last: datetime) -> dict[str, PersonLoad]:
    """Calls answered and seconds talked in [first, last), per person. Calls that go on count."""
    person = func.coalesce(CallRow.person, "")
    talked = func.sum(_epoch(CallRow.ended_at) - _epoch(CallRow.answered_at))
    rows = session.execute(
        select(person, func.count(), func.coalesce(talked, 0))
        .where(_inbound(first, last), CallRow.answered_at.is_not(None))
        .group_by(person)
    )
    return {person: PersonLoad(calls, int(seconds)) for person, calls, seconds in rows}


def hourly(courses: Iterable[Course], first: datetime, last: datetime) -> list[HourCount]:
    """Offered and answered calls of each hour of [first, last); all arrived in it. Pure."""
    offered: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    for course in courses:
        hour = int((course.arrived_at - first).total_seconds() // 3600)
        offered[hour] += 1
        answered[hour] += course.answered_at is not None
    hours = -int((first - last).total_seconds() // 3600)  # a begun one counts
    return [HourCount(first + timedelta(hours=n), offered[n], answered[n]) for n in range(hours)]


def before(session: Session, callers: Mapping[str, str]) -> dict[str, Before]:
    """Of these calls (uniqueid -> number): those whose caller has called us before."""
    rows = session.execute(
        select(CallRow.caller, CallRow.person)
        .where(
            CallRow.kind == Kind.INBOUND.value,
            CallRow.caller.in_(set(callers.values()) - {""}),
            CallRow.uniqueid.not_in(callers),
        )
        .group_by(CallRow.caller, CallRow.person)
        .order_by(func.max(CallRow.answered_at).asc().nulls_first(), CallRow.person)
    )
    found: dict[str, Before] = {}
    for number, person in rows:
        last = found.get(number)
        found[number] = Before(person or (last.person if last else None))
    return {uniqueid: found[number] for uniqueid, number in callers.items() if number in found}


def history(session: Session, first: datetime, last: datetime) -> list[CallTimes]:
    """The inbound calls of [first, last), for the forecast of demand."""
    rows = session.execute(
        select(CallRow.arrived_at, CallRow.answered_at, CallRow.ended_at, CallRow.outcome)
        .where(_inbound(first, last))
        .order_by(CallRow.arrived_at)
    ).all()
    return [CallTimes(*row) for row in rows]
