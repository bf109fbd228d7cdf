import pytest

from dashboard.deps import TelephonyUnavailable
from records.alarms import open_alarms
from records.audit_log import about
from routing.live import Stage, Watcher, Way
from tests.dashboard.builders import Browser, World, caller, picture, without_tags

PATH = "/live/crisis/1.7"


@pytest.fixture
def supervisor(hotline: World) -> Browser:
    """Chen supervises, and lin talks with somebody in danger."""
    hotline.make_person("supervisor", "chen")
    hotline.feed.show(picture([caller("1.7", stage=Stage.TALKING, person="lin")]))
    return hotline.client("supervisor")


def steps(hotline: World) -> list[object]:
    with hotline.store.read() as db:
        return [row.detail.get("step", row.detail.get("way")) for row in about(db, "call 1.7")]


def asked(hotline: World) -> list[str]:
    with hotline.store.read() as db:
        return [alarm.subject for alarm in open_alarms(db) if alarm.kind == "crisis_mode"]


def shown(browser: Browser, path: str) -> str:
    return " ".join(without_tags(browser.text(path)).split())


def test_it_begins_with_silent_listening_and_asks_until_it_is_answered(
    hotline: World, supervisor: Browser
) -> None:
    assert supervisor.post(PATH).status_code == 200
    assert hotline.actions.done == [("supervise", "chen", "1.7", "listen")]
    assert steps(hotline) == ["begun", "listen"] and asked(hotline) == ["1.7"]
    assert "危机处置：援助到了吗？" in shown(supervisor, "/live")
    hotline.feed.show(picture())
    assert "通话已结束" in shown(supervisor, PATH), "the question outlives the call"
    assert supervisor.post(f"{PATH}/end").status_code == 422 and asked(hotline) == ["1.7"]
    assert supervisor.post(f"{PATH}/end", answer="arrived").status_code == 302
    assert steps(hotline)[-1] == "arrived" and asked(hotline) == []
    assert supervisor.get(PATH).status_code == 404


def test_who_listens_already_is_not_rung_again_and_twice_is_once(
    hotline: World, supervisor: Browser
) -> None:
    watcher = Watcher("chen", Way.WHISPER, "x")
    hotline.feed.show(
        picture([caller("1.7", stage=Stage.TALKING, person="lin", watchers=(watcher,))])
    )
    for _again in range(2):
        assert supervisor.post(PATH).status_code == 200
    assert hotline.actions.done == [] and steps(hotline) == ["begun"]


def test_help_is_called_and_each_step_stands_in_the_timeline(
    hotline: World, supervisor: Browser
) -> None:
    supervisor.post(PATH)
    assert supervisor.post(f"{PATH}/help/110").status_code == 200
    assert supervisor.post(f"{PATH}/note", text=" 晋江市某路 3 号 ").status_code == 200
    assert hotline.actions.done[1:] == [("call_help", "chen", "110")]
    timeline = shown(supervisor, PATH).split("处置经过")[1].split("记一笔")[0]
    assert timeline.split() == [
        *("14:32:08", "开始危机处置", "曾怀瑾"),
        *("14:32:08", "旁听中", "曾怀瑾"),
        *("14:32:08", "呼叫", "110", "曾怀瑾"),
        *("14:32:08", "晋江市某路", "3", "号", "曾怀瑾"),
    ]


def test_only_emergency_numbers_are_called_and_no_empty_note_is_kept(
    hotline: World, supervisor: Browser
) -> None:
    supervisor.post(PATH)
    assert supervisor.post(f"{PATH}/help/13800000001").status_code == 404
    assert supervisor.post(f"{PATH}/note", text=" ").status_code == 422
    assert steps(hotline) == ["begun", "listen"]


@pytest.mark.parametrize("path", ["/help/110", "/note", "/end"])
def test_nothing_is_done_in_a_crisis_mode_that_nobody_began(
    hotline: World, supervisor: Browser, path: str
) -> None:
    answer = supervisor.post(f"{PATH}{path}", text="地址", answer="arrived")
    assert answer.status_code == 404
    assert hotline.actions.done == [] and steps(hotline) == []


def test_it_is_asked_even_when_the_telephones_are_silent(
    hotline: World, supervisor: Browser
) -> None:
    hotline.actions.failure = TelephonyUnavailable("no connection")
    assert supervisor.post(PATH).status_code == 503
    assert steps(hotline) == ["begun"] and asked(hotline) == ["1.7"]
    assert supervisor.post(f"{PATH}/help/120").status_code == 503
    assert steps(hotline) == ["begun"], "what was not done is not in the timeline"
