"""The roster's people in a real browser: a sickness mended, a swap to its end."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from records import planning, rosters, users
from scheduler.problem import Roster, Rules
from scheduler.repaired import Alternative, Move, Repaired
from tests.browser.conftest import enter
from tests.browser.server import Served
from tests.dashboard.builders import MONDAY, SHIFTS, World, draft

WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", "early", "early", None, None, None),
    "chen": ("late", "late", "late", None, "late", None, None),
    "huang": (None, None, None, None, None, "mid", None),
}


@contextmanager
def telephone_of(browser: Browser, served: Served, hotline: World, login: str) -> Iterator[Page]:
    """Somebody's own page at the width of a telephone."""
    context = browser.new_context(
        base_url=served.address,
        locale="zh-CN",
        timezone_id="UTC",
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    enter(page, hotline, login, "/me")
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_two_people_swap_and_the_roster_follows(
    browser: Browser, served: Served, page: Page, hotline: World
) -> None:
    with hotline.store.session() as db:
        users.add_user(db, "huang", "黄雅萍", "counsellor", "-", "huang")
    draft(hotline.store, WEEK, publish=True)
    with telephone_of(browser, served, hotline, "counsellor") as lin:
        lin.locator(".turns").get_by_role("link", name="换班").click()
        lin.locator("li", has_text="黄雅萍").get_by_role("link", name="换别的日子").click()
        lin.locator("li", has_text="10月3日").get_by_role("button", name="提出对换").click()
        expect(lin.locator("#p-exchanges")).to_contain_text("等对方回复")
    with telephone_of(browser, served, hotline, "huang") as huang:
        huang.get_by_role("button", name="同意", exact=True).click()
        expect(huang.locator("#p-exchanges")).to_contain_text("待排班员审批")
    enter(page, hotline, "coordinator", "/roster/requests")
    expect(page.locator("#deal-1")).to_contain_text("不违反规则")
    page.get_by_role("button", name="批准并生效").click()
    expect(page.locator(".requests")).to_contain_text("已生效")
    with hotline.store.read() as db:
        thursday, saturday = (MONDAY.replace(month=10, day=day) for day in (1, 3))
        by_day = rosters.published_cells(db, MONDAY, saturday)
        assert by_day[thursday] == {"huang": "early"} and by_day[saturday] == {"lin": "mid"}
    assert hotline.actions.done == [("duty_changed",)]
    with telephone_of(browser, served, hotline, "huang") as huang:
        expect(huang.locator("#p-notices")).to_contain_text("10月1日")
        huang.get_by_role("button", name="我已看到").click()
        expect(huang.locator("#p-notices")).to_be_hidden()


def test_a_cell_is_explained_by_keyboard(page: Page, hotline: World) -> None:
    draft(hotline.store, WEEK)
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-1").click()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("没有这一班会怎样")
    expect(dialog.get_by_role("button", name="关闭")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#c-lin-1")).to_be_focused()


def test_two_cells_exchange_their_shifts_by_dragging(page: Page, hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-3").drag_to(page.locator("#c-huang-3"))
    expect(page.locator("#c-huang-3")).to_have_attribute("data-shift", "early")
    expect(page.locator("#c-lin-3")).to_have_attribute("data-shift", "")
    page.keyboard.press("Control+z")
    expect(page.locator("#c-huang-3")).to_have_attribute("data-shift", "")
    with hotline.store.read() as db:
        assert rosters.by_id(db, roster).cells["lin"][3] is None


def test_a_cell_is_locked_by_keyboard(page: Page, hotline: World) -> None:
    draft(hotline.store, WEEK)
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-1").click()
    page.keyboard.press("Space")
    expect(page.locator("#c-lin-1")).to_have_class("e lock sel")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#c-lin-2")).to_be_focused()


def test_a_sickness_is_mended_by_choosing_one_of_the_ways(page: Page, hotline: World) -> None:
    draft(hotline.store, WEEK, publish=True)
    with hotline.store.read() as db:
        problem = planning.problem_for(db, MONDAY, 7, SHIFTS, (), Rules())
    moves = (Move("huang", 3, None, "early"),)
    way = Alternative(Roster({}), moves, ("huang",), 0, 0, 0, 12, (), True)
    hotline.actions.mended = Repaired(problem, (way,))
    enter(page, hotline, "coordinator", f"/roster?first={MONDAY}")
    page.get_by_role("link", name="病假").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("谁").select_option("lin")
    dialog.get_by_label("从").fill("2026-10-01")
    dialog.get_by_label("到（含）").fill("2026-10-01")
    dialog.get_by_role("button", name="找替班办法").click()
    expect(dialog).to_contain_text("牵动 1 人 1 个班")
    page.keyboard.press("Enter")
    expect(page.locator(".plan")).to_contain_text("草稿")
    expect(page.locator("#c-huang-3")).to_have_attribute("data-shift", "early")
    expect(page.locator("#c-lin-3")).to_have_text("假")


@pytest.mark.parametrize("path", ["/me", "/me/exchange?day=2026-10-01"])
def test_one_s_own_pages_fit_a_telephone(page: Page, hotline: World, path: str) -> None:
    draft(hotline.store, WEEK, publish=True)
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, hotline, "counsellor", path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
