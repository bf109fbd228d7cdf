"""Secret addresses under which people's calendars fetch their shifts: one each, until renewed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import FeedRow


def new_secret() -> str:
    """192 bits, in letters that an address may have."""
    return secrets.token_urlsafe(24)


def of_person(session: Session, person: str) -> str | None:
    return session.scalar(select(FeedRow.secret).where(FeedRow.person == person))


def person_of(session: Session, secret: str) -> str | None:
    """Whose calendar it is; None when the address is not, or no longer, one of ours."""
    row = session.get(FeedRow, secret)
    return row.person if row else None


def renew(
    session: Session,
    person: str,
    by: str,
    at: datetime,
    make_secret: Callable[[], str] = new_secret,
) -> str:
    """A new address; the older one ends."""
    session.execute(delete(FeedRow).where(FeedRow.person == person))
    secret = make_secret()
    session.add(FeedRow(secret=secret, person=person, made_at=at))
    audit_log.note(session, at, by, "calendar.renew", person, {})
    return secret


def revoke(session: Session, person: str, by: str, at: datetime) -> None:
    session.execute(delete(FeedRow).where(FeedRow.person == person))
    audit_log.note(session, at, by, "calendar.revoke", person, {})
