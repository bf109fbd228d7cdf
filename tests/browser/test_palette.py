"""By keyboard alone: to every page, what its keys are, and where the focus is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.dashboard.builders import ROLES, World, caller, picture

WALL = "/live/wall"  # for a television: nothing is pressed there
UNSEEN = """() => [...document.querySelectorAll(
    'a[href], :is(button, input, select, textarea):enabled, summary, [tabindex]')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest('dialog'))
  .filter((each) => {
    each.focus({ focusVisible: true });
    const { outlineStyle: style, outlineWidth: width } = getComputedStyle(each);
    return document.activeElement !== each || style === 'none' || parseFloat(width) < 2;
  }).map((each) => each.outerHTML.slice(0, 200))"""


def choose(page: Page, text: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_is_reached_and_used_by_keys(
    page: Page, hotline: World, role: str
) -> None:
    enter(page, hotline, role, "/directory")
    links = page.locator("#palette a").all()
    places = [(each.text_content() or "", each.get_attribute("href") or "") for each in links]
    assert len(places) > 5
    for name, address in places:
        choose(page, name)
        page.wait_for_url(f"**{address}")
        assert page.evaluate(UNSEEN) == [], address
        if address != WALL:
            page.keyboard.press("?")
            expect(page.locator("#keys")).to_contain_text("前往任何页面")
            page.keyboard.press("Escape")
            expect(page.locator("#keys")).to_be_hidden()


def test_names_are_found_by_their_sound_and_arrows_move(page: Page, hotline: World) -> None:
    enter(page, hotline, "supervisor", "/live")
    page.get_by_role("button", name="前往").click()
    page.keyboard.type("zy")
    found = page.locator("#palette li:visible")
    expect(found).to_have_text(["转介资源"])
    page.keyboard.press("ArrowDown")
    expect(found.locator("a")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.type("x")
    expect(page.locator("#palette")).to_contain_text("没有这样的页面")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="前往")).to_be_focused()


def test_letters_work_on_a_dialog_that_is_opened_as_a_page(page: Page, hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("1.6")]))
    enter(page, hotline, "supervisor", "/live/waiting/1.6")
    with page.expect_response("**/live/waiting/1.6/up"):
        page.keyboard.press("u")
    assert hotline.actions.done == [("steer", "1.6", "up")]
