from datetime import date, timedelta

from dashboard.display import midnight
from dashboard.duty import by_hour, rostered, standing_by, turns
from tests.dashboard.builders import MONDAY, NOW, SHIFTS, TODAY

YESTERDAY = TODAY - timedelta(days=1)
CELLS: dict[date, dict[str, str | None]] = {
    YESTERDAY: {"lin": "night", "chen": "early"},
    TODAY: {"chen": "early", "huang": "mid", "wu": "standby", "wang": None},
}


def test_a_night_belongs_to_the_day_it_begins_on_and_runs_into_the_next() -> None:
    all_turns = turns(CELLS, SHIFTS)
    six = midnight(TODAY) + timedelta(hours=6, minutes=59)
    assert set(rostered(all_turns, six)) == {"lin"}
    assert set(rostered(all_turns, six + timedelta(minutes=1))) == {"chen"}


def test_standing_by_is_not_being_on_duty() -> None:
    all_turns = turns(CELLS, SHIFTS)
    assert set(rostered(all_turns, NOW)) == {"chen", "huang"}
    assert set(standing_by(all_turns, NOW)) == {"wu"}


def test_unknown_shifts_and_free_days_are_no_turns() -> None:
    assert turns({MONDAY: {"lin": "gone", "chen": None}}, SHIFTS) == ()


def test_people_by_hour_of_today() -> None:
    found = by_hour(turns(CELLS, SHIFTS), NOW)
    assert found == (1,) * 7 + (1,) * 4 + (2,) * 4 + (1,) * 4 + (0,) * 5
