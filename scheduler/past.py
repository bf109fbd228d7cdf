"""What the months before leave behind: who had more nights, weekends, holidays, hours than others.

An equal share is that of all who were there on the day: whose first shift had been, and who was not
on leave. What is far off counts in part: a debt of half a year is not paid in one month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from scheduler.calendar import DayMark, mark
from scheduler.problem import SATURDAY, Carried, ShiftType, Worker

MOST = 3  # nights, weekend days or holidays that are carried on
MOST_MINUTES = 960  # two shifts
WEEK = 7

ByDay = Mapping[date, Mapping[str, str | None]]  # day -> worker -> shift


def carried(
    workers: Iterable[Worker],
    shifts: Iterable[ShiftType],
    by_day: ByDay,
    away: Mapping[str, frozenset[date]],
) -> dict[str, Carried]:
    """Of the days that had a roster. Those kept from nights have no share of them."""
    known = {shift.id: shift for shift in shifts}
    staff = {worker.id: worker for worker in workers}
    began: dict[str, date] = {}
    for day in sorted(by_day):
        for person, shift in by_day[day].items():
            if shift in known:
                began.setdefault(person, day)
    more = {person: defaultdict[str, float](float) for person in staff}
    for day, cells in by_day.items():
        there = {
            person
            for person in staff
            if person in began and began[person] <= day and day not in away.get(person, ())
        }
        _add_day(more, staff, day, {p: known.get(cells.get(p) or "") for p in there})
    return {person: _rounded(own) for person, own in more.items() if any(own.values())}


def _add_day(
    more: dict[str, defaultdict[str, float]],
    staff: Mapping[str, Worker],
    day: date,
    had: Mapping[str, ShiftType | None],
) -> None:
    duty = {person: shift for person, shift in had.items() if shift and not shift.on_call}
    sharing = [person for person in had if not staff[person].no_nights]
    _share(more, "nights", sharing, [p for p in sharing if p in duty and duty[p].night])
    if day.weekday() >= SATURDAY:
        _share(more, "weekends", list(had), list(duty))
    if mark(day) is DayMark.HOLIDAY:
        _share(more, "holidays", list(had), list(duty))
    for person, shift in had.items():
        worked = shift.work if shift else 0
        more[person]["minutes"] += worked - staff[person].week_minutes / WEEK


def _share(
    more: dict[str, defaultdict[str, float]], what: str, people: list[str], had: list[str]
) -> None:
    for person in people:
        more[person][what] -= len(had) / len(people)
    for person in had:
        more[person][what] += 1


def _rounded(own: Mapping[str, float]) -> Carried:
    def within(what: str, most: int) -> int:
        return max(-most, min(most, round(own.get(what, 0.0))))

    return Carried(
        nights=within("nights", MOST),
        weekends=within("weekends", MOST),
        holidays=within("holidays", MOST),
        minutes=within("minutes", MOST_MINUTES),
    )
