"""A world that changes by chance, the news of it, and an observer who hears them late."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

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
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    Queued,
    Seat,
    Signed,
    Snapshot,
    StageTold,
    Watch,
    WatchTold,
)
from routing.fold import State, fold_all
from routing.live import Live, Stage, Way

PEOPLE = ("lin", "chen", "wang")
END = 10_000  # when a history is over
HOTLINE = Hotline("zixun", Rank.NORMAL, 100, "13800138000")


def caller(uniqueid: str = "1.1", **fields: object) -> Channel:
    row = Channel(uniqueid, "PJSIP/carrier-1", uniqueid, True, HOTLINE, Stage.GREETING, 100)
    return replace(row, **fields)  # type: ignore[arg-type]


def leg(person: str, caller: str = "1.1", *, up: bool = False, since: int = 120) -> Channel:
    name = f"Local/{person}@leg-0000000a;1"
    return Channel(f"{caller}.{person}", name, caller, up, HOTLINE, None, since)


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
