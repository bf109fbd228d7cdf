from dataclasses import replace
from datetime import timedelta

from dashboard import board
from dashboard.board import Facts, TaskRow
from dashboard.duty import turns
from records.calls import HourCount, PersonLoad
from records.figures import Figures
from routing.calls import Rank
from routing.live import Doing, Live, Stage
from scheduler.problem import Need
from tests.dashboard.builders import EPOCH, NOW, SHIFTS, TODAY, caller, member, picture

NONE = Figures(
    offered=0,
    answered=0,
    abandoned=0,
    promised=0,
    cut_off=0,
    refused=0,
    answer_rate=None,
    service_level=None,
    asa_seconds=None,
    longest_wait_seconds=None,
)
FACTS = Facts(
    names={"lin": "林婉如", "chen": "陈思远", "huang": "黄雅萍"},
    figures=NONE,
    loads={},
    hourly=(),
    turns=turns({TODAY: {"lin": "early", "chen": "mid", "huang": "standby"}}, SHIFTS),
    needs=(),
)


def test_attendance_names_who_should_be_there() -> None:
    seen = picture(signed_in=["lin", "other"])
    assert board.attendance(seen, FACTS, NOW) == board.Attendance(1, 2, ("陈思远",))


def test_members_of_a_site_without_sign_in_are_present() -> None:
    assert board.present(picture(members=[member("lin")]), "lin")
    assert not board.present(picture(members=[member("lin", on_call=True)]), "lin")


def test_tiles_show_members_and_those_who_are_missing() -> None:
    seen = picture(
        calls=[caller("a", stage=Stage.TALKING, person="lin")],
        members=[member("lin", Doing.TALKING, call="a"), member("huang", on_call=True)],
        signed_in=["lin", "huang"],
    )
    tiles = {tile.person: tile for tile in board.tiles(seen, FACTS, NOW)}
    assert {p: tile.state for p, tile in tiles.items()} == {
        "lin": "talking",
        "chen": "absent",
        "huang": "ready",
    }
    assert tiles["lin"].call is not None and tiles["lin"].call.uniqueid == "a"
    assert tiles["chen"].due == NOW.replace(hour=3, minute=0, second=0)


def test_signed_in_without_being_in_the_queue_is_a_state_of_its_own() -> None:
    tiles = board.tiles(picture(signed_in=["chen"]), FACTS, NOW)
    assert {tile.person: tile.state for tile in tiles} == {"lin": "absent", "chen": "apart"}


def test_tiles_carry_the_day_s_load() -> None:
    facts = replace(FACTS, loads={"lin": PersonLoad(calls=5, talk_seconds=5790)})
    tiles = {t.person: t for t in board.tiles(picture(members=[member("lin")]), facts, NOW)}
    assert (tiles["lin"].calls, tiles["lin"].talk_minutes) == (5, 96)


def test_states_are_counted_in_their_own_order() -> None:
    seen = picture(members=[member("lin", Doing.BREAK), member("chen"), member("x")])
    assert list(board.state_counts(board.tiles(seen, FACTS, NOW)).items()) == [
        ("ready", 2),
        ("break", 1),
    ]


def test_calls_in_progress_come_crisis_first_then_longest() -> None:
    seen = picture(
        calls=[
            caller("new", stage=Stage.TALKING, since=EPOCH - 10),
            caller("old", stage=Stage.TALKING, since=EPOCH - 900),
            caller("crisis", stage=Stage.TALKING, since=EPOCH - 5, rank=Rank.CRISIS),
            caller("waits"),
        ]
    )
    assert [call.uniqueid for call in board.talking(seen)] == ["crisis", "old", "new"]


def test_the_longest_wait_is_of_those_who_still_wait() -> None:
    seen = picture(
        calls=[
            caller("a", arrived=EPOCH - 90),
            caller("b", arrived=EPOCH - 400, stage=Stage.TALKING),
        ]
    )
    assert board.longest_wait(seen) == EPOCH - 90
    assert board.longest_wait(picture()) is None


def test_tiers_count_who_could_take_a_call() -> None:
    seen = picture(
        members=[
            member("lin", Doing.TALKING),
            member("chen", Doing.BREAK),
            member("huang", Doing.UNREACHABLE, on_call=True),
        ]
    )
    facts = replace(FACTS, tasks=(TaskRow(1, "13800131234", "promise", NOW),))
    assert board.tiers(seen, facts, NOW) == (
        board.Tier("duty", 1, 2),
        board.Tier("on_call", 0, 1),
        board.Tier("promise", 1, 1),
    )


def test_lines_keep_their_order_and_what_none_of_them_has_is_last() -> None:
    facts = replace(FACTS, by_line={"unknown": NONE, "b": NONE, "a": NONE})
    assert board.line_days(facts, ["c", "a", "b"]) == (
        board.LineDay("a", NONE),
        board.LineDay("b", NONE),
        board.LineDay("unknown", NONE),
        board.LineDay(None, NONE),
    )


def test_hours_join_needs_roster_and_calls() -> None:
    ten = NOW.replace(hour=2, minute=0, second=0)  # 10:00 in the city
    facts = replace(
        FACTS,
        hourly=(HourCount(hour=ten, offered=9, answered=8),),
        needs=(Need(10, 2), Need(10, 1, "crisis"), Need(14, 2)),
        there={10: 2, 14: 5},
    )
    away = member("huang", on_call=True)
    seen = picture(members=[member("lin"), away], signed_in=["lin", "chen"])
    hours = board.hours(seen, facts, NOW)
    assert hours[10] == board.Hour(10, 2, 1, 2, 9, 8, now=False, future=False)
    assert hours[10].short
    assert hours[14] == board.Hour(14, 2, 2, 2, 0, 0, now=True, future=False)
    assert not hours[14].short
    assert hours[15].future and hours[15].there is None
    assert [hour.thin for hour in board.hours(picture(), facts, NOW)][9:16] == [
        *(False, False, False, False, False, True, False)
    ]


def test_without_needs_no_hour_is_short() -> None:
    assert not any(hour.short for hour in board.hours(picture(), FACTS, NOW))


def test_a_picture_is_stale_when_cut_off_or_old() -> None:
    assert not board.stale(picture(), NOW, 10)
    assert not board.stale(picture(), NOW + timedelta(seconds=10), 10)
    assert board.stale(picture(), NOW + timedelta(seconds=11), 10)
    assert board.stale(Live(connected=False, as_of=EPOCH), NOW, 10)
