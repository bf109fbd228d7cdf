"""The live state: what goes on right now, as a fold over events. Every change of it stands here.

`State` holds raw tables, one per source: channels, the queue's callers, its members, leases,
sign-ins. What the pages show (`Live`) is computed from all tables together, so that it does not
matter in which order news from different sources comes. `CHANGES`, below, is the specification.

The law: let a snapshot be followed by events in each source's own order, even events older than it;
the tables end where a fresh snapshot of the final world does. It holds because each event gives the
whole row as it then was, only a beginning makes a row, and only an end removes one. It asks of
the sender what AMI gives: an answer is never *behind* the events that were sent before it.
Only the moments (`since`) may differ, as a snapshot does not tell all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import Any, TypeVar

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
    WatchTold,
)
from routing.live import Call, Doing, Live, Member, Stage, Watcher, Way

_LEG = re.compile(r"Local/(?P<person>[a-z0-9]+)@leg-[^;]*;1")
_LEASE_DOING = {
    "wrapup": Doing.WRITING,
    "break": Doing.BREAK,
    "recovery": Doing.RECOVERING,
    "missed": Doing.MISSED,
}
_TALKING = {Device.IN_USE, Device.BUSY, Device.ON_HOLD}
_RINGING = {Device.RINGING, Device.RING_IN_USE}
_UNREACHABLE = {Device.INVALID, Device.UNAVAILABLE}


@dataclass(frozen=True)
class _Leg:
    """A ring or a talk: one person's channel for one caller."""

    person: str
    caller: str  # uniqueid
    up: bool
    since: int
    channel: str


@dataclass(frozen=True)
class State:
    """The raw tables. `fold` makes the next one; `live` is what to look at."""

    connected: bool = False
    as_of: int = 0
    channels: Mapping[str, Channel] = field(default_factory=dict)  # by uniqueid
    queued: Mapping[str, Queued] = field(default_factory=dict)  # by uniqueid
    seats: Mapping[str, Seat] = field(default_factory=dict)  # by person
    leases: Mapping[str, Lease] = field(default_factory=dict)  # by person
    signed: Mapping[str, int] = field(default_factory=dict)  # person -> until
    freed: Mapping[str, int] = field(default_factory=dict)  # person -> when a leg or lease ended

    @cached_property
    def live(self) -> Live:
        legs = [leg for channel in self.channels.values() if (leg := _leg(channel))]
        # Those who talk come before those who ring; among equals the order must not depend on luck.
        legs.sort(key=lambda leg: (not leg.up, leg.person, leg.caller))
        by_caller = {leg.caller: leg for leg in reversed(legs)}
        by_person = {leg.person: leg for leg in reversed(legs)}
        watchers = _watchers(self.channels.values())
        calls = {
            key: call
            for key, channel in self.channels.items()
            if (call := _call(channel, by_caller.get(key), self.queued.get(key), watchers))
        }
        members = {
            seat.person: self._member(seat, by_person.get(seat.person), calls)
            for seat in self.seats.values()
        }
        signed_in = frozenset(p for p, until in self.signed.items() if until > self.as_of)
        return Live(self.connected, self.as_of, calls, members, signed_in)

    def _member(self, seat: Seat, leg: _Leg | None, calls: Mapping[str, Call]) -> Member:
        lease = self.leases.get(seat.person)
        doing, since = _doing(seat, leg, lease)
        if doing is Doing.READY:
            since = max(since, self.freed.get(seat.person, 0))
        return Member(
            person=seat.person,
            doing=doing,
            since=since,
            until=lease.until if lease and not leg else 0,
            on_call=seat.penalty > 0,
            call=leg.caller if leg and leg.caller in calls else None,
        )


def _leg(channel: Channel) -> _Leg | None:
    match = _LEG.fullmatch(channel.name)
    if match is None:
        return None
    watch = channel.watch
    caller = watch.call if watch and watch.way is Way.TAKE else channel.linkedid
    return _Leg(match["person"], caller, channel.up, channel.since, channel.name)


def _watchers(channels: Iterable[Channel]) -> dict[str, tuple[Watcher, ...]]:
    """By call. Who has taken a call over is no watcher of it."""
    found: dict[str, tuple[Watcher, ...]] = {}
    for channel in sorted(channels, key=lambda channel: channel.name):
        watch, match = channel.watch, _LEG.fullmatch(channel.name)
        if watch and match and watch.way is not Way.TAKE:
            watcher = Watcher(match["person"], watch.way, channel.name)
            found[watch.call] = (*found.get(watch.call, ()), watcher)
    return found


def _call(
    channel: Channel,
    leg: _Leg | None,
    queued: Queued | None,
    watchers: Mapping[str, tuple[Watcher, ...]],
) -> Call | None:
    """A caller's own channel is the one that its call is named after; the others only inherit.

    A counsellor who calls out has a channel with the hotline on it, too, but no stage.
    """
    hotline = channel.hotline
    if hotline is None or channel.uniqueid != channel.linkedid:
        return None
    stage, since = _stage(channel, leg, queued)
    if stage is None:
        return None
    return Call(
        uniqueid=channel.uniqueid,
        channel=channel.name,
        line=hotline.line,
        caller=hotline.caller,
        rank=hotline.rank,
        arrived=hotline.arrived,
        needs=hotline.needs,
        stage=stage,
        person=leg.person if leg else None,
        since=since,
        leg=leg.channel if leg else "",
        watchers=watchers.get(channel.uniqueid, ()),
    )


def _stage(channel: Channel, leg: _Leg | None, queued: Queued | None) -> tuple[Stage | None, int]:
    if leg and leg.up:
        return Stage.TALKING, leg.since
    if queued:
        return Stage.WAITING, queued.since
    return channel.stage or (Stage.WAITING if leg else None), channel.since


def _doing(seat: Seat, leg: _Leg | None, lease: Lease | None) -> tuple[Doing, int]:
    """What the sources say together: a leg, else a lease, else a pause, else the telephone."""
    if leg:
        return (Doing.TALKING if leg.up else Doing.RINGING), leg.since
    if lease:
        return _LEASE_DOING.get(lease.reason, Doing.BREAK), lease.since
    if seat.paused is not None:
        return _LEASE_DOING.get(seat.paused, Doing.BREAK), seat.since
    if seat.device in _UNREACHABLE:
        return Doing.UNREACHABLE, seat.since
    if seat.device in _TALKING:  # a call that is not the queue's, such as a call-back
        return Doing.TALKING, seat.since
    if seat.device in _RINGING:
        return Doing.RINGING, seat.since
    return Doing.READY, seat.since


# ---- the fold

_Row = TypeVar("_Row", Channel, Queued, Seat, Lease)


def _with(table: Mapping[str, _Row], key: str, row: _Row) -> dict[str, _Row]:
    """The table with one more row; what has not changed goes on since when it began."""
    return {**table, key: _aged(table.get(key), row)}


def _aged(old: _Row | None, new: _Row) -> _Row:
    return old if old is not None and replace(old, since=new.since) == new else new


def _without(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: row for k, row in table.items() if k != key}


def _changed(old: Channel, new: Channel) -> Channel:
    same = (old.up, old.stage) == (new.up, new.stage)
    return replace(new, since=old.since) if same else new


def _snapshot(state: State, event: Snapshot) -> State:
    seen = (_remembering(state.channels.get(c.uniqueid), c) for c in event.channels)
    return replace(
        state,
        connected=True,
        channels={channel.uniqueid: channel for channel in seen},
        queued={q.uniqueid: _aged(state.queued.get(q.uniqueid), q) for q in event.queued},
        seats={s.person: _aged(state.seats.get(s.person), s) for s in event.seats},
        leases={x.person: _aged(state.leases.get(x.person), x) for x in event.leases},
        signed=dict(event.signed),
    )


def _remembering(old: Channel | None, new: Channel) -> Channel:
    """Where the snapshot does not say how far the call has come, what was told before stands."""
    if old is None:
        return new
    return _changed(old, replace(new, stage=new.stage or old.stage))


def _disconnected(state: State, event: Disconnected) -> State:
    return replace(state, connected=False)


def _alive(state: State, event: Alive) -> State:
    return state


def _channel_began(state: State, event: ChannelBegan) -> State:
    row = event.channel
    return replace(state, channels={**state.channels, row.uniqueid: row})


def _channel_changed(state: State, event: ChannelChanged) -> State:
    old = state.channels.get(event.channel.uniqueid)
    if old is None:
        return state
    hotline = event.channel.hotline or old.hotline
    row = replace(event.channel, stage=old.stage, hotline=hotline, watch=old.watch)
    return replace(state, channels={**state.channels, row.uniqueid: _changed(old, row)})


def _hotline_written(state: State, event: HotlineWritten) -> State:
    return _on_channel(state, event, hotline=event.hotline)


def _stage_told(state: State, event: StageTold) -> State:
    return _on_channel(state, event, stage=event.stage)


def _watch_told(state: State, event: WatchTold) -> State:
    return _on_channel(state, event, watch=event.watch)


def _on_channel(
    state: State, event: HotlineWritten | StageTold | WatchTold, **fields: Any
) -> State:
    old = state.channels.get(event.uniqueid)
    if old is None:
        return state
    row = _changed(old, replace(old, since=event.at, **fields))
    return replace(state, channels={**state.channels, event.uniqueid: row})


def _channel_ended(state: State, event: ChannelEnded) -> State:
    old = state.channels.get(event.uniqueid)
    leg = _leg(old) if old else None
    freed = {**state.freed, leg.person: event.at} if leg else state.freed
    return replace(state, channels=_without(state.channels, event.uniqueid), freed=freed)


def _caller_joined(state: State, event: CallerJoined) -> State:
    row = Queued(event.uniqueid, event.at)
    return replace(state, queued=_with(state.queued, event.uniqueid, row))


def _caller_left(state: State, event: CallerLeft) -> State:
    return replace(state, queued=_without(state.queued, event.uniqueid))


def _member_added(state: State, event: MemberAdded) -> State:
    return replace(state, seats=_with(state.seats, event.seat.person, event.seat))


def _member_changed(state: State, event: MemberChanged) -> State:
    known = event.seat.person in state.seats
    return _member_added(state, MemberAdded(event.at, event.seat)) if known else state


def _member_removed(state: State, event: MemberRemoved) -> State:
    return replace(state, seats=_without(state.seats, event.person))


def _leased(state: State, event: Leased) -> State:
    return replace(state, leases=_with(state.leases, event.lease.person, event.lease))


def _lease_ended(state: State, event: LeaseEnded) -> State:
    freed = {**state.freed, event.person: event.at}
    return replace(state, leases=_without(state.leases, event.person), freed=freed)


def _signed(state: State, event: Signed) -> State:
    return replace(state, signed={**state.signed, event.person: event.until})


CHANGES: dict[type[Event], Callable[[State, Any], State]] = {
    Snapshot: _snapshot,
    Disconnected: _disconnected,
    Alive: _alive,
    ChannelBegan: _channel_began,
    ChannelChanged: _channel_changed,
    HotlineWritten: _hotline_written,
    StageTold: _stage_told,
    WatchTold: _watch_told,
    ChannelEnded: _channel_ended,
    CallerJoined: _caller_joined,
    CallerLeft: _caller_left,
    MemberAdded: _member_added,
    MemberChanged: _member_changed,
    MemberRemoved: _member_removed,
    Leased: _leased,
    LeaseEnded: _lease_ended,
    Signed: _signed,
}


def fold(state: State, event: Event) -> State:
    """The state after the event. Once disconnected, `as_of` stands still."""
    changed = CHANGES[type(event)](state, event)
    return replace(changed, as_of=max(changed.as_of, event.at)) if changed.connected else changed


def fold_all(state: State, events: Iterable[Event]) -> State:
    return reduce(fold, events, state)
