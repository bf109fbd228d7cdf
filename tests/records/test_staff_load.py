from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from records import presences, rosters
from records.spans import Span
from records.staff_load import Load, Worked, load, loads
from records.tables import LegRow, NoteRow
from scheduler.problem import Roster, ShiftType
from tests.records.builders import NOON, after, answered, lost, person

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")
SHIFTS = (
    ShiftType("mid", "中", 11 * 60, 8 * 60),
    ShiftType("standby", "备", 0, 24 * 60, on_call=True, paid=0),
)


def test_of_nobody() -> None:
    assert load([], {}, {}, {}) == {}
    nothing = Load()
    assert (nothing.handle, nothing.occupancy, nothing.adherence) == (None, None, None)


def test_by_hand() -> None:
    found = load(
        [Worked("lin", 600, 60), Worked("lin", 300, 0)],
        {"lin": 2},
        {"lin": [Span(0, 7200)], "wu": [Span(0, 3600)]},
        {"lin": [Span(1800, 9000)]},
    )
    assert found == {
        "lin": Load(2, 2, 900, 60, 7200, 7200, 5400),
        "wu": Load(0, 0, 0, 0, 3600, 0, 0),
    }
    assert found["lin"].handle == 480
    assert found["lin"].occupancy == pytest.approx(960 / 7200)
    assert (found["lin"].adherence, found["wu"].adherence) == (0.75, 0)


def test_from_the_records(db: Session) -> None:
    """From noon to one o'clock: of the shift from eleven to seven, one hour is in it."""
    db.add_all([person("lin"), person("wu")])
    calls = [answered(1, talk=600), answered(2, talk=300), lost(3)]
    db.add_all(calls)
    missed = lost(4)
    missed.legs = [LegRow(person="wu", at=after(250), rang=20, outcome="missed")]
    db.add_all([missed, answered(120), answered(5, kind="test")])
    db.flush()
    for call, written in zip(calls, (after(60 + 10 + 600 + 90), after(9000)), strict=False):
        db.add(NoteRow(call_id=call.id, person="lin", revision=1, submitted_at=written))
    cells: dict[str, tuple[str | None, ...]] = {"lin": ("mid",), "wu": ("standby",)}
    roster = rosters.save_draft(db, date(2026, 3, 2), Roster(cells), None, None, "test", NOON)
    rosters.publish(db, roster.id, (), "test", NOON)
    for minute in range(31):
        presences.note(db, ["lin"], after(60 * minute))
        db.flush()
    assert loads(db, SHIFTS, NOON, NOON + HOUR, ZONE) == {
        "lin": Load(2, 0, 900, 90, 3600, 1800, 1800),
        "wu": Load(missed=1),
    }
