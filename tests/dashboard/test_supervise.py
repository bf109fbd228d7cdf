from collections.abc import Callable

import pytest

from dashboard.deps import TelephonyUnavailable
from records.audit_log import entries
from routing.live import Call, Stage, Watcher, Way
from tests.dashboard.builders import Browser, World, caller, member, picture, without_tags

TALK = caller("1.7", stage=Stage.TALKING, person="lin")


@pytest.fixture
def supervisor(hotline: World) -> Browser:
    """Chen supervises, and lin talks."""
    hotline.make_person("supervisor", "chen")
    show(hotline, TALK)
    return hotline.client("supervisor")


def show(hotline: World, *calls: Call) -> None:
    hotline.feed.show(picture(calls=calls, members=[member("lin")]))


def watched(way: Way) -> Call:
    return caller("1.7", stage=Stage.TALKING, person="lin", watchers=(Watcher("chen", way, "x"),))


def noted(hotline: World) -> list[tuple[str, str, object]]:
    with hotline.store.read() as db:
        rows = [row for row in entries(db) if row.what == "supervise"]
        return [(row.who, row.object, row.detail.get("way")) for row in rows]


@pytest.mark.parametrize("way", ["listen", "whisper", "join"])
def test_the_own_telephone_rings_and_it_is_on_record(
    hotline: World, supervisor: Browser, way: str
) -> None:
    answer = supervisor.client.post(
        f"/live/call/1.7/{way}",
        headers={"HX-Request": "true", "X-CSRF-Token": supervisor.token()},
    )
    assert answer.status_code == 200
    assert "您的话机即将振铃" in answer.get_data(as_text=True)
    assert hotline.actions.done == [("supervise", "chen", "1.7", way)]
    assert noted(hotline) == [("supervisor", "call 1.7", way)]


def test_a_call_is_taken_over_only_by_who_is_sure(hotline: World, supervisor: Browser) -> None:
    answer = supervisor.post("/live/call/1.7/take")
    assert answer.status_code == 422 and "请先确认" in answer.get_data(as_text=True)
    assert hotline.actions.done == [] and noted(hotline) == []
    assert supervisor.post("/live/call/1.7/take", sure="1").status_code == 302
    assert hotline.actions.done == [("supervise", "chen", "1.7", "take")]


def test_who_is_there_sees_how_and_leaves_by_one_click(hotline: World, supervisor: Browser) -> None:
    assert "/live/call/let-go" not in supervisor.text("/live/call/1.7")
    show(hotline, watched(Way.WHISPER))
    text = " ".join(without_tags(supervisor.text("/live/call/1.7")).split())
    assert "耳语中" in text and "退出，通话继续" in text
    assert supervisor.post("/live/call/let-go").status_code == 302
    assert hotline.actions.done == [("let_go", "chen")]
    assert noted(hotline) == [("supervisor", "chen", "leave")]


def test_the_board_shows_who_is_at_which_call(hotline: World, supervisor: Browser) -> None:
    show(hotline, watched(Way.LISTEN))
    assert "旁听中 陈思远" in " ".join(without_tags(supervisor.text("/live")).split())


@pytest.mark.parametrize("path", ["/live/call/1.7/listen", "/live/call/let-go"])
def test_without_a_telephone_nothing_is_done(hotline: World, path: str) -> None:
    show(hotline, TALK)
    browser = hotline.client("supervisor")
    assert browser.post(path).status_code == 409
    assert "您的账号没有话机" in browser.text("/live/call/1.7")
    assert hotline.actions.done == [] and noted(hotline) == []


@pytest.mark.parametrize("gone", [lambda: (), lambda: (caller("1.7"),)])
def test_a_call_that_is_over_is_told_as_such(
    hotline: World, supervisor: Browser, gone: Callable[[], tuple[Call, ...]]
) -> None:
    show(hotline, *gone())
    answer = supervisor.post("/live/call/1.7/listen")
    assert answer.status_code == 409 and "这一通已不在进行" in answer.get_data(as_text=True)
    assert hotline.actions.done == [] and noted(hotline) == []


def test_nothing_is_on_record_that_did_not_reach_the_telephones(
    hotline: World, supervisor: Browser
) -> None:
    hotline.actions.failure = TelephonyUnavailable("no connection")
    assert supervisor.post("/live/call/1.7/listen").status_code == 503
    assert noted(hotline) == []


def test_only_supervisors_are_offered_it(hotline: World, supervisor: Browser) -> None:
    assert 'hx-post="/live/call/1.7/listen"' in supervisor.text("/live")
    for role in ("coordinator", "administrator"):
        assert "/live/call/" not in hotline.client(role).text("/live")
