from dataclasses import replace

from routing.differences import changes, in_words
from routing.plan import Carrier, Line, Partner, Wish
from tests.routing.asterisk.golden import PLAN


def test_the_same_plan_is_no_difference() -> None:
    assert in_words(PLAN, PLAN) == ()


def test_what_comes_goes_and_changes_is_said_by_name() -> None:
    first, *others = PLAN.lines
    new = replace(
        PLAN,
        lines=(replace(first, name="新名"), *others[:-1], Line("extra", "新线", "22770099")),
        carriers=(*PLAN.carriers, Carrier("other", "别家", "10.9.9.9")),
        limits=replace(PLAN.limits, ring=33),
        partners=(Partner("prov", "省热线", "059112356"),),
        wishes=(*PLAN.wishes, Wish("4", "minors")),
        call_back_key="8",
    )
    gone = others[-1]
    assert in_words(PLAN, new) == (
        f"line {gone.id} goes: {said(gone)}",
        f"line {first.id}: name: {first.name} becomes 新名",
        "line extra comes: extra, 新线, 22770099",
        "carrier other comes: other, 别家, 10.9.9.9, 5060",
        f"limit ring: {PLAN.limits.ring} becomes 33",
        "call_back_key: 9 becomes 8",
        "key 4 comes: 4, minors",
        "partner line prov comes: prov, 省热线, 059112356, 1",
    )


def test_it_is_said_in_chinese_too() -> None:
    new = replace(PLAN, limits=replace(PLAN.limits, ring=33), lines=PLAN.lines[:-1])
    gone = PLAN.lines[-1]
    assert [one["zh"] for one in changes(PLAN, new)] == [
        f"取消线路 {gone.id}：{said(gone)}",
        f"时限 ring：{PLAN.limits.ring} 改为 33",
    ]


def said(line: Line) -> str:
    return f"{line.id}, {line.name}, {line.number}, 23222120, office"
