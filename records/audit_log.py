"""Who did what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import AuditEntry


def note(
    session: Session, at: datetime, who: str, what: str, thing: str, detail: Mapping[str, Any]
) -> None:
    session.add(AuditEntry(at=at, who=who, what=what, object=thing, detail=dict(detail)))


def about(session: Session, thing: str) -> list[AuditEntry]:
    """All that was done to it, in order."""
    wanted = select(AuditEntry).where(AuditEntry.object == thing).order_by(AuditEntry.id)
    return list(session.scalars(wanted))


def entries(session: Session, limit: int = 200) -> list[AuditEntry]:
    """The latest entries, newest first."""
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)))
