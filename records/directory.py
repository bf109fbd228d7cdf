"""The referral directory: clinics, police, civil affairs, found by hanzi, pinyin or number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import DirectoryRow

LONGEST = 200  # characters of a field


class Kind(StrEnum):
    CLINIC = "clinic"
    EMERGENCY = "emergency"
    POLICE = "police"
    CIVIL = "civil"  # civil affairs
    OTHER = "other"


class EntryMissing(Exception):
    """There is no such entry, or it was removed."""


@dataclass(frozen=True)
class Entry:
    """One line of the directory. Raises ValueError with the names of all fields that are wrong."""

    kind: Kind
    name: str
    phone: str
    hours: str = ""
    address: str = ""
    remark: str = ""

    def __post_init__(self) -> None:
        wrong = {name for name, value in asdict(self).items() if len(value) > LONGEST}
        if not self.name:
            wrong.add("name")
        if not any(character.isdecimal() for character in self.phone):
            wrong.add("phone")
        if wrong:
            raise ValueError(" ".join(name for name in asdict(self) if name in wrong))


def sound(text: str) -> str:
    """How a name is typed without hanzi: its syllables, then their initials.

    >>> sound("市三院")
    'shisanyuan ssy'
    """
    from pypinyin import Style, lazy_pinyin  # reads its dictionaries, which takes half a second

    initials = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return f"{''.join(lazy_pinyin(text))} {''.join(initials)}".lower()


def search(session: Session, text: str = "", kind: Kind | None = None) -> Sequence[DirectoryRow]:
    """Those in which each word of `text` is found, also by sound; by kind, then by name."""
    wanted = select(DirectoryRow).where(DirectoryRow.removed_at.is_(None))
    if kind is not None:
        wanted = wanted.where(DirectoryRow.kind == kind.value)
    for word in text.replace("\0", "").lower().split():
        wanted = wanted.where(DirectoryRow.found_by.contains(word, autoescape=True))
    order = [each.value for each in Kind]
    return sorted(session.scalars(wanted), key=lambda r: (order.index(r.kind), r.sound, r.id))


def entry(session: Session, number: int) -> DirectoryRow:
    """Raises EntryMissing."""
    row = session.get(DirectoryRow, number)
    if row is None or row.removed_at is not None:
        raise EntryMissing(number)
    return row


def add(session: Session, what: Entry, at: datetime) -> DirectoryRow:
    row = DirectoryRow()
    session.add(row)
    return _written(session, row, what, at)


def change(session: Session, number: int, what: Entry, at: datetime) -> DirectoryRow:
    """Raises EntryMissing."""
    return _written(session, entry(session, number), what, at)


def remove(session: Session, number: int, at: datetime) -> DirectoryRow:
    """It is not found any more; the row stays. Raises EntryMissing."""
    row = entry(session, number)
    row.removed_at = at
    return row


def _written(session: Session, row: DirectoryRow, what: Entry, at: datetime) -> DirectoryRow:
    for name, value in asdict(what).items():
        setattr(row, name, str(value))
    row.sound, row.changed_at = sound(what.name), at
    digits = what.phone.replace("-", "")
    found_by = (what.name, row.sound, what.phone, digits, what.address, what.remark)
    row.found_by = " ".join(found_by).lower()
    session.flush()
    return row
