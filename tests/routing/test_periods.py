"""Which period counts when: local time, days of rest, nights that run past midnight."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.periods import OFFSET, Period, period_at

CHINA = timezone(timedelta(seconds=OFFSET))
FEAST = Period("feast", first="2027-02-05", last="2027-02-11")
NIGHT = Period("night", "22:00", "06:00")
OFFICE = Period("office", "08:00", "17:30", "workdays")
LAZY = Period("lazy", days="restdays")
ALL = (FEAST, NIGHT, OFFICE, LAZY)
HOLIDAY = date(2026, 10, 1)  # a Thursday
MAKE_UP = date(2026, 10, 10)  # a Saturday


def at(text: str) -> str:
    epoch = int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp())
    found = period_at(ALL, epoch, {HOLIDAY}, {MAKE_UP})
    return found.id if found else ""


@pytest.mark.parametrize(
    ("moment", "period"),
    [
        ("2026-11-25T07:59:59", ""),
        ("2026-11-25T08:00", "office"),
        ("2026-11-25T17:29:59", "office"),
        ("2026-11-25T17:30", ""),
        ("2026-11-25T22:00", "night"),
        ("2026-11-26T00:00", "night"),
        ("2026-11-26T05:59:59", "night"),
        ("2026-11-28T12:00", "lazy"),  # a Saturday
        ("2026-10-01T12:00", "lazy"),
        ("2026-10-10T12:00", "office"),
        ("2027-02-04T23:59:59", "night"),
        ("2027-02-05T00:00", "feast"),
        ("2027-02-11T23:59:59", "feast"),
        ("2027-02-12T00:00", "night"),
    ],
)
def test_the_first_period_that_holds_counts(moment: str, period: str) -> None:
    assert at(moment) == period


@given(st.integers(0, 2**32), st.integers(0, 86399), st.integers(0, 86399))
def test_a_period_and_its_complement_share_the_day(epoch: int, begins: int, ends: int) -> None:
    first, second = (f"{n // 3600:02}:{n // 60 % 60:02}" for n in (begins, ends))
    if first != second:
        inside = period_at([Period("one", first, second)], epoch)
        outside = period_at([Period("other", second, first)], epoch)
        assert (inside is None) != (outside is None)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"id": "N"}, "period id is 'N'; it must be 2-16 of a-z and 0-9, a letter first"),
        ({"begins": "24:30"}, "period begins is '24:30'; it must be a time such as 07:30"),
        ({"ends": "00:00"}, "period ends is '00:00'; it must be another time than begins"),
        ({"days": "sunday"}, "period days is 'sunday'; it must be one of all, workdays, restdays"),
        ({"first": "2027-2-5"}, "period first is '2027-2-5'; it must be a date such as"),
        ({"first": "2027-02-05"}, "period last is ''; it must be a date that is not before first"),
        ({"first": "2027-02-05", "last": "2027-02-04"}, "period last is '2027-02-04'; it must be"),
    ],
)
def test_what_is_wrong_cannot_be_constructed(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Period(**{"id": "sound", **wrong})  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)
