"""Days that the State Council announced, and years that nobody knows yet."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.calendar import DayMark, mark, marks, notice


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 9, 28), DayMark.WORKDAY),
        (date(2026, 9, 6), DayMark.WEEKEND),
        (date(2026, 10, 1), DayMark.HOLIDAY),
        (date(2026, 10, 4), DayMark.HOLIDAY),  # a Sunday within the holiday
        (date(2026, 10, 10), DayMark.MAKE_UP),  # a Saturday on which people work
        (date(2090, 10, 1), DayMark.WEEKEND),  # a Sunday; what else it is nobody knows
        (date(2090, 10, 2), DayMark.WORKDAY),
    ],
)
def test_marks(day: date, kind: DayMark) -> None:
    assert mark(day) is kind


def test_marks_of_a_horizon() -> None:
    kinds = marks(date(2026, 10, 9), 3)
    assert list(kinds.values()) == [DayMark.WORKDAY, DayMark.MAKE_UP, DayMark.WEEKEND]


def test_unknown_years_are_told() -> None:
    assert notice(date(2026, 9, 28), 28) is None
    told = notice(date(2089, 12, 31), 2)
    assert told is not None and "2089、2090" in told["zh"] and "2089, 2090" in told["en"]
