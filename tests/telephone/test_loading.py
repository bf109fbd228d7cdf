"""The compiled files load into a real Asterisk without a warning, and change while it runs."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from config.loading import load_hotline
from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from routing.asterisk import install
from routing.asterisk.base import AMI_USER
from routing.asterisk.compile import compile_plan
from routing.asterisk.session import Session
from routing.fold import State, fold_all
from routing.plan import Line
from tests.telephone.conftest import Build
from tests.telephone.exchange import ROOT, Exchange, counsellor, plan, until


def warnings(x: Exchange) -> list[str]:
    text = (Path(x.instance.log) / "messages").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if "WARNING[" in line or "ERROR[" in line]


def test_the_city_of_the_repository_loads_without_a_warning(exchange: Build) -> None:
    facts = load_hotline(ROOT / "config" / "hotline.toml")
    people = tuple(counsellor(f"c{n}", "licheng") for n in range(30))
    x = exchange(facts.plan, people)
    x.on_duty("c1", "c2", on_call=["c3"])
    assert warnings(x) == []


@pytest.fixture
def running(exchange: Build) -> tuple[Exchange, Session]:
    x = exchange(plan(), (counsellor("anna"), counsellor("bert")))
    session = Session(
        "127.0.0.1",
        x.instance.ami_port,
        AMI_USER,
        "secret",
        on_picture=lambda events: None,
        clock=time.time,
    )
    session.start()
    assert session.wait_until_connected(20)
    return x, session


def test_a_line_and_a_person_come_while_calls_go_on(running: tuple[Exchange, Session]) -> None:
    x, session = running
    x.phones(scenario.counsellor(ring_ms=50))
    x.on_duty("anna")
    talk = x.call([("968908", "13800000001")], stay_ms=8000)
    until(lambda: x.answered_by())
    wider = replace(x.plan, lines=(*x.plan.lines, Line("new", "新线", "22770009")))
    wanted = compile_plan(wider, (*x.people, counsellor("cora")), x.instance)
    change = install.difference(wanted, install.installed(x.instance))
    install.guard(change, frozenset({"anna"}))
    install.apply(x.instance, change, session.reload)
    until(lambda: session.getvar("PLAN") in wanted["extensions.conf"])
    install.verify(wanted, session.getvar)
    x.people = (*x.people, counsellor("cora"))
    x.on_duty("anna", "cora")
    x.call([("+8659522770009", "13800000002")]).wait()
    until(lambda: [f[7] for f in x.events("ARRIVE")] == ["city", "new"])
    assert sorted(x.answered_by().values()) == ["anna", "cora"]
    assert talk.wait().successful == 1
    session.stop()


def test_the_live_picture_follows_a_real_call(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=1500, talk_ms=3000))
    x.on_duty("anna")
    state = [State()]
    seen: list[tuple[str, str, str | None]] = []

    def take(events: list[object]) -> None:
        state[0] = fold_all(state[0], events)  # type: ignore[arg-type]
        for call in state[0].live.calls.values():
            row = (call.stage.value, call.line, call.person)
            if not seen or seen[-1] != row:
                seen.append(row)

    session = Session(
        "127.0.0.1",
        x.instance.ami_port,
        AMI_USER,
        "secret",
        on_picture=take,  # type: ignore[arg-type]
        clock=time.time,
    )
    session.start()
    assert session.wait_until_connected(20)
    x.call([("968908", "13812345678")], AwaitHangUp()).wait()
    until(lambda: state[0].live.calls == {}, what="the call has left the picture")
    assert seen[0] == ("greeting", "city", None)
    assert ("waiting", "city", "anna") in seen
    assert ("talking", "city", "anna") in seen
    until(lambda: state[0].live.members["anna"].doing.value == "ready")
    session.stop()
