"""Tiers, keys, legs: every path ends in a human or in a promise that is on record."""

import time

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, HangUp, Press, Stay
from routing.plan import Limits, Line
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, TELECOM, counsellor, plan, until

CALLER = "13800000001"
MOBILES = 5079  # where the carrier takes our outgoing calls
DIAL = [("968908", CALLER)]


def limits(**more: int) -> Limits:
    return Limits(**{**vars(SHORT), **more})


def test_after_the_on_duty_tier_the_on_call_staff_ring_as_well(exchange: Build) -> None:
    people = (counsellor("anna", port=5081), counsellor("dora"))
    x = exchange(plan(limits(missed_rings=9, on_call_tier=40)), people)
    x.phones(scenario.silent(), port=5081)
    x.phones(scenario.counsellor())
    x.on_duty("anna", on_call=["dora"])
    x.call(DIAL, stay_ms=35000)
    until(lambda: x.answered_by())
    assert list(x.answered_by().values()) == ["dora"]
    arrived, answered = int(x.events("ARRIVE")[0][0]), int(x.events("CONNECT")[0][0])
    assert answered - arrived >= SHORT.on_duty_tier
    assert {f[3] for f in x.events("RINGNOANSWER")} == {"anna"}


@pytest.mark.parametrize("absent", ["paused", "nobody"])
def test_a_tier_in_which_nobody_is_there_is_skipped_at_once(exchange: Build, absent: str) -> None:
    x = exchange(
        plan(limits(on_duty_tier=40, on_call_tier=80)), (counsellor("anna"), counsellor("dora"))
    )
    x.phones(scenario.counsellor())
    x.on_duty(*(["anna"] if absent == "paused" else []), on_call=["dora"])
    if absent == "paused":
        x.cli("database put lease anna 0|break")
        until(lambda: "(paused:break" in x.members()["anna"])
    x.call(DIAL, stay_ms=8000)
    until(lambda: x.answered_by())
    assert list(x.answered_by().values()) == ["dora"]
    assert int(x.events("CONNECT")[0][0]) - int(x.events("ARRIVE")[0][0]) < 10


def test_somebody_who_writes_counts_as_somebody(exchange: Build) -> None:
    x = exchange(
        plan(limits(wrap_up=5, on_duty_tier=40, on_call_tier=80)),
        (counsellor("anna"), counsellor("dora")),
    )
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=2500))
    x.on_duty("anna", on_call=["dora"])
    x.call(DIAL, AwaitHangUp()).wait()
    until(lambda: "/lease/anna" in x.cli("database show lease"))
    x.call([("968908", "13800000002")], AwaitHangUp()).wait()
    assert [f[3] for f in x.events("CONNECT")] == ["anna", "anna"]


def test_with_nobody_at_all_a_call_back_is_promised_and_waiting_goes_on(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    x.phones(scenario.counsellor())
    call = x.call(DIAL, stay_ms=25000)
    (promise,) = until(lambda: x.events("PROMISE"))
    assert promise[5:7] == [CALLER, "nobody"]
    assert int(promise[7]) - int(promise[0]) == SHORT.call_back_minutes * 60
    x.on_duty("anna")
    until(lambda: x.answered_by(), what="who stayed on the line is answered after all")
    assert call.wait().successful == 1
    assert len(x.events("PROMISE")) == 1


def test_a_hidden_caller_keys_a_number_in(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    steps = (Stay(3000), Press("13900139000#"), Stay(3000), HangUp())
    assert x.call([("968908", "anonymous")], *steps).wait().successful == 1
    assert [f[5:7] for f in x.events("PROMISE")] == [["13900139000", "nobody"]]
    assert x.events("ARRIVE")[0][9] == ""


def test_the_crisis_key_alone_is_heard_while_a_number_that_begins_with_it_is_keyed_in(
    exchange: Build,
) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    keys = (Press("1"), Stay(2500), Press("3900139000#"))
    slow = x.call([("968908", "anonymous")], Stay(3000), *keys, Stay(3000), HangUp())
    danger = x.call([("968908", "anonymous")], Stay(3000), Press("1"), AwaitHangUp())
    (rank,) = until(lambda: x.events("RANK"))
    assert slow.wait().successful == 1
    assert [f[5:7] for f in x.events("PROMISE")] == [["13900139000", "nobody"]]
    arrived = {f[1]: int(f[0]) for f in x.events("ARRIVE")}
    assert int(rank[0]) - arrived[rank[1]] < 3 + 8, "it need not wait as long as another key"
    danger.stop()


def test_a_hidden_caller_without_a_number_goes_on_waiting(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    x.phones(scenario.counsellor())
    x.watch()
    x.call([("968908", "anonymous")], stay_ms=40000)
    until(lambda: "WaitExten(" in x.witness(), seconds=60, what="the caller waits again")
    assert x.events("PROMISE") == []
    x.on_duty("anna")
    until(lambda: list(x.answered_by().values()) == ["anna"])


def test_the_crisis_key_in_the_greeting_and_while_waiting(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna", port=5081),))
    x.phones(scenario.silent(), port=5081)
    x.on_duty("anna")
    greeted = x.call(DIAL, Stay(150), Press("1"), Stay(1000), HangUp())
    assert greeted.wait().successful == 1
    assert [f[5] for f in x.events("RANK")] == ["crisis"]
    waited = x.call(DIAL, Stay(3000), Press("1"), Stay(1500), HangUp())
    assert waited.wait().successful == 1
    assert [f[5] for f in x.events("RANK")] == ["crisis", "crisis"]
    assert len(x.events("EXITWITHKEY")) == 1


def test_missed_rings_pause_a_counsellor_visibly_for_a_while(exchange: Build) -> None:
    x = exchange(plan(limits(on_duty_tier=60, on_call_tier=90)), (counsellor("anna", port=5081),))
    x.phones(scenario.silent(), port=5081)
    x.on_duty("anna")
    x.call(DIAL, stay_ms=30000)
    until(lambda: "(paused:missed" in x.members()["anna"], what="paused after two missed rings")
    assert len(x.events("RINGNOANSWER")) >= SHORT.missed_rings - 1
    until(lambda: "paused" not in x.members()["anna"], what="the pause ends by itself")


def test_a_forwarded_leg_counts_only_when_it_is_confirmed_by_a_key(exchange: Build) -> None:
    people = (counsellor("anna", device="mobile", mobile="13911112222", contact=None),)
    x = exchange(plan(limits(missed_rings=9), carrier_port=MOBILES), people)
    voicemail = x.phones(scenario.counsellor(ring_ms=50), port=MOBILES, address=TELECOM)
    x.on_duty("anna")
    x.call(DIAL, stay_ms=9000)
    until(lambda: x.events("RINGNOANSWER"), what="the voicemail box is no answer")
    assert x.answered_by() == {}
    voicemail.stop()
    until(lambda: len(x.events("BYE")) == 1)
    x.phones(scenario.counsellor(ring_ms=50, press="1"), port=MOBILES, address=TELECOM)
    x.call([("968908", "13800000002")], stay_ms=8000)
    until(lambda: list(x.answered_by().values()) == ["anna"])


def test_who_was_picked_up_for_a_caller_who_has_gone_can_be_rung_again(exchange: Build) -> None:
    people = (counsellor("anna", device="mobile", mobile="13911112222", contact=None),)
    x = exchange(plan(limits(confirm=6), carrier_port=MOBILES), people)
    x.phones(scenario.counsellor(ring_ms=50), port=MOBILES, address=TELECOM)
    x.on_duty("anna")
    x.call(DIAL, stay_ms=2500).wait()  # hangs up while she is asked to confirm
    until(lambda: len(x.events("BYE")) == 1)
    until(lambda: "(Not in use)" in x.members()["anna"], what="she is free again")


def test_a_counsellor_calls_out_as_the_hotline_and_it_is_a_kind_of_its_own(exchange: Build) -> None:
    x = exchange(plan(carrier_port=MOBILES), (counsellor("anna"),))
    outside = x.phones(scenario.counsellor(talk_ms=500), port=MOBILES, address=TELECOM)
    outside.stop()
    outside.more = ("-trace_msg", "-message_file", "messages")
    outside.start()
    x.cli("database put known 13912345678 1")
    x.dial("anna", "13912345678")
    until(lambda: len(x.events("BYE")) == 1)
    (arrival,) = x.events("ARRIVE")
    assert arrival[6:9] == ["outgoing", "city", "13912345678"]
    assert [f[3] for f in x.events("SITECONNECT")] == ["anna"]
    invite = (outside.folder / "messages").read_text(encoding="utf-8")
    assert "From: <sip:968908@" in invite or 'From: "968908" <sip:968908@' in invite
    assert "anna" not in invite


def test_the_own_site_rings_first_only_when_nobody_waits(exchange: Build) -> None:
    lines = (Line("old", "老热线", "22770001", site="second"),)
    people = (*(counsellor(f"a{n}") for n in range(5)), counsellor("zoe", "second"))
    x = exchange(plan(lines=lines), people)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty(*[p.id for p in people])
    for n in range(4):
        x.call([("22770001", f"1380000000{n}")], AwaitHangUp()).wait()
    assert [f[3] for f in x.events("SITECONNECT")] == ["zoe"] * 4
    x.on_duty("zoe")
    x.call([("968908", f"139{n:08}") for n in range(4)], AwaitHangUp(), rate=20)
    until(lambda: "W:" in x.cli("queue show") and len(x.events("ENTERQUEUE")) == 4)
    x.call([("22770001", "13800000009")], AwaitHangUp()).wait()
    assert len(x.events("SITECONNECT")) == 4
    served = [f[1] for f in x.events("CONNECT")]
    assert served[-1] == x.events("ARRIVE")[-1][1]


def test_a_needed_qualification_holds_a_caller_up_only_for_a_bounded_time(exchange: Build) -> None:
    lines = (Line("youth", "青少年热线", "22770002", needs="minors"),)
    people = (counsellor("anna"), counsellor("yuki", qualifications=frozenset({"minors"})))
    x = exchange(plan(limits(needs_hold=6), lines=lines), people)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
    x.on_duty("anna", "yuki")
    for n in range(3):
        x.call([("22770002", f"1380000000{n}")], AwaitHangUp()).wait()
    assert [f[3] for f in x.events("CONNECT")] == ["yuki"] * 3
    x.on_duty("anna")
    began = time.time()
    x.call([("22770002", CALLER)], AwaitHangUp()).wait()
    assert x.events("CONNECT")[-1][3] == "anna"
    assert time.time() - began > 5
