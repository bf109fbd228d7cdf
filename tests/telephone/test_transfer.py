"""A caller is handed on: to a colleague or a tier, back when nobody takes the call, never lost."""

import socket

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, Press, Stay
from deploy.sample_city.sipp import Sipp
from routing.asterisk import transfer
from routing.asterisk.base import AMI_USER
from routing.plan import Limits
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, Exchange, counsellor, plan, until
from tests.telephone.house import settled
from tests.telephone.phone import Phone, Websocket
from tests.telephone.test_registering import browser, doors

CALLER = "13800000001"
PATIENT = Limits(
    **{**vars(SHORT), "on_duty_tier": 60, "on_call_tier": 90, "missed_rings": 9, "wrap_up": 60}
)
ANNA, BERT, CORA = (
    counsellor(who, port=5081 + n) for n, who in enumerate(("anna", "bert", "cora"))
)


def talks(x: Exchange, port: int) -> Sipp:
    """Whoever picks up at `port`, until the other side hangs up."""
    return x.phones(scenario.counsellor(ring_ms=50), port=port)


def taken(x: Exchange) -> list[str]:
    return [fields[3] for fields in x.events("TAKEN")]


def ask(x: Exchange, *actions: tuple[str, dict[str, str]]) -> None:
    """Over a manager connection of its own, until Asterisk says goodbye."""
    login = ("Login", {"Username": AMI_USER, "Secret": x.instance.ami_secret})
    text = "".join(
        f"Action: {name}\r\n"
        + "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        + "\r\n"
        for name, fields in (login, *actions, ("Logoff", {}))
    )
    with socket.create_connection(("127.0.0.1", x.instance.ami_port), 10) as manager:
        manager.sendall(text.encode())
        while manager.recv(65536):
            pass


def hand_on(x: Exchange, by: str, person: str = "", tier: str = "") -> None:
    """The caller who came first."""
    channels = [line.split("!")[0] for line in x.cli("core show channels concise").splitlines()]
    first = min(name for name in channels if name.startswith("PJSIP/telecom-"))
    written = [
        ("Setvar", {"Channel": first, "Variable": name, "Value": value})
        for name, value in transfer.variables(by, person, tier).items()
    ]
    there = {"Channel": first, "Context": transfer.CONTEXT, "Exten": "s", "Priority": "1"}
    ask(x, *written, ("Redirect", there))


def answered_by_anna(x: Exchange, seconds: float = 0) -> Sipp:
    """The caller talks with anna; after a second she has time to write afterwards."""
    x.on_duty("anna")
    anna = talks(x, 5081)
    x.call([("968908", CALLER)], AwaitHangUp())
    until(lambda: list(x.answered_by().values()) == ["anna"])
    settled(seconds)
    return anna


def test_a_caller_is_handed_on_to_a_colleague_who_takes_the_call(exchange: Build) -> None:
    x = exchange(plan(PATIENT), (ANNA, BERT))
    answered_by_anna(x, 1.5)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=1500), port=5082)
    hand_on(x, "anna", "bert")
    until(lambda: taken(x) == ["bert"])
    assert [f[3:6] for f in x.events("HANDED")] == [["anna", "HANDED", "bert"]]
    assert "lease/anna" in x.cli("database show lease"), "anna has time to write"
    until(lambda: len(x.events("BYE")) == 1, what="the call ends when bert hangs up")


def test_what_nobody_takes_comes_back_to_who_handed_it_on(exchange: Build) -> None:
    x = exchange(plan(PATIENT), (ANNA, BERT))
    answered_by_anna(x, 1.5)
    x.phones(scenario.silent(), port=5082)
    hand_on(x, "anna", "bert")
    until(lambda: taken(x) == ["anna"], what="it rings again though she is writing")
    assert x.events("BYE") == []


def test_what_nobody_takes_back_waits_before_those_who_came_before(exchange: Build) -> None:
    x = exchange(plan(PATIENT), (ANNA, BERT, CORA))
    anna = answered_by_anna(x)
    x.call([("968908", "13800000002")], AwaitHangUp())
    until(lambda: len(x.events("ENTERQUEUE")) == 2)
    anna.stop()
    x.phones(scenario.silent(), port=5081)
    x.phones(scenario.silent(), port=5082)
    hand_on(x, "anna", "bert")
    until(lambda: [f[5] for f in x.events("RANK")] == ["cutoff"])
    x.on_duty("cora")
    talks(x, 5083)
    until(lambda: "cora" in x.answered_by().values())
    first = x.events("ARRIVE")[0][1]
    assert x.answered_by()[first] == "cora"


def test_to_the_staff_on_call_and_where_nobody_is_to_the_head_of_the_queue(
    exchange: Build,
) -> None:
    x = exchange(plan(PATIENT), (ANNA, BERT, CORA))
    answered_by_anna(x)
    talks(x, 5082)
    talks(x, 5083)
    x.on_duty("anna", "bert", on_call=["cora"])
    hand_on(x, "anna", tier="oncall")
    until(lambda: [f[3] for f in x.events("CONNECT")] == ["anna", "cora"])
    x.on_duty("bert")
    hand_on(x, "cora", tier="oncall")
    until(lambda: [f[3] for f in x.events("CONNECT")] == ["anna", "cora", "bert"])


def test_the_crisis_key_works_on_the_way(exchange: Build) -> None:
    x = exchange(plan(PATIENT), (ANNA, BERT))
    x.on_duty("anna")
    talks(x, 5081)
    x.phones(scenario.silent(), port=5082)
    x.call([("968908", CALLER)], Stay(4000), Press("1"), AwaitHangUp())
    until(lambda: list(x.answered_by().values()) == ["anna"])
    hand_on(x, "anna", "bert")
    until(lambda: [f[5] for f in x.events("RANK")] == ["crisis"])


def test_a_browser_or_a_desk_phone_rings_the_colleague_whom_the_page_named_for_a_minute(
    exchange: Build,
) -> None:
    x = exchange(plan(PATIENT), (counsellor("anna", contact=None), BERT, CORA), phones=doors())
    bert = x.phones(scenario.counsellor(ring_ms=50, talk_ms=500), port=5082, traced=True)
    with browser(x, "anna") as web:
        assert invited(web) == 603
        x.cli(f"database put consult anna {transfer.asked('bert', 2)}")
        assert invited(web) == 603, "it is too late"
        x.cli("database put consult anna bert|9999999999")
        assert invited(web) == 200
    x.cli("database put consult cora bert|9999999999")
    x.dial("cora", "*84")
    heard = bert.folder / "messages"
    until(lambda: heard.read_text(encoding="utf-8").count("X-Colleague: 1") == 2)
    assert x.events("ARRIVE") == []


def invited(web: Phone) -> int:
    assert isinstance(web.wire, Websocket)
    return web.invite("colleague")
