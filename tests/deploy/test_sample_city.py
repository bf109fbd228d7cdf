"""What the sample city begins with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deploy.sample_city.logins import SAMPLE_LOGINS
from deploy.sample_city.seed import COORDINATOR, attended
from routing.plan import Shift

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = 3600


def test_who_was_rostered_before_it_began_was_there() -> None:
    noon = int(NOON.timestamp())
    shifts = [
        Shift("lin", noon - 12 * HOUR, noon - 4 * HOUR, on_call=False),
        Shift("chen", noon - 4 * HOUR, noon + 4 * HOUR, on_call=False),
        Shift("wu", noon - 4 * HOUR, noon + 20 * HOUR, on_call=True),
        Shift("huang", noon, noon + 8 * HOUR, on_call=False),
    ]
    assert [(row.person, row.begun_at, row.seen_at) for row in attended(shifts, NOON)] == [
        ("lin", NOON - timedelta(hours=12), NOON - timedelta(hours=4)),
        ("chen", NOON - timedelta(hours=4), NOON),
    ]


def test_its_roster_is_made_in_the_name_of_somebody_who_can_sign_in() -> None:
    assert (COORDINATOR, "coordinator") in [(login, role) for login, _, role in SAMPLE_LOGINS]
