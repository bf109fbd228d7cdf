from datetime import date

import pytest
from werkzeug.exceptions import BadRequest

from dashboard.address import MOST_DAYS, Period, asked, asked_period
from tests.dashboard.builders import NOW, World

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", Period(date(2026, 9, 3), date(2026, 9, 30))),  # four weeks until today
        ("?last=2026-09-29", Period(date(2026, 9, 2), date(2026, 9, 29))),
        ("?first=2026-09-30", Period(date(2026, 9, 30), date(2026, 9, 30))),
        ("?first=2025-10-01&last=2026-10-01", Period(date(2025, 10, 1), date(2026, 10, 1))),
    ],
)
def test_days_that_are_asked_for(hotline: World, query: str, period: Period) -> None:
    with hotline.app.test_request_context(query):
        assert asked_period(NOW) == period
    assert len(period.days) <= MOST_DAYS


def test_another_usual_period(hotline: World) -> None:
    with hotline.app.test_request_context(""):
        assert asked_period(NOW, usual=MAY) == MAY
    with hotline.app.test_request_context("?first=2026-09-29"):
        assert asked_period(NOW, usual=MAY) == Period(date(2026, 9, 29), date(2026, 9, 30))


@pytest.mark.parametrize(
    "query",
    ["?first=x", "?first=2026-10-01", "?first=2026-02-02&last=2026-02-01", "?first=2025-09-29"],
)
def test_days_that_cannot_be(hotline: World, query: str) -> None:
    with hotline.app.test_request_context(query), pytest.raises(BadRequest):
        asked_period(NOW)


def test_one_of_several_words(hotline: World) -> None:
    with hotline.app.test_request_context("?by=day&of="):
        assert (asked(["day"], "by"), asked(["day"], "of"), asked(["day"], "to")) == (
            "day",
            None,
            None,
        )
        with pytest.raises(BadRequest):
            asked(["hour"], "by")


def test_a_period_begins_and_ends_at_the_city_s_midnight() -> None:
    assert (MAY.begins.isoformat(), MAY.ends.isoformat()) == (
        "2026-04-30T16:00:00+00:00",
        "2026-05-31T16:00:00+00:00",
    )
