"""Outage drills: what happened to the calls while the switch was thrown on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records import audit_log, calls, people
from records.figures import Figures
from records.tables import AuditEntry, CallRow, Task, TaskCall
from routing.calls import Kind

DRILL, SWITCH = "drill", "switch"  # what the audit log calls them


@dataclass(frozen=True)
class Drill:
    """`ends`: as it was meant, or earlier, when the switch was used before that."""

    tier: str
    by: str
    why: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of the callers who rang during a drill."""

    figures: Figures
    answered_by: dict[str, int]  # name -> calls
    to_call_back: int  # calls whose task is still open

    @property
    def lost(self) -> int:
        return self.figures.abandoned + self.figures.refused + self.figures.cut_off

    @property
    def going_on(self) -> int:
        """Neither answered nor over."""
        known = self.figures.answered + self.figures.promised + self.lost
        return max(0, self.figures.offered - known)


def note(session: Session, at: datetime, by: str, tier: str, why: str, until: int) -> None:
    audit_log.note(session, at, by, DRILL, tier, {"why": why, "until": until})


def last_drill(session: Session) -> Drill | None:
    """The latest one, or the one that is under way."""
    uses = select(AuditEntry).where(AuditEntry.what.in_((DRILL, SWITCH)))
    rows = session.scalars(uses.order_by(AuditEntry.id.desc()))
    after: AuditEntry | None = None
    for row in rows:
        if row.what == DRILL:
            meant = datetime.fromtimestamp(row.detail["until"], UTC)
            ends = min(meant, after.at) if after else meant
            begins = row.at.replace(microsecond=0)  # calls arrive at whole seconds
            return Drill(row.object, row.who, row.detail["why"], begins, ends)
        after = row
    return None


def outcome(session: Session, first: datetime, last: datetime) -> Outcome:
    """Of the calls that arrived in [first, last)."""
    names = {person.id: person.name for person in people.people(session, active_only=False)}
    loads = calls.per_person(session, first, last)
    open_tasks = (
        select(func.count(CallRow.id.distinct()))
        .join(TaskCall, TaskCall.call_id == CallRow.id)
        .join(Task, Task.id == TaskCall.task_id)
        .where(
            CallRow.kind == Kind.INBOUND.value,
            CallRow.arrived_at >= first,
            CallRow.arrived_at < last,
            Task.closed_at.is_(None),
        )
    )
    return Outcome(
        calls.figures(session, first, last),
        {names.get(person, person): load.calls for person, load in sorted(loads.items())},
        session.scalar(open_tasks) or 0,
    )
