"""The roster's people in a real browser: a sickness mended, a swap to its end."""

import pytest
from playwright.sync_api import Page, expect

from records import rosters
from tests.browser.conftest import enter
from tests.dashboard.builders import World, draft

WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", "early", "early", None, None, None),
    "chen": ("late", "late", "late", None, "late", None, None),
    "huang": (None, None, None, None, None, "mid", None),
}


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


def saved(hotline: World, roster: int, person: str) -> list[str | None]:
    with hotline.store.read() as db:
        return list(rosters.by_id(db, roster).cells[person])


def test_an_edit_shows_what_it_would_do_before_it_is_saved(page: Page, hotline: World) -> None:
    row = ("early", "early", None, None, None, None, None)
    roster = draft(hotline.store, {"lin": row, "huang": ("late",) * 7})
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-1").click()
    page.keyboard.press("ArrowRight")
    night = page.locator("#effects li:has(kbd:text-is('4'))")
    expect(night).to_contain_text("夜班 0→1")
    expect(page.locator("#effects-sum")).to_contain_text("林婉如 9月30日")
    assert saved(hotline, roster, "lin") == list(row)
    page.keyboard.press("4")
    expect(page.locator("#c-lin-2")).to_have_attribute("data-shift", "night")
    expect(page.locator("#effects li:has(kbd:text-is('0'))")).to_contain_text("夜班 1→0")
    assert saved(hotline, roster, "lin") == ["early", "early", "night", None, None, None, None]


def test_a_page_begins_with_its_chosen_cell_and_forgets_a_choice_that_is_gone(
    page: Page, hotline: World
) -> None:
    draft(hotline.store, WEEK)
    enter(page, hotline, "coordinator", "/roster")
    expect(page.locator("#effects-sum")).to_contain_text("陈思远 9月28日")
    page.evaluate("document.dispatchEvent(new CustomEvent('roster:chosen', { detail: null }))")
    expect(page.locator("#effects")).to_be_empty()
    expect(page.locator("#effects-sum")).to_be_empty()


@pytest.mark.parametrize("width", [1440, 390])
def test_reasons_wrap_and_lead_to_their_sources(page: Page, hotline: World, width: int) -> None:
    draft(hotline.store, WEEK)
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, hotline, "coordinator", "/roster")
    source = page.locator("#effects .basis").first
    source.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(source.locator("cite")).to_be_visible()
    over = "document.querySelector('#effects .finds')"
    assert page.evaluate(f"{over}.scrollWidth - {over}.clientWidth") == 0


def test_a_cell_that_is_dragged_shows_what_dropping_it_would_do(page: Page, hotline: World) -> None:
    row = ("early", "early", None, None, None, None, None)
    roster = draft(hotline.store, {"lin": row, "huang": (None,) * 7})
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-1").hover()
    page.mouse.down()
    page.locator("#c-huang-1").hover()
    page.locator("#c-huang-1").hover()  # a browser tells of the second move over a cell
    expect(page.locator("#effects-sum")).to_contain_text("林婉如 9月29日 ↔ 黄雅萍 9月29日")
    expect(page.locator("#effects li")).to_contain_text("工时 16→8")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert saved(hotline, roster, "lin") == list(row)


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


@pytest.mark.parametrize("path", ["/me", "/me/exchange?day=2026-10-01"])
def test_one_s_own_pages_fit_a_telephone(page: Page, hotline: World, path: str) -> None:
    draft(hotline.store, WEEK, publish=True)
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, hotline, "counsellor", path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
