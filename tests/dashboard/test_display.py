from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import display
from tests.dashboard.builders import NOW, world


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800131234", "138****1234"),
        ("059522774521", "0595****4521"),
        ("05952277452", "0595****7452"),
        ("02155554444", "021****4444"),
        ("12345678", "****78"),
        ("110", "****10"),
    ],
)
def test_numbers_are_masked(number: str, shown: str) -> None:
    assert display.mask(number, "0595") == shown


@given(st.text(alphabet="0123456789", min_size=1, max_size=20))
def test_a_mask_shows_at_most_eight_digits_and_hides_some(number: str) -> None:
    shown = display.mask(number, "0595").replace("*", "")
    assert len(shown) <= min(8, max(2, len(number) - 1))


def test_a_hidden_number_is_called_hidden(tmp_path: Path) -> None:
    with world(tmp_path).app.test_request_context():
        assert display.mask("", "0595") == "号码隐藏"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (-3, "0:00"), (7, "0:07"), (767.9, "12:47"), (3723, "1:02:03")],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert display.duration(seconds) == shown


@pytest.mark.parametrize(
    ("rate", "shown"), [(None, "–"), (0.0, "0.0"), (0.914, "91.4"), (0.9999, "100.0"), (1.0, "100")]
)
def test_percents(rate: float | None, shown: str) -> None:
    assert display.percent(rate) == shown


def test_instants_are_shown_in_the_city_s_time() -> None:
    late = datetime(2026, 9, 30, 16, 5, tzinfo=UTC)
    assert display.clock(late) == "00:05:00"
    assert display.local(late).date() == date(2026, 10, 1)
    assert display.midnight(date(2026, 10, 1)) == datetime(2026, 9, 30, 16, tzinfo=UTC)


def test_other_days_are_named() -> None:
    assert display.day_and_time(NOW, NOW) == "14:32"
    assert display.day_and_time(NOW - timedelta(days=1), NOW) == "9/29 14:32"


def test_the_end_of_a_night_shift_is_a_time_of_day() -> None:
    assert display.minutes_of_day(1380) == "23:00"
    assert display.minutes_of_day(1380 + 480) == "07:00"
