"""AMI messages translated into live events. Pure: a table of event names, the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from routing.asterisk.message import Message
from routing.calls import Rank
from routing.events import (
    CallerJoined,
    CallerLeft,
    Channel,
    ChannelBegan,
    ChannelChanged,
    ChannelEnded,
    Device,
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
from routing.live import Call, Stage, Way

_UP = "6"  # ChannelState

# The dialplan's contexts in which a caller can be, and the stage that they mean.
STAGES = {
    "inbound": Stage.GREETING,
    "wait": Stage.WAITING,
    "waiting-keys": Stage.WAITING,
    "own-site": Stage.WAITING,
    "place": Stage.WAITING,
    "turn-wait": Stage.WAITING,
    "full": Stage.PROMISING,
    "promise": Stage.PROMISING,
    "promise-note": Stage.PROMISING,
}


def events(at: float, message: Message, queue: str = "city") -> list[Event]:
    """What a message says about the live state; nothing for the many that say nothing."""
    translate = TRANSLATIONS.get(message.name)
    if translate is None or message.get("Queue", queue) != queue:
        return []
    return translate(int(at), message)


def snapshot(
    at: float,
    *,
    queue: Iterable[Message],
    channels: Iterable[Message],
    leases: Mapping[str, str],
    signed: Mapping[str, str],
) -> Snapshot:
    """The answers to QueueStatus, CoreShowChannels and the two AstDB families, as one event."""
    now, status = int(at), list(queue)
    return Snapshot(
        at=now,
        channels=tuple(_shown_channel(now, m) for m in channels),
        queued=tuple(
            Queued(m.get("Uniqueid"), now - _number(m.get("Wait")))
            for m in status
            if m.name == "QueueEntry"
        ),
        seats=tuple(_seat(m) for m in status if m.name == "QueueMember"),
        leases=tuple(_stored_lease(now, person, text) for person, text in leases.items()),
        signed={person: _number(until) for person, until in signed.items()},
    )


def tree(family: str, answers: Iterable[Message]) -> dict[str, str]:
    """DBGetTree's entries: `/family/key` without the family."""
    entries = ((m.get("Key"), m.get("Val")) for m in answers)
    return {key.removeprefix(f"/{family}/"): value for key, value in entries}


def hotline(text: str) -> Hotline | None:
    """`line;rank;arrived;caller;needs`; None when it is none.

    Calls that began before an upgrade are without `needs`.

    >>> hotline("zixun;crisis;1790000000;;minnan").needs
    'minnan'
    """
    fields = text.split(";")
    if len(fields) not in (4, 5) or not fields[2].isdecimal():
        return None
    line, rank, arrived, caller, *needs = fields
    return Hotline(line, _rank(rank), int(arrived), caller, *needs)


def hotline_text(call: Call) -> str:
    """What `hotline` reads, as the dialplan writes it on the caller's channel."""
    return ";".join((call.line, call.rank.value, str(call.arrived), call.caller, call.needs))


# ---- rows


def _channel(since: int, message: Message) -> Channel:
    return Channel(
        uniqueid=_uniqueid(message),
        name=message.get("Channel"),
        linkedid=message.get("Linkedid"),
        up=message.get("ChannelState") == _UP,
        hotline=hotline(message.get("AccountCode")),
        since=since,
    )


def _shown_channel(now: int, message: Message) -> Channel:
    """From a CoreShowChannel. Stages and watches are told by event; here the context shows them."""
    row = _channel(now - _seconds(message.get("Duration")), message)
    context = message.get("Context")
    watch = _watch(context, message.get("Exten"))
    return replace(row, stage=STAGES.get(context), watch=watch)


def _seat(message: Message) -> Seat:
    """From a listing's QueueMember or any QueueMember… event: the same facts, other names."""
    paused = message.get("Paused") == "1"
    moments = ("LastPause",) if paused else ("LoginTime", "LastCall")
    return Seat(
        person=message.get("MemberName") or message.get("Name"),
        device=_device(message.get("Status")),
        paused=message.get("PausedReason") if paused else None,
        penalty=_number(message.get("Penalty")),
        since=max(_number(message.get(name)) for name in moments),
    )


def _stored_lease(now: int, person: str, text: str) -> Lease:
    until, _, reason = text.partition("|")
    return Lease(person, reason, _number(until), now)


# ---- events, by name

Translation = Callable[[int, Message], list[Event]]


def _newchannel(at: int, message: Message) -> list[Event]:
    return [ChannelBegan(at, _channel(at, message))]


def _channel_news(at: int, message: Message) -> list[Event]:
    """A caller's channel that goes up in the first context is being greeted."""
    changed: Event = ChannelChanged(at, _channel(at, message))
    greeted = STAGES.get(message.get("Context")) is Stage.GREETING and message.get("ChannelState")
    if greeted != _UP:
        return [changed]
    return [changed, StageTold(at, _uniqueid(message), Stage.GREETING)]


def _hangup(at: int, message: Message) -> list[Event]:
    return [ChannelEnded(at, _uniqueid(message))]


def _joined(at: int, message: Message) -> list[Event]:
    """Most callers join at once, without a stage event: one event less for each call.

    What the others wish is said here: a key that was pressed is written on the channel on the way.
    """
    uniqueid, written = _uniqueid(message), hotline(message.get("AccountCode"))
    told = [HotlineWritten(at, uniqueid, written)] if written and written.needs else []
    return [*told, StageTold(at, uniqueid, Stage.WAITING), CallerJoined(at, uniqueid)]


def _left(at: int, message: Message) -> list[Event]:
    return [CallerLeft(at, _uniqueid(message))]


def _member_added(at: int, message: Message) -> list[Event]:
    return [MemberAdded(at, _seat_now(at, message))]


def _member_news(at: int, message: Message) -> list[Event]:
    return [MemberChanged(at, _seat_now(at, message))]


def _member_removed(at: int, message: Message) -> list[Event]:
    return [MemberRemoved(at, message.get("MemberName"))]


def _seat_now(at: int, message: Message) -> Seat:
    return replace(_seat(message), since=at)


def _user_event(at: int, message: Message) -> list[Event]:
    translate = USER_EVENTS.get(message.get("UserEvent"))
    return translate(at, message) if translate else []


def _told_stage(at: int, message: Message) -> list[Event]:
    stage = _stage(message.get("Stage"))
    if stage is None:
        return []
    uniqueid, written = _uniqueid(message), hotline(message.get("AccountCode"))
    told = StageTold(at, uniqueid, stage)
    return [HotlineWritten(at, uniqueid, written), told] if written else [told]


def _told_lease(at: int, message: Message) -> list[Event]:
    """Leases that end in the same second are told in one event."""
    person, reason = message.get("Person"), message.get("Reason")
    if reason == "none":
        return [LeaseEnded(at, freed) for freed in person.split("&")]
    return [Leased(at, Lease(person, reason, _number(message.get("Until")), at))]


def _told_signed(at: int, message: Message) -> list[Event]:
    return [Signed(at, message.get("Person"), _number(message.get("Until")))]


def _told_rank(at: int, message: Message) -> list[Event]:
    """Somebody else than the dialplan has written on the caller's channel."""
    written = hotline(message.get("Hotline"))
    return [HotlineWritten(at, _uniqueid(message), written)] if written else []


def _told_watch(at: int, message: Message) -> list[Event]:
    watch = _watch(message.get("Way"), message.get("Call"))
    return [WatchTold(at, _uniqueid(message), watch)] if watch else []


USER_EVENTS: dict[str, Translation] = {
    "Stage": _told_stage,
    "Lease": _told_lease,
    "Signed": _told_signed,
    "Rank": _told_rank,
    "Watch": _told_watch,
}

TRANSLATIONS: dict[str, Translation] = {
    "Newchannel": _newchannel,
    "Newstate": _channel_news,
    "Hangup": _hangup,
    "QueueCallerJoin": _joined,
    "QueueCallerLeave": _left,
    "QueueMemberAdded": _member_added,
    "QueueMemberStatus": _member_news,
    "QueueMemberPause": _member_news,
    "QueueMemberPenalty": _member_news,
    "QueueMemberRemoved": _member_removed,
    "UserEvent": _user_event,
}


# ---- values


def _uniqueid(message: Message) -> str:
    """The channel's own: a UserEvent may carry a second one, of its own making."""
    return next(iter(message.all("Uniqueid")), "")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _seconds(duration: str) -> int:
    """`01:02:03` -> 3723"""
    total = 0
    for part in duration.split(":"):
        total = 60 * total + _number(part)
    return total


def _rank(text: str) -> Rank:
    return Rank(text) if text in list(Rank) else Rank.NORMAL


def _stage(text: str) -> Stage | None:
    return Stage(text) if text in list(Stage) else None


def _watch(way: str, call: str) -> Watch | None:
    return Watch(Way(way), call) if way in list(Way) else None


def _device(text: str) -> Device:
    return Device(int(text)) if text in {str(d.value) for d in Device} else Device.UNKNOWN
