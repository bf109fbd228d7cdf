"""What is told of the telephones: rows, one kind for each source, and the events that change them.

Each event gives the whole row as it then was, only a beginning makes a row, and only an end
removes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from routing.calls import Rank
from routing.live import Stage, Way


class Device(IntEnum):
    """What the queue knows of a member's telephone, with Asterisk's own numbers."""

    UNKNOWN = 0
    NOT_IN_USE = 1
    IN_USE = 2
    BUSY = 3
    INVALID = 4
    UNAVAILABLE = 5
    RINGING = 6
    RING_IN_USE = 7
    ON_HOLD = 8


@dataclass(frozen=True)
class Hotline:
    """What the dialplan wrote on a caller's channel; its legs inherit it."""

    line: str
    rank: Rank
    arrived: int
    caller: str
    needs: str = ""  # the qualification that is wanted; "" for none


@dataclass(frozen=True)
class Watch:
    """What a supervisor's channel is there for."""

    way: Way
    call: str  # the caller's uniqueid


@dataclass(frozen=True)
class Channel:
    uniqueid: str
    name: str
    linkedid: str  # the caller's uniqueid, on every channel that rings or talks for this caller
    up: bool = False
    hotline: Hotline | None = None
    stage: Stage | None = None  # how far the dialplan has come; None on channels of other kinds
    since: int = 0  # when `up` or the stage last changed
    watch: Watch | None = None  # on a supervisor's channel


@dataclass(frozen=True)
class Queued:
    """A caller in the queue."""

    uniqueid: str
    since: int = 0


@dataclass(frozen=True)
class Seat:
    """A member of the queue."""

    person: str
    device: Device = Device.UNKNOWN
    paused: str | None = None  # the reason, perhaps ""
    penalty: int = 0
    since: int = 0


@dataclass(frozen=True)
class Lease:
    """Why somebody is not to be rung for a while."""

    person: str
    reason: str  # wrapup, break, recovery, missed
    until: int = 0  # 0: no end
    since: int = 0


# ---- events


@dataclass(frozen=True)
class Event:
    at: int  # epoch seconds


@dataclass(frozen=True)
class Snapshot(Event):
    """All that is true; replaces everything."""

    channels: tuple[Channel, ...] = ()
    queued: tuple[Queued, ...] = ()
    seats: tuple[Seat, ...] = ()
    leases: tuple[Lease, ...] = ()
    signed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Disconnected(Event):
    """Nothing is heard any more."""


@dataclass(frozen=True)
class Alive(Event):
    """Asterisk was heard, and nothing changed."""


@dataclass(frozen=True)
class ChannelBegan(Event):
    channel: Channel


@dataclass(frozen=True)
class ChannelChanged(Event):
    channel: Channel


@dataclass(frozen=True)
class HotlineWritten(Event):
    uniqueid: str
    hotline: Hotline | None


@dataclass(frozen=True)
class StageTold(Event):
    uniqueid: str
    stage: Stage


@dataclass(frozen=True)
class WatchTold(Event):
    uniqueid: str
    watch: Watch


@dataclass(frozen=True)
class ChannelEnded(Event):
    uniqueid: str


@dataclass(frozen=True)
class CallerJoined(Event):
    uniqueid: str


@dataclass(frozen=True)
class CallerLeft(Event):
    uniqueid: str


@dataclass(frozen=True)
class MemberAdded(Event):
    seat: Seat


@dataclass(frozen=True)
class MemberChanged(Event):
    """Its status, pause or penalty."""

    seat: Seat


@dataclass(frozen=True)
class MemberRemoved(Event):
    person: str


@dataclass(frozen=True)
class Leased(Event):
    lease: Lease


@dataclass(frozen=True)
class LeaseEnded(Event):
    person: str


@dataclass(frozen=True)
class Signed(Event):
    person: str
    until: int  # epoch seconds; 0: signed out
