"""Rosters in the forms that people and programs read."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar
from openpyxl import load_workbook

from records.exports import Table, as_calendar, as_csv, as_excel, as_json, table
from scheduler.problem import Roster
from scheduler.sample import DEFAULT_SHIFTS

ZONE = ZoneInfo("Asia/Shanghai")
MADE = datetime(2026, 9, 1, tzinfo=UTC)


def shown() -> Table:
    cells: dict[str, tuple[str | None, ...]] = {"lin": ("early", "night", None)}
    cells["chen"] = (None, "gone", "standby")
    names = {"lin": ("林婉如", "一院"), "chen": ("=1+1", "二院")}
    return table("排班", date(2026, 10, 2), Roster(cells), names, DEFAULT_SHIFTS)


def test_csv_opens_in_excel_and_holds_no_formula() -> None:
    data = as_csv(shown())
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == [
        "工号,姓名,站点,10/2 五,10/3 六,10/4 日,工时,夜班",
        "chen,'=1+1,二院,,,备,0.0,0",
        "lin,林婉如,一院,早,夜,,16.0,1",
    ]


def test_excel_is_the_grid_with_weekends_grey_and_names_as_names() -> None:
    sheet = load_workbook(io.BytesIO(as_excel(shown()))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["工号", "姓名", "站点", "10/2 五", "10/3 六", "10/4 日", "工时", "夜班"]
    assert rows[2] == ["lin", "林婉如", "一院", "早", "夜", None, 16, 1]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    grey = [sheet.cell(2, column).fill.fill_type for column in (4, 5, 6)]
    assert grey == [None, "solid", "solid"]
    assert sheet.freeze_panes == "D2"


def test_json_has_ids_and_names() -> None:
    said = json.loads(as_json(shown()))
    assert (said["first"], said["days"]) == ("2026-10-02", 3)
    assert said["people"][1]["cells"] == ["early", "night", None]
    assert [s["id"] for s in said["shifts"]] == ["early", "night", "standby"]


def test_a_calendar_has_one_event_a_shift_across_midnight_in_utc() -> None:
    read = Calendar.from_ical(as_calendar(shown(), MADE, ZONE))
    events = [
        (str(e["summary"]), e["dtstart"].dt.isoformat(), e["dtend"].dt.isoformat(), str(e["uid"]))
        for e in read.walk("VEVENT")
    ]
    assert events[1:] == [
        (
            "林婉如 早班",
            "2026-10-01T23:00:00+00:00",
            "2026-10-02T07:00:00+00:00",
            "lin-20261002@968908",
        ),
        (
            "林婉如 夜班",
            "2026-10-03T15:00:00+00:00",
            "2026-10-03T23:00:00+00:00",
            "lin-20261003@968908",
        ),
    ]
    assert events[0][0] == "=1+1 备班"
