"""The people who answer calls: listing, and importing them from a file with all errors at once."""

from __future__ import annotations

import csv
import io
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zipfile import BadZipFile

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import AbsenceRow, Person, WishRow
from routing.plan import Counsellor

COLUMNS = (
    "id",
    "name",
    "site",
    "qualifications",
    "hours_a_week",
    "no_nights",
    "contact",
    "mobile",
    "device",
)
_REQUIRED = ("id", "name", "site")


class ImportErrors(Exception):
    """Everything that is wrong with a file of people; nothing was saved."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(errors))


def people(session: Session, *, active_only: bool = True) -> list[Person]:
    wanted = select(Person).order_by(Person.id)
    return list(session.scalars(wanted.where(Person.active) if active_only else wanted))


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


def read_people_file(data: bytes, name: str) -> list[dict[str, str]]:
    """The rows of a CSV (UTF-8 or GB 18030) or Excel file, by column name.

    Raises ImportErrors when it is neither.
    """
    if name.lower().endswith(".xlsx"):
        return _excel(data, name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [
            {(key or "").strip(): (value or "").strip() for key, value in row.items() if key}
            for row in csv.DictReader(io.StringIO(text))
        ]
    raise ImportErrors([f"{name}: is neither UTF-8 nor GB 18030 text; save it as CSV in UTF-8"])


def _excel(data: bytes, name: str) -> list[dict[str, str]]:
    try:
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise ImportErrors([f"{name}: is not an Excel file ({error}); save it as .xlsx"]) from error
    rows = [["" if v is None else str(v).strip() for v in r] for r in sheet.values]
    if not rows:
        return []
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:] if any(row)]


def import_people(session: Session, rows: Sequence[Mapping[str, str]], sites: set[str]) -> int:
    """Add or change the people of `rows`; returns how many. All of them, or none.

    Raises ImportErrors with a line per fault: the row (the heading is row 1), the value, and
    what would be right.
    """
    errors = list(_faults(rows, sites))
    if errors:
        raise ImportErrors(errors)
    for row in rows:
        _save(session, row)
    return len(rows)


def _faults(rows: Sequence[Mapping[str, str]], sites: set[str]) -> Iterable[str]:
    if not rows:
        yield f"the file has no rows; it must have a heading with {', '.join(COLUMNS)} and people"
        return
    for column in _REQUIRED:
        if column not in rows[0]:
            yield f"row 1: the column {column} is missing; the columns are {', '.join(COLUMNS)}"
    for column in rows[0]:
        if column and column not in COLUMNS:
            yield f"row 1: the column {column!r} is unknown; the columns are {', '.join(COLUMNS)}"
    for person, times in Counter(row.get("id", "") for row in rows).items():
        if times > 1:
            yield f"id {person!r} is in {times} rows; it must be in one"
    for number, row in enumerate(rows, start=2):
        yield from (f"row {number}: {fault}" for fault in _row_faults(row, sites))


def _row_faults(row: Mapping[str, str], sites: set[str]) -> Iterable[str]:
    if row.get("site", "") not in sites:
        yield f"site is {row.get('site', '')!r}; it must be one of {', '.join(sorted(sites))}"
    hours = row.get("hours_a_week") or "40"
    if not (hours.replace(".", "", 1).isdigit() and 0 <= float(hours) <= 168):
        yield f"hours_a_week is {hours!r}; it must be a number from 0 to 168"
    if row.get("no_nights", "").lower() not in _NO | _YES:
        yield f"no_nights is {row['no_nights']!r}; it must be yes or no"
    try:
        _as_counsellor(row)
    except ValueError as error:
        yield str(error)


_YES = {"yes", "true", "1", "是"}
_NO = {"", "no", "false", "0", "否"}


def _qualifications(row: Mapping[str, str]) -> list[str]:
    text = row.get("qualifications", "").replace(";", " ").replace("，", " ").replace(",", " ")
    return sorted(set(text.split()))


def _as_counsellor(row: Mapping[str, str]) -> Counsellor:
    return Counsellor(
        id=row.get("id", ""),
        name=row.get("name", ""),
        site=row.get("site", ""),
        qualifications=frozenset(_qualifications(row)),
        contact=row.get("contact") or None,
        mobile=row.get("mobile") or None,
        device=row.get("device") or "desk",
    )


def _save(session: Session, row: Mapping[str, str]) -> None:
    person = session.get(Person, row["id"])
    if person is None:
        person = Person(id=row["id"], secret=secrets.token_hex(12))
        session.add(person)
    person.name, person.site = row["name"], row["site"]
    person.qualifications = _qualifications(row)
    person.week_minutes = round(float(row.get("hours_a_week") or "40") * 60)
    person.no_nights = row.get("no_nights", "").lower() in _YES
    person.contact, person.mobile = row.get("contact") or None, row.get("mobile") or None
    person.device, person.active = row.get("device") or "desk", True


def absences(session: Session, first: date, last: date) -> list[AbsenceRow]:
    """Absences that touch any day from `first` to `last`."""
    wanted = select(AbsenceRow).where(AbsenceRow.first <= last, AbsenceRow.last >= first)
    return list(session.scalars(wanted.order_by(AbsenceRow.first, AbsenceRow.person)))


def wishes(session: Session, first: date, last: date) -> list[WishRow]:
    """Wishes for days from `first` to `last`."""
    wanted = select(WishRow).where(WishRow.day >= first, WishRow.day <= last)
    return list(session.scalars(wanted.order_by(WishRow.day, WishRow.person)))
