"""The people who answer calls: listing, importing, who comes and goes; their leave and wishes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import audit_log, users
from records.staff_file import YES, PeopleFaults, Row, faults, filled, qualifications
from records.staff_file import ImportErrors as ImportErrors
from records.staff_file import read_people_file as read_people_file
from records.tables import AbsenceRow, Person, WishRow
from routing.plan import Counsellor


def people(session: Session, *, active_only: bool = True) -> list[Person]:
    wanted = select(Person).order_by(Person.id)
    return list(session.scalars(wanted.where(Person.active) if active_only else wanted))


def by_id(session: Session, person: str) -> Person | None:
    return session.get(Person, person)


def counsellors(session: Session) -> tuple[Counsellor, ...]:
    """The legs to compile: everybody who is active."""
    return tuple(_counsellor(person) for person in people(session))


def _counsellor(person: Person) -> Counsellor:
    return Counsellor(
        id=person.id,
        name=person.name,
        site=person.site,
        qualifications=frozenset(person.qualifications),
        contact=person.contact,
        secret=person.secret,
        mobile=person.mobile,
        device=person.device,
    )


def new_secret() -> str:
    """What a telephone registers with: 96 bits."""
    return secrets.token_hex(12)


@dataclass(frozen=True)
class Coming:
    """What importing one row would do. `changes` is column -> (before, after), as in a file."""

    id: str
    name: str
    new: bool
    changes: Mapping[str, tuple[str, str]]


def preview(session: Session, rows: Sequence[Row], sites: Mapping[str, str]) -> list[Coming]:
    """What `import_people` would do; nothing is saved. Raises PeopleFaults as it does."""
    return [_coming(session.get(Person, row["id"]), row) for row in _checked(rows, sites)]


def import_people(
    session: Session,
    rows: Sequence[Row],
    sites: Mapping[str, str],
    make_secret: Callable[[], str] = new_secret,
) -> int:
    """Add or change the people of `rows`; returns how many. All of them, or none.

    `sites` is id -> name. Empty rows are skipped. Somebody new gets a secret, with which the
    telephone registers. Raises PeopleFaults with each fault, its cell and what would be right.
    """
    checked = _checked(rows, sites)
    for row in checked:
        _save(session, row, make_secret)
    return len(checked)


def _checked(rows: Sequence[Row], sites: Mapping[str, str]) -> list[Row]:
    numbered = filled(rows, sites)
    if found := faults(numbered, sites):
        raise PeopleFaults(found)
    return list(numbered.values())


def _coming(person: Person | None, row: Row) -> Coming:
    after = as_row(_fill(Person(id=row["id"], email=person.email if person else None), row))
    before = as_row(person) if person else dict.fromkeys(after, "")
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if person and not person.active:
        changes["active"] = ("no", "yes")
    return Coming(row["id"], row["name"], person is None, changes)


def as_row(person: Person) -> dict[str, str]:
    """As it would stand in a file of people."""
    return {
        "id": person.id,
        "name": person.name,
        "site": person.site,
        "qualifications": " ".join(person.qualifications),
        "hours_a_week": f"{person.week_minutes / 60:g}",
        "no_nights": "yes" if person.no_nights else "",
        "contact": person.contact or "",
        "mobile": person.mobile or "",
        "device": person.device,
        "email": person.email or "",
    }


def _save(session: Session, row: Row, make_secret: Callable[[], str]) -> None:
    person = session.get(Person, row["id"])
    if person is None:
        person = Person(id=row["id"], secret=make_secret())
        session.add(person)
    _fill(person, row).active = True


def _fill(person: Person, row: Row) -> Person:
    person.name, person.site = row["name"], row["site"]
    person.qualifications = qualifications(row)
    person.week_minutes = round(float(row.get("hours_a_week") or "40") * 60)
    person.no_nights = row.get("no_nights", "").lower() in YES
    person.contact, person.mobile = row.get("contact") or None, row.get("mobile") or None
    person.device = row.get("device") or "desk"
    if "email" in row:  # a file of before there was this column takes nobody's address away
        person.email = row["email"] or None
    return person


def renew_secret(session: Session, person: Person, by: str, at: datetime) -> str:
    """A new one, on the record: the telephone that knew the old one registers no more."""
    person.secret = new_secret()
    audit_log.note(session, at, by, "secret.new", person.id, {})
    return person.secret


def set_active(session: Session, person: Person, active: bool, by: str, at: datetime) -> None:
    """Somebody leaves, or comes back, on the record. Who has left signs in no more."""
    person.active = active
    if not active:
        users.leave(session, person.id)
    audit_log.note(session, at, by, "person.active", person.id, {"active": active})


def add_absence(session: Session, person: str, first: date, last: date, reason: str) -> None:
    """Somebody is not there from `first` to `last`, both included."""
    session.add(AbsenceRow(person=person, first=first, last=last, reason=reason))


def add_wish(
    session: Session, person: str, day: date, shift: str | None, want: bool, weight: int
) -> None:
    """Without a shift a free day is wished for."""
    session.add(WishRow(person=person, day=day, shift=shift, want=want, weight=weight))


def absences(session: Session, first: date, last: date) -> list[AbsenceRow]:
    """Absences that touch any day from `first` to `last`."""
    wanted = select(AbsenceRow).where(AbsenceRow.first <= last, AbsenceRow.last >= first)
    return list(session.scalars(wanted.order_by(AbsenceRow.first, AbsenceRow.person)))


def wishes(session: Session, first: date, last: date) -> list[WishRow]:
    """Wishes for days from `first` to `last`."""
    wanted = select(WishRow).where(WishRow.day >= first, WishRow.day <= last)
    return list(session.scalars(wanted.order_by(WishRow.day, WishRow.person)))
