"""What the parts of the dialplan share: the queue's name, penalties, small pieces of text."""

from __future__ import annotations

from collections.abc import Iterable

from routing.plan import Carrier, Plan, Wish

QUEUE = "city"
WEB = "-web"  # after a person's id: the browser's endpoint, as its media differ from a desk phone's
STAND_IN = 5  # penalty of on-call staff while a rostered person is absent
ON_CALL = 10  # penalty of on-call staff otherwise
PARTNER = 20  # penalty of a partner line
STEER_KEY = "D"  # pressed in a waiting caller's name when a supervisor steers; telephones lack it
_CALL = "${LINE}\\;${RANK}\\;${ARRIVED}\\;${FROM}\\;${NEEDS}"
# Pairs for `assign`: what the legs know of the call, and each event about the caller's channel says. A manager's
# `channelvars` would say it too, at the price of a snapshot for every variable that anybody sets. A variable that is
# inherited costs one event for each channel that has it: one underscore is as far as the legs, two reach the telephones.
TOLD = (f"_HOTLINE={_CALL}", f"CHANNEL(accountcode)={_CALL}")


def assign(*pairs: str) -> str:
    """Several variables in one step. No pair sees another one, and none may hold a stranger's text."""
    return f"MSet({','.join(pairs)})"


def reach(most: object, least: object = 0) -> tuple[str, ...]:
    """Pairs for `assign`: the penalties of those who may be rung."""
    return *reach_first(most), f"QUEUE_MIN_PENALTY={least}"


def reach_first(most: object) -> tuple[str, ...]:
    """The same where nothing has been set yet."""
    return f"REACH={most}", f"QUEUE_MAX_PENALTY={most}"


def needed(qualification: str, seconds: int) -> tuple[str, ...]:
    """Pairs for `assign`: for so long only people with the qualification are rung."""
    return f"__NEEDS={qualification}", f"__NEEDS_UNTIL=$[${{EPOCH}}+{seconds}]"


def wished(wish: Wish, seconds: int) -> str:
    """The step after which a caller has what the key asks for. P is the folder of announcements."""
    spoken = (f"P=${{GLOBAL(P)}}/{wish.recordings}",) if wish.recordings else ()
    return assign(*needed(wish.needs, seconds), *spoken)


def outward(plan: Plan, number: str) -> str:
    """The ways to a number outside, one by each carrier, in the order in which they are tried.

    A carrier all of whose channels are taken is left out, unless it is the last one: it then says
    itself that there is no channel.
    """
    *others, last = (f"PJSIP/{c.prefix}{number}@{c.id}" for c in plan.carriers)
    ways = zip(plan.carriers, others, strict=False)
    return "".join(_unless_full(carrier, f"{way}|") for carrier, way in ways) + last


def _unless_full(carrier: Carrier, way: str) -> str:
    if carrier.channels is None:
        return way
    return f"${{IF($[${{GROUP_COUNT({carrier.id}@trunk)}}<{carrier.channels}]?{way}:)}}"


def trunk_limits(plan: Plan) -> bool:
    """Whether the calls on each trunk are counted."""
    return any(carrier.channels is not None for carrier in plan.carriers)


def dial(ways: str, seconds: object, options: str) -> str:
    """Rings by one way after the other until one gets through. `ways`: the variable with the ways.

    Reads and counts WAY, which is 1 at first.
    """
    return f"""\
 same => n(dial),Dial(${{CUT({ways},|,${{WAY}})}},{seconds},{options})
 same => n,Set(WAY=$[${{WAY}}+1])
 same => n,GotoIf($[${{REGEX("^(CHANUNAVAIL|CONGESTION)$" ${{DIALSTATUS}})}} & ${{LEN(${{CUT({ways},|,${{WAY}})}})}}>0]?dial)"""


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
