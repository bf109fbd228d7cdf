"""How things are shown: local time, masked numbers, minutes and seconds, names of lines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext as _

from routing.numbers import ENDING, LONG, ending
from routing.plan import Plan

CITY = ZoneInfo("Asia/Shanghai")
STARS = "****"


def local(moment: datetime) -> datetime:
    return moment.astimezone(CITY)


def instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def midnight(day: date) -> datetime:
    """When a day of the city begins, as aware UTC."""
    return datetime.combine(day, time(), CITY).astimezone(UTC)


def mask(number: str, area: str) -> str:
    """Enough of a number to recognise it, not enough to dial it.

    >>> mask("13800138000", "0595"), mask("059522770001", "0595"), mask("12345678", "0595")
    ('138****8000', '0595****0001', '****78')
    """
    if not number:
        return str(_("号码隐藏"))
    if number.startswith(area) and len(number) > len(area) + 6:
        return area + STARS + number[-ENDING:]
    if len(number) >= LONG:
        return number[:3] + STARS + ending(number)
    return STARS + ending(number)


def duration(seconds: float | None) -> str:
    """Minutes and seconds: 0:07, 12:47, 1:02:03; a dash when there is nothing to measure."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(rate: float | None) -> str:
    """Without the sign, which the pages set smaller: 91.4; a dash when nothing was measured."""
    if rate is None:
        return "–"
    return "100" if rate >= 1 else f"{rate * 100:.1f}"


def clock(moment: datetime) -> str:
    return local(moment).strftime("%H:%M:%S")


def hour_minute(moment: datetime) -> str:
    return local(moment).strftime("%H:%M")


def day_label(day: date) -> str:
    return str(_("%(month)s月%(day)s日", month=day.month, day=day.day))


def weekday(day: date) -> str:
    names = (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))
    return str(names[day.weekday()])


def weekday_name(day: date) -> str:
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return str(names[day.weekday()])


def day_and_time(moment: datetime, now: datetime) -> str:
    """Today's moments by their time alone, others with their day."""
    when, today = local(moment), local(now).date()
    shown = when.strftime("%H:%M")
    return shown if when.date() == today else f"{when.month}/{when.day} {shown}"


def minutes_of_day(minutes: int) -> str:
    """Of a shift's start or end: 07:00; 23:00; 07:00 again for 31 hours after midnight."""
    hour, minute = divmod(minutes % 1440, 60)
    return f"{hour:02}:{minute:02}"


def line_name(line: str, plan: Plan) -> str:
    """The name of a line; of numbers that no line has, that they have none."""
    names = {each.id: each.name for each in plan.lines}
    return names.get(line) or _("未知线路")


def last_day(first: date, days: int) -> date:
    return first + timedelta(days=days - 1)


def set_up(app: Flask, plan: Plan) -> None:
    app.jinja_env.filters.update(
        mask=lambda number: mask(number, plan.area),
        ending=ending,
        duration=duration,
        percent=percent,
        clock=clock,
        instant=instant,
        day_and_time=day_and_time,
        hour_minute=hour_minute,
        day_label=day_label,
        weekday=weekday,
        weekday_name=weekday_name,
        minutes_of_day=minutes_of_day,
        line_name=lambda line: line_name(line, plan),
        epoch=lambda moment: int(moment.timestamp()),
        iso_day=date.fromisoformat,
        iso=lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        local=local,
    )
