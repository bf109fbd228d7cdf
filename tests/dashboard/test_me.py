import pytest

from dashboard.deps import TelephonyUnavailable
from routing.live import Doing, Live
from tests.dashboard.builders import EPOCH, World, draft, member, picture, without_tags


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def test_own_coming_shifts_and_nobody_else_s(hotline: World) -> None:
    cells = {"lin": ("night", None, "early", "standby", None), "chen": ("mid",) * 5}
    draft(hotline.store, cells, publish=True)
    page = hotline.client("counsellor").text("/me")
    shown = text(page)
    assert "近两周班次 2 班" in shown
    assert "9月30日 周三 早 07:00 – 15:00 现在" in shown
    assert "10月1日 周四 备 08:00 – 20:00 备班待命" in shown
    turns = page[page.index('class="turns"') : page.index('id="p-tasks"')]
    assert ">中<" not in turns


@pytest.mark.parametrize(
    ("path", "form", "done"),
    [
        ("/me/sign-in", {}, ("sign_in", "lin")),
        ("/me/sign-out", {}, ("sign_out", "lin")),
        ("/me/pause", {"minutes": "15"}, ("pause", "lin", "break", 900)),
        ("/me/pause", {"reason": "recovery", "minutes": "15"}, ("pause", "lin", "recovery", 900)),
        ("/me/resume", {}, ("resume", "lin")),
    ],
)
def test_buttons_act_for_oneself(
    hotline: World, path: str, form: dict[str, str], done: tuple[object, ...]
) -> None:
    answer = hotline.client("counsellor").post(path, **form)
    assert answer.status_code == 200
    assert hotline.actions.done == [done]


def test_who_writes_may_write_longer_or_be_done(hotline: World) -> None:
    browser, more = hotline.client("counsellor"), {"reason": "wrapup", "minutes": "5"}
    hotline.feed.show(picture(members=[member("lin")]))
    assert browser.post("/me/pause", **more).status_code == 400
    assert "写完了" not in browser.text("/me/state")
    hotline.feed.show(picture(members=[member("lin", Doing.WRITING, until=EPOCH + 60)]))
    assert browser.post("/me/pause", **more).status_code == 200
    assert hotline.actions.done == [("pause", "lin", "wrapup", 300)]
    shown = browser.text("/me/state")
    assert "写完了" in shown and f'data-down="{EPOCH + 60}"' in shown


@pytest.mark.parametrize(
    ("doing", "until", "words"),
    [
        (Doing.READY, 0, "您已签到，轮到时您的话机会振铃。"),
        (
            Doing.UNREACHABLE,
            0,
            "来电到不了您的话机。请打开接线台，或检查座机、手机是否通电、联网。",
        ),
        (Doing.RECOVERING, EPOCH + 60, "话机暂不振铃。"),
        (Doing.MISSED, 0, "话机不振铃，直到您回到岗位。"),
    ],
)
def test_nobody_is_told_that_a_phone_will_ring_which_will_not(
    hotline: World, doing: Doing, until: int, words: str
) -> None:
    hotline.feed.show(picture(members=[member("lin", doing, until=until)], signed_in=["lin"]))
    assert f'<p class="sub">{words}</p>' in hotline.client("counsellor").text("/me/state")


def test_breaks_have_given_lengths(hotline: World) -> None:
    assert hotline.client("counsellor").post("/me/pause", minutes="600").status_code == 400
    assert hotline.actions.done == []


@pytest.mark.parametrize(
    ("live", "word", "offered"),
    [
        (picture(), "未签到", ["sign-in"]),
        (picture(signed_in=["lin"]), "未入队列", ["sign-out"]),
        (picture(members=[member("lin")], signed_in=["lin"]), "空闲", ["sign-out", "pause"]),
        (
            picture(members=[member("lin", Doing.BREAK, until=EPOCH + 60)], signed_in=["lin"]),
            "休息",
            ["sign-out", "resume"],
        ),
    ],
)
def test_what_is_offered_follows_the_state(
    hotline: World, live: Live, word: str, offered: list[str]
) -> None:
    hotline.feed.show(live)
    part = hotline.client("counsellor").text("/me/state")
    assert f"<b>{word}</b>" in part
    paths = ["sign-in", "sign-out", "pause", "resume"]
    assert [path for path in paths if f'hx-post="/me/{path}"' in part] == offered


def test_a_lost_telephone_system_is_told(hotline: World) -> None:
    hotline.feed.show(Live())
    assert "与电话系统失去联系" in hotline.client("counsellor").text("/me/state")
    hotline.actions.failure = TelephonyUnavailable()
    answer = hotline.client("counsellor").post("/me/sign-in")
    assert answer.status_code == 503 and "电话系统没有应答" in answer.text


def test_an_account_without_a_person_is_told(hotline: World) -> None:
    hotline.forget_person("counsellor")
    browser = hotline.client("counsellor")
    assert "没有对应的接线员" in browser.text("/me")
    assert browser.post("/me/sign-in").status_code == 403
