"""Messages as Asterisk 22 sent them, and what they say. Headers that nobody reads are left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.asterisk.message import Message, parse
from routing.asterisk.picture import (
    TRANSLATIONS,
    events,
    hotline,
    hotline_text,
    snapshot,
    tree,
)
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
from routing.fold import State, fold, fold_all
from routing.live import Call, Doing, Member, Stage, Way

AT = 1795486790.25
NOW = 1795486790
CALL = "t1-1795486784.1"
LEG = "t1-1795486785.2"
CHANNEL = "PJSIP/carrier-00000001"
NORMAL = Hotline("zixun", Rank.NORMAL, 1795486784, "13800131")
CRISIS = Hotline("zixun", Rank.CRISIS, 1795486785, "13800131")


def said(text: str) -> Message:
    return parse(text.strip().replace("\n", "\r\n"))


def means(text: str) -> list[Event]:
    return events(AT, said(text))


NEWCHANNEL = """
Event: Newchannel
Privilege: call,all
Channel: PJSIP/carrier-00000001
ChannelState: 4
ChannelStateDesc: Ring
CallerIDNum: 13800131
CallerIDName: <unknown>
Context: inbound
Exten: 968908
Priority: 1
Uniqueid: t1-1795486784.1
Linkedid: t1-1795486784.1
AccountCode:
"""

NEWSTATE = """
Event: Newstate
Privilege: call,all
Channel: PJSIP/carrier-00000001
ChannelState: 6
ChannelStateDesc: Up
Context: inbound
Exten: 968908
Priority: 3
Uniqueid: t1-1795486784.1
Linkedid: t1-1795486784.1
AccountCode: zixun;normal;1795486784;13800131
"""

STAGE = """
Event: UserEvent
Privilege: user,all
Channel: PJSIP/carrier-00000001
ChannelState: 6
ChannelStateDesc: Up
Context: wait
Exten: s
Priority: 6
Uniqueid: t1-1795486784.1
Linkedid: t1-1795486784.1
AccountCode: zixun;crisis;1795486785;13800131
UserEvent: Stage
Stage: waiting
"""

JOIN = """
Event: QueueCallerJoin
Privilege: agent,all
Channel: PJSIP/carrier-00000001
ChannelState: 6
Context: wait
Uniqueid: t1-1795486784.1
Linkedid: t1-1795486784.1
AccountCode: zixun;crisis;1795486785;13800131
Queue: city
Position: 1
Count: 1
"""

LEG_NEWCHANNEL = """
Event: Newchannel
Privilege: call,all
Channel: Local/lin@leg-00000000;1
ChannelState: 0
ChannelStateDesc: Down
Context: leg
Exten: lin
Priority: 1
Uniqueid: t1-1795486785.2
Linkedid: t1-1795486784.1
AccountCode:
"""

LEG_UP = """
Event: Newstate
Privilege: call,all
Channel: Local/lin@leg-00000000;1
ChannelState: 6
ChannelStateDesc: Up
Context: leg
Exten: s
Priority: 1
Uniqueid: t1-1795486785.2
Linkedid: t1-1795486784.1
AccountCode: zixun;crisis;1795486785;13800131
"""

HANGUP = """
Event: Hangup
Privilege: call,all
Channel: Local/lin@leg-00000000;1
ChannelState: 6
Context: leg
Uniqueid: t1-1795486785.2
Linkedid: t1-1795486784.1
AccountCode: zixun;crisis;1795486785;13800131
Cause: 16
Cause-txt: Normal Clearing
"""

MEMBER = """
Event: {event}
Privilege: agent,all
Queue: city
MemberName: chen
Interface: Local/chen@leg/n
StateInterface: hint:chen@leg-hints
Membership: dynamic
Penalty: {penalty}
CallsTaken: 0
LastCall: 0
LastPause: 1795486093
LoginTime: 1795486093
InCall: 0
Status: {status}
Paused: {paused}
PausedReason: {reason}
Ringinuse: 0
Wrapuptime: 0
"""


def member(event: str, status: int = 1, paused: int = 0, reason: str = "", penalty: int = 0) -> str:
    return MEMBER.format(event=event, status=status, paused=paused, reason=reason, penalty=penalty)


def test_channels() -> None:
    new = Channel(CALL, CHANNEL, CALL, since=NOW)
    assert means(NEWCHANNEL) == [ChannelBegan(NOW, new)]
    up = Channel(CALL, CHANNEL, CALL, up=True, hotline=NORMAL, since=NOW)
    assert means(NEWSTATE) == [ChannelChanged(NOW, up), StageTold(NOW, CALL, Stage.GREETING)]
    ringing = NEWSTATE.replace("ChannelState: 6", "ChannelState: 4")
    assert means(ringing) == [ChannelChanged(NOW, replace(up, up=False))]
    assert means(HANGUP) == [ChannelEnded(NOW, LEG)]


def test_stages() -> None:
    assert means(STAGE) == [
        HotlineWritten(NOW, CALL, CRISIS),
        StageTold(NOW, CALL, Stage.WAITING),
    ]
    bare = STAGE.replace("zixun;crisis;1795486785;13800131", "")
    assert means(bare) == [StageTold(NOW, CALL, Stage.WAITING)]
    assert means(STAGE.replace("Stage: waiting", "Stage: dancing")) == []


def test_the_queue() -> None:
    assert means(JOIN) == [StageTold(NOW, CALL, Stage.WAITING), CallerJoined(NOW, CALL)]
    assert means(JOIN.replace("QueueCallerJoin", "QueueCallerLeave")) == [CallerLeft(NOW, CALL)]
    assert means(JOIN.replace("Queue: city", "Queue: other")) == []


@pytest.mark.parametrize("name", ["QueueMemberStatus", "QueueMemberPause", "QueueMemberPenalty"])
def test_members(name: str) -> None:
    paused = member(name, status=5, paused=1, reason="break", penalty=10)
    seat = Seat("chen", Device.UNAVAILABLE, "break", 10, NOW)
    assert means(paused) == [MemberChanged(NOW, seat)]
    assert means(member(name)) == [MemberChanged(NOW, Seat("chen", Device.NOT_IN_USE, since=NOW))]


def test_members_come_and_go() -> None:
    seat = Seat("chen", Device.NOT_IN_USE, since=NOW)
    assert means(member("QueueMemberAdded")) == [MemberAdded(NOW, seat)]
    assert means(member("QueueMemberRemoved")) == [MemberRemoved(NOW, "chen")]


def user_event(name: str, **fields: str) -> str:
    own = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"Event: UserEvent\nPrivilege: user,all\nUniqueid: {CALL}\nUserEvent: {name}\n{own}"


def test_leases_and_sign_ins() -> None:
    lease = user_event("Lease", Person="lin", Until="1795486907", Reason="wrapup")
    assert means(lease) == [Leased(NOW, Lease("lin", "wrapup", 1795486907, NOW))]
    ended = user_event("Lease", Person="lin", Until="0", Reason="none")
    assert means(ended) == [LeaseEnded(NOW, "lin")]
    both = user_event("Lease", Person="lin&chen", Until="0", Reason="none")
    assert means(both) == [LeaseEnded(NOW, "lin"), LeaseEnded(NOW, "chen")]
    signed = user_event("Signed", Person="lin", Until="1795490387")
    assert means(signed) == [Signed(NOW, "lin", 1795490387)]
    assert means(user_event("Signed", Person="lin", Until="0")) == [Signed(NOW, "lin", 0)]


def test_a_supervisor_at_a_call() -> None:
    told = user_event("Watch", Way="whisper", Call=CALL)
    assert means(told) == [WatchTold(NOW, CALL, Watch(Way.WHISPER, CALL))]
    assert means(user_event("Watch", Way="shout", Call=CALL)) == []


def test_what_is_not_known_says_nothing() -> None:
    assert means(user_event("Unrostered", Person="lin")) == []
    assert means("Event: DeviceStateChange\nDevice: Custom:lin\nState: INUSE") == []
    assert means("Response: Success\nPing: Pong") == []
    assert events(AT, Message()) == []


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_an_event_without_its_headers_is_no_error(name: str) -> None:
    state = fold_all(State(), [Snapshot(0), *means(f"Event: {name}\nStatus: x\nUntil: ²")])
    assert not state.live.calls


def test_the_variable_that_a_caller_carries() -> None:
    assert hotline("zixun;cutoff;1795486784;") == Hotline("zixun", Rank.CUT_OFF, 1795486784, "")
    assert hotline("zixun;new-rank;17;1") == Hotline("zixun", Rank.NORMAL, 17, "1")
    for wrong in ("", "zixun", "zixun;normal;x;138", "a;normal;1;2;3;4"):
        assert hotline(wrong) is None


def test_the_variable_with_a_wanted_qualification() -> None:
    """Calls that began before there was one are without; they live through an upgrade."""
    wanted = Hotline("zixun", Rank.NORMAL, 17, "138", "minnan")
    assert hotline("zixun;normal;17;138;minnan") == wanted
    assert hotline("zixun;normal;17;138;") == hotline("zixun;normal;17;138")


def test_what_is_written_from_outside_reads_the_same() -> None:
    call = Call("1.1", CHANNEL, "zixun", "138", Rank.CRISIS, 17, Stage.WAITING, needs="minnan")
    assert hotline(hotline_text(call)) == Hotline("zixun", Rank.CRISIS, 17, "138", "minnan")


def test_a_key_pressed_on_the_way_into_the_queue_is_told_by_the_joining() -> None:
    wishes = JOIN.replace("crisis;1795486785;13800131", "normal;1795486784;13800131;minnan")
    assert means(wishes) == [
        HotlineWritten(NOW, CALL, replace(NORMAL, needs="minnan")),
        StageTold(NOW, CALL, Stage.WAITING),
        CallerJoined(NOW, CALL),
    ]


# ---- the snapshot

STATUS = """
Event: QueueParams
Queue: city
Max: 0
Strategy: rrmemory
Calls: 1

Event: QueueMember
Queue: city
Name: chen
Location: Local/chen@leg/n
StateInterface: hint:chen@leg-hints
Membership: dynamic
Penalty: 10
CallsTaken: 0
LastCall: 0
LastPause: 1795486100
LoginTime: 1795486093
InCall: 0
Status: 1
Paused: 1
PausedReason: break
Wrapuptime: 0

Event: QueueMember
Queue: city
Name: lin
Location: Local/lin@leg/n
StateInterface: hint:lin@leg-hints
Membership: dynamic
Penalty: 0
CallsTaken: 1
LastCall: 1795486600
LastPause: 0
LoginTime: 1795486093
InCall: 0
Status: 2
Paused: 0
PausedReason:
Wrapuptime: 0

Event: QueueEntry
Queue: city
Position: 1
Channel: PJSIP/carrier-00000001
Uniqueid: t1-1795486784.1
CallerIDNum: 13800131
Wait: 4
Priority: 0
"""

CHANNELS = """
Event: CoreShowChannel
Channel: PJSIP/carrier-00000001
ChannelState: 6
ChannelStateDesc: Up
Context: wait
Exten: s
Priority: 7
Uniqueid: t1-1795486784.1
Linkedid: t1-1795486784.1
AccountCode: zixun;crisis;1795486785;13800131
Application: Queue
ApplicationData: city,iIC,,,60
Duration: 00:00:06
BridgeId:

Event: CoreShowChannel
Channel: Local/lin@leg-00000000;1
ChannelState: 5
ChannelStateDesc: Ringing
Context: leg
Exten: s
Priority: 1
Uniqueid: t1-1795486785.2
Linkedid: t1-1795486784.1
AccountCode: zixun;crisis;1795486785;13800131
Application: AppQueue
ApplicationData: (Outgoing Line)
Duration: 00:00:05
BridgeId:

Event: CoreShowChannel
Channel: Local/tick@duty-00000000;2
ChannelState: 6
Context: duty
Uniqueid: t1-1795480000.0
Linkedid: t1-1795480000.0
AccountCode:
Duration: 01:02:03
BridgeId:
"""


def messages(text: str) -> list[Message]:
    return [said(part) for part in text.strip().split("\n\n")]


def taken() -> Snapshot:
    return snapshot(
        AT,
        queue=messages(STATUS),
        channels=messages(CHANNELS),
        leases={"chen": "0|break"},
        signed={"chen": "1795500000", "lin": "0"},
    )


def test_a_snapshot() -> None:
    ticker, began = "t1-1795480000.0", NOW - 3723
    assert taken() == Snapshot(
        at=NOW,
        channels=(
            Channel(CALL, CHANNEL, CALL, True, CRISIS, Stage.WAITING, NOW - 6),
            Channel(LEG, "Local/lin@leg-00000000;1", CALL, False, CRISIS, None, NOW - 5),
            Channel(ticker, "Local/tick@duty-00000000;2", ticker, True, since=began),
        ),
        queued=(Queued(CALL, NOW - 4),),
        seats=(
            Seat("chen", Device.NOT_IN_USE, "break", 10, 1795486100),
            Seat("lin", Device.IN_USE, None, 0, 1795486600),
        ),
        leases=(Lease("chen", "break", 0, NOW),),
        signed={"chen": 1795500000, "lin": 0},
    )


def test_a_snapshot_and_the_events_of_the_same_call_give_the_same_picture() -> None:
    shown = fold(State(), taken()).live
    assert shown.calls == {
        CALL: Call(
            CALL,
            CHANNEL,
            "zixun",
            "13800131",
            Rank.CRISIS,
            1795486785,
            Stage.WAITING,
            "lin",
            NOW - 4,
            "Local/lin@leg-00000000;1",
        )
    }
    assert shown.members["lin"] == Member("lin", Doing.RINGING, NOW - 5, call=CALL)
    assert shown.members["chen"] == Member("chen", Doing.BREAK, NOW, on_call=True)
    assert shown.signed_in == {"chen"}

    texts = [NEWCHANNEL, NEWSTATE, STAGE, JOIN, LEG_NEWCHANNEL]
    heard = fold_all(State(), [Snapshot(NOW), *(e for text in texts for e in means(text))]).live
    assert heard.calls[CALL].stage is shown.calls[CALL].stage
    assert heard.calls[CALL].person == shown.calls[CALL].person
    talking = fold_all(State(), [taken(), *means(LEG_UP), Alive(NOW)]).live
    assert talking.calls[CALL].stage is Stage.TALKING
    assert talking.members["lin"].doing is Doing.TALKING


@pytest.mark.parametrize(
    ("context", "stage"),
    [
        ("inbound", Stage.GREETING),
        ("wait", Stage.WAITING),
        ("own-site", Stage.WAITING),
        ("promise", Stage.PROMISING),
        ("from-counsellor", None),
    ],
)
def test_the_context_shows_the_stage(context: str, stage: Stage | None) -> None:
    channel = said(CHANNELS.split("\n\n")[0].replace("Context: wait", f"Context: {context}"))
    seen = snapshot(AT, queue=[], channels=[channel], leases={}, signed={})
    call = fold(State(), seen).live.calls.get(CALL)
    assert (call and call.stage) == stage


def test_the_context_shows_what_a_supervisor_does_at_which_call() -> None:
    first = CHANNELS.split("\n\n")[0]
    listening = first.replace("Context: wait\nExten: s", f"Context: listen\nExten: {CALL}")
    seen = snapshot(AT, queue=[], channels=[said(listening)], leases={}, signed={})
    assert [channel.watch for channel in seen.channels] == [Watch(Way.LISTEN, CALL)]


def test_a_database_tree() -> None:
    answers = messages(
        "Event: DBGetTreeResponse\nKey: /lease/chen\nVal: 0|break\n\n"
        "Event: DBGetTreeResponse\nKey: /lease/duty/1\nVal: 张/三"
    )
    assert tree("lease", answers) == {"chen": "0|break", "duty/1": "张/三"}


def test_a_rank_that_was_raised_from_outside_is_written_on_the_call() -> None:
    told = f"""
Event: UserEvent
Privilege: user,all
UserEvent: Rank
Uniqueid: {CALL}
Hotline: zixun;crisis;1795486785;13800131
"""
    assert means(told) == [HotlineWritten(NOW, CALL, CRISIS)]
    assert means(told.replace("zixun;", "")) == []
