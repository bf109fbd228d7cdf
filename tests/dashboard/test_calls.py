import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from records.tables import LegRow
from tests.dashboard.builders import NOW, World, call_row, without_tags


def add(hotline: World, *rows: object) -> None:
    with hotline.store.session() as db:
        db.add_all(rows)


def listed(page: str) -> int:
    return len(re.findall(r"<tr data-row", page))


def test_a_call_is_listed_with_masked_number_wait_and_length(hotline: World) -> None:
    add(hotline, call_row(1))
    text = " ".join(without_tags(hotline.client("supervisor").text("/calls")).split())
    assert "09-30 12:31 :08 138****1234 晋江线 已接听 林婉如 0:20 10:00 普通 呼入" in text
    assert "13800131234" not in hotline.client("supervisor").text("/calls")


def test_missed_rings_are_told(hotline: World) -> None:
    row = call_row(1)
    row.legs = [LegRow(person="chen", at=NOW, rang=20, outcome="missed", own_site=False)]
    add(hotline, row)
    assert "陈思远 20 秒未接" in without_tags(hotline.client("supervisor").text("/calls"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("?first=2026-09-30&last=2026-09-30", 3),
        ("?last=2026-09-29", 1),
        ("?line=shishi", 1),
        ("?person=chen", 1),
        ("?outcome=abandoned", 1),
        ("?kind=test", 1),
        ("?digits=5678", 1),
        ("?digits=99", 0),
    ],
)
def test_filters(hotline: World, query: str, found: int) -> None:
    add(
        hotline,
        call_row(1, line="shishi", caller="059522775678"),
        call_row(2, person="chen"),
        call_row(3, outcome="abandoned", answered_at=None, person=None),
        call_row(4, arrived_at=NOW - timedelta(days=1), kind="test"),
    )
    page = hotline.client("supervisor").text(f"/calls{query}")
    assert listed(page) == found


@pytest.mark.parametrize(
    "query",
    [
        "first=x",
        "outcome=x",
        "kind=x",
        "digits=八",
        "digits=05678",
        "digits=%",
        "hour=24",
        "site=x",
        "origin=x",
        "level=x",
    ],
)
def test_nonsense_is_refused(hotline: World, query: str) -> None:
    assert hotline.client("supervisor").get(f"/calls?{query}").status_code == 400


def test_a_counsellor_sees_own_calls_whatever_is_asked(hotline: World) -> None:
    add(hotline, call_row(1), call_row(2, person="chen"))
    browser = hotline.client("counsellor")
    assert listed(browser.text("/calls")) == 1
    assert listed(browser.text("/calls?person=chen")) == 1
    assert 'name="person"' not in browser.text("/calls")


def test_a_counsellor_without_a_person_sees_nothing(hotline: World) -> None:
    from records import users

    add(hotline, call_row(1, person=None))
    with hotline.store.session() as db:
        user = users.by_login(db, "counsellor")
        assert user is not None
        user.person_id = None
    assert listed(hotline.client("counsellor").text("/calls")) == 0


def test_pages_keep_the_search(hotline: World) -> None:
    add(hotline, *(call_row(n) for n in range(120)))
    browser = hotline.client("supervisor")
    first = browser.text("/calls?line=jinjiang")
    assert listed(first) == 50 and 'href="/calls?line=jinjiang&amp;page=2"' in first
    last = browser.text("/calls?line=jinjiang&page=3")
    assert listed(last) == 20 and 'rel="next"' not in last


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(hotline: World, rows: int) -> None:
    for n in range(rows):
        row = call_row(n)
        row.legs = [LegRow(person="chen", at=NOW, rang=20, outcome="missed", own_site=False)]
        add(hotline, row)
    browser = hotline.client("supervisor")
    counted: list[str] = []
    event.listen(hotline.store.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    browser.text("/calls")
    assert len(counted) == 6
