"""Paths told as stories, and the search for one that ends nowhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from routing.calls import RANKS_OF_NUMBERS
from routing.paths import Caller, Load, Path, Reply, World, ends_well, longest, walk
from routing.plan import Plan

SWITCHES = ("", "oncall", "partner", "promise")
_NUMBER = "13800000001"


def faults(plan: Plan) -> Iterator[str]:
    """Every way in which a caller could be stranded, told as a story; none for a sound plan.

    Lines differ in their path only by whether they have a site, and former telephones that ring in
    some period, so one of each is walked, with a number that no line has.
    """
    bound = longest_allowed(plan)
    for caller, world in situations(plan):
        path = walk(plan, caller, world)
        if not ends_well(path):
            yield f"{story(plan, caller, path)}; then nothing. The world: {world}"
        elif longest(path) > bound:
            told = story(plan, caller, path)
            yield f"{told}; that is {longest(path)} s of ringing, more than {bound}: {world}"


def longest_allowed(plan: Plan) -> int:
    """Seconds of ringing after which a caller has been answered or promised a call-back."""
    limits = plan.limits
    first = [limits.own_site_ring]
    if any(line.old_phones for line in plan.lines):
        first.append(limits.old_phones_ring)
    return max(first) + (limits.partner_tier if plan.partners else limits.on_call_tier)


def situations(plan: Plan) -> Iterator[tuple[Caller, World]]:
    """Callers and worlds, in all combinations that differ to the plan."""
    kinds = {
        (line.site is None, line.old_phones != (), line.old_phones_in): line.number
        for line in reversed(plan.lines)
    }
    numbers = [*kinds.values(), "0"]
    periods = ("", *(period.id for period in plan.periods))
    olds = tuple(Reply) if any(line.old_phones for line in plan.lines) else (Reply.NOBODY,)
    for dialled, rank, key, number, round_ in product(
        numbers, RANKS_OF_NUMBERS, ("", plan.crisis_key), (_NUMBER, ""), (False, True)
    ):
        caller = Caller(dialled, number, rank, round_, key)
        for site, duty, on_call, partner in product(Reply, repeat=4):
            for old, load, thrown, period in product(olds, Load, SWITCHES, periods):
                yield caller, World(site, duty, on_call, partner, old, load, thrown, period)


def story(plan: Plan, caller: Caller, path: Path) -> str:
    """One line: who dialled what, and what happened."""
    whose = f"a caller ({caller.number or 'number hidden'}) dials {caller.dialled}"
    return "; ".join([whose, *(_told(step.what, step.which, step.seconds, {}) for step in path)])


def told(path: Path, people: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """A line for each step; `people`: names of those who are in a tier."""
    for step in path:
        yield _told(step.what, step.which, step.seconds, people)


_TIERS = {
    "old": "the line's former telephones (only when nobody waits)",
    "site": "the own site (only when nobody waits)",
    "duty": "those on duty",
    "oncall": "the on-call staff",
    "partner": "the partner line",
}


def _told(what: str, which: str, seconds: int, people: Mapping[str, Sequence[str]]) -> str:
    names = f": {', '.join(people[which])}" if people.get(which) else ""
    match what:
        case "ring":
            return f"{_TIERS[which]} ring up to {seconds} s{names}"
        case "answered":
            return f"answered by {_TIERS[which]}{names}"
        case "hear":
            return f"hears {which!r}"
        case "rank":
            return f"waits with rank {which}"
        case "promise":
            return f"a call-back is promised and on record ({which})"
        case "ask":
            return "is asked for a number, and waits on; hanging up is a task without a number"
        case "refuse":
            return f"is refused with 503, and a task is on record ({which})"
        case _:
            return f"{what} {which}"
