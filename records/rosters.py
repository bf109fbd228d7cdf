"""Rosters: drafts, publishing (never unaudited), and what is in force on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from records import audit_log, notices
from records.tables import RosterRow
from scheduler.problem import Finding, Roster

LONGEST = 366  # days

Cells = dict[date, dict[str, str]]  # day -> person -> shift id


class RosterMissing(Exception):
    """There is no roster of that number."""


class NotADraft(Exception):
    """The roster is published already; only a draft can be changed or published."""


class NotPublished(Exception):
    """The roster is not in force; there is nothing to take back."""


class NothingLeft(Exception):
    """Without the roster nobody would be on duty on days to come."""

    def __init__(self, days: Sequence[date]) -> None:
        super().__init__(f"no other roster is published for {days[0]} to {days[-1]}")
        self.days = tuple(days)


class Unaudited(Exception):
    """A roster can only be published with what an audit of it has just found."""


class RosterChanged(Exception):
    """Somebody has changed the draft since it was audited."""


class HardFindings(Exception):
    """The audit found broken hard rules, and nobody took it upon themselves by name."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        words = "; ".join(f.message["en"] for f in findings[:5])
        super().__init__(f"{len(findings)} hard rules are broken: {words}")


def save_draft(
    session: Session,
    first: date,
    roster: Roster,
    objective: int | None,
    bound: int | None,
    by: str,
    at: datetime,
    why: str | None = None,
    pins: dict[str, list[int]] | None = None,
) -> RosterRow:
    """Keep a draft under the next version number. Raises ValueError when it is too long."""
    days = max((len(cells) for cells in roster.cells.values()), default=0)
    if days > LONGEST:
        raise ValueError(f"the roster has {days} days; it must have at most {LONGEST}")
    version = (session.scalar(select(func.max(RosterRow.version))) or 0) + 1
    row = RosterRow(
        version=version,
        first=first,
        days=days,
        status="draft",
        cells={person: list(cells) for person, cells in roster.cells.items()},
        objective=objective,
        bound=bound,
        created_by=by,
        created_at=at,
        why=why,
        pins=pins,
    )
    session.add(row)
    session.flush()
    audit_log.note(session, at, by, "roster.draft", f"roster {row.id}", {"version": version})
    return row


def save_audited(
    session: Session,
    first: date,
    roster: Roster,
    findings: Sequence[Finding],
    objective: int,
    by: str,
    at: datetime,
    override_reason: str | None = None,
) -> RosterRow:
    """A draft of a roster that was mended by hand or by repair, given what the audit says of it.

    Raises HardFindings when hard rules are broken and `override_reason` is empty.
    """
    hard = [finding for finding in findings if finding.hard]
    reason = (override_reason or "").strip()
    if hard and not reason:
        raise HardFindings(hard)
    row = save_draft(session, first, roster, objective, None, by, at)
    if hard:
        row.override_by, row.override_reason = by, reason
        detail = {"hard_findings": len(hard), "override_reason": reason}
        audit_log.note(session, at, by, "roster.override", f"roster {row.id}", detail)
    return row


def by_id(session: Session, roster_id: int) -> RosterRow:
    """Raises RosterMissing."""
    row = session.get(RosterRow, roster_id)
    if row is None:
        raise RosterMissing(f"there is no roster {roster_id}; see: main.py roster list")
    return row


def latest_draft(session: Session) -> RosterRow | None:
    wanted = select(RosterRow).where(RosterRow.status == "draft").order_by(RosterRow.version.desc())
    return session.scalar(wanted.limit(1))


def listing(session: Session) -> list[RosterRow]:
    """All rosters, newest first."""
    return list(session.scalars(select(RosterRow).order_by(RosterRow.version.desc())))


def roster_of(row: RosterRow) -> Roster:
    return Roster({person: tuple(cells) for person, cells in row.cells.items()})


def set_cell(
    session: Session,
    roster_id: int,
    person: str,
    day: date,
    shift: str | None,
    by: str,
    at: datetime,
) -> RosterRow:
    """Change one cell of a draft. Raises RosterMissing, NotADraft, ValueError for a day outside."""
    row = the_draft(session, roster_id)
    index = index_of(row, day)
    cells = {name: list(values) for name, values in row.cells.items()}
    values = cells.setdefault(person, [None] * row.days)
    before, values[index] = values[index], shift
    row.cells = cells
    change = {"person": person, "day": day.isoformat(), "from": before, "to": shift}
    audit_log.note(session, at, by, "roster.cell", f"roster {roster_id}", change)
    return row


def the_cell(session: Session, roster_id: int, person: str, day: date) -> str | None:
    """What somebody has in a draft, until this transaction ends. Raises as `set_cell`."""
    row = the_draft(session, roster_id)
    index = index_of(row, day)
    values = row.cells.get(person, [])
    return values[index] if index < len(values) else None


def index_of(row: RosterRow, day: date) -> int:
    """Raises ValueError for a day outside of the roster."""
    index = (day - row.first).days
    if not 0 <= index < row.days:
        last = row.first + timedelta(days=row.days - 1)
        raise ValueError(f"day is {day}; it must be from {row.first} to {last}")
    return index


def publish(
    session: Session,
    roster_id: int,
    findings: Sequence[Finding] | None,
    by: str,
    at: datetime,
    override_reason: str | None = None,
    audited: Roster | None = None,
) -> RosterRow:
    """Put a draft in force, given what the audit found in it just now.

    `audited` is what the audit saw, when that was in an earlier transaction: RosterChanged when the
    draft is another one by now. Raises Unaudited when no audit was made (None), and HardFindings
    when hard rules are broken and `override_reason` is empty; with a reason, `by` answers for it by
    name.
    """
    hold(session)
    row = the_draft(session, roster_id)
    if findings is None:
        raise Unaudited(f"roster {roster_id} was not audited; audit it, then publish it")
    if audited is not None and audited != roster_of(row):
        raise RosterChanged(f"roster {roster_id} was changed meanwhile; look at it again")
    hard = [finding for finding in findings if finding.hard]
    reason = (override_reason or "").strip()
    if hard and not reason:
        raise HardFindings(hard)
    with _told(session, row, at):
        row.status, row.published_by, row.published_at = "published", by, at
        session.flush()
    if hard:
        row.override_by, row.override_reason = by, reason
    detail = {"version": row.version, "hard_findings": len(hard), "override_reason": reason}
    audit_log.note(session, at, by, "roster.publish", f"roster {row.id}", detail)
    return row


@contextmanager
def _told(session: Session, row: RosterRow, at: datetime) -> Iterator[None]:
    """Whoever has other duties after it than before is told."""
    first, last = row.first, row.first + timedelta(days=row.days - 1)
    before = published_cells(session, first, last)
    yield
    after = published_cells(session, first, last)
    notices.tell(session, row.id, notices.changes(before, after, at.date()), at)


def withdraw(
    session: Session, roster_id: int, by: str, at: datetime, reason: str, *, forced: bool = False
) -> RosterRow:
    """Take back what was published: what was in force before is so again.

    Raises RosterMissing, NotPublished, and NothingLeft when days to come would be without any
    roster, unless it is `forced`; the transaction is then to be given up.
    """
    hold(session)
    row = session.get(RosterRow, roster_id, with_for_update=True) or by_id(session, roster_id)
    if row.status != "published":
        raise NotPublished(f"roster {roster_id} is {row.status}; only a published one is in force")
    with _told(session, row, at):
        row.status = "withdrawn"
        session.flush()
    days = [row.first + timedelta(days=n) for n in range(row.days)]
    left = published_cells(session, days[0], days[-1])
    bare = [day for day in days if day >= at.date() and not left.get(day)]
    if bare and not forced:
        raise NothingLeft(bare)
    detail = {"version": row.version, "reason": reason, "days_left_bare": len(bare)}
    audit_log.note(session, at, by, "roster.withdraw", f"roster {row.id}", detail)
    return row


def hold(session: Session) -> None:
    """Until this transaction ends nobody else changes what is in force.

    Whoever reads it to write it anew calls this first. On SQLite a transaction is alone anyway.
    """
    session.scalar(select(RosterRow.id).order_by(RosterRow.id).limit(1).with_for_update())


def the_draft(session: Session, roster_id: int) -> RosterRow:
    """The row, locked: two changes of one draft come one after the other."""
    row = session.get(RosterRow, roster_id, with_for_update=True) or by_id(session, roster_id)
    if row.status != "draft":
        raise NotADraft(f"roster {roster_id} is {row.status}; only a draft can be changed")
    return row


def published_cells(session: Session, first: date, last: date) -> Cells:
    """What is in force from `first` to `last`, both included. The latest version wins a day."""
    found: Cells = {}
    for row in session.scalars(published_versions(first, last)):
        for index in range(row.days):
            day = row.first + timedelta(days=index)
            if first <= day <= last:
                found[day] = {
                    person: cells[index]
                    for person, cells in row.cells.items()
                    if index < len(cells) and cells[index] is not None
                }
    return found


def published_versions(first: date, last: date) -> Select[RosterRow]:
    """Versions that may have days from `first` to `last`, the one that wins at last."""
    return (
        select(RosterRow)
        .where(
            RosterRow.status == "published",
            RosterRow.first <= last,
            RosterRow.first > first - timedelta(days=LONGEST),
        )
        .order_by(RosterRow.published_at, RosterRow.version)
    )
