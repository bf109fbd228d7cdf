"""What the live picture says of callers, of counsellors, and of the connection."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.calls import Rank
from routing.events import (
    Alive,
    CallerJoined,
    CallerLeft,
    Channel,
    ChannelBegan,
    ChannelChanged,
    ChannelEnded,
    Device,
    Disconnected,
    Event,
    Hotline,
    HotlineWritten,
    Lease,
    Leased,
    LeaseEnded,
    MemberChanged,
    Queued,
    Seat,
    Signed,
    Snapshot,
    StageTold,
    Watch,
    WatchTold,
)
from routing.fold import State, fold, fold_all
from routing.live import Call, Doing, Live, Member, Stage, Watcher, Way, picture
from tests.routing.world import HOTLINE, caller, leg

# ---- callers


def one_call(*events: Event, first: Channel | None = None) -> Call:
    state = fold_all(State(), [Snapshot(130, (first or caller(),)), *events])
    return state.live.calls["1.1"]


def test_a_call_from_its_first_to_its_last_step() -> None:
    new = Channel("1.1", "PJSIP/carrier-1", "1.1")
    steps: list[tuple[Event, tuple[object, ...] | None]] = [
        (ChannelBegan(99, new), None),
        (HotlineWritten(100, "1.1", HOTLINE), None),
        (ChannelChanged(101, replace(new, up=True, hotline=HOTLINE, since=101)), None),
        (StageTold(102, "1.1", Stage.GREETING), (Stage.GREETING, None, 102)),
        (StageTold(110, "1.1", Stage.WAITING), (Stage.WAITING, None, 110)),
        (CallerJoined(111, "1.1"), (Stage.WAITING, None, 111)),
        (ChannelBegan(112, leg("lin")), (Stage.WAITING, "lin", 111)),
        (ChannelChanged(115, leg("lin", up=True, since=115)), (Stage.TALKING, "lin", 115)),
        (CallerLeft(115, "1.1"), (Stage.TALKING, "lin", 115)),
        (ChannelEnded(200, "1.1.lin"), (Stage.WAITING, None, 110)),
        (ChannelEnded(200, "1.1"), None),
    ]
    state = fold(State(), Snapshot(90))
    for event, wanted in steps:
        state = fold(state, event)
        call = state.live.calls.get("1.1")
        assert (call and (call.stage, call.person, call.since)) == wanted, event


def test_what_is_known_of_a_caller() -> None:
    crisis = Hotline("qingshaonian", Rank.CRISIS, 99, "", "minors")
    call = one_call(HotlineWritten(131, "1.1", crisis))
    known = Call(
        "1.1", "PJSIP/carrier-1", "qingshaonian", "", Rank.CRISIS, 99, Stage.GREETING, None, 100
    )
    assert call == replace(known, needs="minors")


def supervisor(person: str, own: str = "1.9") -> Channel:
    return Channel(own, f"Local/{person}@leg-0000000b;1", own, True, None, None, 140)


def test_a_supervisor_is_at_a_call_in_one_way_after_the_other_until_hanging_up() -> None:
    talk, beside = [ChannelBegan(131, leg("lin", up=True))], ChannelBegan(140, supervisor("wang"))
    assert one_call(*talk, beside).watchers == ()
    for way in (Way.LISTEN, Way.WHISPER, Way.JOIN):
        beside_them = [*talk, beside, WatchTold(141, "1.9", Watch(way, "1.1"))]
        call = one_call(*beside_them)
        assert call.watchers == (Watcher("wang", way, "Local/wang@leg-0000000b;1"),)
        assert (call.person, call.leg) == ("lin", "Local/lin@leg-0000000a;1")
        assert one_call(*beside_them, ChannelEnded(150, "1.9")).watchers == ()


def test_who_has_taken_a_call_over_talks_with_its_caller() -> None:
    taken = [
        ChannelBegan(131, leg("lin", up=True)),
        ChannelBegan(140, supervisor("wang")),
        WatchTold(141, "1.9", Watch(Way.TAKE, "1.1")),
        ChannelEnded(141, "1.1.lin"),
    ]
    call = one_call(*taken)
    assert (call.stage, call.person, call.watchers) == (Stage.TALKING, "wang", ())


def test_an_own_site_ring_is_waiting() -> None:
    new = caller(stage=None)
    assert one_call(ChannelBegan(131, leg("chen")), first=new).stage is Stage.WAITING


def test_of_several_legs_the_one_that_talks_counts_and_else_the_same_one_always() -> None:
    ringing = [ChannelBegan(131, leg(person)) for person in ("wang", "lin", "chen")]
    assert one_call(*ringing).person == one_call(*reversed(ringing)).person == "chen"
    assert one_call(*ringing, ChannelChanged(132, leg("wang", up=True))).person == "wang"


def test_a_counsellor_who_calls_out_is_no_caller() -> None:
    out = caller(name="PJSIP/lin-1", stage=None)
    inherited = caller("1.2", linkedid="1.1")
    assert not fold(State(), Snapshot(130, (out, inherited))).live.calls


def test_a_snapshot_that_shows_no_stage_leaves_the_told_one() -> None:
    told = StageTold(131, "1.1", Stage.PROMISING)
    call = one_call(told, Snapshot(140, (caller(stage=None, since=140),)))
    assert (call.stage, call.since) == (Stage.PROMISING, 131)


def test_the_waiting_are_in_the_order_of_service() -> None:
    def waiting(uniqueid: str, rank: Rank, arrived: int) -> Channel:
        return caller(uniqueid, hotline=Hotline("zixun", rank, arrived, ""), stage=Stage.WAITING)

    rows = (
        waiting("1.4", Rank.NORMAL, 100),
        waiting("1.3", Rank.NORMAL, 100),
        waiting("1.2", Rank.CUT_OFF, 110),
        waiting("1.1", Rank.CRISIS, 120),
        caller("1.0"),
    )
    live = fold(State(), Snapshot(130, rows)).live
    assert [call.uniqueid for call in live.waiting()] == ["1.1", "1.2", "1.3", "1.4"]


# ---- counsellors


def one_member(
    seat: Seat, *, lease: Lease | None = None, channels: tuple[Channel, ...] = ()
) -> Member:
    leases = (lease,) if lease else ()
    return fold(State(), Snapshot(130, channels, (), (seat,), leases)).live.members["lin"]


FREE = Seat("lin", Device.NOT_IN_USE, since=50)


@pytest.mark.parametrize(
    ("seat", "lease", "up", "doing"),
    [
        (FREE, None, None, Doing.READY),
        (FREE, None, False, Doing.RINGING),
        (FREE, None, True, Doing.TALKING),
        (FREE, Lease("lin", "wrapup", 250, 60), None, Doing.WRITING),
        (FREE, Lease("lin", "break", 0, 60), None, Doing.BREAK),
        (FREE, Lease("lin", "recovery", 250, 60), None, Doing.RECOVERING),
        (FREE, Lease("lin", "missed", 250, 60), None, Doing.MISSED),
        (FREE, Lease("lin", "new reason", 250, 60), None, Doing.BREAK),
        (FREE, Lease("lin", "break", 0, 60), True, Doing.TALKING),
        (replace(FREE, paused="missed"), None, None, Doing.MISSED),
        (replace(FREE, paused=""), None, None, Doing.BREAK),
        (replace(FREE, paused="break", device=Device.UNAVAILABLE), None, None, Doing.BREAK),
        (replace(FREE, device=Device.UNAVAILABLE), None, None, Doing.UNREACHABLE),
        (replace(FREE, device=Device.INVALID), None, None, Doing.UNREACHABLE),
        (replace(FREE, device=Device.IN_USE), Lease("lin", "wrapup", 250), None, Doing.WRITING),
        (replace(FREE, device=Device.IN_USE), None, None, Doing.TALKING),
        (replace(FREE, device=Device.BUSY), None, None, Doing.TALKING),
        (replace(FREE, device=Device.RINGING), None, None, Doing.RINGING),
        (replace(FREE, device=Device.UNKNOWN), None, None, Doing.READY),
    ],
)
def test_what_somebody_does_follows_from_all_sources(
    seat: Seat, lease: Lease | None, up: bool | None, doing: Doing
) -> None:
    channels = () if up is None else (caller(), leg("lin", up=up))
    member = one_member(seat, lease=lease, channels=channels)
    assert member.doing is doing
    assert member.call == (None if up is None else "1.1")
    leased = lease is not None and up is None
    assert member.until == (lease.until if lease and leased else 0)
    assert member.since == (120 if up is not None else lease.since if lease else 50)


def test_on_call_staff() -> None:
    assert not one_member(FREE).on_call
    assert one_member(replace(FREE, penalty=10)).on_call


def test_since_when_somebody_is_free() -> None:
    channels = (caller(), leg("lin", up=True))
    state = fold(State(), Snapshot(130, channels, (), (FREE,)))
    moments = []
    for event in (
        ChannelEnded(140, "1.1.lin"),
        Leased(141, Lease("lin", "wrapup", 260, 141)),
        MemberChanged(142, replace(FREE, since=142)),
        LeaseEnded(260, "lin"),
    ):
        state = fold(state, event)
        member = state.live.members["lin"]
        moments.append((member.doing, member.since))
    assert moments == [
        (Doing.READY, 140),
        (Doing.WRITING, 141),
        (Doing.WRITING, 141),
        (Doing.READY, 260),
    ]


def test_a_snapshot_does_not_make_young_what_has_not_changed() -> None:
    rows = (caller(since=100), leg("lin", up=True, since=120))
    before = Snapshot(130, rows, (Queued("1.1", 101),), (FREE,), (Lease("lin", "wrapup", 9, 103),))
    later = Snapshot(
        150,
        tuple(replace(row, since=150) for row in rows),
        (Queued("1.1", 150),),
        (replace(FREE, since=150),),
        (Lease("lin", "wrapup", 9, 150),),
    )
    once, twice = fold(State(), before), fold_all(State(), [before, later])
    assert replace(twice, as_of=130) == once


def test_signed_in_until_the_moment_is_over() -> None:
    state = fold_all(
        State(), [Snapshot(100, signed={"lin": 110, "chen": 0}), Signed(101, "wang", 300)]
    )
    assert state.live.signed_in == {"lin", "wang"}
    assert fold(state, Alive(110)).live.signed_in == {"wang"}
    assert fold(state, Signed(102, "wang", 0)).live.signed_in == {"lin"}


# ---- the connection


def test_a_lost_connection_keeps_the_picture_and_its_moment() -> None:
    state = fold_all(State(), [Snapshot(130, (caller(),), (), (FREE,)), Alive(140)])
    assert (state.live.connected, state.live.as_of) == (True, 140)
    lost = fold_all(state, [Disconnected(150), Signed(151, "lin", 999)]).live
    assert (lost.connected, lost.as_of) == (False, 140)
    assert (set(lost.calls), set(lost.members)) == ({"1.1"}, {"lin"})
    assert fold(state, Snapshot(160)).live == Live(connected=True, as_of=160)


def test_the_moment_never_goes_back() -> None:
    assert fold_all(State(), [Snapshot(130), Alive(120)]).live.as_of == 130


def test_a_picture_by_hand() -> None:
    call = one_call()
    member = Member("lin", Doing.TALKING, 120, call="1.1")
    live = picture([call], [member], ["lin"], as_of=7)
    assert live == Live(True, 7, {"1.1": call}, {"lin": member}, frozenset({"lin"}))
