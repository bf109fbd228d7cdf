"""Desk phones and browsers register with their secret, and are rung: whatever is there."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from routing.asterisk.instance import Door, Phones
from tests.telephone.conftest import Build
from tests.telephone.exchange import PHONES, Exchange, counsellor, free_port, plan, until
from tests.telephone.phone import Phone, Udp, Websocket

DIAL = [("968908", "13800000001")]


def doors(qualify: int = 0) -> Phones:
    return Phones(Door("127.0.0.1", free_port(socket.SOCK_STREAM)), qualify=qualify)


def security(x: Exchange) -> str:
    return (Path(x.instance.log) / "security").read_text(encoding="utf-8")


def said(x: Exchange) -> str:
    return (Path(x.instance.log) / "messages").read_text(encoding="utf-8")


def state(x: Exchange, person: str) -> str:
    """The queue's word for the telephone of somebody on duty."""
    found = re.search(r"\(dynamic\).*?\((?!paused)([^)]*)\) has taken", x.members()[person])
    assert found, x.members()
    return found[1]


@contextmanager
def browser(x: Exchange, person: str, secret: str | None = None) -> Iterator[Phone]:
    """What a browser's telephone says, without its sound."""
    door = x.instance.phones.websocket
    assert door is not None
    with closing(Websocket((door.address, door.port))) as wire:
        yield Phone(wire, f"{person}-web", secret or f"pw{person}", person)


def test_a_desk_phone_registers_with_its_secret_and_is_rung(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors())
    x.on_duty("anna")
    assert state(x, "anna") == "Unavailable"
    x.register("anna", port=5080)
    until(lambda: state(x, "anna") == "Not in use")
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.call(DIAL, AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["anna"]


def test_a_guessed_password_is_refused_and_logged_on_every_wire(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors())
    x.on_duty("anna")
    with browser(x, "anna", "guessed") as web:
        assert web.register() == 401
    with closing(Udp(PHONES, ("127.0.0.1", x.instance.sip_port))) as wire:
        assert Phone(wire, "anna", "guessed").register() == 401
        assert Phone(wire, "nobody", "guessed").register() == 401
    failed = re.findall(r'"ChallengeResponseFailed".*?AccountID="([\w-]+)"', security(x))
    assert sorted(failed) == ["anna", "anna-web"]
    until(lambda: re.search(r"'<sip:nobody@.*' failed for '127.*No matching endpoint", said(x)))
    assert "guessed" not in security(x) + said(x)
    assert state(x, "anna") == "Unavailable"


def test_a_browser_registers_over_a_websocket_and_is_rung(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors())
    x.on_duty("anna")
    with browser(x, "anna") as web:
        assert web.register() == 200
        until(lambda: state(x, "anna") == "Not in use")
        x.call(DIAL, stay_ms=8000)
        invite = web.rung(10)
        assert "UDP/TLS/RTP/SAVPF" in invite
        web.pick_up(invite)
        until(lambda: list(x.answered_by().values()) == ["anna"])
    until(lambda: state(x, "anna") != "Not in use")


def test_a_browser_that_is_closed_is_not_rung_any_more(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors())
    x.on_duty("anna")
    with browser(x, "anna") as web:
        assert web.register() == 200
        until(lambda: state(x, "anna") == "Not in use")
    until(lambda: state(x, "anna") == "Unavailable")


def test_a_desk_phone_that_vanishes_is_not_rung_any_more(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors(qualify=1))
    x.on_duty("anna")
    with closing(Udp(PHONES, ("127.0.0.1", x.instance.sip_port))) as wire:
        desk = Phone(wire, "anna", "pwanna")
        assert desk.register() == 200
        desk.hears("OPTIONS", 10)
        until(lambda: state(x, "anna") == "Not in use")
    until(lambda: state(x, "anna") == "Unavailable")


def test_both_ring_and_who_talks_on_one_is_not_rung_on_the_other(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors())
    x.register("anna", port=5080)
    x.on_duty("anna")
    with browser(x, "anna") as web:
        assert web.register() == 200
        x.phones(scenario.counsellor(ring_ms=1000, talk_ms=6000))
        x.call(DIAL, AwaitHangUp())
        web.rung(10)
        assert "completed elsewhere" in web.hears("CANCEL", 10)
        until(lambda: list(x.answered_by().values()) == ["anna"])
        x.call([("968908", "13800000002")], stay_ms=12000)
        until(lambda: len(x.events("ARRIVE")) == 2)
        with pytest.raises(TimeoutError):
            web.rung(3)  # the desk phone talks for six seconds
        web.pick_up(web.rung(10))
        until(lambda: list(x.answered_by().values()) == ["anna", "anna"])
        x.call([("968908", "13800000003")], stay_ms=12000)
        until(lambda: len(x.events("ARRIVE")) == 3)
        with pytest.raises(TimeoutError):
            web.rung(2)
        assert state(x, "anna") in ("in call", "Busy", "In use")


def test_who_is_on_duty_without_a_telephone_delays_nobody(exchange: Build) -> None:
    people = (counsellor("anna", contact=None), counsellor("bert", port=5081))
    x = exchange(plan(), people, phones=doors())
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300), port=5081)
    x.on_duty("anna", on_call=["bert"])
    x.call(DIAL, AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["bert"]
    assert int(x.events("CONNECT")[0][0]) - int(x.events("ARRIVE")[0][0]) < 5
    assert x.events("RINGNOANSWER") == []


def test_a_fixed_contact_is_nobody_else_s_to_register(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"), counsellor("bert", secret="")), phones=doors())
    with closing(Udp(PHONES, ("127.0.0.1", x.instance.sip_port))) as wire:
        assert Phone(wire, "anna", "pwanna").register() == 403
        assert Phone(wire, "bert", "unset").register() == 401
        assert Phone(wire, "bert", "").register() == 401


def test_a_browser_dials_nothing_but_its_own_headset(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors())
    with browser(x, "anna") as web:
        for dialled in ("110", "968908", "*81", "0088216123456", "lin"):
            assert web.invite(dialled) == 404
        assert web.invite("headset") == 200
    with browser(x, "anna", "guessed") as web:
        assert web.invite("headset") == 401
    assert x.events("ARRIVE") == []
    until(lambda: "to extension '0088216123456' rejected" in said(x))


@pytest.mark.parametrize(
    "path", ["/", "/static/index.html", "/httpstatus", "/ari/channels", "/rawman"]
)
def test_nothing_else_is_served_where_browsers_register(exchange: Build, path: str) -> None:
    x = exchange(plan(), (), phones=doors())
    door = x.instance.phones.websocket
    assert door is not None
    with closing(socket.create_connection((door.address, door.port), 5)) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert b" 404 " in line.recv(4096).split(b"\r\n")[0]
