"""What the parts of the dialplan share: the queue's name, penalties, small pieces of text."""

from __future__ import annotations

from collections.abc import Iterable

from routing.plan import Plan

QUEUE = "city"
WEB = "-web"  # after a person's id: the browser's endpoint, as its media differ from a desk phone's
STAND_IN = 5  # penalty of on-call staff while a rostered person is absent
ON_CALL = 10  # penalty of on-call staff otherwise
PARTNER = 20  # penalty of a partner line
CRISIS_STEP, CUT_OFF_STEP, NORMAL_STEP = 3, 2, 1  # of ranks in QUEUE_PRIO; a limited number has 0
# What an event about a caller's stage says of the caller.
WHO = "Line: ${LINE},Rank: ${RANK},Arrived: ${ARRIVED},Caller: ${FROM}"


def outward(plan: Plan, number: str) -> str:
    """The ways to a number outside, one by each carrier, in the order in which they are tried."""
    return "|".join(f"PJSIP/{c.prefix}{number}@{c.id}" for c in plan.carriers)


def steps(applications: Iterable[str]) -> str:
    return (
        "\n".join(f" same => n,{application}" for application in applications)
        or " same => n,NoOp()"
    )


def last_tier(plan: Plan) -> tuple[int, int]:
    """The penalty of the last people who can be rung, and the seconds until they are given up."""
    if plan.partners:
        return PARTNER, plan.limits.partner_tier
    return ON_CALL, plan.limits.on_call_tier
