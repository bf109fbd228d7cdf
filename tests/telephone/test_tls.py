"""What is encrypted: SIP over TLS with SDES, browsers' telephones over a secure websocket."""

import re
import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from config.listening import Tls as TlsFacts
from deploy.certificates import prepare
from routing.asterisk.instance import Door, Phones
from tests.telephone.conftest import Build
from tests.telephone.exchange import Exchange, counsellor, free_port, plan, until
from tests.telephone.phone import Phone, Tls, Websocket
from tests.telephone.test_registering import state

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Doors:
    phones: Phones
    trusting: ssl.SSLContext

    def tls(self) -> Tls:
        assert self.phones.tls is not None
        return Tls((HOST, self.phones.tls.port), self.trusting)

    def websocket(self) -> Websocket:
        assert self.phones.websocket is not None
        return Websocket((HOST, self.phones.websocket.port), self.trusting)


@pytest.fixture
def doors(tmp_path: Path) -> Callable[[bool], Doors]:
    """Both doors behind a local certificate, and whoever trusts its authority."""

    def build(srtp: bool) -> Doors:
        pair = prepare(TlsFacts("local"), tmp_path, (HOST,), datetime.now(UTC))
        assert pair is not None
        phones = Phones(
            websocket=Door(HOST, free_port(socket.SOCK_STREAM)),
            tls=Door(HOST, free_port(socket.SOCK_STREAM)),
            certificate=PurePosixPath(pair.certificate),
            key=PurePosixPath(pair.key),
            srtp=srtp,
            qualify=0,
        )
        authority = tmp_path / "tls" / "authority.pem"
        return Doors(phones, ssl.create_default_context(cafile=str(authority)))

    return build


def anna(exchange: Build, doors: Doors) -> Exchange:
    x = exchange(plan(), (counsellor("anna", contact=None),), phones=doors.phones)
    x.on_duty("anna")
    return x


def test_a_desk_phone_registers_over_tls_and_its_sound_is_encrypted(
    exchange: Build, doors: Callable[[bool], Doors]
) -> None:
    at = doors(True)
    x = anna(exchange, at)
    with closing(at.tls()) as wire:
        assert Phone(wire, "anna", "guessed").register() == 401
        desk = Phone(wire, "anna", "pwanna")
        assert desk.register() == 200
        until(lambda: state(x, "anna") == "Not in use")
        x.call([("968908", "13800000001")], stay_ms=5000)
        invite = desk.rung(10)
        assert re.search(r"^m=audio \d+ RTP/SAVP ", invite, re.MULTILINE)
        assert re.search(r"^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:", invite, re.MULTILINE)
    until(lambda: state(x, "anna") == "Unavailable", what="the line was cut, so nobody is there")


def test_over_tls_without_srtp_the_sound_is_plain(
    exchange: Build, doors: Callable[[bool], Doors]
) -> None:
    at = doors(False)
    x = anna(exchange, at)
    with closing(at.tls()) as wire:
        desk = Phone(wire, "anna", "pwanna")
        assert desk.register() == 200
        until(lambda: state(x, "anna") == "Not in use")
        x.call([("968908", "13800000001")], stay_ms=5000)
        assert re.search(r"^m=audio \d+ RTP/AVP ", desk.rung(10), re.MULTILINE)


def test_a_browser_registers_over_a_secure_websocket_and_no_plain_one_is_open(
    exchange: Build, doors: Callable[[bool], Doors]
) -> None:
    at = doors(False)
    x = anna(exchange, at)
    with closing(at.websocket()) as wire:
        web = Phone(wire, "anna-web", "pwanna", "anna")
        assert web.register() == 200
        until(lambda: state(x, "anna") == "Not in use")
        x.call([("968908", "13800000001")], stay_ms=5000)
        assert "RTP/SAVPF" in web.rung(10)
    assert at.phones.websocket is not None
    with pytest.raises((ConnectionError, AssertionError)):
        Websocket((HOST, at.phones.websocket.port))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
@pytest.mark.parametrize("door", ["tls", "websocket"])
def test_old_versions_of_tls_are_refused(
    exchange: Build, doors: Callable[[bool], Doors], door: str
) -> None:
    at = doors(False)
    anna(exchange, at)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    where = getattr(at.phones, door)
    with socket.create_connection((HOST, where.port), 5) as line, pytest.raises(ssl.SSLError):
        old.wrap_socket(line)
