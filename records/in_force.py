"""Which version of the roster is in force, since when, and how far there is any."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.rosters import published_versions
from records.tables import RosterRow


def day_after_all(session: Session) -> date | None:
    """The first day that no version has, drafts included; None when there is none."""
    spans = session.execute(select(RosterRow.first, RosterRow.days))
    return max((first + timedelta(days=days) for first, days in spans), default=None)


def version_on(session: Session, day: date) -> RosterRow | None:
    """The one that decides that day; None when nothing is published for it."""
    for row in reversed(session.scalars(published_versions(day, day)).all()):
        if day < row.first + timedelta(days=row.days):
            return row
    return None


def period_of(session: Session, day: date) -> tuple[date, int] | None:
    """First day and days of the version that is in force on `day`."""
    row = version_on(session, day)
    return (row.first, row.days) if row else None


def published_since(session: Session, row: RosterRow) -> list[RosterRow]:
    """Versions that came into force after this draft was made, for days that it has: what it says
    of them is older. The oldest first."""
    last = row.first + timedelta(days=row.days - 1)
    return [
        other
        for other in session.scalars(published_versions(row.first, last))
        if other.id != row.id
        and other.published_at is not None
        and other.published_at > row.created_at
        and other.first + timedelta(days=other.days) > row.first
    ]
