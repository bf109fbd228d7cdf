from datetime import date, timedelta

from sqlalchemy.orm import Session

from records import in_force, rosters
from records.tables import RosterRow
from scheduler.problem import Roster
from tests.records.builders import NOON, after

MONDAY = date(2026, 3, 9)


def version(db: Session, first: date, days: int, minutes: int, publish: bool = True) -> RosterRow:
    cells = Roster({"lin": ("early",) * days})
    row = rosters.save_draft(db, first, cells, None, None, "wu", after(60 * minutes))
    if publish:
        rosters.publish(db, row.id, (), "wu", after(60 * minutes))
    return row


def test_the_version_that_came_last_is_in_force_on_its_days(db: Session) -> None:
    version(db, MONDAY, 7, 0)
    version(db, MONDAY + timedelta(days=2), 2, 1)
    version(db, MONDAY, 7, 2, publish=False)
    periods = [in_force.period_of(db, MONDAY + timedelta(days=n)) for n in (-1, 0, 2, 3, 4, 7)]
    middle = (MONDAY + timedelta(days=2), 2)
    assert periods == [None, (MONDAY, 7), middle, middle, (MONDAY, 7), None]


def test_what_came_into_force_since_a_draft_was_made_on_its_days(db: Session) -> None:
    version(db, MONDAY, 7, 0)
    draft = version(db, MONDAY, 7, 1, publish=False)
    later = version(db, MONDAY + timedelta(days=6), 7, 2)
    version(db, MONDAY + timedelta(days=7), 7, 3)
    version(db, MONDAY - timedelta(days=7), 7, 4)
    assert [row.id for row in in_force.published_since(db, draft)] == [later.id]


def test_the_first_day_that_no_version_has(db: Session) -> None:
    assert in_force.day_after_all(db) is None
    version(db, MONDAY, 28, 0, publish=False)
    version(db, MONDAY, 7, 1)
    assert in_force.day_after_all(db) == MONDAY + timedelta(days=28)
    assert NOON.date() < MONDAY
