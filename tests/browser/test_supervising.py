"""A supervisor at work on the live board, by keyboard alone."""

from playwright.sync_api import Page, expect

from records.alarms import raise_alarm
from routing.calls import Rank
from routing.live import Call, Stage, Watcher, Way
from tests.browser.conftest import enter
from tests.dashboard.builders import NOW, World, caller, member, picture

WAITS = caller("1.6")
TALKS = caller("1.7", stage=Stage.TALKING, person="lin")


def open_board(page: Page, hotline: World, *calls: Call) -> None:
    hotline.make_person("supervisor", "chen")
    hotline.feed.show(picture(calls, [member("lin"), member("huang")]))
    enter(page, hotline, "supervisor", "/live")
    expect(page.locator("[data-row]").first).to_be_visible()


def test_a_new_alarm_is_shown_by_the_browser_once_that_is_switched_on(
    page: Page, hotline: World
) -> None:
    page.add_init_script(
        "window.shown = [];"
        "window.Notification = class { static permission = 'granted';"
        " constructor(title, { body }) { window.shown.push(body); } };"
    )
    open_board(page, hotline, TALKS)
    page.locator("[data-alarm-switch]").click()
    with hotline.store.session() as db:
        raise_alarm(db, "not_signed_in", "lin", {}, NOW)
    expect(page.locator("#p-alarms")).to_contain_text("未签到：林婉如")
    assert page.evaluate("window.shown") == ["未签到：林婉如"]


def test_a_phone_shows_the_actions_without_sideways_scrolling(page: Page, hotline: World) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    there = (Watcher("huang", Way.LISTEN, "x"),)
    talks = caller("1.7", stage=Stage.TALKING, person="lin", rank=Rank.CRISIS, watchers=there)
    open_board(page, hotline, talks, WAITS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for path in ("/live/call/1.7", "/live/waiting/1.6", "/live/person/lin", "/live/wall"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
