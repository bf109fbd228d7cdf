"""Notices and summaries on their way out: once each, as far as the other side can tell.

A try is on record before it is made, and its end after. Who dies in between tries again later,
under the same identity of the letter (RFC 1047 tells why nobody can do better by SMTP).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from records.tables import LetterRow, NoticeRow, Person

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)  # it doubles with each try
GIVEN_UP = timedelta(days=2)  # after so long it is no news any more
AT_ONCE = 100  # letters


class Way(StrEnum):
    MAIL = "mail"
    HOOK = "hook"


def address_notices(session: Session, way: Way, at: datetime) -> None:
    """A letter for each notice of late that has not been read and has none yet.

    Who has no address gets none. A refused one is made anew for whoever has another address now.
    """
    wanted = (
        select(NoticeRow, Person.email, LetterRow)
        .join(Person, Person.id == NoticeRow.person)
        .outerjoin(LetterRow, (LetterRow.notice_id == NoticeRow.id) & (LetterRow.way == way.value))
        .where(NoticeRow.read_at.is_(None), NoticeRow.told_at >= at - GIVEN_UP, Person.active)
        .where(or_(LetterRow.id.is_(None), LetterRow.failed_at.is_not(None)))
        .order_by(NoticeRow.id)
    )
    for notice, email, letter in session.execute(wanted).all():
        address = "" if way is Way.HOOK else email
        if address is None or (letter is not None and letter.address == address):
            continue
        if letter is not None:
            letter.address, letter.failed_at, letter.trouble = address, None, None
            letter.made_at = letter.due_at = at
            letter.tries = 0
        else:
            session.add(_letter(way, at, address, notice_id=notice.id))


def address_report(session: Session, name: str, addresses: Iterable[str], at: datetime) -> None:
    """A mail with the summary to each address that has none of it yet."""
    there = set(session.scalars(select(LetterRow.address).where(LetterRow.report == name)))
    for address in dict.fromkeys(addresses):
        if address not in there:
            session.add(_letter(Way.MAIL, at, address, report=name))


def _letter(way: Way, at: datetime, address: str, **about: int | str) -> LetterRow:
    return LetterRow(way=way.value, address=address, made_at=at, due_at=at, **about)


def due(session: Session, way: Way, at: datetime) -> list[LetterRow]:
    """Those to be sent now; whoever has read the notice needs no letter."""
    read = exists().where(NoticeRow.id == LetterRow.notice_id, NoticeRow.read_at.is_not(None))
    wanted = (
        select(LetterRow)
        .where(LetterRow.way == way.value, _open(), LetterRow.due_at <= at, ~read)
        .order_by(LetterRow.due_at, LetterRow.id)
    )
    return list(session.scalars(wanted.limit(AT_ONCE)))


def _open() -> ColumnElement[bool]:
    return LetterRow.sent_at.is_(None) & LetterRow.failed_at.is_(None)


def begin(session: Session, letter_id: int, at: datetime) -> None:
    """A try is made now; if nothing more is heard of it, there is another one later."""
    _try(session.get_one(LetterRow, letter_id), at)


def _try(letter: LetterRow, at: datetime) -> None:
    letter.due_at = at + min(FIRST_WAIT * 2**letter.tries, LONGEST_WAIT)
    letter.tries += 1


def note_sent(session: Session, letter_id: int, at: datetime) -> None:
    letter = session.get_one(LetterRow, letter_id)
    letter.sent_at, letter.trouble = at, None


def note_refused(session: Session, letter_id: int, at: datetime, why: str) -> None:
    """The other side will never take it."""
    letter = session.get_one(LetterRow, letter_id)
    letter.failed_at, letter.trouble = at, why


def note_trouble(session: Session, letter_ids: Iterable[int], at: datetime, why: str) -> None:
    """Nothing could be sent: all of these wait, longer each time, and at last are given up."""
    for letter_id in letter_ids:
        letter = session.get_one(LetterRow, letter_id)
        letter.trouble = why
        if letter.due_at <= at:
            _try(letter, at)
        if at - letter.made_at >= GIVEN_UP:
            letter.failed_at = at


def of_notices(session: Session, notices: Iterable[int]) -> dict[int, list[LetterRow]]:
    """Notice -> its letters, by way."""
    wanted = select(LetterRow).where(LetterRow.notice_id.in_(list(notices)))
    found: dict[int, list[LetterRow]] = {}
    for letter in session.scalars(wanted.order_by(LetterRow.way)):
        found.setdefault(letter.notice_id or 0, []).append(letter)
    return found
