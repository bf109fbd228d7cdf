"""Every action of counsellors and supervisors, done once with a keyboard and nothing else.

`does` names the actions (routes that change something) of a test, which `keys` looks after.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from records import audit_log, handovers, notes
from records.note import Note
from records.tables import Person
from routing.live import Doing, Stage, Watcher, Way
from tests.browser.conftest import enter
from tests.browser.deals import FRIDAY, SATURDAY, WEEK, deal
from tests.browser.keys import REASON, Keys
from tests.dashboard.builders import (
    NOW,
    PASSWORD,
    SEAL,
    World,
    add_call,
    add_task,
    caller,
    draft,
    member,
    picture,
)
from tests.dashboard.test_call_in import WHY

TALKS = caller("u1", stage=Stage.TALKING, person="lin")
WAITS = caller("1.6")


@pytest.mark.does("account.sign_in", "account.language", "account.sign_out")
def test_coming_and_going(keys: Keys) -> None:
    keys.page.goto("/sign-in?next=/directory")
    keys.type("counsellor")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    keys.sees("转介资源", "h1")
    keys.use("English")
    keys.sees("Referral", "h1")
    keys.use("Sign out")
    keys.sees("Sign in", "h1")


@pytest.mark.does(
    *("me.acknowledge", "me.sign_in", "me.pause", "me.resume", "me.sign_out"),
    *("me.propose", "me.withdraw", "me.answer"),
    *("me.ask_leave", "me.ask_wish", "me.withdraw_request"),
    *("me.renew_calendar", "me.revoke_calendar"),
)
def test_a_counsellor_s_own_page(keys: Keys, hotline: World) -> None:
    draft(hotline.store, WEEK | {"lin": ("early",) * 7}, publish=True)
    draft(hotline.store, WEEK, publish=True)
    deal(hotline, "huang", "lin", SATURDAY, "proposed")
    enter(keys.page, hotline, "counsellor", "/me")
    keys.use("我已看到")
    keys.page.locator("#p-notices").wait_for(state="hidden")
    for state, does in (
        (picture(), "签到"),
        (picture(members=[member("lin")], signed_in=["lin"]), "休息 15 分钟"),
        (picture(members=[member("lin", Doing.BREAK)], signed_in=["lin"]), "回到岗位"),
        (picture(members=[member("lin")], signed_in=["lin"]), "签退"),
    ):
        hotline.feed.show(state)
        keys.page.reload()
        with keys.page.expect_response("**/me/*"):
            keys.use(does, among="#state")
    did = [("sign_in", "lin"), ("pause", "lin", "break", 900), ("resume", "lin")]
    assert hotline.actions.done == [*did, ("sign_out", "lin")]
    keys.use("不同意", among="#p-exchanges")
    keys.sees("对方不同意", "#p-exchanges")
    keys.use("换班 10月1日")
    keys.use("请对方替班")
    keys.sees("等对方回复", "#p-exchanges")
    keys.use("撤回", among="#p-exchanges")
    keys.sees("已撤回", "#p-exchanges")
    keys.use("申请请假")
    keys.day("从", FRIDAY)
    keys.day("到（含）", SATURDAY)
    keys.use("提交请假")
    keys.sees("10月2日 – 10月3日", "#p-requests")
    keys.use("撤回", among="#p-requests")
    keys.sees("已撤回", "#p-requests")
    keys.use("提出意愿")
    keys.day("哪一天", FRIDAY)
    keys.pick("什么班", "夜")
    keys.use("提交意愿")
    keys.sees("希望上夜班", "#p-requests")
    keys.use("日历订阅")
    keys.asked("现在没有地址")
    keys.use("生成地址")
    keys.asked("旧的失效")
    keys.use("停用")
    keys.asked("现在没有地址")
    keys.press("Escape")
    keys.closed()


@pytest.mark.does(
    *("desk.save", "desk.submit", "desk.hand_on", "handover.confirm", "handover.write"),
    *("live.call_back", "live.unreached", "calls.set_mark"),
)
def test_a_counsellor_s_desk(keys: Keys, hotline: World) -> None:
    """With a telephone of one's own; that of the browser rings in test_days.py."""
    call = add_call(hotline, uniqueid="u1", ended_at=None, outcome=None)
    with hotline.store.session() as db:
        db.get_one(Person, "lin").contact = "sip:lin@127.0.0.1"
        notes.save(db, call, "lin", 1, Note(account="第一句"), NOW, SEAL)
        handovers.write(db, "chen", "尾号 5678 今晚再打来", NOW - timedelta(hours=1), SEAL)
    add_task(hotline, reason="followup")
    hotline.feed.show(picture([TALKS], [member("lin", Doing.TALKING, call="u1"), member("chen")]))
    enter(keys.page, hotline, "counsellor", "/desk")
    keys.holds("经过", "第一句")
    keys.press("Alt+1", "ArrowRight", "Alt+2", *["ArrowRight"] * 7)
    keys.sees("高", "#level b")
    keys.sees("还差：谈到的事、处置", "#lacks")
    keys.press("Control+Enter", "Space", "Control+Enter")
    keys.type("已做安全约定")
    keys.press("Control+s")
    keys.sees("已保存", "#kept")
    keys.press("Control+Enter")
    keys.sees("已提交", "#kept")
    with hotline.store.read() as db:
        kept = notes.by_call(db, call, SEAL)
        assert kept is not None
        assert (kept.submitted, kept.note.problem, kept.note.level) == (True, "mood", "high")
    keys.press("F8")
    keys.asked("转接来电")
    keys.use("直接转给陈思远")
    keys.closed()
    keys.use("的交接已阅读")
    keys.sees("没有未读的交接")
    keys.use("写交接")
    keys.asked("接班的人要知道什么")
    keys.type("夜里平静")
    keys.use("交给下一班")
    keys.closed()
    keys.use("处理", among="#p-tasks")
    keys.asked("之前约好今天通个话")
    keys.use("立即回拨")
    keys.asked("您的话机即将振铃")
    keys.pick("再试", "30 分钟后")
    keys.use("这次没有联系上")
    keys.closed()
    handed = ("hand_on", "PJSIP/telecom-u1", "lin", "chen", "")
    assert hotline.actions.done == [handed, ("call_back", "lin", "13800135678")]
    keys.to("记录")
    keys.use("标记 138")
    keys.asked("标记来电号码")
    keys.tick("可能有危险")
    keys.fill("理由", REASON)
    keys.use("的名义标记")
    keys.page.wait_for_url("**/calls?digits=1234")
    assert hotline.actions.done[-2][:3] == ("mark", "13800131234", "crisis")


def supervising(keys: Keys, hotline: World) -> None:
    hotline.make_person("supervisor", "chen")
    hotline.actions.why = WHY
    hotline.feed.show(picture([TALKS, WAITS], [member("lin"), member("huang")]))
    enter(keys.page, hotline, "supervisor", "/live")
    keys.sees("138****1234", "#p-calls")


@pytest.mark.does(
    *("live.supervise", "live.let_go", "live.begin_crisis", "live.call_help"),
    *("live.note_crisis", "live.end_crisis"),
)
def test_a_supervisor_at_a_call(keys: Keys, hotline: World) -> None:
    supervising(keys, hotline)
    keys.row("t-u1")
    keys.press("l")
    keys.asked("您的话机即将振铃")
    for letter in ("w", "b"):
        keys.press(letter)
        keys.dialog.locator(f"[data-letter={letter}][aria-pressed=true]").wait_for()
        keys.asked("您的话机即将振铃")
    keys.press("t")  # the browser asks whether one is sure
    keys.go("我确认")
    keys.press("Space", "t")
    keys.dialog.locator("[data-letter=b][aria-pressed=false]").wait_for()
    there = replace(TALKS, watchers=(Watcher("chen", Way.LISTEN, "x"),))
    hotline.feed.show(picture([there], [member("lin"), member("huang")]))
    keys.press("Escape")
    keys.sees("旁听中 陈思远", "#p-calls")
    keys.row("t-u1")
    keys.press("h")
    keys.asked("退出，通话继续")
    keys.press("x")
    keys.closed()
    keys.row("t-u1")
    keys.press("h")
    keys.asked("协助通话")
    keys.press("c")
    keys.asked("开始危机处置")
    keys.use("呼叫 110")
    keys.asked("呼叫 110 曾怀瑾")
    keys.fill("记一笔", "家中有老人，110 已派出")
    keys.press("Enter")
    keys.asked("家中有老人，110 已派出 曾怀瑾")
    keys.radio("援助已到达", "不再需要援助")
    keys.use("结束处置")
    keys.closed()
    ways = ["listen", "whisper", "join", "take"]
    done = [("supervise", "chen", "u1", way) for way in ways]
    assert hotline.actions.done == [*done, ("let_go", "chen"), ("call_help", "chen", "110")]


@pytest.mark.does(
    *("live.steer", "live.pause_person", "live.resume_person", "live.call_somebody_in"),
    *("live.throw_switch", "live.end_switch", "live.close_task", "live.change_tasks"),
)
def test_a_supervisor_at_the_board(keys: Keys, hotline: World) -> None:
    add_task(hotline)
    add_task(hotline, number="13700137000", minutes=20)
    supervising(keys, hotline)
    keys.row("w-1.6")
    keys.press("j", "k")
    with keys.page.expect_response("**/up"):
        keys.press("u")
    keys.press("h")
    keys.asked("转给某人")
    keys.use("林婉如", among="#dialog")
    keys.closed()
    keys.row("p-huang")
    keys.press("h")
    keys.asked("黄雅萍")
    keys.press("p")
    keys.closed()
    hotline.feed.show(picture([TALKS], [member("lin"), member("huang", Doing.BREAK)]))
    keys.sees("休息", "#p-people .tile.break")
    keys.row("p-huang")
    keys.press("h")
    keys.asked("结束暂停")
    keys.press("r")
    keys.closed()
    keys.press("i")
    keys.asked("按规则现在可以上岗")
    keys.use("记下已联系")
    keys.asked("已记下：叫过 林婉如")
    keys.press("Escape")
    keys.use("应急开关")
    keys.asked("全部来电先转到")
    keys.radio("备班", "登记回拨")
    keys.fill("理由", "机房正在断电")
    keys.tick("我确认")
    keys.use("的名义切换")
    keys.closed()
    keys.sees("应急开关：全部来电先转", "#p-alarms")
    keys.use("应急开关", among="#p-tiers")
    keys.asked("现在恢复正常")
    keys.press("Enter")
    keys.closed()
    keys.row("task-1")
    keys.press("Enter")
    keys.asked("安全联络用语")
    keys.fill("理由", REASON)
    keys.use("的名义关闭")
    keys.closed()
    steered = [("steer", "1.6", "up"), ("steer", "1.6", "to-lin")]
    done = [*steered, ("pause", "huang", "break", 600), ("resume", "huang")]
    assert hotline.actions.done[:4] == done
    assert [each[:2] for each in hotline.actions.done[4:]] == [
        ("switch", "promise"),
        ("switch", None),
    ]
    keys.use("批量处理")
    keys.tick("选中 137")
    keys.fill("关闭的理由", REASON)
    keys.use("关闭选中的")
    keys.sees("已处理 1 条")


@pytest.mark.does("calls.show_number", "calls.listen")
def test_a_supervisor_reads_a_number_and_hears_a_recording(keys: Keys, hotline: World) -> None:
    call = add_call(hotline, caller="13800135678")
    hotline.deps.recordings.mkdir()
    recording = SEAL.close_bytes(b"\xd5" * 16_000)  # two seconds
    (hotline.deps.recordings / f"{call}.sealed").write_bytes(recording)
    enter(keys.page, hotline, "supervisor", "/calls")
    keys.use("查看 138****5678 的号码")
    keys.asked("查看来电号码")
    keys.type(REASON)
    keys.use("的名义查看")
    keys.asked("13800135678")
    keys.press("Escape")
    keys.closed()
    keys.use("的录音")
    keys.asked("听录音")
    keys.type(REASON)
    keys.use("的名义收听")
    expect(keys.dialog.locator("audio")).to_have_js_property("duration", 2)
    with hotline.store.read() as db:
        done = [entry.what for entry in audit_log.entries(db)]
    assert sorted(done) == ["recording.listen", "unmask"]
