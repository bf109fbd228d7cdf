"""Times at which calls go another way: nights, office hours, public holidays.

The first period that holds at an instant is the one that counts. Its twin in Asterisk is
`routing/asterisk/dialplan/periods.py`; `tests/telephone/test_periods.py` holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OFFSET = 8 * 3600  # seconds that local time is ahead of UTC; China has one time, summer and winter
DAY = 86400
EPOCH = date(1970, 1, 1)
WEEKEND = 5  # of date.weekday()
_DAYS = ("all", "workdays", "restdays")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9]{1,15}")


@dataclass(frozen=True)
class Period:
    """From `begins` to `ends` (local time; past midnight when it ends earlier than it begins).

    `days`: "all", "workdays" or "restdays" (weekends and public holidays, without the working days
    that make up for them); `first` and `last`: dates, both included, or "" for always. After
    midnight a night belongs to the new day.
    """

    id: str
    begins: str = "00:00"
    ends: str = "24:00"
    days: str = "all"
    first: str = ""
    last: str = ""
    greeting: str = ""  # what is said instead of the usual greeting; "": the usual one
    on_call_at_once: bool = False  # the on-call staff ring as soon as nobody on duty picks up

    def __post_init__(self) -> None:
        _require(bool(_ID.fullmatch(self.id)), "id", self.id, "2-16 of a-z and 0-9, a letter first")
        for name in ("begins", "ends"):
            value = getattr(self, name)
            _require(bool(_TIME.fullmatch(value)), name, value, "a time such as 07:30, up to 24:00")
        _require(self.begins != self.ends, "ends", self.ends, "another time than begins")
        _require(self.days in _DAYS, "days", self.days, f"one of {', '.join(_DAYS)}")
        for name in ("first", "last"):
            value = getattr(self, name)
            _require(value == "" or _is_date(value), name, value, "a date such as 2027-02-16")
        _require(
            (self.first == "") == (self.last == "") and self.first <= self.last,
            "last",
            self.last,
            "a date that is not before first, where first is given, and only there",
        )

    @property
    def seconds(self) -> tuple[int, int]:
        """Its begin and end in seconds after midnight; the end may come before the begin."""
        return _seconds(self.begins), _seconds(self.ends)

    @property
    def prompt(self) -> str:
        """The file of its greeting."""
        return f"greeting-{self.id}"


def day_number(day: date) -> int:
    """Days since 1970-01-01, as Asterisk counts them."""
    return (day - EPOCH).days


def holds(period: Period, local: datetime, *, rest: bool) -> bool:
    """Whether it holds at a local time, on a day of rest or not."""
    second = local.hour * 3600 + local.minute * 60 + local.second
    begins, ends = period.seconds
    inside = begins <= second < ends if begins < ends else second >= begins or second < ends
    day = local.date().isoformat()
    in_time = not period.first or period.first <= day <= period.last
    return inside and in_time and (period.days == "all" or (period.days == "restdays") == rest)


def period_at(
    periods: Sequence[Period],
    epoch: int,
    rest_days: Collection[date] = (),
    make_up_days: Collection[date] = (),
) -> Period | None:
    """The period that counts at an instant (epoch seconds); None when there is none.

    `rest_days`: holidays that fall on a working day of the week; `make_up_days`: days of a weekend
    on which people work.
    """
    local = datetime.fromtimestamp(epoch, UTC) + timedelta(seconds=OFFSET)
    day = local.date()
    rest = day in rest_days or (day.weekday() >= WEEKEND and day not in make_up_days)
    return next((period for period in periods if holds(period, local, rest=rest)), None)


def _seconds(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _require(good: bool, name: str, value: object, right: str) -> None:
    if not good:
        raise ValueError(f"period {name} is {value!r}; it must be {right}")
