"""The live state: its law, for any order of news, and what the pictures say."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.calls import Rank
from routing.live import (
    CHANGES,
    Alive,
    Call,
    CallerJoined,
    CallerLeft,
    Channel,
    ChannelBegan,
    ChannelChanged,
    ChannelEnded,
    Device,
    Disconnected,
    Doing,
    Event,
    Hotline,
    HotlineWritten,
    Lease,
    Leased,
    LeaseEnded,
    Live,
    Member,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    Queued,
    Seat,
    Signed,
    Snapshot,
    Stage,
    StageTold,
    State,
    Watch,
    Watcher,
    WatchTold,
    Way,
    fold,
    fold_all,
    picture,
)

PEOPLE = ("lin", "chen", "wang")
END = 10_000  # when a history is over
HOTLINE = Hotline("zixun", Rank.NORMAL, 100, "13800138000")


def caller(uniqueid: str = "1.1", **fields: object) -> Channel:
    row = Channel(uniqueid, "PJSIP/carrier-1", uniqueid, True, HOTLINE, Stage.GREETING, 100)
    return replace(row, **fields)  # type: ignore[arg-type]


def leg(person: str, caller: str = "1.1", *, up: bool = False, since: int = 120) -> Channel:
    name = f"Local/{person}@leg-0000000a;1"
    return Channel(f"{caller}.{person}", name, caller, up, HOTLINE, None, since)


# ---- the law


class World:
    """What is true, as plain tables, and the news that each change makes, by source."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.queued: dict[str, Queued] = {}
        self.seats: dict[str, Seat] = {}
        self.leases: dict[str, Lease] = {}
        self.signed: dict[str, int] = {}
        self._serial = 0

    def arrive(self, a: int, b: int) -> Event:
        self._serial += 1
        key = f"1.{self._serial}"
        self.channels[key] = Channel(key, f"PJSIP/carrier-{key}", key)
        return ChannelBegan(0, self.channels[key])

    def ring(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)):
            return None
        self._serial += 1
        key, person = f"1.{self._serial}", PEOPLE[b % len(PEOPLE)]
        name = f"Local/{person}@leg-{self._serial:08x};1"
        self.channels[key] = Channel(key, name, channel.linkedid)
        return ChannelBegan(0, self.channels[key])

    def write(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)):
            return None
        hotline = Hotline("zixun", list(Rank)[b % len(Rank)], 100 + b, "13800138000")
        self.channels[channel.uniqueid] = replace(channel, hotline=hotline)
        return HotlineWritten(0, channel.uniqueid, hotline)

    def tell(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)):
            return None
        stage = (Stage.GREETING, Stage.WAITING, Stage.PROMISING)[b % 3]
        self.channels[channel.uniqueid] = replace(channel, stage=stage)
        return StageTold(0, channel.uniqueid, stage)

    def watch(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)) or not (call := self._channel(b)):
            return None
        watch = Watch(list(Way)[b % len(Way)], call.uniqueid)
        self.channels[channel.uniqueid] = replace(channel, watch=watch)
        return WatchTold(0, channel.uniqueid, watch)

    def answer(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)):
            return None
        row = self.channels[channel.uniqueid] = replace(channel, up=True)
        return ChannelChanged(0, replace(row, stage=None, watch=None))

    def hang_up(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)):
            return None
        del self.channels[channel.uniqueid]
        return ChannelEnded(0, channel.uniqueid)

    def join(self, a: int, b: int) -> Event | None:
        if not (channel := self._channel(a)):
            return None
        self.queued[channel.uniqueid] = Queued(channel.uniqueid)
        return CallerJoined(0, channel.uniqueid)

    def leave(self, a: int, b: int) -> Event | None:
        if not self.queued:
            return None
        key = sorted(self.queued)[a % len(self.queued)]
        del self.queued[key]
        return CallerLeft(0, key)

    def add(self, a: int, b: int) -> Event | None:
        seat = Seat(PEOPLE[a % len(PEOPLE)], Device(b % 3), None, 10 * (b % 2))
        self.seats[seat.person] = seat
        return MemberAdded(0, seat)

    def change(self, a: int, b: int) -> Event | None:
        if not (seat := self.seats.get(PEOPLE[a % len(PEOPLE)])):
            return None
        paused = (None, "break", "recovery", "")[b % 4]
        row = replace(seat, device=Device(b % len(Device)), paused=paused, penalty=b)
        self.seats[seat.person] = row
        return MemberChanged(0, row)

    def remove(self, a: int, b: int) -> Event | None:
        person = PEOPLE[a % len(PEOPLE)]
        if not self.seats.pop(person, None):
            return None
        return MemberRemoved(0, person)

    def lease(self, a: int, b: int) -> Event:
        reason = ("wrapup", "break", "recovery", "missed")[b % 4]
        row = Lease(PEOPLE[a % len(PEOPLE)], reason, 300 * (b % 3))
        self.leases[row.person] = row
        return Leased(0, row)

    def end_lease(self, a: int, b: int) -> Event:
        person = PEOPLE[a % len(PEOPLE)]
        self.leases.pop(person, None)
        return LeaseEnded(0, person)

    def sign(self, a: int, b: int) -> Event:
        person, until = PEOPLE[a % len(PEOPLE)], (2 * END, 0, END // 2)[b % 3]
        self.signed[person] = until
        if not until:
            del self.signed[person]  # as the dialplan does
        return Signed(0, person, until)

    def _channel(self, number: int) -> Channel | None:
        keys = sorted(self.channels)
        return self.channels[keys[number % len(keys)]] if keys else None


CHANGES_OF_THE_WORLD = ["arrive", "ring", "write", "tell", "answer", "hang_up", "join", "leave"]
CHANGES_OF_THE_WORLD += ["add", "change", "remove", "lease", "end_lease", "sign", "watch"]


def source(event: Event) -> str:
    """Whose own order the event keeps: its channel's, the queue's, the database's."""
    match event:
        case ChannelBegan(channel=channel) | ChannelChanged(channel=channel):
            return channel.uniqueid
        case ChannelEnded() | HotlineWritten() | StageTold() | WatchTold():
            return event.uniqueid
        case Leased() | LeaseEnded():
            return "leases"
        case Signed():
            return "signed"
        case _:
            return "queue"


class History:
    """The worlds 0 to n, and the news i that made world i out of world i - 1."""

    def __init__(self, changes: list[tuple[str, int, int]]) -> None:
        world = World()
        self.worlds = [copy.deepcopy(world)]
        self.news: list[Event] = []
        for name, a, b in changes:
            change: Callable[[int, int], Event | None] = getattr(world, name)
            if event := change(a, b):
                self.news.append(replace(event, at=len(self.news) + 1))
                self.worlds.append(copy.deepcopy(world))

    def snapshot(self, first: int, random: Random) -> Snapshot:
        """Its parts are asked one after the other, each at some moment not before `first`."""
        queue, channels, leases, signed = (
            self.worlds[random.randint(first, len(self.news))] for _ in range(4)
        )
        return Snapshot(
            at=0,
            channels=tuple(channels.channels.values()),
            queued=tuple(queue.queued.values()),
            seats=tuple(queue.seats.values()),
            leases=tuple(leases.leases.values()),
            signed=dict(signed.signed),
        )

    def final(self) -> Live:
        last = self.snapshot(len(self.news), Random(0))
        return fold_all(State(), [last, Alive(END)]).live


class Observer:
    """What a session hears of a history: any order that keeps each source's own, snapshots that are
    never behind what was heard before them, connections lost and made again at any moment."""

    def __init__(self, history: History, random: Random) -> None:
        self.history, self.random = history, random
        self.heard: list[Event] = []
        self.latest = 0  # the newest news that was heard, or the moment of connecting
        self.connect()

    def connect(self) -> None:
        missed = self.random.randint(0, len(self.history.news) - self.latest) // 3
        self.latest += missed
        self.pending: dict[str, deque[Event]] = {}
        for event in self.history.news[self.latest :]:
            self.pending.setdefault(source(event), deque()).append(event)
        self.snapshots = 0

    def hear_everything(self) -> list[Event]:
        while self.pending or not self.snapshots:
            self._hear_something()
        return [*self.heard, Alive(END)]

    def _hear_something(self) -> None:
        choice = self.random.randint(0, 9)
        if choice == 0 and len(self.heard) < 100:
            self.heard.append(Disconnected(0))
            self.connect()
        elif choice <= 2 or not self.pending:
            self.heard.append(self.history.snapshot(self.latest, self.random))
            self.snapshots += 1
        else:
            self._hear_news()

    def _hear_news(self) -> None:
        key = self.random.choice(sorted(self.pending))
        event = self.pending[key].popleft()
        if not self.pending[key]:
            del self.pending[key]
        self.latest = max(self.latest, event.at)
        self.heard.append(event)


def history_of(seed: int, length: int) -> History:
    """By a seed, as Hypothesis by itself draws worlds in which next to nothing happens."""
    random = Random(seed)
    names = [random.choice(CHANGES_OF_THE_WORLD) for _ in range(length)]
    return History([(name, random.randint(0, 8), random.randint(0, 8)) for name in names])


seeds = st.integers(0, 2**32)
histories = st.builds(history_of, seeds, st.integers(15, 80))
randoms = st.builds(Random, seeds)


def timeless(live: Live) -> Live:
    """Without the moments, which a snapshot does not know."""
    return replace(
        live,
        calls={key: replace(call, since=0) for key, call in live.calls.items()},
        members={key: replace(member, since=0) for key, member in live.members.items()},
    )


@settings(max_examples=400)
@given(histories, randoms)
def test_any_order_of_news_ends_where_a_fresh_snapshot_does(
    history: History, random: Random
) -> None:
    heard = Observer(history, random).hear_everything()
    assert timeless(fold_all(State(), heard).live) == timeless(history.final())


@settings(max_examples=100)
@given(histories, randoms)
def test_late_news_of_what_is_gone_brings_nothing_back(history: History, random: Random) -> None:
    state = fold_all(State(), Observer(history, random).hear_everything())
    for event in history.news:
        if _is_late(event, history.worlds[-1]):
            state = fold(state, event)
    assert timeless(state.live) == timeless(history.final())


def _is_late(event: Event, world: World) -> bool:
    match event:
        case ChannelChanged(channel=channel):
            return channel.uniqueid not in world.channels
        case HotlineWritten() | StageTold() | WatchTold() | CallerJoined():
            return event.uniqueid not in world.channels
        case MemberChanged(seat=seat):
            return seat.person not in world.seats
        case _:
            return False


@settings(max_examples=100)
@given(histories, randoms)
def test_the_fold_leaves_the_state_before_it_alone(history: History, random: Random) -> None:
    state = State()
    for event in Observer(history, random).hear_everything():
        before, kept = state, copy.deepcopy(state)
        state = fold(state, event)
        assert before == kept


def test_every_event_has_its_change() -> None:
    assert set(CHANGES) == set(Event.__subclasses__())


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
    crisis = Hotline("qingshaonian", Rank.CRISIS, 99, "")
    call = one_call(HotlineWritten(131, "1.1", crisis))
    assert call == Call(
        "1.1", "PJSIP/carrier-1", "qingshaonian", "", Rank.CRISIS, 99, Stage.GREETING, None, 100
    )


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
