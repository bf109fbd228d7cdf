"""The people who answer calls: listing, and importing them from a file with all errors at once."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
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


def read_people_file(data: bytes, name: str) -> list[dict[str, str]]:
    """The rows of a CSV (UTF-8 or GB 18030) or Excel file, by column name.

    Raises ImportErrors when it is neither.
    """
    table = _excel(data, name) if name.lower().endswith(".xlsx") else _csv(data, name)
    heading, *rows = [[cell.strip() for cell in row] for row in table] or [[]]
    return [dict(zip(heading, [*row, *[""] * len(heading)], strict=False)) for row in rows]


def _csv(data: bytes, name: str) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise ImportErrors([f"{name}: is not a CSV file ({error})"]) from error
    raise ImportErrors([f"{name}: is neither UTF-8 nor GB 18030 text; save it as CSV in UTF-8"])


def _excel(data: bytes, name: str) -> list[list[str]]:
    try:
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        return [[_cell(value) for value in row] for row in sheet.values]
    except (BadZipFile, LookupError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise ImportErrors([f"{name}: is not an Excel file ({error}); save it as .xlsx"]) from error


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a telephone number that Excel took for a quantity
    return "" if value is None else str(value)


def new_secret() -> str:
    """What a telephone registers with: 96 bits."""
    return secrets.token_hex(12)


def import_people(
    session: Session,
    rows: Sequence[Mapping[str, str]],
    sites: set[str],
    make_secret: Callable[[], str] = new_secret,
) -> int:
    """Add or change the people of `rows`; returns how many. All of them, or none.

    Empty rows are skipped. Somebody new gets a secret, with which the telephone registers. Raises
    ImportErrors with a line per fault: the row (the heading is row 1), the value, what is right.
    """
    numbered = {n: row for n, row in enumerate(rows, start=2) if any(row.values())}
    errors = list(_faults(numbered, sites))
    if errors:
        raise ImportErrors(errors)
    for row in numbered.values():
        _save(session, row, make_secret)
    return len(numbered)


def _faults(rows: Mapping[int, Mapping[str, str]], sites: set[str]) -> Iterable[str]:
    if not rows:
        yield f"the file has no rows; it must have a heading with {', '.join(COLUMNS)} and people"
        return
    columns = next(iter(rows.values()))
    for column in _REQUIRED:
        if column not in columns:
            yield f"row 1: the column {column} is missing; the columns are {', '.join(COLUMNS)}"
    for column in columns:
        if column and column not in COLUMNS:
            yield f"row 1: the column {column!r} is unknown; the columns are {', '.join(COLUMNS)}"
    for person, times in Counter(row.get("id", "") for row in rows.values()).items():
        if person and times > 1:
            yield f"id {person!r} is in {times} rows; it must be in one"
    for number, row in rows.items():
        yield from (f"row {number}: {fault}" for fault in _row_faults(row, sites))


def _row_faults(row: Mapping[str, str], sites: set[str]) -> Iterable[str]:
    if row.get("site", "") not in sites:
        yield f"site is {row.get('site', '')!r}; it must be one of {', '.join(sorted(sites))}"
    hours = row.get("hours_a_week") or "40"
    if not (re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", hours) and float(hours) <= 168):
        yield f"hours_a_week is {hours!r}; it must be a number from 0 to 168"
    if row.get("no_nights", "").lower() not in _NO | _YES:
        yield f"no_nights is {row['no_nights']!r}; it must be yes or no"
    yield from _counsellor_faults(row)


def _counsellor_faults(row: Mapping[str, str]) -> Iterable[str]:
    """What the router has to say of each value by itself, and at last of all of them together."""
    values: list[dict[str, Any]] = [{field: row.get(field, "")} for field in ("id", "name")]
    values += [{"qualifications": frozenset({word})} for word in _qualifications(row)]
    values += [{field: row[field]} for field in ("contact", "mobile", "device") if row.get(field)]
    faults = [fault for value in values if (fault := _fault(**(_FAULTLESS | value)))]
    yield from faults
    if not faults and (together := _fault(**_of_counsellor(row))):
        yield together


_FAULTLESS = {"id": "aa", "name": "a", "site": "aa", "mobile": "13800138000"}


def _fault(**values: Any) -> str | None:
    try:
        Counsellor(**values)
    except ValueError as error:
        return str(error)
    return None


_YES = {"yes", "true", "1", "是"}
_NO = {"", "no", "false", "0", "否"}


def _qualifications(row: Mapping[str, str]) -> list[str]:
    text = row.get("qualifications", "").replace(";", " ").replace("，", " ").replace(",", " ")
    return sorted(set(text.split()))


def _of_counsellor(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": row.get("id", ""),
        "name": row.get("name", ""),
        "site": row.get("site", ""),
        "qualifications": frozenset(_qualifications(row)),
        "contact": row.get("contact") or None,
        "mobile": row.get("mobile") or None,
        "device": row.get("device") or "desk",
    }


def _save(session: Session, row: Mapping[str, str], make_secret: Callable[[], str]) -> None:
    person = session.get(Person, row["id"])
    if person is None:
        person = Person(id=row["id"], secret=make_secret())
        session.add(person)
    person.name, person.site = row["name"], row["site"]
    person.qualifications = _qualifications(row)
    person.week_minutes = round(float(row.get("hours_a_week") or "40") * 60)
    person.no_nights = row.get("no_nights", "").lower() in _YES
    person.contact, person.mobile = row.get("contact") or None, row.get("mobile") or None
    person.device, person.active = row.get("device") or "desk", True


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
