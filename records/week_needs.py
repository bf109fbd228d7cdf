"""People needed in hours of the week, where somebody knows better than the forecast."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records import audit_log
from records.tables import WeekNeedRow
from records.workbook import Needed

MOST = 200  # people
HOURS = 24
DAYS = 7

Table = dict[tuple[int, int], int]  # (day of the week from Monday 0, hour) -> people


def table(session: Session) -> Table:
    return {(row.weekday, row.hour): row.people for row in session.scalars(select(WeekNeedRow))}


def put(
    session: Session, weekday: int, hour: int, people: int | None, by: str, at: datetime
) -> None:
    """From now on `people` are needed in that hour of each week; None: what the forecast says.

    Raises ValueError for what is no hour of the week, or no number of people.
    """
    if not (0 <= weekday < DAYS and 0 <= hour < HOURS):
        raise ValueError(f"the hour is {hour} of day {weekday}; it must be 0 to 23 of 0 to 6")
    if people is not None and not 0 <= people <= MOST:
        raise ValueError(f"people is {people}; it must be 0 to {MOST}")
    row = session.get(WeekNeedRow, (weekday, hour))
    before = row.people if row else None
    if people is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(WeekNeedRow(weekday=weekday, hour=hour, people=people))
    else:
        row.people = people
    detail = {"from": before, "to": people}
    audit_log.note(session, at, by, "needs.put", f"needs {weekday}/{hour}", detail)


def of_days(known: Table, first: date, days: int) -> list[Needed]:
    """The same for the days of a horizon."""
    horizon = [first + timedelta(days=n) for n in range(days)]
    return [
        Needed(day, hour, hour + 1, people, None, f"needs of the week, day {weekday}, hour {hour}")
        for day in horizon
        for (weekday, hour), people in sorted(known.items())
        if weekday == day.weekday()
    ]
