"""The live picture: callers who are with us, counsellors in the queue. `routing.fold` makes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from routing.calls import Rank


class Stage(StrEnum):
    GREETING = "greeting"
    WAITING = "waiting"
    TALKING = "talking"
    PROMISING = "promising"


class Doing(StrEnum):
    """What a counsellor is doing; the board's shapes follow it."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRITING = "writing"  # 话后整理
    BREAK = "break"
    RECOVERING = "recovering"
    MISSED = "missed"  # paused because rings were missed
    UNREACHABLE = "unreachable"  # the telephone is not registered or does not answer


class Way(StrEnum):
    """How a supervisor is at a call. Each is a context of the dialplan, too."""

    LISTEN = "listen"  # nobody hears the supervisor
    WHISPER = "whisper"  # the counsellor does
    JOIN = "join"  # both do
    TAKE = "take"  # the caller does; the counsellor is out of it


@dataclass(frozen=True)
class Watcher:
    """A supervisor who is at a call."""

    person: str
    way: Way
    channel: str


@dataclass(frozen=True)
class Call:
    """A caller who is with us."""

    uniqueid: str
    channel: str
    line: str  # line id
    caller: str  # national form; "" when hidden
    rank: Rank
    arrived: int  # epoch seconds
    stage: Stage
    person: str | None = None  # who talks or is being rung
    since: int = 0  # when the stage began
    leg: str = ""  # the channel of that person's leg
    watchers: tuple[Watcher, ...] = ()
    needs: str = ""  # the qualification that the caller wants; "" for none


@dataclass(frozen=True)
class Member:
    """A counsellor who is in the queue."""

    person: str
    doing: Doing
    since: int  # epoch seconds
    until: int = 0  # when the pause or the writing ends by itself; 0: never
    on_call: bool = False
    call: str | None = None  # uniqueid of the caller


@dataclass(frozen=True)
class Live:
    """The whole picture. `as_of` is when it was last known to be true, in epoch seconds."""

    connected: bool = False
    as_of: int = 0
    calls: dict[str, Call] = field(default_factory=dict)  # by uniqueid
    members: dict[str, Member] = field(default_factory=dict)  # by person
    signed_in: frozenset[str] = frozenset()

    def waiting(self) -> list[Call]:
        """Who waits, in the order of service."""
        order = list(Rank)
        found = [c for c in self.calls.values() if c.stage is Stage.WAITING]
        return sorted(found, key=lambda c: (order.index(c.rank), c.arrived, c.uniqueid))


def picture(
    calls: Iterable[Call] = (),
    members: Iterable[Member] = (),
    signed_in: Iterable[str] = (),
    connected: bool = True,
    as_of: int = 0,
) -> Live:
    """A picture made by hand."""
    return Live(
        connected=connected,
        as_of=as_of,
        calls={call.uniqueid: call for call in calls},
        members={member.person: member for member in members},
        signed_in=frozenset(signed_in),
    )
