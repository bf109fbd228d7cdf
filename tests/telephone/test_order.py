"""One queue, one order: rank, then the instant of the first INVITE. No control plane is running."""

import random

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, Press, Stay
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, Exchange, counsellor, plan, until
from tests.telephone.manager import Message, Witness

ARRIVALS = 60
EVENTS = (
    "QueueMemberStatus",
    "QueueCallerJoin",
    "QueueCallerLeave",
    "AgentCalled",
    "AgentConnect",
    "AgentRingNoAnswer",
)


def passed_over(events: list[Message]) -> list[str]:
    """Every time a member was taken although callers with more right needed all who were free.

    app_queue wakes each caller once a second (its RECHECK). So when three are free, the first three
    callers may be rung in any order within that second, and who has joined within it may not have
    been seen yet. A member counts as free until its telephone says that it rings, some
    milliseconds after it was taken. What must never happen is that somebody with more right is
    left without a member.
    """
    right: dict[str, tuple[bool, int]] = {}  # crisis first, then channels count up on INVITE
    joined: dict[str, float] = {}
    rung: set[str] = set()
    free: set[str] = set()
    faults: list[str] = []
    for event in events:
        name, call, at = event["Event"], event.get("Uniqueid", ""), float(event["Timestamp"])
        if name == "QueueMemberStatus":
            (free.add if event["Status"] == "1" else free.discard)(event["MemberName"])
        elif name == "QueueCallerJoin":
            rank = event["AccountCode"].split(";")[1]
            right[call], joined[call] = (rank == "crisis", -int(call.split(".")[1])), at
        elif name in ("QueueCallerLeave", "AgentConnect"):
            joined.pop(call, None)
            rung.discard(call)
        elif name == "AgentRingNoAnswer":
            rung.discard(call)
        elif name == "AgentCalled":
            rung.add(call)
            ahead = [
                other
                for other, since in joined.items()
                if other not in rung and right[other] > right[call] and at - since > 1
            ]
            others = free - {event["MemberName"]}
            if len(ahead) > len(others):
                faults.append(f"{call} got {event['MemberName']} before {ahead}, free: {others}")
    return faults


def crowd(x: Exchange, seed: int) -> None:
    """Sixty callers at random moments; some press the crisis key, some hang up early."""
    chance = random.Random(seed)
    people = [f"139{n:08}" for n in range(ARRIVALS)]
    kinds = [chance.choice(["stays", "stays", "crisis", "leaves"]) for _ in people]
    steps: dict[str, tuple[scenario.Step, ...]] = {
        "stays": (AwaitHangUp(),),
        "crisis": (Stay(chance.randint(1500, 4000)), Press("1"), AwaitHangUp()),
        "leaves": (Stay(chance.randint(1500, 5000)), scenario.HangUp()),
    }
    for kind in steps:
        lines = [("968908", p) for p, k in zip(people, kinds, strict=True) if k == kind]
        x.call(lines, *steps[kind], rate=len(lines) / 6, limit=110)


def test_nobody_who_waits_longer_in_the_same_rank_is_passed_over(exchange: Build) -> None:
    limits = {**vars(SHORT), "on_duty_tier": 100, "on_call_tier": 120}
    people = tuple(counsellor(f"p{n}", port=5080 + n) for n in range(4))
    x = exchange(plan(type(SHORT)(**limits)), people)
    for n, talk in enumerate((300, 600, 900, 1200)):
        x.phones(scenario.counsellor(ring_ms=50, talk_ms=talk), port=5080 + n)
    x.on_duty(*[p.id for p in people])
    witness = Witness(x.instance.ami_port, "secret")
    crowd(x, seed=11)
    until(lambda: len(x.events("BYE")) == ARRIVALS, seconds=120, what="all callers are served")
    witness.close()
    assert len(witness.of("AgentConnect")) >= ARRIVALS // 2
    assert passed_over(witness.of(*EVENTS)) == []
