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


def shown(page: Page, words: str) -> None:
    """The dialog says so, and what it offers can be used."""
    expect(page.locator("#dialog[open]")).to_contain_text(words)
    expect(page.locator("#dialog.htmx-settling")).to_have_count(0)


def test_a_call_is_listened_to_whispered_into_and_taken_over_by_keyboard(
    page: Page, hotline: World
) -> None:
    open_board(page, hotline, TALKS)
    page.locator("[data-key='t-1.7']").focus()
    page.keyboard.press("l")
    dialog = page.locator("#dialog[open]")
    shown(page, "您的话机即将振铃")
    page.keyboard.press("w")
    expect(dialog.locator("[data-letter=w]")).to_have_attribute("aria-pressed", "true")
    shown(page, "您的话机即将振铃")
    page.keyboard.press("t")  # the browser asks whether one is sure
    expect(dialog.locator("[name=sure]")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("t")
    expect(dialog.locator("[data-letter=w]")).to_have_attribute("aria-pressed", "false")
    ways = [what[-1] for what in hotline.actions.done]
    assert ways == ["listen", "whisper", "take"]
    there = (Watcher("chen", Way.LISTEN, "x"),)
    hotline.feed.show(picture([caller("1.7", stage=Stage.TALKING, person="lin", watchers=there)]))
    page.keyboard.press("Escape")
    expect(page.locator("#p-calls")).to_contain_text("旁听中 陈思远")


def test_who_waits_is_moved_up_and_handed_over_by_keyboard(page: Page, hotline: World) -> None:
    open_board(page, hotline, WAITS)
    page.keyboard.press("j")
    with page.expect_response("**/up"):
        page.keyboard.press("u")
    page.locator("[data-key='w-1.6']").focus()
    page.keyboard.press("h")
    shown(page, "转给某人")
    page.locator("#dialog").get_by_role("button", name="林婉如").press("Enter")
    expect(page.locator("#dialog[open]")).to_have_count(0)
    assert hotline.actions.done == [("steer", "1.6", "up"), ("steer", "1.6", "to-lin")]


def test_a_counsellor_is_paused_and_crisis_mode_asks_until_it_is_answered(
    page: Page, hotline: World
) -> None:
    open_board(page, hotline, TALKS)
    page.locator("[data-key='p-huang']").focus()
    page.keyboard.press("h")
    shown(page, "黄雅萍")
    page.keyboard.press("p")
    expect(page.locator("#dialog[open]")).to_have_count(0)
    page.locator("[data-key='t-1.7']").focus()
    page.keyboard.press("h")
    shown(page, "协助通话")
    page.keyboard.press("c")
    dialog = page.locator("#dialog[open]")
    shown(page, "开始危机处置")
    dialog.get_by_role("button", name="呼叫 110").click()
    expect(dialog.locator(".timeline li")).to_have_count(3)
    shown(page, "呼叫 110")
    dialog.get_by_text("援助已到达").click()
    expect(page.locator("#p-alarms")).to_contain_text("援助到了吗？")
    dialog.get_by_role("button", name="结束处置").click()
    expect(page.locator("#p-alarms")).not_to_contain_text("援助到了吗？")
    assert [what[0] for what in hotline.actions.done] == ["pause", "supervise", "call_help"]


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
