import re
from datetime import timedelta

import pytest

from records import audit_log
from tests.dashboard.builders import NOW, World, without_tags


def note(hotline: World, who: str, what: str, thing: str, days: int = 0, **detail: object) -> None:
    with hotline.store.session() as db:
        audit_log.note(db, NOW - timedelta(days=days), who, what, thing, detail)


def listed(page: str) -> int:
    return len(re.findall(r"<tr data-row", page))


def test_entries_are_told_in_words(hotline: World) -> None:
    note(hotline, "zeng", "unmask", "call 7", reason="家属报警，需要回拨")
    note(hotline, "shi", "roster.override", "roster 2", hard_findings=3, override_reason="台风")
    text = " ".join(without_tags(hotline.client("administrator").text("/admin/audit")).split())
    assert "2026-09-30 14:32:08 zeng 查看号码 这通来电 7 理由 家属报警，需要回拨" in text
    assert "shi 违规仍保存排班 排班 2 违规 3 理由 台风" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?who=zeng", 2),
        ("?what=mark", 1),
        ("?object=call 7", 2),
        ("?first=2026-09-30", 2),
        ("?last=2026-09-29", 1),
    ],
)
def test_filters(hotline: World, query: str, found: int) -> None:
    note(hotline, "zeng", "unmask", "call 7")
    note(hotline, "zeng", "mark", "call 7", days=1)
    note(hotline, "shi", "roster.publish", "roster 2")
    assert listed(hotline.client("administrator").text(f"/admin/audit{query}")) == found


@pytest.mark.parametrize("query", ["who=eve", "what=x", "first=x", "object=%00"])
def test_nonsense_is_refused(hotline: World, query: str) -> None:
    assert hotline.client("administrator").get(f"/admin/audit?{query}").status_code == 400


def test_pages_keep_the_search(hotline: World) -> None:
    for number in range(130):
        note(hotline, "zeng", "mark", f"call {number}")
    browser = hotline.client("administrator")
    first = browser.text("/admin/audit?who=zeng")
    assert listed(first) == 100 and 'href="/admin/audit?who=zeng&amp;page=2"' in first
    assert listed(browser.text("/admin/audit?who=zeng&page=2")) == 30
