"""The calendar under a secret address: made, renewed and revoked by its owner."""

import re

from icalendar import Calendar

from tests.dashboard.builders import World, draft


def address(page: str) -> str:
    found = re.search(r'value="http://localhost(/calendar/[\w-]+\.ics)"', page)
    assert found is not None
    return found[1]


def test_one_s_own_published_shifts_are_read_by_who_knows_the_address(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early", None, "night"), "chen": ("mid",) * 3}, publish=True)
    own = hotline.client("counsellor")
    assert "现在没有地址" in own.text("/me/calendar")
    made = address(own.post("/me/calendar").text)
    answer = hotline.client().get(made)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [(str(e["summary"]), e.decoded("dtstart").isoformat()) for e in events] == [
        ("林婉如 早班", "2026-09-27T23:00:00+00:00"),
        ("林婉如 夜班", "2026-09-30T15:00:00+00:00"),
    ]


def test_a_renewed_or_revoked_address_ends(hotline: World) -> None:
    own, anybody = hotline.client("counsellor"), hotline.client()
    first = address(own.post("/me/calendar").text)
    second = address(own.post("/me/calendar").text)
    assert first != second
    assert [anybody.get(path).status_code for path in (first, second)] == [404, 200]
    assert "现在没有地址" in own.post("/me/calendar/revoke").text
    assert anybody.get(second).status_code == 404
    assert anybody.get("/calendar/guessed.ics").status_code == 404
