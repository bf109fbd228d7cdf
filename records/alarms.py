"""Alarms: one open alarm per kind and subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import Alarm


def open_alarms(session: Session) -> list[Alarm]:
    """Newest first."""
    wanted = select(Alarm).where(Alarm.cleared_at.is_(None))
    return list(session.scalars(wanted.order_by(Alarm.raised_at.desc(), Alarm.id.desc())))


def find_open(session: Session, kind: str, subject: str) -> Alarm | None:
    return session.scalar(
        select(Alarm).where(
            Alarm.kind == kind, Alarm.subject == subject, Alarm.cleared_at.is_(None)
        )
    )


def raise_alarm(
    session: Session, kind: str, subject: str, detail: Mapping[str, Any], at: datetime
) -> bool:
    """True when it is new; an alarm that is open already stays as it is."""
    if find_open(session, kind, subject) is not None:
        return False
    session.add(Alarm(kind=kind, subject=subject, detail=dict(detail), raised_at=at))
    return True


def clear_alarm(session: Session, kind: str, subject: str, at: datetime) -> bool:
    """False when it was not open."""
    alarm = find_open(session, kind, subject)
    if alarm is None:
        return False
    alarm.cleared_at = at
    return True


def settle(
    session: Session, kind: str, wanted: Mapping[str, Mapping[str, Any]], at: datetime
) -> None:
    """Make the open alarms of a kind those of `wanted` (subject -> detail)."""
    for subject, detail in wanted.items():
        raise_alarm(session, kind, subject, detail, at)
    for alarm in open_alarms(session):
        if alarm.kind == kind and alarm.subject not in wanted:
            alarm.cleared_at = at


def settle_stretches(
    session: Session, kind: str, wanted: Iterable[tuple[int, int]], at: datetime
) -> None:
    """The same for stretches of time [begins, ends), epoch seconds, apart from each other.

    One that begins within an open alarm's is what is left of it, or goes on: the alarm follows it
    and is not told anew. One that begins earlier is news.
    """
    before = [alarm for alarm in open_alarms(session) if alarm.kind == kind]
    news = []
    for begins, ends in wanted:
        detail = {"begins": begins, "ends": ends}
        same = (a for a in before if a.detail["begins"] <= begins < a.detail["ends"])
        known = next(same, None)
        if known is None:
            news.append(detail)
        else:
            before.remove(known)
            known.subject, known.detail = str(begins), detail
    for alarm in before:
        alarm.cleared_at = at
    session.flush()  # the subject of one that is new may have been another's
    for detail in news:
        raise_alarm(session, kind, str(detail["begins"]), detail, at)


def untold(session: Session, since: datetime) -> list[Alarm]:
    """Those raised since then that the web hook has not taken, the oldest first."""
    wanted = select(Alarm).where(Alarm.told_at.is_(None), Alarm.raised_at >= since)
    return list(session.scalars(wanted.order_by(Alarm.raised_at, Alarm.id)))


def note_told(session: Session, alarm_id: int, at: datetime) -> None:
    alarm = session.get(Alarm, alarm_id)
    if alarm is not None:
        alarm.told_at = at
