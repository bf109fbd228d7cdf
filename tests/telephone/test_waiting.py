"""What a caller may do and hear while waiting, and what is on record of the number."""

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, HangUp, Press, Stay
from routing.plan import Limits, Wish
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, TELECOM, Exchange, counsellor, plan, until
from tests.telephone.supervisor import supervised

ANNA, BERT = "13800000001", "13800000002"
OUTSIDE = 5079
PATIENT = Limits(**{**vars(SHORT), "on_duty_tier": 60, "on_call_tier": 90, "missed_rings": 9})


def busy(exchange: Build, **more: int) -> Exchange:
    """Lin is on duty, and her telephone rings in vain at first."""
    limits = Limits(**{**vars(PATIENT), **more})
    x = exchange(plan(limits, carrier_port=OUTSIDE), (counsellor("lin", port=5081),))
    x.phones(scenario.silent(), port=5081)
    x.on_duty("lin")
    return x


def waiting(x: Exchange, uniqueid: str) -> bool:
    return uniqueid in {f[1] for f in x.events("ENTERQUEUE")}


def lin_answers(x: Exchange, talk_ms: int = 500) -> None:
    x.callers[0].stop()
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=talk_ms), port=5081)


def test_a_limited_number_comes_last_and_keeps_its_crisis_key(exchange: Build) -> None:
    x = busy(exchange)
    x.cli(f"database put limited {ANNA} 9999999999")
    x.call([("968908", ANNA)], Stay(2500), AwaitHangUp())
    until(lambda: len(x.events("ENTERQUEUE")) == 1)
    x.call([("968908", BERT)], Stay(2500), AwaitHangUp())
    until(lambda: len(x.events("ENTERQUEUE")) == 2)
    lin_answers(x)
    until(lambda: len(x.answered_by()) == 2)
    numbers = {f[1]: f[9] for f in x.events("ARRIVE")}
    assert [numbers[f[1]] for f in x.events("CONNECT")] == [BERT, ANNA]
    x.call([("968908", ANNA)], Stay(100), Press("1"), AwaitHangUp()).wait()
    assert [f[5] for f in x.events("RANK")] == ["limited", "crisis"]


def test_who_calls_again_is_put_through_to_whom_they_spoke_with(exchange: Build) -> None:
    x = exchange(plan(), tuple(counsellor(p) for p in ("lin", "chen", "wu")))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=1200))
    x.on_duty("lin", "chen", "wu")
    for _ in range(4):
        x.call([("968908", ANNA)], AwaitHangUp()).wait()
    answered = list(x.answered_by().values())
    assert answered == answered[:1] * 4


@pytest.mark.parametrize(("hold", "same"), [(15, True), (2, False)])
def test_who_calls_again_waits_for_whom_they_spoke_with_when_soon_free(
    exchange: Build, hold: int, same: bool
) -> None:
    limits = Limits(**{**vars(PATIENT), "wrap_up": 6, "needs_hold": hold})
    x = exchange(plan(limits), tuple(counsellor(p) for p in ("lin", "chen", "wu")))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=1500))
    x.on_duty("lin", "chen", "wu")
    for _ in range(2):
        x.call([("968908", ANNA)], AwaitHangUp()).wait()
    first, second = x.answered_by().values()
    assert (first == second) == same


def test_a_call_back_by_wish_keeps_its_place_and_is_made_when_the_turn_comes(
    exchange: Build,
) -> None:
    x = busy(exchange)
    x.call([("968908", ANNA)], Stay(2500), Press("9"), Stay(1500), HangUp()).wait()
    assert [f[5:7] for f in x.events("PROMISE")] == [[ANNA, "wish"]]
    (own,) = until(lambda: [f for f in x.events("ARRIVE") if f[6] == "callback"])
    assert own[8] == ANNA
    until(lambda: waiting(x, own[1]), what="it waits for the caller who left")
    x.call([("968908", BERT)], AwaitHangUp())
    until(lambda: waiting(x, x.events("ARRIVE")[-1][1]))
    x.phones(scenario.counsellor(ring_ms=50), port=OUTSIDE, address=TELECOM)
    lin_answers(x, talk_ms=3000)
    until(lambda: len(x.answered_by()) == 2)
    assert x.events("CONNECT")[0][1] == own[1]
    assert [(f[1], f[5]) for f in x.events("REACHED")] == [(own[1], ANNA)]


def test_who_calls_again_takes_the_place_back(exchange: Build) -> None:
    x = busy(exchange)
    x.call([("968908", ANNA)], Stay(2500), Press("9"), Stay(1500), HangUp()).wait()
    until(lambda: len(x.events("ARRIVE")) == 2)
    x.call([("968908", BERT)], AwaitHangUp())
    until(lambda: waiting(x, x.events("ARRIVE")[-1][1]))
    x.call([("968908", ANNA)], AwaitHangUp())
    until(lambda: len(x.events("BYE")) == 2, what="nobody waits twice")
    until(lambda: len(x.events("ARRIVE")) == 4 and waiting(x, x.events("ARRIVE")[-1][1]))
    lin_answers(x)
    until(lambda: len(x.answered_by()) == 2)
    numbers = {f[1]: f[9] for f in x.events("ARRIVE")}
    assert [numbers[f[1]] for f in x.events("CONNECT")] == [ANNA, BERT]
    assert x.events("REACHED") == []


def test_a_caller_is_told_the_place_and_chooses_what_to_hear(exchange: Build) -> None:
    x = busy(exchange)
    x.watch()
    x.call([("968908", ANNA)], stay_ms=30000)
    until(lambda: len(x.events("ENTERQUEUE")) == 1)
    until(lambda: "SERVING=1" in x.cli("dialplan show globals"))
    keys = (Stay(3500), Press("3"), Stay(1500), Press("0"), Stay(2000), HangUp())
    x.call([("968908", BERT)], *keys).wait()
    until(lambda: len(x.events("BYE")) == 1)
    heard = [name for name in x.heard() if name.startswith(("place", "minutes"))]
    assert heard == ["place-1", "minutes-2"] * 2
    assert len(x.events("EXITWITHKEY")) == 2
    assert "Started music on hold, class 'relax'" in x.witness()


def test_a_wanted_language_is_asked_for_by_a_key(exchange: Build) -> None:
    people = (counsellor("lin"), counsellor("chen", qualifications=frozenset({"minnan"})))
    x = exchange(plan(PATIENT, wishes=(Wish("2", "minnan"),)), people)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("lin", "chen")
    for n in range(4):
        x.call([("968908", f"1390000000{n}")], Stay(150), Press("2"), AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["chen"] * 4


def test_what_a_waiting_caller_wishes_for_by_a_key_is_in_the_live_picture(
    exchange: Build,
) -> None:
    x = exchange(plan(PATIENT, wishes=(Wish("2", "minnan"),)), (counsellor("lin"),))
    x.phones(scenario.silent())
    x.on_duty("lin")
    with supervised(x) as (picture, _):
        x.call([("968908", ANNA)], Stay(150), Press("2"), AwaitHangUp())
        x.call([("968908", BERT)], AwaitHangUp())
        until(lambda: len(picture.live().waiting()) == 2)
        seen = {call.caller: call.needs for call in picture.live().waiting()}
        assert seen == {ANNA: "minnan", BERT: ""}


def test_above_its_load_callers_hear_so_and_are_called_back_or_refused(exchange: Build) -> None:
    x = busy(exchange, waiting=1, messages=1)
    x.call([("968908", ANNA)], Stay(2500), AwaitHangUp())
    until(lambda: len(x.events("ENTERQUEUE")) == 1)
    told = x.call([("968908", BERT)], Stay(6000), HangUp())
    until(lambda: x.events("PROMISE"))
    refused = x.call([("968908", "13800000003")], Stay(500), HangUp())
    assert refused.wait().failed == 1
    assert [f[5:7] for f in x.events("PROMISE")] == [[BERT, "overload"]]
    assert [f[5] for f in x.events("REFUSE")] == ["overload"]
    told.wait()
    x.call([("968908", "13800000004")], Stay(300), Press("1"), Stay(2500), AwaitHangUp())
    until(lambda: len(x.events("ENTERQUEUE")) == 2, what="the crisis key works all the same")
    lin_answers(x)
    until(lambda: len(x.answered_by()) == 2)
    numbers = {f[1]: f[9] for f in x.events("ARRIVE")}
    assert [numbers[f[1]] for f in x.events("CONNECT")] == ["13800000004", ANNA]


def test_after_a_call_with_somebody_in_danger_a_counsellor_recovers(exchange: Build) -> None:
    x = exchange(plan(Limits(**{**vars(SHORT), "recovery": 4})), (counsellor("lin"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=2500))
    x.on_duty("lin")
    x.call([("968908", ANNA)], Stay(100), Press("1"), AwaitHangUp()).wait()
    until(lambda: "(paused:recovery" in x.members()["lin"])
    until(lambda: "paused" not in x.members()["lin"], what="it ends by itself")
    call = x.call([("968908", BERT)], AwaitHangUp())
    until(lambda: len(x.answered_by()) == 2)
    x.cli(f"database put crisis {BERT} 9999999999")  # as the desk's key does
    call.wait()
    until(lambda: "(paused:recovery" in x.members()["lin"])
