from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from records import audit_log, pins, rosters
from scheduler.problem import Roster
from tests.records.builders import NOON

FIRST = NOON.date()
ROSTER = Roster({"lin": ("early", "early", None), "wu": (None, "night", "night")})


def test_a_cell_is_locked_and_unlocked(db: Session) -> None:
    row = rosters.save_draft(db, FIRST, ROSTER, None, None, "wu", NOON)
    for person, index, pinned in (("lin", 1, True), ("lin", 0, True), ("wu", 2, True)):
        pins.set_pin(db, row.id, person, FIRST + timedelta(days=index), pinned, "wu", NOON)
    assert pins.pins_of(row) == [("lin", [0, 1]), ("wu", [2])]
    pins.set_pin(db, row.id, "wu", FIRST + timedelta(days=2), False, "wu", NOON)
    assert pins.pins_of(row) == [("lin", [0, 1])]
    assert audit_log.entries(db)[0].what == "roster.pin"
    with pytest.raises(ValueError, match="it must be from"):
        pins.set_pin(db, row.id, "wu", FIRST + timedelta(days=3), True, "wu", NOON)
