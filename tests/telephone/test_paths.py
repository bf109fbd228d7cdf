"""The pure model of a call's path, held against a real Asterisk: more than two hundred calls."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, Press, Stay
from routing.asterisk import switch
from routing.calls import RANKS_OF_NUMBERS, Rank
from routing.paths import Caller, Load, Reply, Step, Tier, World, ends_well, walk
from routing.plan import Limits, Line, Partner, Plan
from tests.telephone.exchange import PHONES, SHORT, TELECOM, Exchange, counsellor, plan, until

ASTERISKS = 4  # at once
WORLDS, CALLERS = 24, 14
SLOW = 3  # callers of a world whose tiers ring in vain: they are there together
SEATS = {Reply.ANSWERS: 4, Reply.SILENT: 1, Reply.NOBODY: 0}  # people in a tier
LATER = 9999999999
WAITING_PROMPTS = ("place", "minutes", "long-wait")  # they depend on the other callers
OLD = Line("old", "老热线", "22770001", site="second")
FORMS = ("968908", "0595968908", "+86595968908", "22770001", "059522770001", "55555555")
LIMITS = Limits(
    **{
        **vars(SHORT),
        "ring": 2,
        "own_site_ring": 2,
        "on_call_ring": 4,
        "confirm": 2,
        "on_duty_tier": 9,
        "on_call_tier": 18,
        "partner_tier": 36,
        "missed_rings": 99,
    }
)


# ---- cases


def worlds(chance: random.Random) -> Iterable[World]:
    for _ in range(WORLDS):
        site, duty, on_call, partner = (chance.choice(list(Reply)) for _ in range(4))
        if site is Reply.ANSWERS or (site is Reply.SILENT and duty is Reply.NOBODY):
            duty = site  # the site's people are on duty
        load = chance.choice([Load.USUAL] * 6 + [Load.FULL, Load.BEYOND])
        thrown = chance.choice(["", "", "oncall", "partner", "promise"])
        world = World(site, duty, on_call, partner, load=load, switch=thrown)
        if thrown in list(Tier) and world.reply(Tier(thrown)) is Reply.SILENT:
            world = replace(world, switch="")  # then all others ring together: no order to tell
        yield world


def fewer(crowd: list[Caller], world: World) -> list[Caller]:
    """The quick ones first, and not too many who would hold up each other."""
    city = plan(LIMITS, [OLD], partners=[Partner("prov", "省", "12356")])
    quick = [caller for caller in crowd if not slow(city, caller, world)]
    return [*quick, *[caller for caller in crowd if caller not in quick][:SLOW]]


def callers(chance: random.Random) -> list[Caller]:
    """Each of another number, or hidden and of another dialled number."""
    found: dict[tuple[str, str], Caller] = {}
    while len(found) < CALLERS:
        hidden = chance.random() < 0.15
        number = "" if hidden else f"138{chance.randrange(10**8):08}"
        caller = Caller(
            dialled=chance.choice(FORMS),
            number=number,
            rank=Rank.NORMAL
            if hidden
            else chance.choice([*RANKS_OF_NUMBERS, Rank.NORMAL, Rank.NORMAL]),
            came_round=chance.random() < 0.1,
            key="1" if chance.random() < 0.2 else "",
        )
        found[caller.dialled if hidden else "", number] = caller
    return list(found.values())


# ---- a case on a real Asterisk


@dataclass
class Stage:
    """One Asterisk with the people of a world, each tier at a port of its own."""

    exchange: Exchange
    people: dict[str, Tier]

    def tier(self, person: str) -> Tier:
        return Tier.PARTNER if person.startswith("prov") else self.people[person]


def build(folder: Path, world: World, number: int) -> Stage:
    ports = {tier: 5100 + 10 * number + n for n, tier in enumerate(Tier)}
    tiers = {
        f"{tier.value[:2]}{n}": tier
        for tier in (Tier.SITE, Tier.DUTY, Tier.ON_CALL)
        for n in range(SEATS[world.reply(tier)])
    }
    staff = tuple(
        counsellor(person, "second" if tier is Tier.SITE else "first", ports[tier])
        for person, tier in tiers.items()
    )
    limits = replace(
        LIMITS,
        waiting=LIMITS.waiting if world.load is Load.USUAL else 0,
        messages=0 if world.load is Load.BEYOND else LIMITS.messages,
    )
    seats = max(1, SEATS[world.partner])
    partner_line = Partner("prov", "省", "12356", seats)
    city = plan(limits, [OLD], ports[Tier.PARTNER], partners=[partner_line])
    x = Exchange(folder, city, staff).start()
    for tier, port in ports.items():
        partner = tier is Tier.PARTNER
        here = TELECOM if partner else PHONES
        match world.reply(tier):
            case Reply.ANSWERS:
                text = scenario.counsellor(
                    ring_ms=50, talk_ms=300, **({"press": "1"} if partner else {})
                )
                x.phones(text, port, here)
            case Reply.SILENT:
                x.phones(scenario.silent(), port, here)
    standby = [p for p, tier in tiers.items() if tier is Tier.ON_CALL]
    x.roster_with([p for p in tiers if p not in standby], standby)
    if world.partner is Reply.NOBODY:
        x.cli(f"database put lease prov1 {LATER}|break")
        until(lambda: "paused:break" in x.members().get("prov1", ""))
    everybody = sorted([*tiers, *(f"prov{n + 1}" for n in range(seats))])
    until(lambda: sorted(x.members()) == everybody)
    if world.switch:
        for command in switch.commands(world.switch, LATER):
            x.cli(command)
    return Stage(x, tiers)


def dial(x: Exchange, caller: Caller) -> None:
    if caller.rank is not Rank.NORMAL:
        x.cli(f"database put {caller.rank.value} {caller.number} {LATER}")
    steps = (Stay(120), Press(caller.key), AwaitHangUp()) if caller.key else (AwaitHangUp(),)
    headers = "X-Hotline: 968908" if caller.came_round else ""
    x.call([(caller.dialled, caller.number or "anonymous")], *steps, headers=headers)


def steps(stage: Stage, caller: Caller) -> tuple[Step, ...]:
    """What really happened to the call, in the model's words, up to its end."""
    x = stage.exchange
    arrival = next(
        (
            f
            for f in x.events("ARRIVE")
            if f[9] == caller.number and f[8] in (caller.dialled, caller.dialled.lstrip("+"))
        ),
        None,
    )
    if arrival is None:
        return ()
    told = [*_told(x, arrival[1]), *_answered(stage, arrival[1])]
    found: list[Step] = []
    for step in told:
        if step.what == "rank" and any(s.what == "rank" for s in found):
            continue
        found.append(step)
        if ends_well(tuple(found)):
            return tuple(found)
    if Step("hear", x.plan.prompts.keep_waiting) in found or _asked_and_gone(x, arrival[1], found):
        found = found[: found.index(Step("hear", x.plan.prompts.key_in_number)) + 1]
        return (*found, Step("ask", ""))
    return ()


def _asked_and_gone(x: Exchange, uniqueid: str, found: list[Step]) -> bool:
    asked = Step("hear", x.plan.prompts.key_in_number) in found
    return asked and any(f[1] == uniqueid for f in x.events("BYE"))


def _told(x: Exchange, uniqueid: str) -> Iterable[Step]:
    """What the caller's channel executed and played, as Asterisk wrote it down."""
    text = x.witness()
    owner = re.search(rf'QueueLog\("([^"]+)", "city,{re.escape(uniqueid)},NONE,ARRIVE', text)
    if owner is None:
        return
    channel = re.escape(owner[1])
    pattern = (
        rf"<{channel}> Playing '[^']*/([^/']+)\.\w+'"
        rf"|QueueLog\(\"{channel}\", \"city,[^,]+,NONE,(RANK|PROMISE|REFUSE),([^\"]*)\""
    )
    for prompt, event, data in re.findall(pattern, text):
        if prompt.startswith(WAITING_PROMPTS):
            continue
        if prompt:
            yield Step("hear", prompt)
        elif event == "PROMISE":
            yield Step("promise", data.split("|")[1])
        else:
            yield Step("rank" if event == "RANK" else "refuse", data)


def _answered(stage: Stage, uniqueid: str) -> Iterable[Step]:
    for fields in stage.exchange.log():
        if fields[1] == uniqueid and fields[4] == "SITECONNECT":
            yield Step("answered", Tier.SITE.value)
        if fields[1] == uniqueid and fields[4] == "CONNECT":
            tier = stage.tier(fields[3])
            yield Step("answered", (Tier.DUTY if tier is Tier.SITE else tier).value)


def expected(city: Plan, caller: Caller, world: World) -> tuple[Step, ...]:
    """The model's path as far as a channel can tell: no rings, no usual rank, cut at the end."""
    found: list[Step] = []
    for step in walk(city, caller, world):
        if step.what == "ring" or step == Step("rank", "normal"):
            continue
        found.append(Step(step.what, "" if step.what == "ask" else step.which))
        if ends_well(tuple(found)):
            break
    return tuple(found)


def without_privacy(city: Plan, caller: Caller, told: tuple[Step, ...]) -> tuple[Step, ...]:
    """A key may come in the first or in the second announcement."""
    privacy = Step("hear", city.prompts.privacy)
    return tuple(step for step in told if not (caller.key and step == privacy))


def play(folder: Path, world: World, crowd: list[Caller], number: int) -> list[str]:
    """All calls of one world. Returns the stories of those that went another way."""
    stage = build(folder, world, number)
    x = stage.exchange
    try:
        x.watch()
        for caller in crowd:
            dial(x, caller)
            if not slow(x.plan, caller, world):
                await_ends(stage, [caller])
        await_ends(stage, crowd)
        return [
            f"\n{world}\n{caller}\nmodel {wanted}\nreal  {real}"
            for caller in crowd
            for wanted in [without_privacy(x.plan, caller, expected(x.plan, caller, world))]
            for real in [without_privacy(x.plan, caller, steps(stage, caller))]
            if wanted != real
        ]
    finally:
        x.stop()


def slow(city: Plan, caller: Caller, world: World) -> bool:
    """Whether somebody rings in vain: the others need not wait for that."""
    rings = [step for step in walk(city, caller, world) if step.what == "ring"]
    return any(world.reply(Tier(step.which)) is Reply.SILENT for step in rings)


def await_ends(stage: Stage, crowd: list[Caller]) -> None:
    """Until each call has come to its end; one that never does is told by its missing path."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and not all(steps(stage, caller) for caller in crowd):
        time.sleep(0.5)


@pytest.mark.timeout(900)
def test_the_model_goes_where_real_calls_go(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    cases = [(world, fewer(callers(chance), world)) for world in worlds(chance)]
    count = sum(len(crowd) for _, crowd in cases)
    assert count >= 200, count
    run: Callable[[int], list[str]] = lambda n: play(tmp_path / f"w{n}", *cases[n], n)  # noqa: E731
    with ThreadPoolExecutor(ASTERISKS) as pool:
        stories = [story for found in pool.map(run, range(len(cases))) for story in found]
    assert not stories, "\n".join(stories)
