"""The path of a call as a pure model: what the compiled dialplan does, told step by step.

It says what a caller goes through until somebody answers, a promise is on record, or the call is
refused with a task. `tests/telephone/test_paths.py` holds it against calls on a real Asterisk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from routing.calls import Rank
from routing.numbers import written_forms
from routing.periods import Period
from routing.plan import Line, Plan

UNKNOWN = "unknown"  # the line of a number that no line has


class Reply(StrEnum):
    """How the people of a tier are just now."""

    ANSWERS = "answers"
    SILENT = "silent"  # they are there and ring in vain
    NOBODY = "nobody"


class Tier(StrEnum):
    """Who is rung, in order. The site's people are on duty as well."""

    SITE = "site"
    DUTY = "duty"
    ON_CALL = "oncall"
    PARTNER = "partner"
    OLD = "old"  # the line's former telephones: before all others, when nobody waits


class Load(StrEnum):
    USUAL = "usual"
    FULL = "full"  # a message and a promise
    BEYOND = "beyond"  # no channel is left for the message


@dataclass(frozen=True)
class Caller:
    """Who calls: `number` is "" when hidden; `key` is pressed in the first announcement."""

    dialled: str
    number: str = "13800000001"
    rank: Rank = Rank.NORMAL  # on record of the number
    came_round: bool = False
    key: str = ""
    keyed_number: str = ""  # what a hidden caller keys in when asked


@dataclass(frozen=True)
class World:
    """Everything outside of the call that decides its path."""

    site: Reply = Reply.NOBODY
    duty: Reply = Reply.ANSWERS
    on_call: Reply = Reply.NOBODY
    partner: Reply = Reply.NOBODY
    old: Reply = Reply.NOBODY
    load: Load = Load.USUAL
    switch: str = ""  # a tier of routing.asterisk.switch, while thrown
    period: str = ""  # of the plan's periods the one that counts

    def reply(self, tier: Tier) -> Reply:
        return {
            Tier.SITE: self.site,
            Tier.DUTY: self.duty,
            Tier.ON_CALL: self.on_call,
            Tier.PARTNER: self.partner,
            Tier.OLD: self.old,
        }[tier]


@dataclass(frozen=True)
class Step:
    """One thing that happens: `what` is hear, rank, ring, answered, promise, refuse or ask."""

    what: str
    which: str
    seconds: int = 0  # how long it lasts at most


Path = tuple[Step, ...]
_ENDS = ("answered", "promise", "refuse", "ask")


def line_of(plan: Plan, dialled: str) -> Line | None:
    """The line that a number in any written form belongs to."""
    for line in plan.lines:
        if dialled in written_forms(line.number, plan.area):
            return line
    return None


def walk(plan: Plan, caller: Caller, world: World) -> Path:
    """The steps of the call, to its end: a human being, a promise, a refusal with its task.

    A caller who hides the number and keys none in is asked ("ask") and waits on: whoever hangs up
    then is a task without a number.
    """
    return tuple(_walk(plan, caller, world))


def ends_well(path: Path) -> bool:
    """Whether the path ends in a human being or in something that is on record."""
    return any(step.what in _ENDS for step in path)


def longest(path: Path) -> int:
    """Seconds until its end, at most, without the announcements."""
    return sum(step.seconds for step in path)


def _walk(plan: Plan, caller: Caller, world: World) -> Iterator[Step]:
    rank = caller.rank
    if world.load is not Load.USUAL and rank is not Rank.CRISIS:
        if world.load is Load.BEYOND:
            yield Step("refuse", "overload")
            return
        if caller.key != plan.crisis_key:
            yield from _overload(plan, caller)
            return
        if caller.number:
            yield Step("promise", _overload_reason(caller))
        yield Step("hear", plan.prompts.overload)
        rank = Rank.CRISIS
    elif caller.came_round:
        yield from _promise(plan, caller, "loop")
        return
    else:
        yield Step("hear", _greeting(plan, world))
        if not caller.key:
            yield Step("hear", plan.prompts.privacy)
        if caller.key == plan.crisis_key:
            rank = Rank.CRISIS
    yield Step("rank", rank.value)
    yield from _tiers(plan, caller, world, rank)


def _period(plan: Plan, world: World) -> Period | None:
    return next((period for period in plan.periods if period.id == world.period), None)


def _greeting(plan: Plan, world: World) -> str:
    period = _period(plan, world)
    return period.prompt if period and period.greeting else plan.prompts.greeting


def _overload(plan: Plan, caller: Caller) -> Iterator[Step]:
    if caller.number:
        yield Step("promise", _overload_reason(caller))
        yield Step("hear", plan.prompts.overload)
        return
    yield Step("hear", plan.prompts.overload)
    yield from _ask(plan, caller, _overload_reason(caller))


def _overload_reason(caller: Caller) -> str:
    return "loop" if caller.came_round else "overload"


def _ask(plan: Plan, caller: Caller, reason: str) -> Iterator[Step]:
    yield Step("hear", plan.prompts.key_in_number)
    if caller.keyed_number:
        yield Step("promise", reason)
    else:
        yield Step("ask", reason)


def _promise(plan: Plan, caller: Caller, reason: str) -> Iterator[Step]:
    if not caller.number:
        yield from _ask(plan, caller, reason)
        return
    yield Step("promise", reason)


def _tiers(plan: Plan, caller: Caller, world: World, rank: Rank) -> Iterator[Step]:
    if world.switch == "promise" and rank is not Rank.CRISIS:
        yield from _promise(plan, caller, "nobody")
        return
    line = line_of(plan, caller.dialled)
    if line is not None and rank is Rank.NORMAL and not world.switch:
        first = _first_ring(plan, line, world)
        yield from first
        if first and first[-1].what == "answered":
            return
    for tier, seconds in ladder(plan, world, rank):
        yield Step("ring", tier.value, seconds)
        if world.reply(tier) is Reply.ANSWERS:
            yield Step("answered", tier.value)
            return
    yield from _promise(plan, caller, "nobody")


def _first_ring(plan: Plan, line: Line, world: World) -> list[Step]:
    """The short ring before the queue, when nobody waits: former telephones, else the own site."""
    limits = plan.limits
    rings = [(Tier.SITE, limits.own_site_ring)] if line.site else []
    if line.old_phones and line.old_phones_in in (None, world.period):
        rings.insert(0, (Tier.OLD, limits.old_phones_ring))
    there = [(tier, seconds) for tier, seconds in rings if world.reply(tier) is not Reply.NOBODY]
    if not there:
        return []
    tier, seconds = there[0]
    answered = [Step("answered", tier.value)] if world.reply(tier) is Reply.ANSWERS else []
    return [Step("ring", tier.value, seconds), *answered]


def ladder(plan: Plan, world: World, rank: Rank) -> list[tuple[Tier, int]]:
    """The tiers with somebody in them, in order, each with the seconds until the next one rings.

    A tier with nobody in it takes no time. A crisis call reaches the on-call staff at once when
    those on duty do not answer; so do all calls in a period that says so.
    """
    limits = plan.limits
    ends = [limits.on_duty_tier, limits.on_call_tier]
    period = _period(plan, world)
    if rank is Rank.CRISIS or (period and period.on_call_at_once):
        ends = [limits.ring, limits.ring + limits.on_call_ring]
    last = limits.partner_tier if plan.partners else limits.on_call_tier
    order = [Tier.DUTY, Tier.ON_CALL, *([Tier.PARTNER] if plan.partners else [])]
    if world.switch in order:
        order.sort(key=lambda tier: tier != world.switch)
    there = [tier for tier in order if world.reply(tier) is not Reply.NOBODY]
    found, begun = [], 0
    for tier in there:
        end = last if tier is there[-1] else ends[order.index(tier)]
        found.append((tier, max(0, end - begun)))
        begun = max(begun, end)
    return found
