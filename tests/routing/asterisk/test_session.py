"""What the session adds: listeners, answers, connections that come back, an end."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable

import pytest

from routing.asterisk.session import (
    ActionFailed,
    Message,
    NotConnected,
    Session,
    Timeouts,
)
from routing.events import Alive, CallerJoined, Disconnected, Signed, Snapshot
from routing.fold import State, fold_all
from tests.routing.asterisk.ears import Ears, connected, session_with, signed
from tests.routing.asterisk.fake_ami import (
    DEADLINE,
    SILENCE,
    Seen,
    fake_ami,
    listing,
    message,
    refusal,
    success,
)

# ---- listeners


def test_a_listener_that_raises_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    ears = Ears()

    def fragile(found: Message) -> None:
        ears.messages.add(found)
        raise ValueError("a listener's own fault")

    caplog.set_level(logging.CRITICAL)
    with fake_ami() as server, session_with(server, ears, on_message=fragile) as session:
        assert session.wait_until_connected(DEADLINE)
        for person in ("lin", "chen"):
            server.say(signed(person))
        ears.events.wait_for(lambda events: Signed(1790000000, "chen", 1790003600) in events)
        assert session.action("Ping").get("Ping") == "Pong"
        assert ears.states.items == [True]


def test_a_listener_may_ask_and_wait() -> None:
    ears, answers, sessions = Ears(), Seen[str](), list[Session]()

    def asks(found: Message) -> None:
        if found.name == "UserEvent":
            answers.add(sessions[0].action("Ping").get("Ping"))

    with fake_ami() as server, session_with(server, ears, on_message=asks) as session:
        sessions.append(session)
        assert session.wait_until_connected(DEADLINE)
        server.say(signed("lin"))
        answers.wait_for(lambda found: found == ["Pong"])


def test_a_listener_may_stop_the_session() -> None:
    ears, stopped = Ears(), threading.Event()

    def stops(found: Message) -> None:
        if found.name == "UserEvent":
            session.stop()
            stopped.set()

    with fake_ami() as server, session_with(server, ears, on_message=stops) as session:
        assert session.wait_until_connected(DEADLINE)
        server.say(signed("lin"))
        assert stopped.wait(DEADLINE)
        ears.states.wait_for(lambda states: states == [True, False])


def test_a_listener_that_falls_far_behind_gets_a_fresh_snapshot() -> None:
    ears, busy, go_on = Ears(), threading.Event(), threading.Event()

    def slow(found: Message) -> None:
        if found.name == "UserEvent":
            busy.set()
            go_on.wait(DEADLINE)

    with fake_ami() as server, session_with(server, ears, on_message=slow, backlog=20) as session:
        assert session.wait_until_connected(DEADLINE)
        server.say(signed("lin"))
        assert busy.wait(DEADLINE)
        server.say(signed("lin") * 100)
        _wait_until_closed(server.peers.items[0])
        go_on.set()
        ears.states.wait_for(lambda states: states == [True, False, True])
        assert session.fault == "20 messages are waiting to be handed on"


def _wait_until_closed(peer: socket.socket) -> None:
    """The fake's own thread reads the end and closes its side."""
    _wait_until(lambda: peer.fileno() == -1)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.002)


# ---- answers


def test_asterisk_says_no() -> None:
    with connected(Reload=refusal("No such module")) as (session, _, _ears):
        with pytest.raises(ActionFailed) as failure:
            session.reload("nonsense")
        assert failure.value.message == "No such module"
        with pytest.raises(ActionFailed):
            session.listing("Reload")


def test_lists_are_collected_up_to_their_end() -> None:
    items = [message(Event="Item", ActionID="{id}", Number=str(i)) for i in range(500)]
    with connected(Odd=listing(*items)) as (session, _, _ears):
        assert [m.get("Number") for m in session.listing("Odd")] == [str(i) for i in range(500)]


def test_the_database() -> None:
    entry = message(Event="DBGetTreeResponse", Key="/中/k", Val="咨询|x", ActionID="{id}")
    one = message(Event="DBGetResponse", Family="中", Key="k", Val="咨询|x", ActionID="{id}")
    with connected(DBGet=listing(one)) as (session, server, _):
        server.answers = {**server.answers, "DBGetTree": listing(entry)}
        assert session.db_tree("中") == {"k": "咨询|x"}
        assert session.db_get("中", "k") == "咨询|x"
        session.db_put("中", "k", "咨询")
        assert server.actions.items[-1]["Val"] == "咨询"


def test_deleting_what_is_not_there_is_no_error_and_failing_to_delete_is() -> None:
    refused = refusal("Database entry could not be deleted")
    with connected(DBDel=refused, DBGet=refusal("Database entry not found")) as (
        session,
        server,
        _,
    ):
        session.db_del("lease", "lin")
        assert session.db_get("lease", "lin") is None
        there = listing(message(Event="DBGetResponse", Val="0|break", ActionID="{id}"))
        server.answers = {**server.answers, "DBGet": there}
        with pytest.raises(ActionFailed):
            session.db_del("lease", "lin")


def test_a_user_event_of_our_own_is_news_too() -> None:
    event = message(
        Event="UserEvent", UserEvent="Signed", ActionID="{id}", Person="lin", Until="1790003600"
    )
    for answer in (success() + event, event + success()):
        with connected(UserEvent=answer) as (session, server, ears):
            session.user_event("Signed", Person="lin", Until="1790003600")
            ears.events.wait_for(lambda events: Signed(1790000000, "lin", 1790003600) in events)
            assert server.actions.items[-1]["UserEvent"] == "Signed"


def test_the_command_line_and_variables() -> None:
    lines = "Response: Success\r\nActionID: {id}\r\nOutput: a\r\nOutput: \r\nOutput:   b\r\n\r\n"
    with connected(Command=lines, Getvar=success(Value="17")) as (session, server, _):
        assert session.command("core show uptime") == "a\n\n  b"
        assert session.getvar("EPOCH") == "17"
        assert session.getvar("X", "PJSIP/a-1") == "17"
        assert server.actions.items[-1]["Channel"] == "PJSIP/a-1"


# ---- connections


def test_a_server_that_closes_before_its_banner_and_one_that_is_no_asterisk() -> None:
    ears = Ears()
    with fake_ami() as server:
        server.banners += [SILENCE, "SSH-2.0-OpenSSH\r\n", SILENCE]
        with session_with(server, ears) as session:
            assert session.wait_until_connected(DEADLINE)
            assert len(server.peers.items) == 4
            assert ears.states.items == [True]


def test_a_wrong_secret_is_told_and_tried_again() -> None:
    ears = Ears()
    with (
        fake_ami(Login=refusal("Authentication failed")) as server,
        session_with(server, ears) as s,
    ):
        server.peers.wait_for(lambda peers: len(peers) >= 3)
        assert "Authentication failed" in s.fault
        with pytest.raises(NotConnected):
            s.action("Ping")
        assert ears.states.items == []
        server.answers = {}
        assert s.wait_until_connected(DEADLINE)


def test_a_dead_connection_is_replaced_and_begins_with_a_snapshot() -> None:
    with connected() as (session, server, ears):
        for _ in range(3):
            seen = len(ears.states.items)
            server.hang_up()
            ears.states.wait_for(lambda states, n=seen + 2: len(states) == n)  # type: ignore[misc]
        assert session.action("Ping").get("Ping") == "Pong"
        kinds = [type(event) for event in ears.events.items if not isinstance(event, Alive)]
        assert kinds == [Snapshot, Disconnected] * 3 + [Snapshot]
        assert len(server.peers.items) == 4


def test_who_waits_for_an_answer_is_told_that_the_connection_ended() -> None:
    with connected(Odd=SILENCE) as (session, server, _):
        faults: Seen[Exception] = Seen()

        def ask() -> None:
            try:
                session.action("Odd", answer_seconds=DEADLINE)
            except NotConnected as fault:
                faults.add(fault)

        thread = threading.Thread(target=ask)
        thread.start()
        server.actions.wait_for(lambda actions: actions[-1].name == "Odd")
        server.hang_up()
        faults.wait_for(lambda found: len(found) == 1)
        thread.join()


def test_no_change_counts_before_the_snapshot() -> None:
    joined = message(Event="QueueCallerJoin", Queue="city", Uniqueid="u1")
    other = message(Event="QueueCallerJoin", Queue="elsewhere", Uniqueid="u2")
    ears = Ears()
    with (
        fake_ami(Login=success() + joined, QueueStatus=other + listing()) as server,
        session_with(server, ears),
    ):
        events = ears.events.wait_for(lambda events: len(events) >= 3)
        assert isinstance(events[0], Snapshot)
        assert events[2] == CallerJoined(1790000000, "u1")
        assert not any(e == CallerJoined(1790000000, "u2") for e in events)
        asked = [a.name for a in server.actions.items]
        assert asked == ["Login", "QueueStatus", "CoreShowChannels", "DBGetTree", "DBGetTree"]


def test_a_snapshot_that_fails_is_tried_again_on_a_new_connection() -> None:
    ears = Ears()
    with (
        fake_ami(QueueStatus=refusal("Invalid/unknown command")) as server,
        session_with(server, ears) as session,
    ):
        server.peers.wait_for(lambda peers: len(peers) >= 2)
        assert ears.events.items == []
        server.answers = {}
        assert session.wait_until_connected(DEADLINE)


def test_a_lost_connection_leaves_the_picture_as_it_was() -> None:
    member = message(Event="QueueMember", Name="lin", Status="1", Penalty="0", ActionID="{id}")
    with connected(QueueStatus=listing(member)) as (session, server, ears):
        server.say(signed("lin"))
        ears.events.wait_for(lambda events: any(isinstance(e, Signed) for e in events))
        session.stop()
        live = fold_all(State(), ears.events.items).live
        assert (live.connected, live.as_of) == (False, 1790000000)
        assert set(live.members) == live.signed_in == {"lin"}


# ---- stopping


def test_stopping_is_prompt_wherever_the_session_is() -> None:
    slow = Timeouts(answer=60, silence=60, first_pause=60, longest_pause=60)
    ears = Ears()
    with fake_ami() as server:
        with session_with(server, ears, timeouts=slow) as idle:
            assert idle.wait_until_connected(DEADLINE)
            _stops_promptly(idle)
        server.answers = {"Login": SILENCE}
        with session_with(server, ears, timeouts=slow) as logging_in:
            server.actions.wait_for(lambda actions: actions[-1].name == "Login")
            _stops_promptly(logging_in)
        server.answers = {"Login": refusal("Authentication failed")}
        before = len(server.actions.items)
        with session_with(server, ears, timeouts=slow) as pausing:
            server.actions.wait_for(lambda actions: len(actions) > before)
            _stops_promptly(pausing)


def _stops_promptly(session: Session) -> None:
    began = time.monotonic()
    session.stop()
    assert time.monotonic() - began < 2
    assert not [t for t in threading.enumerate() if t.name == "ami-session"]
    with pytest.raises(NotConnected):
        session.action("Ping")
