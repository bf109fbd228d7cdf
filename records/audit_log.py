"""Who did what, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from records.tables import AuditEntry


def note(
    session: Session, at: datetime, who: str, what: str, thing: str, detail: Mapping[str, Any]
) -> None:
    """What ACTIONS lacks is on record all the same: a forgotten word is not to stop anybody."""
    session.add(AuditEntry(at=at, who=who, what=what, object=thing, detail=dict(detail)))


def about(session: Session, thing: str) -> list[AuditEntry]:
    """All that was done to it, in order."""
    wanted = select(AuditEntry).where(AuditEntry.object == thing).order_by(AuditEntry.id)
    return list(session.scalars(wanted))


def entries(session: Session, limit: int = 200) -> list[AuditEntry]:
    """The latest entries, newest first."""
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)))


@dataclass(frozen=True)
class AuditFilter:
    """What to look for; None means anything. `first` and `last` (excluded) bound the instant."""

    first: datetime | None = None
    last: datetime | None = None
    who: str | None = None
    what: str | None = None  # "roster.publish", or "roster" for all that is done to rosters
    object: str | None = None
    page: int = 1
    per_page: int = 100


@dataclass(frozen=True)
class AuditPage:
    rows: Sequence[AuditEntry]
    total: int


def search(session: Session, wanted: AuditFilter) -> AuditPage:
    """The page of entries, newest first."""
    condition = and_(True, *_conditions(wanted))
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(condition)) or 0
    rows = (
        select(AuditEntry)
        .where(condition)
        .order_by(AuditEntry.id.desc())
        .limit(wanted.per_page)
        .offset(min((max(1, wanted.page) - 1) * wanted.per_page, total))
    )
    return AuditPage(session.scalars(rows).all(), total)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        found.append(AuditEntry.at >= wanted.first)
    if wanted.last is not None:
        found.append(AuditEntry.at < wanted.last)
    if wanted.who is not None:
        found.append(AuditEntry.who == wanted.who)
    if wanted.what is not None:
        below = AuditEntry.what.startswith(f"{wanted.what}.", autoescape=True)
        found.append((AuditEntry.what == wanted.what) | below)
    if wanted.object is not None:
        found.append(AuditEntry.object == wanted.object)
    return found


def known(session: Session) -> tuple[list[str], list[str]]:
    """Everybody who did something, and everything that was done, each once and in order."""
    who = session.scalars(select(AuditEntry.who).distinct().order_by(AuditEntry.who))
    what = session.scalars(select(AuditEntry.what).distinct().order_by(AuditEntry.what))
    return list(who), list(what)
