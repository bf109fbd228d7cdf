"""Whose duties a publication changes is told so, and says that it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import NoticeRow

Cells = Mapping[date, Mapping[str, str]]  # day -> person -> shift id
Changes = dict[str, list[str | None]]  # day -> [shift before, shift now]


@dataclass(frozen=True)
class Told:
    """How many people one publication was told to, and how many of them have read it."""

    told: int
    read: int


def changes(before: Cells, after: Cells, since: date) -> dict[str, Changes]:
    """Of each person the days from `since` on whose shift is another one."""
    found: dict[str, Changes] = {}
    for day in sorted({*before, *after}):
        old, new = before.get(day, {}), after.get(day, {})
        for person in sorted({*old, *new}) if day >= since else ():
            if old.get(person) != new.get(person):
                pair = [old.get(person), new.get(person)]
                found.setdefault(person, {})[day.isoformat()] = pair
    return found


def tell(session: Session, roster_id: int, found: Mapping[str, Changes], at: datetime) -> None:
    session.add_all(
        NoticeRow(roster_id=roster_id, person=person, changes=dict(own), told_at=at)
        for person, own in found.items()
    )


def unread(session: Session, person: str) -> list[NoticeRow]:
    """The oldest first: the last one says what holds."""
    wanted = select(NoticeRow).where(NoticeRow.person == person, NoticeRow.read_at.is_(None))
    return list(session.scalars(wanted.order_by(NoticeRow.id)))


def acknowledge(session: Session, person: str, last: int, by: str, at: datetime) -> None:
    """All that were told until the notice `last`; what came since has not been read."""
    read = [notice for notice in unread(session, person) if notice.id <= last]
    for notice in read:
        notice.read_at = at
    if read:
        rosters = sorted({notice.roster_id for notice in read})
        audit_log.note(session, at, by, "roster.acknowledge", person, {"rosters": rosters})


def of_roster(session: Session, roster_id: int) -> list[NoticeRow]:
    wanted = select(NoticeRow).where(NoticeRow.roster_id == roster_id)
    return list(session.scalars(wanted.order_by(NoticeRow.person, NoticeRow.id)))


def people_who_have_not_read(session: Session) -> int:
    unread = select(func.count(NoticeRow.person.distinct())).where(NoticeRow.read_at.is_(None))
    return session.scalar(unread) or 0


def counts(session: Session) -> dict[int, Told]:
    """Of each roster that was told of."""
    wanted = select(NoticeRow.roster_id, func.count(), func.count(NoticeRow.read_at)).group_by(
        NoticeRow.roster_id
    )
    return {roster: Told(told, read) for roster, told, read in session.execute(wanted)}
