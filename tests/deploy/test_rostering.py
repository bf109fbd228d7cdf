"""Needs that were typed in, among those that were forecast."""

from __future__ import annotations

from datetime import date

import pytest

from deploy.rostering import with_typed
from records.workbook import Needed
from scheduler.problem import Need

MONDAY = date(2026, 11, 23)
FORECAST = (Need(8, 2), Need(9, 2), Need(8, 1, "crisis"))


def test_what_was_typed_in_goes_first_for_its_hours_and_qualification() -> None:
    typed = [Needed(MONDAY, 9, 11, 5, None, "needs!A2")]
    assert with_typed(FORECAST, typed, MONDAY, 1) == (
        Need(8, 2),
        Need(8, 1, "crisis"),
        Need(9, 5),
        Need(10, 5),
    )
    assert with_typed(FORECAST, [], MONDAY, 1) == FORECAST


def test_every_day_that_is_not_of_the_roster_is_told() -> None:
    typed = [Needed(date(2026, 11, 24 + n), 0, 24, 1, None, f"needs!A{2 + n}") for n in range(2)]
    with pytest.raises(ValueError, match=r"needs!A2: day is 2026-11-24") as told:
        with_typed(FORECAST, typed, MONDAY, 1)
    assert str(told.value).splitlines() == [
        f"needs!A{row}: day is 2026-11-{day}; it must be 2026-11-23 to 2026-11-23"
        for row, day in ((2, 24), (3, 25))
    ]
