"""The reader of the published format, on an instance of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.audit import audit, objective
from scheduler.check import BadProblem
from scheduler.problem import Limits, Roster, ShiftNeed, Wish
from scheduler.yardstick import parse_instance, read_instance

SMALL = Path(__file__).with_name("small.txt")


def test_every_part_is_read() -> None:
    asked = read_instance(SMALL)
    assert (asked.days, asked.first.weekday()) == (7, 0)
    assert [(s.id, s.minutes, s.not_before) for s in asked.shifts] == [
        ("E", 480, frozenset()),
        ("L", 600, {"E", "X"}),
        ("X", 120, frozenset()),
    ]
    ann, bob = asked.workers
    assert ann.limits == Limits({"E": 7, "L": 2, "X": 0}, 960, 2400, 2, 5, 2, 1)
    assert (ann.fixed, bob.fixed) == ({0: None, 6: None}, {})
    assert asked.wishes == (Wish("A", 1, "L", True, 3), Wish("B", 2, "E", False, 4))
    assert asked.shift_needs[3] == ShiftNeed(5, "E", 2, 100, 1)


def test_the_price_is_the_published_score() -> None:
    """100 for day 0, 4 for B's wish, 200 for day 5."""
    asked = read_instance(SMALL)
    ann, bob = ("-LL----", "--EE---")
    got = _roster(ann, bob)
    assert [f.rule for f in audit(asked, got) if f.hard] == []
    assert objective(asked, got) == 100 + 4 + 200
    assert objective(asked, _roster("--LL---", bob)) == 100 + (100 + 3) + 4 + 200
    assert objective(asked, _roster("-LEE---", bob)) == 100 + (1 + 4) + 200


def _roster(*rows: str) -> Roster:
    cells = (tuple(None if cell == "-" else cell for cell in row) for row in rows)
    return Roster(dict(zip("AB", cells, strict=True)))


def test_mistakes_are_told_all_at_once_with_their_lines() -> None:
    lines = SMALL.read_text(encoding="utf-8").splitlines()
    lines[2] = "seven"
    lines[6] = "E,480.5,"
    lines[11] = "A,E=7|L=x,2400,960,5,2,2,1"
    lines[14] = "Z,0"
    lines[22] = "0,E,1,100"
    lines.append("SECTION_TEA")
    with pytest.raises(BadProblem) as told:
        parse_instance("\n".join(["X,1", *lines]))
    assert told.value.errors == (
        "line 1: 'X,1' stands before the first SECTION_ line",
        "line 4 (SECTION_HORIZON): days is 'seven'; it must be a whole number of 0 or more",
        "line 8 (SECTION_SHIFTS): minutes is '480.5'; it must be a whole number of 0 or more",
        "line 13 (SECTION_STAFF): most of L is 'x'; it must be a whole number of 0 or more",
        "line 24 (SECTION_COVER): '0, E, 1, 100' has too few fields; right is a day, a shift, "
        "people and two prices",
        "line 28: SECTION_TEA is none of SECTION_HORIZON, SECTION_SHIFTS, SECTION_STAFF, "
        "SECTION_DAYS_OFF, SECTION_SHIFT_ON_REQUESTS, SECTION_SHIFT_OFF_REQUESTS, SECTION_COVER",
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("A,0,6", "Z,0", "SECTION_DAYS_OFF: Z is nobody of SECTION_STAFF"),
        ("A,0,6", "A,7", "fixed days of A: day is 7; it must be 0 to 6"),
        ("5,E,2", "5,N,2", "shift need 3: shift of day 5 is 'N'; it must be one of E, L, X"),
        ("SECTION_COVER", "#", "the file: SECTION_COVER is missing or empty"),
        ("B,E=7|L=7", "A,E=7|L=7", "person A is there twice; once is right"),
        ("X,120,", "E,120,", "shift E is there twice; once is right"),
    ],
)
def test_what_fits_no_other_part_is_refused(old: str, new: str, told: str) -> None:
    text = SMALL.read_text(encoding="utf-8")
    with pytest.raises(BadProblem) as error:
        parse_instance(text.replace(old, new, 1))
    assert told in str(error.value)
