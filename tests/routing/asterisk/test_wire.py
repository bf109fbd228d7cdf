"""One test for each way in which asterisk-ami fails by itself."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from routing.asterisk.session import (
    ActionFailed,
    ActionTimeout,
    UnsafeValue,
)
from routing.events import Alive, Signed
from tests.routing.asterisk.ears import QUICK, Ears, connected, session_with, signed
from tests.routing.asterisk.fake_ami import (
    DEADLINE,
    SILENCE,
    Seen,
    fake_ami,
    message,
    success,
)

# ---- time-outs of the library


def test_a_silence_longer_than_the_timeout_is_broken_by_pings() -> None:
    ears = Ears()
    with (
        fake_ami() as server,
        session_with(server, ears, timeouts=replace(QUICK, silence=0.2)) as s,
    ):
        server.actions.wait_for(lambda a: [x.name for x in a].count("Ping") >= 4)
        assert s.action("Ping").get("Ping") == "Pong"
        ears.events.wait_for(lambda events: Alive(1790000000) in events)
        assert ears.states.items == [True]
        assert len(server.peers.items) == 1


def test_a_peer_that_stays_silent_is_left_and_found_again() -> None:
    ears, quiet = Ears(), replace(QUICK, silence=0.2)
    with fake_ami(Ping=SILENCE) as server, session_with(server, ears, timeouts=quiet) as session:
        ears.states.wait_for(lambda states: states[:3] == [True, False, True])
        assert session.fault == "nothing was heard for 0.2 s"
        assert len(server.peers.items) >= 2


def test_an_unanswered_action_is_a_typed_error_and_leaves_nothing_behind() -> None:
    with connected(Odd=SILENCE) as (session, server, _):
        with pytest.raises(ActionTimeout, match=r"Odd: no answer within 0\.05 s"):
            session.action("Odd", answer_seconds=0.05)
        late = server.actions.items[-1]["ActionID"]
        server.say(message(Response="Success", ActionID=late))
        assert session.action("Ping").get("Ping") == "Pong"
        assert session.unanswered == 0


def test_a_list_that_does_not_end_is_a_timeout() -> None:
    with connected(Odd=success(EventList="start")) as (session, _, _ears):
        with pytest.raises(ActionTimeout):
            session.listing("Odd", answer_seconds=0.05)
        assert session.unanswered == 0


# ---- parsing, over the wire


def test_values_arrive_whole() -> None:
    head = "Response: Success\r\nActionID: {id}\r\n"
    text = head + "Name: 张\u2028三\u0085\r\nKey:v\r\nOutput: 1\r\nOutput: 2\r\n\r\n"
    with connected(Odd=text) as (session, _, _ears):
        answer = session.action("Odd")
    assert answer.get("Name") == "张\u2028三\u0085"
    assert answer.get("Key") == "v"
    assert answer.all("Output") == ["1", "2"]


def test_a_long_answer_and_one_byte_at_a_time() -> None:
    long = "".join(f"Output: line {i} {'咨' * 30}\r\n" for i in range(20_000))
    with connected(Odd=f"Response: Success\r\nActionID: {{id}}\r\n{long}\r\n") as (
        session,
        server,
        ears,
    ):
        assert len(session.action("Odd").all("Output")) == 20_000
        for byte in signed("lin").encode():
            server.peers.items[-1].sendall(bytes([byte]))
        ears.events.wait_for(lambda events: Signed(1790000000, "lin", 1790003600) in events)


# ---- sending


@pytest.mark.parametrize("bad", ["x\r\n\r\nAction: Command\r\nCommand: core stop now", "a\nb"])
def test_a_value_cannot_bring_in_a_second_action(bad: str) -> None:
    with connected() as (session, server, _):
        before = len(server.actions.items)
        for call in (
            lambda: session.db_put("lease", "lin", bad),
            lambda: session.action(bad),
            lambda: session.action("Originate", {"X": bad}),
            lambda: session.action("Originate", {bad: "x"}),
        ):
            with pytest.raises(UnsafeValue):
                call()
        session.action("Ping")
        assert [action.name for action in server.actions.items[before:]] == ["Ping"]
        assert session.unanswered == 0


def test_actions_of_many_threads_arrive_whole_and_each_gets_its_own_answer() -> None:
    with connected(Big=success(Message="{id}")) as (session, server, _):
        wire = session._open
        assert wire
        # No action fits into so small a buffer: each is sent in many pieces.
        wire._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)

        def send(number: int) -> None:
            variables = {f"V{i}": f"{number}-" + "咨" * 300 for i in range(100)}
            answer = session.action("Big", variables, Number=str(number))
            assert answer.get("Message") == answer.get("ActionID")
            done.add(number)

        done: Seen[int] = Seen()
        threads = [threading.Thread(target=send, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        done.wait_for(lambda numbers: sorted(numbers) == list(range(16)))
        for thread in threads:
            thread.join()
        big = [action for action in server.actions.items if action.name == "Big"]
        assert len({action["ActionID"] for action in big}) == 16
        for action in big:
            assert [v for k, v in action.headers if k == "Variable"] == [
                f"V{i}={action['Number']}-" + "咨" * 300 for i in range(100)
            ]


def test_action_ids_differ_between_sessions_and_connections() -> None:
    ears = Ears()
    with fake_ami() as server:
        for _ in range(2):
            with session_with(server, ears) as session:
                assert session.wait_until_connected(DEADLINE)
        ids = [action["ActionID"] for action in server.actions.items]
    assert len(ids) == len(set(ids)) == 10
    assert all(len(key) == 32 for key in ids)


def test_another_sessions_originate_response_is_not_ours() -> None:
    with connected(Originate=success()) as (session, server, _):
        results: Seen[str] = Seen()
        call = threading.Thread(
            target=lambda: results.add(session.originate("Local/lin@leg/n").get("Uniqueid"))
        )
        call.start()
        sent = server.actions.wait_for(lambda actions: actions[-1].name == "Originate")[-1]
        for key, uniqueid in (("0", "theirs"), ("1", "theirs"), (sent["ActionID"], "ours")):
            event = {"Response": "Success", "ActionID": key, "Uniqueid": uniqueid}
            server.say(message(Event="OriginateResponse", **event))
        results.wait_for(lambda found: found == ["ours"])
        call.join()


def test_an_originated_call_that_fails_is_an_error() -> None:
    answer = success() + message(
        Event="OriginateResponse", ActionID="{id}", Response="Failure", Reason="3"
    )
    with (
        connected(Originate=answer) as (session, _, _ears),
        pytest.raises(ActionFailed, match="reason 3"),
    ):
        session.originate("Local/lin@leg/n")
