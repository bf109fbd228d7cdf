"""The plan's tiers as the simulation sees them."""

from __future__ import annotations

from dataclasses import replace

from deploy.simulating import ladder_of
from routing.plan import Carrier, Limits, Line, Partner, Plan, Site
from scheduler.line import Ladder

PLAN = Plan(
    "968908",
    "热线",
    "0595",
    (Line("main", "总线", "968908"),),
    (Site("first", "一院"),),
    (Carrier("telecom", "电信", "10.0.0.1"),),
    Limits(on_duty_tier=60, on_call_tier=180, partner_tier=240),
)


def test_without_a_partner_the_promise_comes_when_its_tier_would_open() -> None:
    assert ladder_of(PLAN) == Ladder(on_call=1, partner=None, seats=0, promise=3)


def test_a_partner_line_takes_as_many_as_it_has_seats() -> None:
    partners = (Partner("prov", "省线", "12356", seats=2), Partner("city", "市线", "12355"))
    asked = replace(PLAN, partners=partners)
    assert ladder_of(asked) == Ladder(on_call=1, partner=3, seats=3, promise=4)
