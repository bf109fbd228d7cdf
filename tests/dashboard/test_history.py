"""Versions of the roster: who, why, read by whom; compared, taken back."""

from dataclasses import replace

import pytest

from dashboard.deps import EXTENSION
from records import letters, rosters
from records.letters import Way
from records.tables import Person
from tests.dashboard.builders import MONDAY, NOW, TODAY, World, draft, without_tags

FIRST: dict[str, tuple[str | None, ...]] = {"lin": ("early",) * 7, "chen": ("late",) * 7}
SECOND = FIRST | {"lin": ("early",) * 4 + ("night",) * 3}


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


@pytest.fixture
def city(hotline: World) -> World:
    draft(hotline.store, FIRST, publish=True)
    draft(hotline.store, SECOND, publish=True)
    return hotline


def test_the_list_says_who_and_why_and_who_has_not_read_it(city: World) -> None:
    shown = text(city.client("coordinator").text("/roster/history"))
    assert "v2 9月28日 7 天 已发布 施以宁" in shown
    assert "0/1 人 未确认： 林婉如" in shown and "0/2 人 未确认： 陈思远 林婉如" in shown


def test_a_counsellor_reads_what_has_changed_and_says_so(city: World) -> None:
    own = city.client("counsellor")
    page = own.text("/me")
    assert "您的班次有变动" in page and "10月2日 周五 早 → 改为 夜" in text(page)
    answer = own.post("/me/notices", last="3")
    assert answer.status_code == 200 and "变动" not in answer.text
    assert "您的班次有变动" not in own.text("/me")
    shown = text(city.client("supervisor").text("/roster/history"))
    assert "1 人全部" in shown and "1/2 人 未确认： 陈思远" in shown
    assert own.post("/me/notices").status_code == 400


def test_beside_who_has_not_read_it_stands_what_became_of_the_letters(city: World) -> None:
    with city.store.session() as db:
        db.get_one(Person, "lin").email = "lin@example.org"
        letters.address_notices(db, Way.MAIL, NOW)
        letters.address_notices(db, Way.HOOK, NOW)
        by_hook, newest = letters.due(db, Way.HOOK, NOW), letters.due(db, Way.MAIL, NOW)[-1]
        letters.note_sent(db, by_hook[-1].id, NOW)
        letters.note_trouble(db, [by_hook[0].id], NOW, "Connection refused")
        letters.note_refused(db, newest.id, NOW, "550 no such user")
    city.app.extensions[EXTENSION] = replace(city.deps, mail=True)
    shown = text(city.client("coordinator").text("/roster/history"))
    assert "0/1 人 未确认： 林婉如 网络通知已发出 14:32 邮件没有送出：550 no such user" in shown
    chen = "网络通知还没有送出，14:33 再试：Connection refused 没有邮箱"
    assert f"0/2 人 未确认： 陈思远 {chen} 林婉如 网络通知待发 邮件待发" in shown


def test_two_versions_are_compared_cell_by_cell(city: World) -> None:
    shown = text(city.client("coordinator").text("/roster/compare?a=1&b=2"))
    assert "v1 与 v2 的差别" in shown
    assert "林婉如 10月2日 早 → 改为 夜 10月3日 早 → 改为 夜 10月4日 早 → 改为 夜" in shown
    assert "陈思远" not in shown
    same = city.client("coordinator").text("/roster/compare?a=1&b=1")
    assert "共同的日子里没有差别" in same


@pytest.mark.parametrize(("query", "code"), [("a=1", 400), ("a=1&b=x", 400), ("a=1&b=9", 404)])
def test_nonsense_is_not_compared(city: World, query: str, code: int) -> None:
    assert city.client("coordinator").get(f"/roster/compare?{query}").status_code == code


def test_taking_back_needs_a_reason_and_puts_the_older_one_in_force(city: World) -> None:
    board = city.client("coordinator")
    assert "撤回 v2" in board.text("/roster/2/withdraw")
    assert board.post("/roster/2/withdraw", reason="错").status_code == 422
    assert board.post("/roster/2/withdraw", reason="发布错了版本").status_code == 302
    with city.store.read() as db:
        sunday = MONDAY.replace(month=10, day=4)
        assert rosters.published_cells(db, sunday, sunday)[sunday]["lin"] == "early"
    assert city.actions.done == [("duty_changed",)]
    again = board.post("/roster/2/withdraw", reason="发布错了版本")
    assert again.status_code == 409 and "没有发布" in again.text


def test_nobody_on_duty_is_asked_about_twice(hotline: World) -> None:
    draft(hotline.store, FIRST, publish=True)
    board = hotline.client("coordinator")
    asked = board.post("/roster/1/withdraw", reason="发布错了版本")
    assert (
        asked.status_code == 422 and "没有任何排班" in asked.text and "我确认仍要撤回" in asked.text
    )
    assert hotline.actions.done == []
    forced = board.post("/roster/1/withdraw", reason="发布错了版本", forced="yes")
    assert forced.status_code == 302
    with hotline.store.read() as db:
        assert rosters.published_cells(db, TODAY, TODAY) == {}
