"""What kind of day a day is in China: public holidays and the working days that make up for them.

The State Council announces them for one year at a time, towards the end of the year before; the
library `chinesecalendar` carries them. Beyond the years that it knows only weekends are told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import chinese_calendar

SUNDAY, FRIDAY = 6, 4  # of date.weekday()


class DayMark(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up"  # a weekend day on which people work


def kind_of_day(day: date, holidays: Callable[[date], DayMark]) -> int:
    """Public holidays count as Sundays, working weekend days as Fridays."""
    found = holidays(day)
    if found is DayMark.HOLIDAY:
        return SUNDAY
    return FRIDAY if found is DayMark.MAKE_UP else day.weekday()


@cache
def mark(day: date) -> DayMark:
    weekend = day.weekday() >= 5
    if not known(day.year):
        return DayMark.WEEKEND if weekend else DayMark.WORKDAY
    if chinese_calendar.is_workday(day):
        return DayMark.MAKE_UP if weekend else DayMark.WORKDAY
    _off, name = chinese_calendar.get_holiday_detail(day)
    return DayMark.HOLIDAY if name else DayMark.WEEKEND


def marks(first: date, days: int) -> dict[date, DayMark]:
    return {day: mark(day) for day in (first + timedelta(days=n) for n in range(days))}


def exceptions(since: date) -> tuple[frozenset[date], frozenset[date]]:
    """Holidays from Monday to Friday, and working days on a weekend, as far as they are known."""
    rest = frozenset(day for day in chinese_calendar.holidays if day >= since and day.weekday() < 5)
    work = frozenset(day for day in chinese_calendar.workdays if day >= since and day.weekday() > 4)
    return rest, work


def known(year: int) -> bool:
    """Whether the holidays of that year were announced when the library was made."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def notice(first: date, days: int) -> dict[str, str] | None:
    """What a page says when the horizon has days whose holidays are not known; None: all known."""
    last = first + timedelta(days=days - 1)
    unknown = [str(year) for year in range(first.year, last.year + 1) if not known(year)]
    if not unknown:
        return None
    return {
        "zh": f"{'、'.join(unknown)} 年的法定节假日安排未知，只按周末计算；"
        "公布后请更新节假日数据（chinesecalendar）。",
        "en": f"The public holidays of {', '.join(unknown)} are not known, only weekends count; "
        "update the holiday data (chinesecalendar) once they are announced.",
    }
