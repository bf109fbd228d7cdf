"""Laws of a call's path: it ends in a human being or on record, in bounded time, on any plan."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.calls import RANKS_OF_NUMBERS, Rank
from routing.paths import (
    Caller,
    Load,
    Path,
    Reply,
    Step,
    Tier,
    World,
    ends_well,
    ladder,
    line_of,
    longest,
    walk,
)
from routing.plan import Carrier, Limits, Line, Partner, Plan, Site
from routing.stories import faults, longest_allowed, story

SILENT = World(Reply.SILENT, Reply.SILENT, Reply.SILENT, Reply.SILENT)
CITY = Plan(
    number="968908",
    name="热线",
    area="0595",
    lines=(Line("city", "总线", "968908"), Line("old", "老", "22770001", site="first")),
    sites=(Site("first", "第一医院"),),
    carriers=(Carrier("telecom", "电信", "127.0.0.2"),),
    partners=(Partner("prov", "省", "12356"),),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that can be constructed: with and without sites, partners; any time limits."""
    duty = draw(st.integers(0, 100))
    on_call = duty + draw(st.integers(1, 100))
    small = st.integers(0, 60)
    limits = Limits(
        own_site_ring=draw(small),
        ring=draw(small),
        on_duty_tier=duty,
        on_call_tier=on_call,
        partner_tier=on_call + draw(st.integers(1, 100)),
        on_call_ring=draw(small),
        waiting=draw(small),
        messages=draw(small),
    )
    lines = CITY.lines if draw(st.booleans()) else CITY.lines[:1]
    partners = CITY.partners if draw(st.booleans()) else ()
    return replace(CITY, limits=limits, lines=lines, partners=partners)


callers = st.builds(
    Caller,
    dialled=st.sampled_from(["968908", "059522770001", "+8659522770001", "1", ""]),
    number=st.sampled_from(["", "13800000001"]),
    rank=st.sampled_from(RANKS_OF_NUMBERS),
    came_round=st.booleans(),
    key=st.sampled_from(["", "1", "7"]),
    keyed_number=st.sampled_from(["", "13900000000"]),
)
replies = st.sampled_from(Reply)
worlds = st.builds(
    World,
    *[replies] * len(Tier),
    load=st.sampled_from(Load),
    switch=st.sampled_from(["", "oncall", "partner", "promise", "moon"]),
)


@given(plans(), callers, worlds)
def test_no_caller_is_stranded(plan: Plan, caller: Caller, world: World) -> None:
    path = walk(plan, caller, world)
    assert ends_well(path)
    assert longest(path) <= max(longest_allowed(plan), plan.limits.ring + plan.limits.on_call_ring)


@given(plans(), callers, worlds)
def test_whoever_can_answer_does_unless_the_call_never_rings(
    plan: Plan, caller: Caller, world: World
) -> None:
    path = walk(plan, caller, world)
    kinds = {step.what for step in path}
    rung = [step.which for step in path if step.what == "ring"]
    assert ("answered" in kinds) == any(world.reply(Tier(t)) is Reply.ANSWERS for t in rung)
    assert all(world.reply(Tier(tier)) is not Reply.NOBODY for tier in rung)


@given(plans(), callers, worlds)
def test_the_crisis_key_leads_to_people_whenever_somebody_is_there(
    plan: Plan, caller: Caller, world: World
) -> None:
    pressed = replace(caller, key=plan.crisis_key, came_round=False)
    tiers = [Tier.DUTY, Tier.ON_CALL, *([Tier.PARTNER] if plan.partners else [])]
    there = any(world.reply(tier) is Reply.ANSWERS for tier in tiers)
    refused = world.load is Load.BEYOND and caller.rank is not Rank.CRISIS
    answered = walk(plan, pressed, world)[-1].what == "answered"
    assert answered == (there and not refused)


def test_the_ladder_with_nobody_answering_takes_the_plans_time() -> None:
    limits = CITY.limits
    assert ladder(CITY, SILENT, Rank.NORMAL) == [
        (Tier.DUTY, limits.on_duty_tier),
        (Tier.ON_CALL, limits.on_call_tier - limits.on_duty_tier),
        (Tier.PARTNER, limits.partner_tier - limits.on_call_tier),
    ]


@pytest.mark.parametrize(
    ("dialled", "line"), [("+8659522770001", "old"), ("968908", "city"), ("5", None)]
)
def test_a_number_in_any_form_has_its_line(dialled: str, line: str | None) -> None:
    found = line_of(CITY, dialled)
    assert (found.id if found else None) == line


def test_a_sound_plan_has_no_faults() -> None:
    assert list(faults(CITY)) == []


def test_a_story_tells_the_whole_path() -> None:
    caller = Caller("968908", "")
    path: Path = walk(CITY, caller, World(duty=Reply.NOBODY))
    assert story(CITY, caller, path) == (
        "a caller (number hidden) dials 968908; hears 'greeting'; hears 'privacy';"
        " waits with rank normal; hears 'key-in-number';"
        " is asked for a number, and waits on; hanging up is a task without a number"
    )
    assert not ends_well(())
    assert not ends_well((Step("ring", "duty"),))
