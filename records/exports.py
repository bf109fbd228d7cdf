"""A roster as Excel, CSV, JSON or iCalendar. Pure: rows in, bytes out."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from icalendar import Calendar, Event
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from records.sheets import Cell, csv_bytes
from scheduler.problem import Roster, ShiftType

FREE = ""
_WEEK = "一二三四五六日"
_WEEKEND = PatternFill("solid", fgColor="EEEEEE")


@dataclass(frozen=True)
class Row:
    person: str
    name: str
    site: str
    shifts: tuple[ShiftType | None, ...]

    @property
    def hours(self) -> float:
        return sum(shift.work for shift in self.shifts if shift) / 60

    @property
    def nights(self) -> int:
        return sum(shift.night for shift in self.shifts if shift)


@dataclass(frozen=True)
class Table:
    """A roster with the names that people know."""

    title: str
    first: date
    rows: tuple[Row, ...]

    @property
    def days(self) -> list[date]:
        count = max((len(row.shifts) for row in self.rows), default=0)
        return [self.first + timedelta(days=n) for n in range(count)]


def table(
    title: str,
    first: date,
    roster: Roster,
    names: dict[str, tuple[str, str]],
    shifts: tuple[ShiftType, ...],
) -> Table:
    """`names` is person -> (name, site); a shift that is no longer known is a free day."""
    known = {shift.id: shift for shift in shifts}
    rows = (
        Row(person, *names.get(person, (person, "")), tuple(known.get(c or "") for c in cells))
        for person, cells in sorted(roster.cells.items())
    )
    return Table(title, first, tuple(rows))


def _heading(shown: Table) -> list[Cell]:
    days = [f"{day.month}/{day.day} {_WEEK[day.weekday()]}" for day in shown.days]
    return ["工号", "姓名", "站点", *days, "工时", "夜班"]


def _lines(shown: Table) -> Iterator[list[Cell]]:
    for row in shown.rows:
        cells: list[Cell] = [shift.name if shift else FREE for shift in row.shifts]
        yield [row.person, row.name, row.site, *cells, row.hours, row.nights]


def as_csv(shown: Table) -> bytes:
    """UTF-8 with a mark, so that Excel opens it rightly; no cell is taken for a formula."""
    return csv_bytes([_heading(shown), *_lines(shown)])


def as_excel(shown: Table) -> bytes:
    """The staff × day grid that a hospital's 排班表 is: weekends grey, hours and nights summed."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "排班表"
    weekend = [day.weekday() >= 5 for day in shown.days]
    for number, line in enumerate([_heading(shown), *_lines(shown)], start=1):
        for column, value in enumerate(line, start=1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with = is a name
            cell.alignment = Alignment(horizontal="left" if column < 4 else "center")
            if number == 1:
                cell.font = Font(bold=True)
            if 0 <= column - 4 < len(weekend) and weekend[column - 4]:
                cell.fill = _WEEKEND
    sheet.freeze_panes = "D2"
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:C"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(shown: Table) -> bytes:
    shifts = {s.id: s for row in shown.rows for s in row.shifts if s}
    return json.dumps(
        {
            "title": shown.title,
            "first": shown.first.isoformat(),
            "days": len(shown.days),
            "shifts": [
                {"id": s.id, "name": s.name, "start": s.start, "minutes": s.minutes}
                for _, s in sorted(shifts.items())
            ],
            "people": [
                {
                    "id": row.person,
                    "name": row.name,
                    "site": row.site,
                    "cells": [shift.id if shift else None for shift in row.shifts],
                }
                for row in shown.rows
            ],
        },
        ensure_ascii=False,
        indent=1,
    ).encode("utf-8")


def as_calendar(shown: Table, made: datetime, zone: tzinfo) -> bytes:
    """RFC 5545: one event a shift, in UTC, with an id that stays the same from export to export."""
    calendar = Calendar()
    calendar.add("prodid", "-//968908//roster//ZH")
    calendar.add("version", "2.0")
    for row in shown.rows:
        for day, shift in zip(shown.days, row.shifts, strict=False):
            if shift is None:
                continue
            begin = datetime.combine(day, time(), zone) + timedelta(minutes=shift.start)
            event = Event()
            event.add("uid", f"{row.person}-{day:%Y%m%d}@968908")
            event.add("dtstamp", made.astimezone(UTC))
            event.add("dtstart", begin.astimezone(UTC))
            event.add("dtend", (begin + timedelta(minutes=shift.minutes)).astimezone(UTC))
            event.add("summary", f"{row.name} {shift.name}班")
            calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found
