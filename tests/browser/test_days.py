"""Four people's days in one city, on a real Asterisk, from beginning to end.

The administrator brings a new counsellor and a new line; a colleague gives her a shift, which the
coordinator approves; she begins it at its minute, in the browser, with a supervisor beside her, to
whom she hands on the caller when he rings again; at last the city is put into a backup. Each test
is somebody's day, and goes on where the one before it ended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from main import main
from records import audit_log, notes, rosters
from records.sealing import Seal
from records.tables import CallRow
from tests.browser.cast import City, at_work
from tests.browser.chromium import MICROPHONE
from tests.browser.desk import TONES, at_desk
from tests.browser.test_screenshots import SHOTS, shoot
from tests.telephone.exchange import PHONES, TELECOM, until
from tests.telephone.sound import Sound

pytestmark = pytest.mark.telephone
CALLER, DORA = 400, 1100  # hertz
NUMBER = "13812345678"
LINE = '[[lines]]\nid = "anxi"\nname = "安溪线"\nnumber = "23230005"\n'


@dataclass
class Day:
    """What is handed from one person to the next."""

    city: City
    browser: Browser
    folder: Path
    secret: str = ""  # cora's password, shown once
    boundary: datetime = field(default_factory=lambda: datetime.now(UTC))

    def in_row(self, text: str) -> str:
        return f"tr:has-text('{text}')"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("days")
    SHOTS.mkdir(parents=True, exist_ok=True)
    city = City(folder / "city")
    try:
        city.start_asterisk()
        city.start_control()
        until(lambda: answers(browser, city), seconds=60, what="the pages are there")
        yield Day(city, browser, folder)
    finally:
        city.stop()


def answers(browser: Browser, city: City) -> bool:
    context = browser.new_context()
    try:
        return context.request.get(f"{city.address}/sign-in").ok
    except Exception:  # noqa: BLE001 - nobody listens yet
        return False
    finally:
        context.close()


def test_the_administrator_brings_a_person_an_account_and_a_line(day: Day) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(("id", "name", "site", "qualifications", "hours_a_week"))
    book.active.append(("cora", "林婉如", "first", "counsellor", 40))
    book.save(day.folder / "staff.xlsx")
    with at_work(day.city, day.browser, "guan", "/admin/import") as page:
        page.get_by_label("文件").set_input_files(day.folder / "staff.xlsx")
        page.get_by_role("button", name="先看会改变什么").click()
        page.get_by_role("button", name="的名义导入").click()
        expect(page.get_by_role("cell", name="林婉如", exact=True)).to_be_visible()
        page.goto("/admin/accounts")
        page.get_by_role("link", name="新增").click()
        dialog = page.locator("#dialog")
        dialog.get_by_label("登录名").fill("cora")
        dialog.get_by_label("姓名").fill("林婉如")
        dialog.get_by_label("角色").select_option("counsellor")
        dialog.get_by_label("人员").select_option("cora")
        dialog.get_by_role("button", name="新增并显示密码").click()
        expect(dialog).to_contain_text("只显示这一次")
        day.secret = dialog.locator("code").last.inner_text()
        dialog.get_by_role("button", name="关闭").click()
        expect(page.get_by_role("cell", name="cora", exact=True)).to_be_visible()
        page.goto("/admin/audit")
        expect(page.locator("main")).to_contain_text("导入人员")
        page.screenshot(path=SHOTS / "day-audit-zh-desktop-light.png")
        with day.city.hotline.file.open("a", encoding="utf-8") as file:
            file.write(LINE)
        page.goto("/admin/settings")
        expect(page.locator(".said")).to_contain_text("安溪线")
        assert main([*day.city.hotline.arguments, "apply"]) == 0
        day.city.kill_control()  # with another plan it ends, and the system begins it anew
        day.city.start_control()
        until(lambda: answers(day.browser, day.city), seconds=60, what="the pages are back")
        page.reload()
        expect(page.locator("main")).to_contain_text("电话系统执行的就是文件所写的")


def test_a_shift_is_given_on_and_the_coordinator_approves(day: Day) -> None:
    assert "cora" in day.city.cli("pjsip show endpoints"), "her telephone came with the line"
    soon = datetime.now(UTC) + timedelta(seconds=110)
    day.boundary = soon.replace(second=0, microsecond=0)
    date = day.city.roster_from(day.boundary, "bert")
    with at_work(day.city, day.browser, "bert", "/me", width=390) as page:
        page.locator(".turns").get_by_role("link", name="换班").click()
        page.locator("li", has_text="林婉如").get_by_role("button", name="请对方替班").click()
        expect(page.locator("#p-exchanges")).to_contain_text("等对方回复")
    with at_work(day.city, day.browser, "cora", "/me", day.secret, width=390) as page:
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.locator("#p-exchanges")).to_contain_text("待排班员审批")
    with at_work(day.city, day.browser, "pai", "/roster/requests") as page:
        expect(page.locator(".requests")).to_contain_text("不违反规则")
        page.get_by_role("button", name="批准并生效").click()
        expect(page.locator(".requests")).to_contain_text("已生效")
    with day.city.hotline.store.read() as db:
        shift = next(iter(rosters.published_cells(db, date, date)[date].items()))
        assert shift[0] == "cora" and shift[1].startswith("at")
    assert datetime.now(UTC) < day.boundary, "the machine is too busy to swap within half a minute"


def test_the_coordinator_makes_the_next_roster(day: Day) -> None:
    with at_work(day.city, day.browser, "pai", "/roster/needs") as page:
        page.locator("[data-key=n-0-9]").click()
        page.locator("#dialog [name=people]").fill("1")
        page.locator("#dialog [name=people]").press("Enter")
        expect(page.locator(".typed")).to_have_count(1)
        page.goto("/roster")
        monday = datetime.now(UTC).date() + timedelta(days=14)
        page.get_by_label("第一天").fill(f"{monday}")
        page.get_by_label("天数").fill("2")
        page.get_by_label("最长计算").select_option("30")
        page.get_by_role("button", name="开始计算").click()
        page.get_by_role("link", name="打开结果").click(timeout=60_000)
        expect(page.locator(".plan")).to_contain_text("草稿")
        page.locator("#c-cora-0").click()
        page.keyboard.press("1")
        expect(page.locator("#c-cora-0")).not_to_have_attribute("data-shift", "")
        page.keyboard.press("Space")
        expect(page.locator("#c-cora-0")).to_have_class(re.compile("lock"))
        page.get_by_role("link", name="检查并发布").click()
        expect(page.locator("#dialog")).to_contain_text("发布后立即决定谁在岗接听")
        reason = page.locator("#dialog").get_by_label("理由")
        if reason.count():
            reason.fill("样例城市，人手不足")
        page.locator("#dialog button.primary").click()
        expect(page.locator(".plan")).to_contain_text("已发布")
        page.get_by_text("文件", exact=True).click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Excel").click()
        taken.value.save_as(day.folder / "roster.xlsx")
        rows = list(load_workbook(day.folder / "roster.xlsx").worksheets[0].values)
        assert "林婉如" in {row[1] for row in rows}


@pytest.mark.does("desk.crisis")
def test_the_new_counsellor_is_rung_at_the_beginning_of_her_shift_and_helped(day: Day) -> None:
    city = day.city
    with ExitStack() as stack:
        caller = stack.enter_context(closing(Sound(TELECOM, CALLER)))
        dora = stack.enter_context(closing(Sound(PHONES, DORA)))
        city.phones(dora.in_scenario(scenario.counsellor(ring_ms=50)))
        desk = stack.enter_context(at_desk(city, day.browser, "cora", password=day.secret))
        notice = desk.context.new_page()
        notice.goto(f"{city.address}/me")
        notice.get_by_role("button", name="我已看到").click()
        expect(notice.locator("#p-notices")).to_be_hidden()
        notice.close()
        begins(day, desk)
        city.call([("23230005", NUMBER)], AwaitHangUp(), through=caller.in_scenario)
        answered_with_sound_both_ways(desk, caller)
        board = stack.enter_context(at_work(city, day.browser, "dora", "/live"))
        supervised(board, desk, caller, dora)
        in_danger(board, desk, day)
        written(desk)
        rings_again(day, desk, board)
        leaves(day, desk)


def begins(day: Day, desk: Page) -> None:
    """She signs in and tries her headset; at its minute, and not before, she is in the queue."""
    desk.get_by_role("button", name="签到").click()
    expect(desk.locator("#state")).to_contain_text("签退")
    desk.get_by_role("button", name="试听耳机与麦克风").click()
    expect(desk.locator("#phone-state")).to_have_text("试音：请说话，您会听到自己")
    until(lambda: desk.evaluate(TONES, [MICROPHONE]) == [MICROPHONE], what="one's own tone")
    desk.get_by_role("button", name="挂断").click()
    expect(desk.locator("#phone-state")).to_have_text("话机就绪", timeout=15_000)
    until(lambda: list(day.city.members()) == ["cora"], seconds=180, what="her shift has begun")
    assert datetime.now(UTC) >= day.boundary


def answered_with_sound_both_ways(desk: Page, caller: Sound) -> None:
    expect(desk.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)
    expect(desk.locator("#who")).to_have_text("138****5678")
    expect(desk.locator("#what")).to_have_text("安溪线")
    expect(desk.locator("#call")).to_contain_text("这个号码没有更早的来电")
    shoot(desk, "desk-ringing-zh-desktop")
    desk.keyboard.press("F2")
    expect(desk.locator("#phone-state")).to_have_text("正在通话")
    until(lambda: caller.tones([MICROPHONE]) == [MICROPHONE], what="she is heard")
    until(lambda: desk.evaluate(TONES, [CALLER, DORA]) == [CALLER], what="the caller is heard")
    shoot(desk, "desk-talking-zh-desktop")
    desk.keyboard.press("F6")
    expect(desk.locator("#b-mute")).to_have_text(re.compile("已静音"))
    until(lambda: caller.tones([MICROPHONE]) == [], what="she is muted")
    desk.keyboard.press("F6")
    desk.keyboard.press("F7")
    expect(desk.locator("#phone-state")).to_have_text("保持中，来电者在听音乐")
    until(lambda: caller.tones([MICROPHONE]) == [], what="music in place of her")
    desk.keyboard.press("F7")
    expect(desk.locator("#phone-state")).to_have_text("正在通话")
    until(lambda: caller.tones([MICROPHONE]) == [MICROPHONE], what="she is back")


def supervised(board: Page, desk: Page, caller: Sound, dora: Sound) -> None:
    """What the supervisor whispers is heard by the counsellor and not by the caller."""
    expect(board.locator("#p-calls")).to_contain_text("林婉如")
    board.locator("#p-calls [data-row]").focus()
    board.keyboard.press("l")
    dialog = board.locator("#dialog[open]")
    expect(dialog).to_contain_text("您的话机即将振铃")
    until(lambda: dora.tones([CALLER, MICROPHONE]) == [CALLER, MICROPHONE], what="both are heard")
    assert desk.evaluate(TONES, [CALLER, DORA]) == [CALLER]
    board.keyboard.press("w")
    expect(dialog.locator("[data-letter=w]")).to_have_attribute("aria-pressed", "true")
    until(lambda: desk.evaluate(TONES, [CALLER, DORA]) == [CALLER, DORA], what="the whisper")
    assert caller.tones([MICROPHONE, DORA]) == [MICROPHONE]
    expect(board.locator("#dialog.htmx-settling, #dialog.htmx-request")).to_have_count(0)
    board.keyboard.press("b")
    until(lambda: caller.tones([MICROPHONE, DORA]) == [MICROPHONE, DORA], what="joined")
    board.keyboard.press("Escape")
    expect(board.locator("#p-calls")).to_contain_text("已加入 人dora")


def in_danger(board: Page, desk: Page, day: Day) -> None:
    """One key of hers; the supervisor sees it, follows it to its end, and pauses nobody."""
    desk.keyboard.press("F9")
    expect(desk.locator("#b-crisis")).to_have_attribute("aria-pressed", "true")
    expect(board.locator("#p-alarms")).to_contain_text("危机", timeout=15_000)
    expect(board.locator("#p-calls")).to_contain_text("危机", timeout=15_000)
    board.locator("#p-calls [data-row]").focus()
    board.keyboard.press("h")
    expect(board.locator("#dialog[open]")).to_contain_text("退出，通话继续")
    expect(board.locator("#dialog.htmx-settling, #dialog.htmx-request")).to_have_count(0)
    board.keyboard.press("x")
    expect(board.locator("#p-calls")).not_to_contain_text("人dora", timeout=15_000)
    assert [each for each in day.city.alarms() if each[0] == "crisis_help"] == [
        ("crisis_help", "cora")
    ]


def written(desk: Page) -> None:
    """The record, with its risk and a date to ring again."""
    desk.keyboard.press("Alt+1")
    desk.keyboard.press("ArrowRight")
    desk.locator("#f-hopelessness").get_by_text("8", exact=True).click()
    desk.get_by_text("家庭关系").click()
    expect(desk.locator("#level b")).to_have_text("高")
    desk.get_by_label("经过").fill("与母亲争执后失眠")
    expect(desk.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    desk.keyboard.press("F4")
    expect(desk.locator("#phone-state")).to_have_text("话机就绪")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_label(re.compile("^处置"))).to_be_focused()
    desk.keyboard.type("已做安全约定")
    today = datetime.now(UTC) + timedelta(hours=8)
    desk.get_by_label("随访日期").fill(f"{today:%Y-%m-%d}")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#kept")).to_have_text("已提交", timeout=15_000)
    assert desk.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('note'))") == []
    back_at_work(desk)


def back_at_work(desk: Page) -> None:
    """The time to write, or to recover, is over."""
    desk.get_by_role("button", name="写完了").or_(
        desk.get_by_role("button", name="回到岗位")
    ).click()
    expect(desk.locator("#state .state-ready")).to_be_visible(timeout=15_000)


def rings_again(day: Day, desk: Page, board: Page) -> None:
    """What is known of the number is in sight while it rings; the supervisor, who has come to help,
    takes the caller over with what has been written so far."""
    day.city.call([("968908", NUMBER)], AwaitHangUp())
    expect(desk.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)
    for known in ("危机", "之前来电 1 次", "曾评为 高", "安溪线", "家庭关系"):
        expect(desk.locator("#call")).to_contain_text(known)
    shoot(desk, "desk-again-zh-desktop")
    desk.locator("#call").get_by_role("link", name="看全文").click()
    expect(desk.locator("#dialog[open]")).to_contain_text("已做安全约定")
    desk.keyboard.press("Escape")
    desk.keyboard.press("F2")
    expect(desk.locator("#phone-state")).to_have_text("正在通话")
    desk.get_by_label("经过").fill("想当面再谈一次")
    expect(desk.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    beside = board.context.new_page()
    beside.goto("/desk")
    beside.get_by_role("button", name="签到").click()
    until(lambda: "dora" in day.city.members(), what="she has come")
    desk.keyboard.press("F8")
    desk.get_by_role("button", name="直接转给人dora").click()
    expect(desk.locator("#phone-state")).to_have_text("话机就绪", timeout=15_000)
    expect(beside.get_by_label("经过")).to_have_value("想当面再谈一次", timeout=20_000)
    expect(board.locator("#p-calls")).to_contain_text("人dora", timeout=15_000)
    back_at_work(desk)
    beside.close()


def leaves(day: Day, desk: Page) -> None:
    """A break, the handover, and what has been kept of the first call."""
    desk.get_by_role("button", name="休息 15 分钟").click()
    expect(desk.locator("#state .state-break")).to_be_visible(timeout=15_000)
    desk.get_by_role("button", name="写交接").click()
    desk.locator("#dialog textarea").fill("尾号 5678 已约好明天再联系")
    desk.get_by_role("button", name="交给下一班").click()
    expect(desk.locator("#dialog")).to_be_hidden()
    desk.get_by_role("button", name="签退").click()
    expect(desk.locator("#state")).to_contain_text("未签到", timeout=15_000)
    keys = json.loads((day.city.hotline.data / "secrets.json").read_text())
    with day.city.hotline.store.read() as db:
        calls = select(CallRow).where(CallRow.caller == NUMBER).order_by(CallRow.id)
        call, again = db.scalars(calls).all()
        assert (call.line, call.person, call.rank) == ("anxi", "cora", "crisis")
        assert (again.line, again.person, again.rank) == ("city", "dora", "crisis")
        kept = notes.by_call(db, call.id, Seal([keys["notes"]]))
        assert kept is not None and kept.submitted
        assert (kept.note.account, kept.note.hopelessness) == ("与母亲争执后失眠", 8)


def test_the_supervisor_closes_what_is_open_and_reads_the_day(day: Day) -> None:
    recordings = day.city.hotline.data / "recordings"
    until(lambda: list(recordings.glob("*.sealed")), seconds=60, what="the talk is sealed")
    with at_work(day.city, day.browser, "dora", "/handover") as page:
        expect(page.locator("main")).to_contain_text("还没有人读")
        page.goto("/calls")
        page.get_by_role("link", name="查看 138****5678 的号码").first.click()
        dialog = page.locator("#dialog[open]")
        dialog.get_by_label("理由").fill("家属请求，需要核对")
        dialog.get_by_role("button", name="的名义查看").click()
        expect(dialog).to_contain_text(NUMBER)
        page.keyboard.press("Escape")
        page.get_by_role("link", name="的录音").last.click()
        dialog.get_by_label("理由").fill("督导复核危机来电")
        dialog.get_by_role("button", name="的名义收听").click()
        expect(dialog.locator("audio")).to_have_js_property("error", None)
        page.goto("/reports/people")
        expect(page.locator("main")).to_contain_text("林婉如")
        page.goto("/reports?by=line")
        expect(page.locator(day.in_row("安溪线")).first).to_contain_text("100")


def test_in_the_evening_the_city_is_in_one_file_and_every_step_on_record(day: Day) -> None:
    file = day.folder / "city.backup"
    assert main([*day.city.hotline.arguments, "backup", str(file)]) == 0
    assert file.stat().st_size > 5_000
    assert main([*day.city.hotline.arguments, "retention"]) == 0
    with day.city.hotline.store.read() as db:
        done = {row.what for row in audit_log.entries(db)}
    assert done >= {"people.import", "user.add", "secret.browser", "crisis", "note.submit"}
    assert done >= {
        "supervise",
        "unmask",
        "recording.listen",
        "handover.write",
        "call.handed",
        "roster.acknowledge",
    }
