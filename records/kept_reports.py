"""Summaries that were made at the end of each week and month: files in a folder of their owner's.

What should be there and is not is made: a run that was missed is made up for by the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

NAME = re.compile(r"summary-\d{4}-(\d{2}|W\d{2})\.xlsx", re.ASCII)
ONE_DAY = timedelta(days=1)
WEEKS, MONTHS = 8, 12  # so far back a missed run is made up for


@dataclass(frozen=True)
class Due:
    """A period that is over, both days included, and the name of its file."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Kept:
    name: str
    made_at: datetime
    size: int  # bytes


def due(today: date, since: date) -> list[Due]:
    """Weeks (ISO 8601) and months that ended before `today` and have days from `since` on."""
    found = [*_weeks(today), *_months(today)]
    return [each for each in found if each.last >= since]


def _weeks(today: date) -> Iterator[Due]:
    monday = today - timedelta(days=today.weekday())
    for back in range(1, WEEKS + 1):
        yield _week(monday - timedelta(weeks=back))


def _week(first: date) -> Due:
    year, week, _day = first.isocalendar()
    return Due(f"summary-{year}-W{week:02}.xlsx", first, first + timedelta(days=6))


def _months(today: date) -> Iterator[Due]:
    last = today.replace(day=1) - timedelta(days=1)
    for _back in range(MONTHS):
        first = last.replace(day=1)
        yield Due(f"summary-{first:%Y-%m}.xlsx", first, last)
        last = first - timedelta(days=1)


def period_of(name: str) -> Due:
    """Raises ValueError for what is no name of a summary."""
    found = re.fullmatch(r"summary-(\d{4})-(W?)(\d{2})\.xlsx", name, re.ASCII)
    if found is None:
        raise ValueError(f"{name!r} is no summary; its name must be like summary-2026-W39.xlsx")
    year, which = int(found[1]), int(found[3])
    if found[2]:
        return _week(date.fromisocalendar(year, which, 1))
    return Due(name, date(year, which, 1), date(year + which // 12, which % 12 + 1, 1) - ONE_DAY)


def listing(folder: Path) -> list[Kept]:
    """The newest first; of the same instant, by name."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if NAME.fullmatch(path.name)]
    kept = [_kept(path) for path in found]
    return sorted(kept, key=lambda each: (each.made_at, each.name), reverse=True)


def _kept(path: Path) -> Kept:
    facts = path.stat()
    return Kept(path.name, datetime.fromtimestamp(facts.st_mtime, UTC), facts.st_size)


def read(folder: Path, name: str) -> bytes | None:
    """None when there is no such report."""
    path = folder / name
    return path.read_bytes() if NAME.fullmatch(name) and path.is_file() else None


def keep(folder: Path, name: str, data: bytes) -> None:
    """Whole or not at all; nobody but its owner reads it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}"
    draft.touch(mode=0o600)
    draft.write_bytes(data)
    draft.replace(folder / name)
