"""The pages in a real browser: what scripts and streams do, which the other tests cannot see."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from dashboard.app import create_app
from dashboard.deps import TelephonyUnavailable
from records import alarms, notes, rosters, users
from records.note import Kind, Note
from records.tables import SignIn
from routing.calls import Rank
from routing.live import Doing, Live, Stage
from scheduler.problem import Finding
from tests.browser.conftest import QUICK, enter, sign_in
from tests.browser.server import Served, serving
from tests.dashboard.builders import (
    EPOCH,
    MONDAY,
    NOW,
    SEAL,
    World,
    call_row,
    caller,
    draft,
    member,
    picture,
)

REST = Finding(
    "rest", True, "lin", 1, {"zh": "间隔不足 11 小时", "en": "less than 11 hours of rest"}
)


def test_signing_in_leads_home_and_out_again(page: Page) -> None:
    sign_in(page, "supervisor")
    expect(page).to_have_title("实况 · 968908")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_the_board_changes_without_a_reload(page: Page, hotline: World) -> None:
    enter(page, hotline, "supervisor", "/live")
    page.evaluate("window.sameDocument = true")
    expect(page.get_by_text("现在无人等待")).to_be_visible()
    hotline.feed.show(
        picture(calls=[caller("a", rank=Rank.CRISIS, arrived=EPOCH - 18)], members=[member("lin")])
    )
    waiting = page.locator("#p-waiting")
    expect(waiting.get_by_text("138****1234")).to_be_visible()
    expect(waiting.get_by_text("危机")).to_be_visible()
    expect(page.locator("#p-people .tile.ready")).to_contain_text("林婉如")
    expect(page.locator("#say")).to_contain_text("危机来电正在等待")
    hotline.feed.show(picture())
    expect(waiting.get_by_text("现在无人等待")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True


def test_clocks_tick_in_the_browser(page: Page, hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("a", arrived=EPOCH - 57)]))
    enter(page, hotline, "supervisor", "/live")
    clock = page.locator("#p-waiting time")
    expect(clock).to_have_text(re.compile(r"^0:5\d$"))
    expect(clock).to_have_text(re.compile(r"^1:0\d$"))


CUT = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).length"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_tile_loses_its_end(page: Page, hotline: World, served: Served, lang: str) -> None:
    talks = [caller(who, stage=Stage.TALKING, arrived=EPOCH - 4000) for who in ("lin", "chen")]
    seats = [member(c.uniqueid, Doing.TALKING, call=c.uniqueid, since=EPOCH - 4000) for c in talks]
    hotline.feed.show(picture(calls=talks, members=[*seats, member("huang", on_call=True)]))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies([{"name": "language", "value": lang, "url": served.address}])
    enter(page, hotline, "supervisor", "/live")
    expect(page.locator(".tile .with").first).to_contain_text("1234")
    assert page.locator(".tile .with, .tile .name").evaluate_all(CUT) == 0


def test_focus_and_scroll_survive_a_change(page: Page, hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("a"), caller("b", arrived=EPOCH - 10)]))
    page.set_viewport_size({"width": 500, "height": 800})
    enter(page, hotline, "supervisor", "/live")
    # Found and moved in one step: the first picture of the stream puts another in its place.
    page.evaluate("() => { document.querySelector('#p-hours .scroll').scrollLeft = 150; }")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator('[data-key="w-b"]')).to_be_focused()
    page.locator('[data-key="w-b"]').evaluate("row => { row.sameElement = true; }")
    hotline.feed.show(picture(calls=[caller("b", arrived=EPOCH - 10), caller("c", arrived=EPOCH)]))
    expect(page.locator('[data-key="w-c"]')).to_be_visible()
    expect(page.locator('[data-key="w-b"]')).to_be_focused()
    assert page.locator('[data-key="w-b"]').evaluate("row => row.sameElement") is True
    assert page.locator("#p-hours .scroll").evaluate("box => box.scrollLeft") == 150


def test_a_lost_telephone_system_marks_the_page(page: Page, hotline: World) -> None:
    enter(page, hotline, "supervisor", "/live")
    banner = page.locator("#stale")
    expect(banner).to_be_hidden()
    hotline.feed.show(Live(connected=False, as_of=EPOCH - 47))
    expect(banner).to_contain_text("以下停在 14:31:21")
    expect(page.locator("body")).to_have_attribute("data-state", "stale")
    hotline.feed.show(picture())
    expect(banner).to_be_hidden()


def test_a_lost_server_marks_the_page(page: Page, hotline: World, served: Served) -> None:
    enter(page, hotline, "supervisor", "/live")
    expect(page.locator("body")).to_have_attribute("data-state", "fresh")
    served.die()
    expect(page.locator("#stale")).to_contain_text("实时数据已中断")
    expect(page.locator("body")).to_have_attribute("data-state", "stale")


def test_a_page_whose_session_ended_leads_to_the_sign_in_page(page: Page, hotline: World) -> None:
    brief = replace(hotline.deps, pace=replace(QUICK, stream=1, quiet=60))
    with serving(create_app(brief)) as served:
        enter(page, hotline, "supervisor", f"{served.address}/live")
        expect(page).to_have_title("实况 · 968908")
        with hotline.store.session() as db:
            users.set_password(db, "supervisor", "changed")
        expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_cells_are_edited_by_keyboard(page: Page, hotline: World) -> None:
    roster = draft(hotline.store, {"chen": ("mid",) * 7, "lin": ("early",) * 7})
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-chen-0").click()
    hotline.actions.findings = (REST,)
    for key in ("ArrowRight", "4", "ArrowRight", "0", "ArrowLeft", "ArrowDown", "ArrowDown", "5"):
        page.keyboard.press(key)
    expect(page.locator("#c-chen-1")).to_have_text("夜")
    expect(page.locator("#c-chen-2")).to_have_attribute("data-shift", "")
    expect(page.locator("#c-lin-1")).to_have_attribute("data-shift", "standby")
    expect(page.locator("#c-lin-1")).to_be_focused()
    expect(page.locator("#c-lin-1")).to_have_class(re.compile("rule"))
    expect(page.locator("#findings")).to_contain_text("间隔不足 11 小时")
    page.keyboard.press("Control+z")
    expect(page.locator("#c-lin-1")).to_have_attribute("data-shift", "early")
    page.locator("#c-chen-6").click()
    page.keyboard.press("F8")
    expect(page.locator("#c-lin-1")).to_be_focused()
    with hotline.store.read() as db:
        row = rosters.by_id(db, roster)
        assert row.cells["chen"] == ["mid", "night", None, "mid", "mid", "mid", "mid"]
        assert row.cells["lin"] == ["early"] * 7


def test_fingers_set_cells_by_the_palette(page: Page, hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 7})
    page.set_viewport_size({"width": 390, "height": 800})
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-0").click()
    page.get_by_role("toolbar").get_by_role("button", name="夜").click()
    expect(page.locator("#c-lin-0")).to_have_attribute("data-shift", "night")


def test_publishing_asks_and_wants_a_reason(page: Page, hotline: World) -> None:
    hotline.actions.findings = (REST,)
    roster = draft(hotline.store, {"lin": ("night", "early")})
    enter(page, hotline, "coordinator", "/roster")
    page.get_by_role("link", name="检查并发布").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("间隔不足 11 小时")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="检查并发布").click()
    dialog.get_by_role("button", name="以 施以宁 的名义发布").click()
    expect(dialog.get_by_label("理由（至少 5 个字）")).to_be_focused()
    dialog.get_by_label("理由（至少 5 个字）").fill("两人同时生病，已与本人确认")
    dialog.get_by_role("button", name="以 施以宁 的名义发布").click()
    expect(page.locator(".plan")).to_contain_text("已发布")
    with hotline.store.read() as db:
        assert rosters.published_cells(db, MONDAY, MONDAY) == {MONDAY: {"lin": "night"}}
        assert rosters.by_id(db, roster).override_reason == "两人同时生病，已与本人确认"


def test_the_solver_is_watched_and_stopped(page: Page, hotline: World) -> None:
    enter(page, hotline, "coordinator", "/roster")
    page.get_by_role("button", name="开始计算").click()
    expect(page.locator("#solver")).to_contain_text("正在寻找第一个可行的排班")
    run = hotline.actions.run
    assert run is not None
    hotline.actions.run = replace(run, points=((1.0, 2210, 820), (2.0, 1284, 1221)))
    expect(page.locator("#solver")).to_contain_text("1284")
    expect(page.locator("#solver svg path.obj")).to_be_visible()
    with page.expect_response("**/roster/stop"):
        page.get_by_role("button", name="停止并保留最好结果").click()
    assert hotline.actions.done[-1] == ("stop_roster",)


def test_calls_are_filtered_in_place(page: Page, hotline: World) -> None:
    with hotline.store.session() as db:
        db.add_all([call_row(1), call_row(2, line="shishi", caller="13900009999")])
    enter(page, hotline, "supervisor", "/calls")
    expect(page.locator("tr[data-row]")).to_have_count(2)
    page.get_by_label("线路").select_option("shishi")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile("line=shishi"))
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()


def test_failures_are_said(page: Page, hotline: World) -> None:
    hotline.actions.failure = TelephonyUnavailable()
    enter(page, hotline, "counsellor")
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#trouble")).to_contain_text("电话系统没有应答")


def test_the_key_sheet_and_the_switch(page: Page, hotline: World) -> None:
    enter(page, hotline, "supervisor", "/live")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="关闭快捷键").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="打开快捷键")).to_be_visible()


def test_the_theme_and_the_language_stay(page: Page, hotline: World) -> None:
    page.emulate_media(color_scheme="light")
    enter(page, hotline, "supervisor", "/live")
    page.get_by_role("button", name="明暗").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title("Live · 968908")


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("supervisor", "/live"),
        ("supervisor", "/calls"),
        ("counsellor", "/me"),
        ("counsellor", "/desk"),
        ("counsellor", "/handover"),
        ("coordinator", "/directory"),
        ("coordinator", "/directory/new"),
        ("supervisor", "/reports"),
        ("supervisor", "/reports/people"),
        ("supervisor", "/reports/official"),
        ("administrator", "/admin/people"),
        ("administrator", "/admin/audit"),
    ],
)
def test_a_phone_needs_no_sideways_scrolling(
    page: Page, hotline: World, login: str, path: str
) -> None:
    with hotline.store.session() as db:
        db.add(call_row(1))
        alarms.raise_alarm(db, "not_signed_in", "lin", {}, NOW)
    draft(hotline.store, {"lin": ("early",) * 28}, publish=True)
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, hotline, login, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_is_no_longer_than_what_is_seen_of_it(page: Page, hotline: World) -> None:
    """What is for the ear alone in a list that scrolls must not stretch the page below it."""
    draft(hotline.store, {"lin": ("early",) * 28})
    hotline.actions.findings = tuple(replace(REST, day=day) for day in range(28)) * 4
    enter(page, hotline, "coordinator", "/roster/1")
    inside, page_ = page.evaluate(
        "[document.querySelector('.finds'), document.documentElement].map((e) => e.scrollHeight)"
    )
    assert inside > 1440
    assert page_ < 1440


def test_findings_are_read_downwards_on_a_phone(page: Page, hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 28}, publish=True)
    hotline.actions.findings = tuple(replace(REST, day=day) for day in range(28))
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, hotline, "counsellor", f"/roster?first={MONDAY}")
    wide, seen = page.eval_on_selector(".finds", "list => [list.scrollWidth, list.clientWidth]")
    assert wide == seen


def test_a_shift_on_call_is_one_row_like_the_others(page: Page, hotline: World) -> None:
    draft(hotline.store, {"lin": ("early", "standby") * 7}, publish=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    enter(page, hotline, "counsellor", "/me")
    heights = page.eval_on_selector_all(".turns li", "rows => rows.map((row) => row.offsetHeight)")
    assert len(heights) > 5
    assert max(heights[:-1]) - min(heights[:-1]) <= 1  # the last one has no line below it


def test_fields_of_a_wish_stand_in_line(page: Page, hotline: World) -> None:
    enter(page, hotline, "counsellor", "/me")
    page.get_by_text("提出意愿").click()
    left, right = page.eval_on_selector_all(
        "form:has([name=shift]) :is([name=shift], button.primary)",
        "all => all.map((each) => each.getBoundingClientRect().left)",
    )
    assert left == right


def test_what_the_top_of_a_plot_stands_for_is_written_above_it(page: Page, hotline: World) -> None:
    with hotline.store.session() as db:
        db.add(call_row(1))
    enter(page, hotline, "supervisor", "/reports")
    gaps = page.eval_on_selector_all(
        ".axis",
        """all => all.map((each) => each.querySelector("svg").getBoundingClientRect().top
             - each.querySelector("span").getBoundingClientRect().bottom)""",
    )
    assert [gap >= 0 for gap in gaps] == [True] * 3


def note_in_hand(hotline: World, page: Page) -> None:
    """A counsellor has a record before her that was begun a moment ago."""
    with hotline.store.session() as db:
        row = call_row(1)
        db.add(row)
        db.flush()
        notes.save(db, row.id, "lin", 1, Note(account="第一句"), NOW, SEAL)
    sign_in(page, "counsellor", "/desk")
    expect(page.get_by_label("经过")).to_have_value("第一句")


def test_a_session_that_ends_in_the_middle_of_a_note_loses_nothing(
    page: Page, hotline: World
) -> None:
    note_in_hand(hotline, page)
    with hotline.store.session() as db:
        db.execute(delete(SignIn))
    page.get_by_label("经过").fill("第一句，第二句")
    expect(page.locator("#kept")).to_contain_text("登录已过期")
    other = page.context.new_page()
    sign_in(other, "counsellor", "/me")
    expect(page.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    with hotline.store.read() as db:
        assert [kept.note.account for kept in notes.drafts(db, "lin", SEAL)] == ["第一句，第二句"]


def test_what_was_written_elsewhere_since_is_joined_and_not_overwritten(
    page: Page, hotline: World
) -> None:
    note_in_hand(hotline, page)
    with hotline.store.session() as db:
        notes.save(db, 1, "lin", 9, Note(account="别处写的"), NOW, SEAL)
    page.get_by_label("经过").fill("旧的页面")
    expect(page.get_by_label("经过")).to_have_value("别处写的\n旧的页面")
    expect(page.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    with hotline.store.read() as db:
        found = [kept.note.account for kept in notes.drafts(db, "lin", SEAL)]
    assert found == ["别处写的\n旧的页面"]


def test_what_was_submitted_elsewhere_stays_and_unsent_text_can_still_be_read(
    page: Page, hotline: World
) -> None:
    note_in_hand(hotline, page)
    with hotline.store.session() as db:
        notes.save(db, 1, "lin", 9, Note(kind=Kind.SILENT), NOW, SEAL)
        notes.submit(db, 1, "lin", NOW, SEAL)
    page.get_by_label("经过").fill("没有送出的话")
    expect(page.locator("#kept")).to_contain_text("已在别处提交")
    page.reload()
    expect(page.get_by_label("经过")).to_have_value("没有送出的话")
    page.get_by_text("沉默").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("经过")).to_be_disabled()


def test_scores_are_typed_as_digits(page: Page, hotline: World) -> None:
    note_in_hand(hotline, page)
    expect(page.get_by_label("经过")).to_have_value("第一句")
    for key in ("Alt+1", "8", "Alt+2", "6"):
        page.keyboard.press(key)
    expect(page.locator("#level")).to_have_attribute("data-level", "high")
    expect(page.locator("[name=suicidal]:checked")).to_have_value("8")
    expect(page.locator("[name=hopelessness]:checked")).to_have_value("6")


def test_a_dialog_s_clock_ticks_on_a_page_of_its_own(page: Page, hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("a", arrived=EPOCH - 90)]))
    enter(page, hotline, "supervisor", "/live/waiting/a")
    expect(page.locator("time[data-up]")).to_have_text(re.compile(r"^1:[34]\d$"))
