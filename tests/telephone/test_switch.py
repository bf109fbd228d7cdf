"""The emergency switch, and ranks that are on record before the call."""

import time

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, HangUp, Stay
from routing.asterisk import switch
from routing.plan import Limits
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, counsellor, plan, until

CALLER = "13800000001"
DIAL = [("968908", CALLER)]
BOTH = (counsellor("anna"), counsellor("dora"))


def test_the_switch_sends_everything_to_the_on_call_staff_and_back(exchange: Build) -> None:
    x = exchange(plan(), BOTH)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
    x.on_duty("anna", on_call=["dora"])
    for tier, person in (("oncall", "dora"), (None, "anna")):
        for command in switch.commands(tier, int(time.time()) + 600):
            x.cli(command)
        x.call(DIAL, AwaitHangUp()).wait()
        assert list(x.answered_by().values())[-1] == person


def test_the_switch_ends_by_itself(exchange: Build) -> None:
    x = exchange(plan(), BOTH)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
    x.on_duty("anna", on_call=["dora"])
    for command in switch.commands("promise", int(time.time()) - 1):
        x.cli(command)
    x.call(DIAL, AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["anna"]
    assert x.events("PROMISE") == []


def test_who_is_promised_a_call_by_the_switch_and_stays_is_answered(exchange: Build) -> None:
    x = exchange(plan(), BOTH)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
    x.on_duty("anna")
    for command in switch.commands("promise", int(time.time()) + 600):
        x.cli(command)
    x.call([("968908", "13800000002")], Stay(1200), HangUp()).wait()
    until(lambda: len(x.events("BYE")) == 1)
    assert [f[5] for f in x.events("PROMISE")] == ["13800000002"]
    x.call(DIAL, AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["anna"]


def test_an_empty_tier_of_the_switch_is_no_dead_end(exchange: Build) -> None:
    x = exchange(plan(), BOTH)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
    x.on_duty("anna")
    for command in switch.commands("oncall", int(time.time()) + 600):
        x.cli(command)
    x.call(DIAL, AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["anna"]
    assert x.events("PROMISE") == []


def test_a_number_on_record_comes_with_its_rank(exchange: Build) -> None:
    x = exchange(plan(), BOTH)
    later = int(time.time()) + 600
    x.cli(f"database put crisis 13800000001 {later}")
    x.cli(f"database put cutoff 13800000002 {later}")
    x.cli(f"database put crisis 13800000003 {later - 1000}")
    for n in range(1, 4):
        x.call([("968908", f"1380000000{n}")], Stay(2500), HangUp()).wait()
    until(lambda: len(x.events("BYE")) == 3)
    assert list(dict.fromkeys(f[5] for f in x.events("RANK"))) == ["crisis", "cutoff"]


def test_whose_carrier_died_in_the_middle_of_a_call_comes_first_next_time(
    exchange: Build,
) -> None:
    x = exchange(plan(Limits(**{**vars(SHORT), "rtp_timeout": 2})), BOTH)
    x.phones(scenario.counsellor(ring_ms=50))
    x.on_duty("anna", "dora")
    call = x.call(DIAL, stay_ms=60000)
    until(lambda: x.answered_by())
    call.stop()  # no BYE, no more media
    until(lambda: len(x.events("BYE")) == 1)
    x.call(DIAL, stay_ms=3000)
    until(lambda: x.events("RANK"))
    assert [f[5] for f in x.events("RANK")] == ["cutoff"]
