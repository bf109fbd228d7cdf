"""What a page is asked for in its address: days, and one of several words. Else BadRequest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import request
from werkzeug.exceptions import BadRequest

from dashboard.display import local, midnight

USUAL_DAYS = 28
MOST_DAYS = 366


@dataclass(frozen=True)
class Period:
    """Days of the city, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        return midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def link(self) -> dict[str, str]:
        """The arguments of an address that is about these days."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat()}


def asked_period(now: datetime, usual: Period | None = None) -> Period:
    """`first` and `last` of the request; the usual one, or four weeks until today, without them.

    Raises BadRequest also when they are the wrong way round, or more than MOST_DAYS.
    """
    first, last = asked_day("first"), asked_day("last")
    if usual is not None and first is None and last is None:
        return usual
    last = last or local(now).date()
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise BadRequest()
    return Period(first, last)


def asked_day(name: str) -> date | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest() from error


def asked(known: Sequence[str], name: str) -> str | None:
    """One of the known words; None where it is left out."""
    text = request.args.get(name)
    if not text:
        return None
    if text not in known:
        raise BadRequest()
    return text


def other_page(number: int) -> dict[str, str | int]:
    """The arguments of another page of the same search."""
    kept = {key: value for key, value in request.args.items() if value and key != "page"}
    return {**kept, "page": number}
