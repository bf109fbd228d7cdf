"""Who had how many nights, weekends, holidays and hours over months. Part of the roster board."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from werkzeug.exceptions import BadRequest

from dashboard import grid
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.grid import Sheet
from dashboard.roster import page
from dashboard.shapes import Bars, bars
from records import people, rosters
from scheduler import calendar

__all__ = ["page"]
MONTHS = (3, 6, 12)
MEASURES = ("nights", "weekends", "holidays", "hours")  # in the order of grid.counts


@dataclass(frozen=True)
class Row:
    """One person's counts, month by month; `total` is set against the mean of all."""

    person: str
    name: str
    months: tuple[int, ...]
    total: int
    mark: str  # hi, lo or nothing, as in the grid


@dataclass(frozen=True)
class Fairness:
    months: tuple[date, ...]
    rows: tuple[Row, ...]
    mean: float
    spread: int


@page.get("/roster/fairness")
def fairness() -> str:
    """What was published, up to the end of a month (?until=YYYY-MM) and for some months before."""
    deps = get_deps()
    measure = request.args.get("measure", MEASURES[0])
    count = request.args.get("months", MONTHS[0], type=int)
    if measure not in MEASURES or count not in MONTHS:
        raise BadRequest()
    months = _months(local(deps.now()).date(), count)
    found = _fairness(deps, months, MEASURES.index(measure))
    return render_template(
        "roster/fairness.html",
        found=found,
        bars=_bars(found),
        measure=measure,
        measures=MEASURES,
        count=count,
        counts=MONTHS,
    )


def _months(today: date, count: int) -> tuple[date, ...]:
    """First days of so many months, the last one this month."""
    last = today.year * 12 + today.month - 1
    return tuple(date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1))


def _fairness(deps: Deps, months: tuple[date, ...], measure: int) -> Fairness:
    with deps.store.read() as db:
        staff = [(each.id, each.name) for each in people.people(db)]
        last = _days_of(months[-1])[-1]
        by_day = rosters.published_cells(db, months[0], last)
    table = [_counted(deps, month, staff, by_day, measure) for month in months]
    rows = tuple((person, name, tuple(month[person] for month in table)) for person, name in staff)
    totals = [sum(counts) for _person, _name, counts in rows]
    mean = sum(totals) / len(totals) if totals else 0.0
    spread = grid.SPREADS[measure] * len(months) ** 0.5
    marked = tuple(
        Row(person, name, counts, sum(counts), grid.mark(sum(counts) - mean, spread))
        for person, name, counts in rows
    )
    return Fairness(months, marked, mean, max(totals, default=0) - min(totals, default=0))


def _days_of(month: date) -> list[date]:
    return [month + timedelta(days=n) for n in range(monthrange(month.year, month.month)[1])]


def _counted(
    deps: Deps,
    month: date,
    staff: list[tuple[str, str]],
    by_day: rosters.Cells,
    measure: int,
) -> dict[str, int]:
    days = _days_of(month)
    sheet = Sheet(
        first=month,
        days=len(days),
        cells={p: tuple(by_day.get(day, {}).get(p) for day in days) for p, _name in staff},
        people=staff,
        shifts=deps.shifts,
        marks=calendar.marks(month, len(days)),
    )
    return {person: counts[measure] for person, counts in grid.counts(sheet).items()}


def _bars(found: Fairness) -> Bars:
    return bars([row.months for row in found.rows], found.mean)
