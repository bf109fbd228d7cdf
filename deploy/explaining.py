"""`main.py roster explain`: why no roster exists for some days, and what could be done."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from deploy import rostering
from deploy.assembly import ZONE, Hotline
from deploy.reasons import explain_made, say
from scheduler.explained import lines, step_words, too_few_words
from scheduler.problem import OutOfTime, Problem

if TYPE_CHECKING:
    from scheduler.conflict import Conflict
    from scheduler.ways import Way

Words = dict[str, str]


def explain_roster(hotline: Hotline, options: argparse.Namespace) -> int:
    """Exit code 0 when a roster exists, 1 when none does or time ran out before that was known."""
    from scheduler.explain import (  # imports OR-Tools, which takes half a second
        Explanation,
        Possible,
        explain,
    )

    if options.cell or options.hour:
        return explain_made(hotline, options)
    problem = rostering.problem_of(hotline, first_day(options.first), options.days)
    rostering.refuse_nobody(problem)
    match explain(problem, seconds=options.seconds):
        case Possible():
            say({"zh": "存在符合全部硬性规则的排班", "en": "a roster that keeps all rules exists"})
            return 0
        case OutOfTime():
            zh = f"{options.seconds:g} 秒内未能判定；请用 --seconds 多给时间"
            say({"zh": zh, "en": f"not known within {options.seconds:g} s; give more --seconds"})
            return 1
        case Explanation(conflicts, ways, complete, counted):
            for found in counted:
                say(too_few_words(problem, found))
            for conflict in conflicts:
                _tell_conflict(problem, conflict)
            if not complete and not counted:
                say({"zh": "可能还有其他冲突", "en": "there may be further conflicts"})
            for number, way in enumerate(ways, start=1):
                _tell_way(problem, number, way)
            return 1


def first_day(text: str | None) -> date:
    """Raises ValueError in plain words."""
    if text is None:
        return rostering.next_monday(datetime.now(ZONE).date())
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"the day is {text!r}; it must be like '2026-12-24'") from error


def _tell_conflict(problem: Problem, conflict: Conflict) -> None:
    count = len(conflict.parts)
    zh = "以下各条不能同时满足" + ("；去掉任何一条即可" if conflict.unique else "")
    en = "these cannot be kept together"
    if conflict.unique:
        en += "; any one of them given up would do" if count > 1 else ""
    elif not conflict.minimal:
        zh, en = zh + "（时间不足，未缩到最小）", en + " (not made as small as possible in time)"
    say({"zh": zh + "：", "en": en + ":"})
    _list(lines(problem, conflict.parts))


def _tell_way(problem: Problem, number: int, way: Way) -> None:
    best = {"zh": "，同类中代价最低", "en": ", the cheapest of its kind"}
    end = best if way.cheapest else {"zh": "", "en": ""}
    zh = f"办法 {number}（代价 {way.price}{end['zh']}）："
    say({"zh": zh, "en": f"way out {number} (price {way.price}{end['en']}):"})
    _list(step_words(problem, step) for step in way.steps)


def _list(sentences: Iterable[Words]) -> None:
    for words in sentences:
        print(f"  · {words['zh']}")
        print(f"    {words['en']}")
