import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from dashboard.display import midnight
from dashboard.facts import Known
from records import alarms, presences
from records.calls import Before
from routing.calls import Rank
from routing.live import Doing, Live, Stage
from scheduler.problem import Need
from tests.dashboard.builders import (
    EPOCH,
    MONDAY,
    NOW,
    TODAY,
    World,
    add_people,
    add_task,
    call_row,
    caller,
    draft,
    member,
    picture,
    without_tags,
    world,
)


def test_callers_wait_in_order_with_line_masked_number_and_rank(hotline: World) -> None:
    hotline.feed.show(
        picture(
            calls=[
                caller("a", arrived=EPOCH - 200),
                caller("b", rank=Rank.CRISIS, line="shishi", caller="", person="lin"),
            ]
        )
    )
    page = hotline.client("supervisor").text("/live")
    waiting = page[page.index('id="p-waiting"') : page.index('id="p-tasks"')]
    text = " ".join(without_tags(waiting).split())
    assert text.index("号码隐藏") < text.index("138****1234")
    assert "危机 号码隐藏 石狮线" in text and "林婉如 正在振铃" in text
    assert "普通 138****1234 晋江线" in text
    assert f'data-up="{EPOCH - 200}"' in waiting
    assert 'class="clock late"' in waiting


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "需要：闽南语 再次来电 上次 林婉如"),
        ("en", "Needs: Minnan Called before Last: 林婉如"),
    ],
)
def test_who_waits_is_shown_with_skill_and_earlier_calls(
    hotline: World, lang: str, words: str
) -> None:
    with hotline.store.session() as db:
        db.add(call_row(1))
    other = caller("b", caller="13900001111", needs="minors")
    hotline.feed.show(picture(calls=[caller("a", needs="minnan"), other]))
    page = hotline.client("supervisor", lang).text("/live")
    waiting = page[page.index('id="p-waiting"') : page.index('id="p-tasks"')]
    assert words in " ".join(without_tags(waiting).split())
    assert waiting.count("再次来电" if lang == "zh" else "Called before") == 1


def test_earlier_calls_are_asked_once_for_each_caller(hotline: World) -> None:
    known, asked = Known(hotline.store), []
    with hotline.store.session() as db:
        db.add(call_row(1))
    event.listen(hotline.store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert known.of(picture(calls=[caller("t", stage=Stage.TALKING), caller("h", caller="")])) == {}
    assert not asked
    one, two = caller("a"), caller("b", caller="13900001111")
    assert [known.of(picture(calls=[one])) for _ in range(2)] == [{"a": Before("lin")}] * 2
    assert len(asked) == 1
    assert known.of(picture(calls=[one, two])) == {"a": Before("lin")}
    assert len(asked) == 2


def test_no_page_of_the_board_holds_a_whole_number(hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("a"), caller("b", stage=Stage.TALKING, person="lin")]))
    add_task(hotline)
    page = hotline.client("supervisor").text("/live")
    assert "13800131234" not in page and "13800135678" not in page


def test_every_state_has_a_shape_and_a_word(hotline: World) -> None:
    people = [member(f"p{n}", doing) for n, doing in enumerate(Doing)]
    hotline.feed.show(picture(members=people))
    draft(hotline.store, {"lin": ("early",) * 7}, publish=True)
    page = hotline.client("supervisor").text("/live")
    tiles = page[page.index('class="tiles"') : page.index('id="p-calls"')]
    for name, word in [
        ("ready", "空闲"),
        ("ringing", "振铃"),
        ("talking", "通话"),
        ("writing", "整理"),
        ("break", "休息"),
        ("recovering", "恢复"),
        ("missed", "漏接暂停"),
        ("unreachable", "话机不通"),
        ("absent", "未签到"),
    ]:
        assert f'<use href="#i-{name}"/></svg>{word}' in tiles
        assert f'<symbol id="i-{name}"' in page


def test_the_day_s_figures(hotline: World) -> None:
    with hotline.store.session() as db:
        db.add_all([call_row(n) for n in range(9)])
        db.add(call_row(50, outcome="abandoned", answered_at=None, person=None))
    text = " ".join(without_tags(hotline.client("supervisor").text("/live")).split())
    assert "接通率 90.0 % 目标 ≥ 90%" in text
    assert "平均应答速度 20 秒 目标 ≤ 30 秒" in text
    assert "放弃率 10.0 % 目标 ≤ 8%" in text


@pytest.mark.parametrize(
    ("lang", "head", "first", "last"),
    [
        (
            "zh",
            "线路 呼入 接听 接通率 20 秒内接听 平均应答 放弃率 最长等待",
            "晋江线 2 2 100% 50.0% 0:30 0.0% 0:40",
            "合计 3 2 66.7% 33.3% 0:30 33.3% 0:40",
        ),
        (
            "en",
            "Line Incoming Answered Answer rate Answered within 20 s Average answer Abandonment "
            "Longest",
            "2 2 100% 50.0% 0:30 0.0% 0:40",
            "Total 3 2 66.7% 33.3% 0:30 33.3% 0:40",
        ),
    ],
)
def test_the_day_s_figures_of_each_line_that_was_called(
    hotline: World, lang: str, head: str, first: str, last: str
) -> None:
    late = NOW - timedelta(hours=1)
    with hotline.store.session() as db:
        db.add_all(
            [call_row(1), call_row(2, arrived_at=late, answered_at=late + timedelta(seconds=40))]
        )
        db.add(call_row(3, line="city", outcome="abandoned", answered_at=None, person=None))
    page = hotline.client("supervisor", lang).text("/live")
    table = page[page.index('id="p-day"') : page.index('id="p-hours"')]
    assert re.findall(r'<tr data-key="(\S+)"', table) == ["l-city", "l-jinjiang", "all"]
    text = " ".join(without_tags(table).split())
    assert head in text and first in text and last in text


def test_a_day_without_calls_has_no_figures(hotline: World) -> None:
    text = " ".join(without_tags(hotline.client("supervisor").text("/live")).split())
    assert "今天还没有来电" in text
    assert "接通率 – 平均应答速度 –" in text
    assert "现在无人等待" in text


def test_who_is_missing_is_named(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 7, "chen": ("mid",) * 7}, publish=True)
    hotline.feed.show(picture(members=[member("lin")], signed_in=["lin"]))
    text = " ".join(without_tags(hotline.client("supervisor").text("/live")).split())
    assert "在岗 / 应到 1 / 2 缺 1 人：陈思远" in text
    assert "应于 11:00 到岗" in text


def test_hours_show_need_and_roster(tmp_path: Path) -> None:
    hotline = world(tmp_path, needs=tuple(Need(hour, 1) for hour in range(24)))
    draft(hotline.store, {"lin": ("early",) * 7}, publish=True)
    page = hotline.client("supervisor").text("/live")
    strip = page[page.index('id="p-hours"') :]
    assert '<td class="gap">▾0</td>' in strip
    assert '<td class="now">1</td>' in strip


@pytest.mark.parametrize(("lang", "word"), [("zh", "在岗"), ("en", "Present")])
def test_hours_show_who_was_there(hotline: World, lang: str, word: str) -> None:
    with hotline.store.session() as db:
        for minute in range(60):
            presences.note(db, ["lin", "chen"], midnight(TODAY) + timedelta(minutes=60 + minute))
    hotline.feed.show(picture(signed_in=["lin"]))
    page = hotline.client("supervisor", lang).text("/live")
    row = page[page.index(f'<tr><th scope="row">{word}</th>') :].partition("</tr>")[0]
    cells = without_tags(row.replace("<td", " <td")).split()
    assert cells == [word, "0", "2", *"0" * 12, "1", *"·" * 9]


@pytest.mark.parametrize(
    "live", [Live(connected=False, as_of=EPOCH), Live(connected=True, as_of=EPOCH - 60), Live()]
)
def test_a_picture_that_does_not_hold_is_marked(hotline: World, live: Live) -> None:
    hotline.feed.show(live)
    page = hotline.client("supervisor").text("/live")
    assert 'data-state="stale"' in page and "来电仍在接入" in page


def test_a_picture_that_holds_has_no_banner(hotline: World) -> None:
    page = hotline.client("supervisor").text("/live")
    assert 'data-state="fresh"' in page
    assert re.search(r'<div id="stale"[^>]*></div>', page)


OWN_WORDS = {
    "title": {"zh": "证书将到期", "en": "A certificate expires"},
    "text": {"zh": "三天后", "en": "in three days"},
}


@pytest.mark.parametrize(
    ("kind", "subject", "detail", "words"),
    [
        (
            "not_signed_in",
            "lin",
            {"since": EPOCH - 1928},
            "未签到：林婉如 应于 14:00 到岗；备班同时振铃。",
        ),
        (
            "empty_hour",
            "1",
            {"begins": EPOCH + 86272, "ends": EPOCH + 89872},
            "将有时段无人：10/1 14:30 至 10/1 15:30 请调整排班或安排备班。",
        ),
        (
            "long_wait",
            "waiting",
            {"since": EPOCH - 200, "limit": 180, "line": "jinjiang"},
            "有人等待超过 3:00 晋江线，14:28 打来。",
        ),
        ("carrier", "telecom", {"at": EPOCH - 60}, "运营商不接呼叫：电信 14:31 检测时拒接"),
        ("nobody", "duty", {"since": EPOCH - 60}, "在班的人都不能接听 自 14:31 起"),
        ("short_window", "window", {"ends": EPOCH + 86272}, "排班只发布到 10/1 14:30"),
        ("drift", "lin", {"fault": "missing"}, "已签到却不在队列中：林婉如"),
        ("drift", "lin", {"fault": "surplus"}, "不当班却在队列中：林婉如"),
        ("disk", "disk", {"free_mb": 120}, "磁盘空间不足 还剩 120 MB。"),
        ("disconnected", "asterisk", {}, "与电话系统失去联系"),
        (
            "test_call",
            "jinjiang",
            {"result": "elsewhere", "came_as": "shishi", "carrier": "telecom"},
            "线路检测未通过：晋江线 回到了另一条线路：石狮线 · 经 电信",
        ),
        (
            "test_call",
            "shishi",
            {"result": "unanswered", "came_as": "", "carrier": "telecom"},
            "线路检测未通过：石狮线 无人应答 · 经 电信",
        ),
        ("certificate", "", OWN_WORDS, "证书将到期 三天后"),
        ("something_new", "x", {}, "something_new x"),
        ("not_signed_in", "lin", {}, "未签到：林婉如 应于 – 到岗"),
    ],
)
def test_alarms_are_put_into_words(
    hotline: World, kind: str, subject: str, detail: dict[str, object], words: str
) -> None:
    with hotline.store.session() as db:
        alarms.raise_alarm(db, kind, subject, detail, NOW)
    assert words in " ".join(without_tags(hotline.client("supervisor").text("/live")).split())


def test_alarms_that_bring_their_words_bring_both_languages(hotline: World) -> None:
    with hotline.store.session() as db:
        alarms.raise_alarm(db, "certificate", "", OWN_WORDS, NOW)
    assert "A certificate expires" in hotline.client("supervisor", "en").text("/live")


def test_a_caller_in_danger_who_waits_is_an_alarm_by_itself(hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("a", rank=Rank.CRISIS), caller("b")]))
    with hotline.store.session() as db:  # for the web hook: on the page it would be there twice
        alarms.raise_alarm(db, "crisis_wait", "a", {"since": EPOCH, "line": "jinjiang"}, NOW)
    page = hotline.client("supervisor").text("/live")
    assert page.count("<b>危机来电正在等待") == 1
    assert "crisis_wait" not in page


def test_others_see_call_backs_without_the_button(hotline: World) -> None:
    add_task(hotline, minutes=-5)
    page = hotline.client("coordinator").text("/live")
    assert "138****5678" in page and "已超时" in page
    assert 'hx-get="/live/task' not in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_board_asks_as_often_for_many_as_for_one(hotline: World, people: int) -> None:
    add_people(hotline.store, [(f"new{n}", "新人") for n in range(people)])
    cells = {f"new{n}": ("early",) * 7 for n in range(people)}
    draft(hotline.store, cells, first=MONDAY, publish=True)
    hotline.feed.show(
        replace(picture(), members={f"new{n}": member(f"new{n}") for n in range(people)})
    )
    with hotline.store.session() as db:
        for n in range(people):
            db.add(call_row(n))
            alarms.raise_alarm(db, "not_signed_in", f"new{n}", {}, NOW)
    browser = hotline.client("supervisor")
    counted: list[str] = []
    event.listen(hotline.store.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    browser.text("/live")
    assert len(counted) == 9
