from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.waits import DANGER_SECONDS, NOBODY_SECONDS, Waits
from records import alarms
from records.store import Store
from routing.calls import Rank
from routing.live import Doing, Live, Stage
from tests.dashboard.builders import EPOCH, caller, member, picture, prepared_store

LIN = member("lin")


class Board:
    """Looked at when it is told to; `now` are seconds after EPOCH."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live, self._now = Live(), EPOCH
        self.restart()

    def restart(self) -> None:
        self._waits = Waits(self._store, lambda: self._live, 180, lambda: self._now)

    def ids(self) -> list[int]:
        with self._store.read() as db:
            return [alarm.id for alarm in alarms.open_alarms(db)]

    def alarms(self, live: Live, now: int = 0) -> list[tuple[str, dict[str, object]]]:
        self._live, self._now = live, EPOCH + now
        self._waits.watch_waits()
        with self._store.read() as db:
            return [(alarm.kind, alarm.detail) for alarm in alarms.open_alarms(db)]


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(prepared_store(tmp_path))


def test_who_waits_too_long_is_one_alarm_until_nobody_does(board: Board) -> None:
    one, two = caller("a", arrived=EPOCH), caller("b", arrived=EPOCH + 1)
    assert board.alarms(picture([one], [LIN]), 180) == []
    detail = {"since": EPOCH, "limit": 180, "line": "jinjiang"}
    assert board.alarms(picture([one, two], [LIN]), 181) == [("long_wait", detail)]
    assert board.alarms(picture([two], [LIN]), 182) == [("long_wait", detail)]
    assert board.alarms(picture([], [LIN]), 183) == []


def test_each_caller_in_danger_who_waits_is_an_alarm_soon_after_the_rank(board: Board) -> None:
    calm = caller("a", arrived=EPOCH - 60)
    one = replace(calm, rank=Rank.CRISIS)
    two = caller("b", arrived=EPOCH + 4, rank=Rank.CRISIS, line="shishi")
    first = ("crisis_wait", {"since": EPOCH + 2, "line": "jinjiang"})
    assert board.alarms(picture([calm], [LIN]), 0) == []
    assert board.alarms(picture([one], [LIN]), 2) == []
    assert board.alarms(picture([one, two], [LIN]), 1 + DANGER_SECONDS) == []
    assert board.alarms(picture([one, two], [LIN]), 2 + DANGER_SECONDS) == [first]
    second = ("crisis_wait", {"since": EPOCH + 1 + DANGER_SECONDS, "line": "shishi"})
    assert board.alarms(picture([one, two], [LIN]), 30) == [second, first]
    assert board.alarms(picture([two], [LIN]), 31) == [second]
    assert board.alarms(picture([], [LIN]), 32) == []


def test_who_is_put_through_and_waits_again_begins_anew(board: Board) -> None:
    waits = caller("a", rank=Rank.CRISIS)
    talks = replace(waits, stage=Stage.TALKING)
    for now, call in enumerate((waits, talks, waits)):
        assert board.alarms(picture([call], [LIN]), now * DANGER_SECONDS) == []


@pytest.mark.parametrize("doing", [Doing.BREAK, Doing.MISSED, Doing.UNREACHABLE])
def test_nobody_there_is_an_alarm_after_a_minute_of_it(board: Board, doing: Doing) -> None:
    gone = picture([], [member("lin", doing), member("wu", on_call=True)])
    assert board.alarms(gone, 0) == []
    assert board.alarms(gone, NOBODY_SECONDS - 1) == []
    assert board.alarms(gone, NOBODY_SECONDS) == [("nobody", {"since": EPOCH})]
    busy = picture([], [member("lin", Doing.TALKING)])
    assert board.alarms(busy, NOBODY_SECONDS + 2) == []
    assert board.alarms(gone, NOBODY_SECONDS + 4) == [], "the minute begins anew"


def test_what_still_stands_after_a_restart_is_the_same_alarm(board: Board) -> None:
    danger, gone = caller("a", rank=Rank.CRISIS), member("lin", Doing.BREAK)
    board.alarms(picture([danger], [gone]), 0)
    told = [("nobody", {"since": EPOCH}), ("crisis_wait", {"since": EPOCH, "line": "jinjiang"})]
    assert board.alarms(picture([danger], [gone]), 90) == told
    ids = board.ids()
    board.restart()
    assert board.alarms(picture([danger], [gone]), 92) == told and board.ids() == ids
    board.restart()
    assert board.alarms(picture([], [LIN]), 94) == []


def test_a_picture_that_is_not_there_says_nothing(board: Board) -> None:
    assert board.alarms(Live(), 0) == []
    assert board.alarms(Live(), 600) == []
