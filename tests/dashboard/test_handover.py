"""Handover on the pages: the desk's part, the supervisor's list, what is on record."""

from datetime import timedelta

from tests.dashboard.builders import NOW, World
from tests.dashboard.test_record import add_counsellor, trail


def write(hotline: World, text: str = "138 尾号 5678 约定今晚再打来") -> int:
    return hotline.client("counsellor").post_part("/handover/new", text=text).status_code


def test_who_comes_sees_it_on_the_desk_and_confirms(hotline: World) -> None:
    add_counsellor(hotline, "chen")
    assert write(hotline) == 200
    chen = hotline.client("chen")
    shown = chen.text("/handover/unread")
    assert all(words in shown for words in ("林婉如", "约定今晚再打来", "1 条未读"))
    assert "没有未读的交接" in hotline.client("counsellor").text("/handover/unread")
    for _ in range(2):
        assert "没有未读的交接" in chen.post("/handover/1/read").text
    assert trail(hotline) == [
        ("chen", "handover.read", "handover 1"),
        ("counsellor", "handover.write", "handover 1"),
    ]


def test_the_supervisor_sees_who_has_not_read(hotline: World) -> None:
    add_counsellor(hotline, "chen")
    write(hotline)
    supervisor = hotline.client("supervisor")
    assert "还没有人读" in supervisor.text("/handover")
    hotline.client("chen").post("/handover/1/read")
    shown = supervisor.text("/handover")
    assert "陈思远" in shown and "还没有人读" not in shown
    assert ("supervisor", "handover.list", "handover") in trail(hotline)


def test_an_empty_note_is_asked_for_again_and_nothing_is_lost(hotline: World) -> None:
    answer = hotline.client("counsellor").post("/handover/new", text="  ")
    assert (answer.status_code, "请写 1 至 4000 个字" in answer.text) == (422, True)
    long = "长" * 4001
    assert long in hotline.client("counsellor").post("/handover/new", text=long).text
    assert trail(hotline) == []


def test_what_there_is_not_is_not_confirmed(hotline: World) -> None:
    assert hotline.client("counsellor").post("/handover/9/read").status_code == 404


def test_old_notes_go(hotline: World) -> None:
    write(hotline)
    hotline.clock.time = NOW + timedelta(hours=49)
    assert "最近两天没有交接" in hotline.client("supervisor").text("/handover")
