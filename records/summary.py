"""The official periodic summary (热线工作汇总): what the form of 2010 asks for, from the records.

The form has calls, answered calls and their rate, calls from the city and from elsewhere, highly
dangerous, difficult and repeated calls, staff by profession, and kinds of problems. The guide of
2021 (国卫办疾控函〔2021〕15号) adds the quantified risk and the calls with procedures of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.figures import Course, Figures, measure
from records.note import DANGER, DIFFICULT, PROBLEMS, Kind, Level
from records.origins import Origin, origin
from records.people import people
from records.tables import CallRow, NoteRow
from routing.calls import Kind as CallKind


@dataclass(frozen=True)
class Told:
    """One inbound call, with what was submitted about it."""

    course: Course
    caller: str
    kind: str | None = None
    problem: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class Summary:
    """Counts of calls, and of people who are active."""

    figures: Figures
    origins: Mapping[Origin, int]
    kinds: Mapping[Kind, int]  # of the records, as are the next two
    problems: Mapping[str, int]
    levels: Mapping[Level, int]
    unwritten: int  # answered calls without a submitted record
    staff: Mapping[str, int]  # qualification -> people; somebody may have several

    @property
    def danger(self) -> int:
        return sum(self.levels[level] for level in DANGER)

    @property
    def difficult(self) -> int:
        return sum(self.kinds[kind] for kind in DIFFICULT)


def summarise(calls: Sequence[Told], area: str, staff: Mapping[str, int]) -> Summary:
    """Pure. Every kind, problem and level is there, if only with 0."""
    kinds = Counter(call.kind for call in calls)
    problems = Counter(call.problem for call in calls)
    levels = Counter(call.level for call in calls)
    origins = Counter(origin(call.caller, area) for call in calls)
    return Summary(
        figures=measure(call.course for call in calls),
        origins={each: origins[each] for each in Origin},
        kinds={each: kinds[each.value] for each in Kind},
        problems={each: problems[each] for each in PROBLEMS},
        levels={each: levels[each.value] for each in Level},
        unwritten=sum(1 for c in calls if c.course.answered_at and c.kind is None),
        staff=staff,
    )


def summary(session: Session, first: datetime, last: datetime, area: str) -> Summary:
    """Of the inbound calls that arrived in [first, last), and of the people of today."""
    rows = session.execute(
        select(
            CallRow.line,
            CallRow.arrived_at,
            CallRow.answered_at,
            CallRow.outcome,
            CallRow.caller,
            NoteRow.kind,
            NoteRow.problem,
            NoteRow.level,
        )
        .outerjoin(NoteRow, (NoteRow.call_id == CallRow.id) & NoteRow.submitted_at.is_not(None))
        .where(
            CallRow.kind == CallKind.INBOUND.value,
            CallRow.arrived_at >= first,
            CallRow.arrived_at < last,
        )
    ).all()
    told = [Told(Course(*row[:4]), *row[4:]) for row in rows]
    skills = Counter(skill for person in people(session) for skill in person.qualifications)
    return summarise(told, area, dict(sorted(skills.items())))


def first_call(session: Session) -> datetime | None:
    """When the records begin."""
    return session.scalar(select(func.min(CallRow.arrived_at)))
