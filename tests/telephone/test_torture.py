"""What strangers and broken machines send: nothing is injected, nothing crashes, calls go on."""

import hashlib
import random
import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deploy.log_files import shorten
from deploy.sample_city import scenario
from routing.plan import Carrier, Limits
from tests.telephone import torture
from tests.telephone.conftest import Build
from tests.telephone.exchange import (
    SHORT,
    TELECOM,
    UNICOM,
    WORKER,
    Exchange,
    counsellor,
    free_port,
    plan,
    until,
)
from tests.telephone.torture import Message

STRANGER = f"127.0.{WORKER}.66"
# A carrier of its own sends what is spoilt: the one that carries the good calls stays unspoilt.
ROOMY = Limits(**{**vars(SHORT), "calls_per_second": 5000, "waiting": 5000})
CITY = plan(ROOMY, carriers=[Carrier("unicom", "联通", UNICOM, 5070)])
GUESSES = 10_000


@contextmanager
def udp(address: str, to: int) -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as made:
        made.bind((address, free_port(socket.SOCK_DGRAM, address)))
        made.connect(("127.0.0.1", to))
        made.settimeout(5)
        yield made


def open_for_calls(x: Exchange) -> None:
    """The same Asterisk process still answers, and somebody on duty speaks."""
    assert x.process is not None
    assert x.process.poll() is None
    before = set(x.answered_by())
    assert x.call([("968908", "13900000009")], scenario.AwaitHangUp()).wait().successful == 1
    until(lambda: set(x.answered_by()) - before, what="the call is on record as answered")


def hung_up(x: Exchange) -> None:
    """Nobody is at the other end of what was sent."""
    left = ["not asked"]

    def over() -> bool:
        x.cli("channel request hangup all")
        left[0] = x.cli("core show channels concise")
        return bool(re.search(r"^0 active calls?", x.cli("core show channels count"), re.MULTILINE))

    try:
        until(over, seconds=60, what="no call is left")
    except AssertionError as error:
        raise AssertionError(f"{error}; these are left:\n{left[0]}") from error


@pytest.mark.parametrize("address", [UNICOM, STRANGER], ids=["carrier", "stranger"])
def test_the_torture_cases_of_rfc_4475(exchange: Build, address: str) -> None:
    x = exchange(CITY, (counsellor("lin"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("lin")
    with udp(address, x.instance.sip_port) as line:
        port = line.getsockname()[1]
        for number, spoil in enumerate(torture.CASES.values()):
            good = Message(address, port, f"case{number}")
            line.send(spoil(good).encode("utf-8", "surrogatepass"))
    hung_up(x)
    if address == STRANGER:
        assert x.events("ARRIVE") == []
    open_for_calls(x)


def test_a_thousand_spoilt_invites(exchange: Build) -> None:
    x = exchange(CITY, (counsellor("lin"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("lin")
    chance = random.Random(4475)
    with udp(UNICOM, x.instance.sip_port) as line:
        for number in range(1000):
            good = Message(UNICOM, line.getsockname()[1], f"spoilt{number}")
            line.send(torture.mutated(good, chance))
    hung_up(x)
    open_for_calls(x)


def injections(canary: Path) -> list[str]:
    run = f"touch {canary}"
    return [
        f"${{SHELL({run})}}",
        f"$[${{SHELL({run})}}]",
        f"),System({run})",
        "a:DBdeltree(duty)",
        "a?DBdeltree(duty):DBdeltree(duty)",
        f"13800000001)}}${{SHELL({run})}}",
        "13800000001,1,Hangup",
        "138|0000|0001",
        "1' OR '1'='1",
        "${GLOBAL(P)}${DB_DELETE(duty/1)}",
        "138\\;0001\\,2",
        "13800000001&PJSIP/lin",
        "*81",
        "+86;phone-context=x",
    ]


def test_nothing_that_a_caller_sends_is_carried_out(exchange: Build, tmp_path: Path) -> None:
    x = exchange(CITY, (counsellor("lin"),))
    canary = tmp_path / "canary"
    x.roster_of("lin")
    until(lambda: list(x.members()) == ["lin"])
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    database = x.cli("database show duty")
    expected: list[str] = []
    with udp(UNICOM, x.instance.sip_port) as line:
        port = line.getsockname()[1]
        for number, words in enumerate(injections(canary)):
            escaped = "".join(f"%{byte:02X}" for byte in words.encode())
            forged = f'"{words}" <sip:{escaped}@127.0.0.1>;reason=unconditional'
            for kind, fields in {
                "name": {"display": f'"{words}"'},
                "number": {"caller": escaped},
                "dialled": {"dialled": escaped},
                "header": {"headers": (f"Diversion: {forged}", f"History-Info: {forged}")},
                "identity": {"headers": (f"P-Asserted-Identity: {forged}", f"X-Hotline: {words}")},
            }.items():
                message = Message(UNICOM, port, f"i{number}{kind}", **fields)  # type: ignore[arg-type]
                line.send(message.text().encode())
                if kind != "dialled" or words[0] in "+*#" or words[0].isalnum():
                    expected.append(message.name)
    until(lambda: len(x.events("ARRIVE")) == len(expected), what="the calls are on record")
    hung_up(x)
    until(lambda: len(x.events("BYE")) == len(expected), what="all are over")
    assert not canary.exists()
    assert x.cli("database show duty") == database
    assert {len(fields) for fields in x.events("ARRIVE")} == {11}
    assert all(re.fullmatch(r"\d*", fields[9]) for fields in x.events("ARRIVE"))
    assert all(re.fullmatch(r"[0-9A-Za-z+]*", fields[7]) for fields in x.events("ARRIVE"))
    assert sorted(x.members()) == ["lin"]
    open_for_calls(x)


def digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def register(address: str, port: int, number: int, user: str, nonce: str = "") -> bytes:
    """A registration; with `nonce`, one that guesses a password."""
    uri = "sip:127.0.0.1"
    first = digest(f"{user}:asterisk:guess{number}")
    answer = digest(f"{first}:{nonce}:" + digest(f"REGISTER:{uri}"))
    guess = (
        f'Authorization: Digest username="{user}",realm="asterisk",nonce="{nonce}",uri="{uri}",'
        f'response="{answer}",algorithm=MD5'
    )
    lines = [
        f"REGISTER {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP {address}:{port};branch=z9hG4bKr{number}",
        f"From: <sip:{user}@127.0.0.1>;tag=r{number}",
        f"To: <sip:{user}@127.0.0.1>",
        f"Call-ID: r{number}@brute",
        f"CSeq: {number + 1} REGISTER",
        f"Contact: <sip:{user}@{address}:{port}>",
        "Max-Forwards: 70",
        *([guess] if nonce else []),
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_10000_wrong_passwords_are_refused_and_logged_and_calls_go_on(exchange: Build) -> None:
    at_home = counsellor("zhou", contact=None)
    x = exchange(CITY, (counsellor("lin"), counsellor("wang"), at_home))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("lin", "wang")
    good = [("968908", f"138{n:08}") for n in range(20)]
    calls = x.call(good, scenario.AwaitHangUp(), rate=2, limit=120)
    statuses: dict[str, int] = {}
    nonce = ""
    with udp(STRANGER, x.instance.sip_port) as line:
        port = line.getsockname()[1]
        for number in range(GUESSES):
            if number % 1000 == 0:  # a nonce lives for half a minute
                line.send(register(STRANGER, port, GUESSES + number, "zhou"))
                nonce = re.findall(r'nonce="([^"]+)"', line.recv(65536).decode())[0]
            user = "zhou" if number % 10 else f"nobody{number}"
            line.send(register(STRANGER, port, number, user, nonce))
            status = line.recv(65536).decode().split("\r\n")[0]
            statuses[status] = statuses.get(status, 0) + 1
    assert statuses == {"SIP/2.0 401 Unauthorized": GUESSES}
    assert calls.wait().successful == len(good)
    assert len(x.answered_by()) == len(good)
    assert "zhou/sip:" not in x.cli("pjsip show contacts")
    log = (Path(x.instance.log) / "security").read_text(encoding="utf-8")
    assert len(re.findall(r'"ChallengeResponseFailed".*AccountID="zhou"', log)) == GUESSES * 9 // 10
    assert STRANGER in log
    assert "guess" not in log  # what was tried is nobody's business
    open_for_calls(x)


def test_asterisk_goes_on_in_a_log_that_was_begun_anew(exchange: Build) -> None:
    x = exchange(CITY, (counsellor("lin"),))
    log = Path(x.instance.log) / "security"
    with udp(STRANGER, x.instance.sip_port) as line:
        for number in range(2):
            line.send(register(STRANGER, line.getsockname()[1], number, "zhou", "stale"))
            line.recv(65536)
            until(lambda: log.read_bytes().endswith(b"\n"))
            assert (
                b"\0" not in log.read_bytes()
            )  # as it were with a writer who goes on at the old end
            assert shorten([log], limit=10) == [log]


def test_a_stranger_gets_no_call_through(exchange: Build) -> None:
    x = exchange(CITY, (counsellor("lin"),))
    with udp(STRANGER, x.instance.sip_port) as line:
        port = line.getsockname()[1]
        for number, dialled in enumerate(["968908", "lin", "*81", "0015551234567", "110"]):
            line.send(Message(STRANGER, port, f"s{number}", dialled=dialled).text().encode())
            assert line.recv(65536).decode().split("\r\n")[0] == "SIP/2.0 401 Unauthorized"
    assert x.events("ARRIVE") == []
    assert TELECOM not in (Path(x.instance.log) / "security").read_text(encoding="utf-8")
