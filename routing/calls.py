"""Facts about calls, as the ledger reads them from what Asterisk wrote to its disk.

A call is known by (boot, uniqueid): unique ids restart with Asterisk, the reader counts boots.
Instants are epoch seconds, as the queue log has no finer ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    INBOUND = "inbound"
    TEST = "test"  # a synthetic call that checks a line
    CALLBACK = "callback"
    OUTGOING = "outgoing"


class Rank(StrEnum):
    """Who is next; the order of the members is the order of service."""

    CRISIS = "crisis"
    CUT_OFF = "cutoff"
    RAISED = "raised"  # a supervisor has moved the caller up
    NORMAL = "normal"
    LIMITED = "limited"  # the number has been limited for a while; the crisis key still works


# What may be on record of a number before it calls.
RANKS_OF_NUMBERS = tuple(rank for rank in Rank if rank is not Rank.RAISED)


class Outcome(StrEnum):
    ANSWERED = "answered"
    ABANDONED = "abandoned"  # hung up before anybody answered
    PROMISED = "promised"  # a call-back is on record
    REFUSED = "refused"
    CUT_OFF = "cutoff"  # Asterisk died under it


@dataclass(frozen=True)
class Fact:
    boot: int
    at: int


@dataclass(frozen=True)
class Booted(Fact):
    """Asterisk started: whatever call of an earlier boot is still open was cut off."""


@dataclass(frozen=True)
class CallFact(Fact):
    uniqueid: str


@dataclass(frozen=True)
class Arrived(CallFact):
    serial: int  # counts the calls of a boot from 1 without a gap: a missing one is a lost record
    kind: Kind
    line: str  # line id; "unknown" for a number that no line has
    dialled: str
    caller: str  # national form; "" when hidden
    carrier: str


@dataclass(frozen=True)
class Waiting(CallFact):
    rank: Rank  # (re)joined the queue with this rank; not told where it is the usual one


@dataclass(frozen=True)
class Rung(CallFact):
    person: str
    rang: int  # seconds without an answer


@dataclass(frozen=True)
class Connected(CallFact):
    person: str
    rang: int  # seconds
    own_site: bool = False  # by the short first ring at the caller's own site


@dataclass(frozen=True)
class HandedOn(CallFact):
    """Who talked has handed the caller on; nobody has taken the call yet."""

    person: str


@dataclass(frozen=True)
class Promised(CallFact):
    number: str
    # "nobody" (every tier was tried), "wish" (the caller asked for it), "loop", "overload"
    reason: str
    deadline: int


@dataclass(frozen=True)
class Reached(CallFact):
    """Who was called by the hotline has really answered."""

    number: str


@dataclass(frozen=True)
class LineTested(CallFact):
    """The call was a test of our own, and has said so by its secret."""

    line: str  # that it was to reach
    carrier: str  # that it went out through


@dataclass(frozen=True)
class Refused(CallFact):
    reason: str


@dataclass(frozen=True)
class Ended(CallFact):
    """The call is over; the last fact of a call."""


@dataclass(frozen=True)
class Unreadable(Fact):
    """A line that could not be understood: counted, never silently dropped."""

    line: str


@dataclass(frozen=True)
class Missing(Fact):
    """Serial numbers that were skipped: so many calls left no record (a full disk, a torn file)."""

    after: int  # the serial number before the gap
    count: int


@dataclass(frozen=True)
class Cursor:
    """How far the ledger has been read. Committed together with the facts that it covers."""

    segment: int = 1  # which file: queue_log.<segment> once rotated, else queue_log
    offset: int = 0  # bytes
    boot: int = 0
    serial: int = 0  # the last serial number seen in this boot
