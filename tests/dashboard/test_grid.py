from dataclasses import replace
from datetime import date, timedelta

from dashboard import grid
from dashboard.grid import Count, Cover, Sheet
from scheduler.calendar import DayMark
from scheduler.problem import Absence, Finding, Need, ShiftType
from tests.dashboard.builders import MONDAY, SHIFTS

PEOPLE = (("lin", "林婉如"), ("chen", "陈思远"))


def marks(days: int) -> dict[date, DayMark]:
    return {
        MONDAY + timedelta(days=n): DayMark.WEEKEND if n % 7 > 4 else DayMark.WORKDAY
        for n in range(days)
    }


def sheet(**changes: object) -> Sheet:
    made = Sheet(
        first=MONDAY,
        days=7,
        cells={
            "lin": ("early", "early", "night", None, None, "late", "standby"),
            "chen": (None, None, None, "mid", "mid", None, None),
        },
        people=PEOPLE,
        shifts=SHIFTS,
        marks=marks(7),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def finding(worker: str | None, day: int | None, hard: bool = True, rule: str = "rest") -> Finding:
    return Finding(rule, hard, worker, day, {"zh": "休息不足", "en": "too little rest"})


def test_shifts_take_their_place_in_the_ramp() -> None:
    assert grid.looks(SHIFTS) == {
        "standby": "b",
        "night": "n",
        "early": "e",
        "mid": "m",
        "late": "l",
    }
    assert grid.looks((ShiftType("day", "白", 480, 720),)) == {"day": "e"}


def test_days_show_the_month_where_it_begins() -> None:
    days = grid.build(sheet()).days
    assert [day.label for day in days] == ["9/28", "29", "30", "10/1", "2", "3", "4"]
    assert [day.off for day in days] == [False] * 5 + [True] * 2


def test_fairness_counts_nights_weekends_holidays_and_hours() -> None:
    holidays = marks(7) | {MONDAY: DayMark.HOLIDAY}
    rows = grid.build(sheet(marks=holidays)).rows
    assert [count.value for count in rows[0].fairness] == [1, 1, 1, 32]
    assert [count.value for count in rows[1].fairness] == [0, 0, 0, 16]


def test_counts_far_from_the_mean_are_marked() -> None:
    nights = {"lin": ("night",) * 4 + (None,) * 3, "chen": (None,) * 7}
    rows = grid.build(sheet(cells=nights)).rows
    assert (rows[0].fairness[0], rows[1].fairness[0]) == (Count(4, "hi"), Count(0, "lo"))


def test_cover_is_measured_in_the_worst_hour_of_a_shift() -> None:
    needs = tuple(Need(hour, 1) for hour in range(24))
    cover = {row.shift.id: row.covers[0] for row in grid.build(sheet(needs=needs)).cover}
    day = grid.build(sheet()).days[0]
    assert cover["early"] == Cover(day, 1, 1)
    assert (cover["mid"].state, cover["mid"].on_duty) == ("short", 0)
    assert "standby" not in cover


def test_without_needs_cover_is_a_count() -> None:
    cover = grid.build(sheet()).cover[0].covers[0]
    assert (cover.on_duty, cover.need, cover.state) == (1, None, "")


def test_a_night_covers_the_morning_of_the_next_day() -> None:
    there = grid.on_duty(sheet(cells={"lin": ("night", None)}))
    assert sorted(there) == [23, 24, 25, 26, 27, 28, 29, 30]


def test_findings_stand_in_their_cells_and_in_the_list_hard_ones_first() -> None:
    found = (
        finding("chen", 3, hard=False, rule="wish"),
        replace(finding(None, 2, hard=False, rule="cover"), hour=50),
        replace(finding(None, 2, hard=False, rule="over"), hour=52),
        finding("lin", None, hard=False, rule="hours_off"),
        finding("lin", 5),
        finding("lin", 1),
    )
    made = grid.build(sheet(findings=found))
    assert [(line.shape, line.anchor) for line in made.lines] == [
        ("rule", "c-lin-1"),
        ("rule", "c-lin-5"),
        ("short", ""),
        ("wish", "c-chen-3"),
        ("note", ""),
        ("note", ""),
    ]
    assert made.hard == 2
    assert made.rows[0].cells[1].broken and not made.rows[1].cells[3].broken
    assert made.rows[1].cells[3].findings == (found[0],)


def test_a_hard_rule_that_was_broken_for_its_price_is_neither_a_fault_nor_a_wish() -> None:
    made = grid.build(sheet(findings=(finding("lin", 1, hard=False),)))
    assert [line.shape for line in made.lines] == ["note"] and made.hard == 0


def test_a_finding_outside_the_sheet_is_listed_without_a_place() -> None:
    made = grid.build(sheet(findings=(finding("gone", 1), finding("lin", 40))))
    assert [line.anchor for line in made.lines] == ["", ""]


def test_absent_people_have_a_look_of_their_own_unless_they_work() -> None:
    away = (Absence("lin", 0, 0), Absence("chen", -3, 0))
    rows = grid.build(sheet(absences=away)).rows
    assert (rows[0].cells[0].look, rows[1].cells[0].look) == ("e", "x")


def test_nobody_is_a_grid_too() -> None:
    made = grid.build(sheet(people=(), cells={}))
    assert (made.rows, made.means) == ((), ())
