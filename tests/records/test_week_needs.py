from datetime import date

import pytest
from sqlalchemy.orm import Session

from records import audit_log, week_needs
from records.workbook import Needed
from tests.records.builders import NOON

MONDAY = date(2026, 11, 23)


def test_what_is_set_holds_until_the_forecast_does_again(db: Session) -> None:
    week_needs.put(db, 0, 8, 5, "shi", NOON)
    week_needs.put(db, 0, 8, 6, "shi", NOON)
    week_needs.put(db, 6, 23, 0, "shi", NOON)
    assert week_needs.table(db) == {(0, 8): 6, (6, 23): 0}
    week_needs.put(db, 0, 8, None, "shi", NOON)
    week_needs.put(db, 1, 8, None, "shi", NOON)
    assert week_needs.table(db) == {(6, 23): 0}
    details = [entry.detail for entry in audit_log.entries(db)]
    assert details[1:3] == [{"from": 6, "to": None}, {"from": None, "to": 0}]


def test_every_day_of_the_horizon_has_the_hours_of_its_day_of_the_week() -> None:
    told = week_needs.of_days({(0, 8): 5, (1, 9): 3}, MONDAY, 8)
    assert [(need.day, need.begins, need.ends, need.people) for need in told] == [
        (MONDAY, 8, 9, 5),
        (MONDAY.replace(day=24), 9, 10, 3),
        (MONDAY.replace(day=30), 8, 9, 5),
    ]
    assert isinstance(told[0], Needed) and told[0].qualification is None


@pytest.mark.parametrize(
    ("weekday", "hour", "people"), [(7, 0, 1), (-1, 0, 1), (0, 24, 1), (0, 0, -1), (0, 0, 201)]
)
def test_nonsense_is_refused(db: Session, weekday: int, hour: int, people: int) -> None:
    with pytest.raises(ValueError, match="it must be 0 to"):
        week_needs.put(db, weekday, hour, people, "shi", NOON)
    assert week_needs.table(db) == {}
