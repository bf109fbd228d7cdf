"""What each person did: calls, handle time, occupancy, adherence. Defined here and nowhere else.

The terms are those of crisis lines' and call centres' yearly reports (AHT, after-call work,
occupancy, schedule adherence). No national figure is known that they must reach.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records import presences
from records.duty import shifts_between
from records.spans import Span, clipped, length, overlap
from records.tables import CallRow, LegRow, NoteRow
from routing.calls import Kind
from scheduler.problem import ShiftType

LONGEST_WRITING = timedelta(minutes=30)  # a record that is submitted later was written later


@dataclass(frozen=True)
class Worked:
    """One answered inbound call. Seconds; writing is 话后整理: from its end to its record's."""

    person: str
    talk: float
    writing: float


@dataclass(frozen=True)
class Load:
    """One person's load in a period, in seconds. Rates from 0 up; None without a divisor."""

    calls: int = 0
    missed: int = 0  # rings that the person did not take
    talk: float = 0
    writing: float = 0
    rostered: int = 0  # standing by does not count
    there: int = 0  # signed in
    kept: int = 0  # of the rostered time

    @property
    def handle(self) -> float | None:
        """AHT: talk and writing / calls."""
        return (self.talk + self.writing) / self.calls if self.calls else None

    @property
    def occupancy(self) -> float | None:
        """Talk and writing / the time that the person was there."""
        return (self.talk + self.writing) / self.there if self.there else None

    @property
    def adherence(self) -> float | None:
        """Rostered time in which the person was there / rostered time."""
        return self.kept / self.rostered if self.rostered else None


def load(
    worked: Iterable[Worked],
    missed: Mapping[str, int],
    rostered: Mapping[str, Sequence[Span]],
    there: Mapping[str, Sequence[Span]],
) -> dict[str, Load]:
    """Person -> load, of everybody who is in any of these. Pure."""
    calls: Counter[str] = Counter()
    talk: defaultdict[str, float] = defaultdict(float)
    writing: defaultdict[str, float] = defaultdict(float)
    for call in worked:
        calls[call.person] += 1
        talk[call.person] += call.talk
        writing[call.person] += call.writing
    return {
        person: Load(
            calls[person],
            missed.get(person, 0),
            talk[person],
            writing[person],
            length(rostered.get(person, ())),
            length(there.get(person, ())),
            overlap(rostered.get(person, ()), there.get(person, ())),
        )
        for person in sorted({*calls, *missed, *rostered, *there})
    }


def loads(
    session: Session, types: Sequence[ShiftType], first: datetime, last: datetime, zone: tzinfo
) -> dict[str, Load]:
    """Of the period [first, last); a call belongs to the instant at which it arrived."""
    return load(
        _worked(session, first, last),
        _missed(session, first, last),
        _rostered(session, types, first, last, zone),
        presences.between(session, first, last),
    )


def _worked(session: Session, first: datetime, last: datetime) -> list[Worked]:
    columns = (CallRow.person, CallRow.answered_at, CallRow.ended_at, NoteRow.submitted_at)
    rows = session.execute(
        select(*columns)
        .outerjoin(NoteRow, NoteRow.call_id == CallRow.id)
        .where(
            CallRow.kind == Kind.INBOUND.value,
            CallRow.arrived_at >= first,
            CallRow.arrived_at < last,
        )
    )
    return [
        Worked(person, *_seconds(answered, ended, submitted))
        for person, answered, ended, submitted in rows
        if person is not None and answered is not None
    ]


def _seconds(
    answered: datetime, ended: datetime | None, submitted: datetime | None
) -> tuple[float, float]:
    """Of talk and of writing; a call that goes on has neither yet."""
    if ended is None:
        return 0, 0
    writing = submitted - ended if submitted else timedelta()
    sound = timedelta() <= writing <= LONGEST_WRITING
    return (ended - answered).total_seconds(), writing.total_seconds() if sound else 0


def _missed(session: Session, first: datetime, last: datetime) -> dict[str, int]:
    wanted = select(LegRow.person, func.count()).where(
        LegRow.outcome == "missed", LegRow.at >= first, LegRow.at < last
    )
    rows = session.execute(wanted.group_by(LegRow.person)).all()
    return {row[0]: row[1] for row in rows}


def _rostered(
    session: Session, types: Sequence[ShiftType], first: datetime, last: datetime, zone: tzinfo
) -> dict[str, list[Span]]:
    days = first.astimezone(zone).date(), last.astimezone(zone).date()
    begins, ends = int(first.timestamp()), int(last.timestamp())
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for shift in shifts_between(session, types, *days, zone):
        if not shift.on_call:
            found[shift.person].append(Span(shift.begins, shift.ends))
    cut = {person: clipped(spans, begins, ends) for person, spans in found.items()}
    return {person: spans for person, spans in cut.items() if spans}
