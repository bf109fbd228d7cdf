"""The crisis key, in every state in which a caller can be: it puts the caller before all others."""

from collections.abc import Callable

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, Press, Stay
from routing.plan import Limits, Line, Plan
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, Exchange, counsellor, plan, until

CALLER = "13800000001"
SITE_LINE = Line("old", "老热线", "22770001", site="second")
Prepare = Callable[[Exchange], None]


def nothing(_x: Exchange) -> None:
    """Everything is as usual."""


def somebody_waits(x: Exchange) -> None:
    x.call([("968908", "13800000009")], AwaitHangUp())
    until(lambda: x.events("ENTERQUEUE"))


def all_gone(x: Exchange) -> None:
    x.roster_of()
    until(lambda: x.members() == {}, what="nobody is on duty")


# State -> what is prepared, the number dialled, the caller's number, what the caller does first.
STATES: dict[str, tuple[Prepare, str, str, tuple[scenario.Step, ...]]] = {
    "greeting": (nothing, "968908", CALLER, (Stay(100),)),
    "queue, music": (nothing, "968908", CALLER, (Stay(2500),)),
    "queue, relaxation": (nothing, "968908", CALLER, (Stay(1500), Press("3"), Stay(1500))),
    "place": (somebody_waits, "968908", CALLER, (Stay(550),)),
    "ringing at the own site": (nothing, "22770001", CALLER, (Stay(1500),)),
    "promise": (all_gone, "968908", CALLER, (Stay(1000),)),
    "after the promise": (all_gone, "968908", CALLER, (Stay(6000),)),
    "call-back by wish": (nothing, "968908", CALLER, (Stay(2000), Press("9"), Stay(1500))),
    "asked for a number": (all_gone, "968908", "anonymous", (Stay(2000),)),
}
NEVER_IN_TIME = Limits(
    **{**vars(SHORT), "on_duty_tier": 60, "on_call_tier": 90, "missed_rings": 99, "ring": 3}
)


def city() -> Plan:
    return plan(NEVER_IN_TIME, [SITE_LINE])


@pytest.mark.parametrize("state", STATES)
def test_the_crisis_key_works_in_every_state(exchange: Build, state: str) -> None:
    prepare, dialled, number, steps = STATES[state]
    x = exchange(city(), (counsellor("anna", "second", port=5081),))
    x.phones(scenario.silent(), port=5081)
    x.on_duty("anna")
    prepare(x)
    others = len(x.events("RANK"))
    x.call([(dialled, number)], *steps, Press("1"), AwaitHangUp())
    until(lambda: "crisis" in [f[5] for f in x.events("RANK")[others:]], what="the key is heard")
    x.callers[0].stop()
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300), port=5081)
    x.on_duty("anna")
    until(lambda: x.answered_by(), seconds=90, what="somebody speaks with the caller")
    arrivals = {f[1]: f[9] for f in x.events("ARRIVE")}
    first = next(iter(x.answered_by()))
    assert arrivals[first] == ("" if number == "anonymous" else number)
