"""An explanation in sentences that a coordinator can act on, Chinese and English."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING

from scheduler.counting import TooFew
from scheduler.hours import HOUR, WEEK, absent_days, most_minutes
from scheduler.moments import Words, day_words, days_words, hours_words
from scheduler.problem import Problem
from scheduler.rules import RULES

if TYPE_CHECKING:  # both import OR-Tools
    from scheduler.parts import Part
    from scheduler.ways import Step

QUALIFICATIONS = {
    "crisis": "危机干预",
    "supervisor": "督导",
    "minnan": "闽南语",
    "minors": "未成年人",
    "counsellor": "咨询",
}
_COVER = {
    "never_empty": ("{when}须有人在岗", "{when}: somebody must be on duty"),
    "least_on_duty": ("{when}至少 {least} 人在岗", "{when}: at least {least} on duty"),
    "cover": ("{when}需要 {least} 名{able_zh}", "{when}: {least} {able_en} needed"),
    "least_crisis": ("{when}至少 {least} 名{able_zh}", "{when}: at least {least} {able_en}"),
}
_PERSONAL = {
    "rest": (
        "{who}：{when}两班之间至少休息 {r.rest_hours} 小时",
        "{who}: at least {r.rest_hours} h of rest between shifts, {when}",
    ),
    "nights_in_a_row": (
        "{who}：{when}连续夜班至多 {r.nights_in_a_row} 个",
        "{who}: at most {r.nights_in_a_row} nights in a row, {when}",
    ),
    "days_in_a_row": (
        "{who}：{when}连续上班至多 {r.days_in_a_row} 天",
        "{who}: at most {r.days_in_a_row} days in a row, {when}",
    ),
    "absences": ("{who}：{when}请假", "{who}: absent {when}"),
    "fixed": ("{who}：{when}的格子已锁定", "{who}: the cell of {when} is fixed"),
    "no_nights": ("{who}：{when}不安排夜班和备班", "{who}: no nights or standing by, {when}"),
    "overtime": ("本期工时上限：{who}", "most hours in the horizon: {who}"),
    "apart": ("{who}：{when}不同时在岗", "{who}: not on duty together, {when}"),
    "together": ("{who}：{when}只同班上岗", "{who}: only in the same shift, {when}"),
}
_STEPS = {
    "rest": (
        "让{who}在{when}两班之间少休息（本热线规定 {r.rest_hours} 小时）",
        "let {who} rest less than {r.rest_hours} h between the shifts of {when}",
    ),
    "nights_in_a_row": (
        "让{who}在{when}连续上第 {nights} 个夜班（本热线规定至多 {r.nights_in_a_row} 个）",
        "let {who} work {nights} nights in a row, {when} (house rule: {r.nights_in_a_row})",
    ),
    "days_in_a_row": (
        "让{who}在{when}连续上 {days} 天班（劳动法第三十八条，须记名并写明理由）",
        "let {who} work {days} days in a row, {when} (Labour Law, art. 38: by name, with a reason)",
    ),
    "absences": (
        "请{who}在{when}从假期回来",
        "ask {who} to come back from leave for {when}",
    ),
    "fixed": ("解除{who}在{when}的锁定", "unlock the cell of {who} on {when}"),
    "overtime": (
        "让{who}本期超过工时上限 {amount} 小时（劳动法第四十一条，须记名并写明理由）",
        "let {who} work {amount} h beyond the most hours (Labour Law, art. 41: by name)",
    ),
    "apart": ("让{who}在{when}同时在岗", "let {who} be on duty together, {when}"),
    "together": ("让{who}在{when}不同班上岗", "let {who} work in different shifts, {when}"),
}


def able_words(qualification: str | None) -> Words:
    if qualification is None:
        return {"zh": "接线员", "en": "people"}
    known = QUALIFICATIONS.get(qualification, qualification)
    return {"zh": f"{known}人员", "en": f"{qualification}-qualified people"}


def lines(problem: Problem, parts: Sequence[Part]) -> list[Words]:
    """The parts in sentences: the same rule about several hours or days is one of them."""
    return [*_cover_lines(problem, parts), *_personal_lines(problem, parts)]


def _cover_lines(problem: Problem, parts: Sequence[Part]) -> list[Words]:
    hours: defaultdict[tuple[str, int, str | None], set[int]] = defaultdict(set)
    for part in parts:
        if part.hours:
            hours[part.rule, part.least or 0, part.qualification].update(part.hours)
    found = []
    for (rule, least, qualification), own in hours.items():
        when, able = hours_words(problem, own), able_words(qualification)
        zh, en = _COVER.get(rule, _fallback(rule))
        found.append(
            {
                "zh": zh.format(who="", when=when["zh"], least=least, able_zh=able["zh"]),
                "en": en.format(who="", when=when["en"], least=least, able_en=able["en"]),
            }
        )
    return found


def _personal_lines(problem: Problem, parts: Sequence[Part]) -> list[Words]:
    """People of whom the same is said on the same days share a sentence."""
    days: defaultdict[tuple[str, tuple[str, ...]], set[int]] = defaultdict(set)
    for part in parts:
        if not part.hours:
            days[part.rule, part.people].update(_days(problem, part))
    alike: defaultdict[tuple[str, tuple[int, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for (rule, people), own in days.items():
        pair = people if len(people) > 1 else ()
        alike[rule, tuple(sorted(own)), pair] += people
    return [_personal(problem, rule, who, own) for (rule, own, _), who in sorted(alike.items())]


def _days(problem: Problem, part: Part) -> Iterable[int]:
    """A night before leave is forbidden for the sake of the next day: that is the one to name."""
    if part.rule != "absences":
        return part.days
    away = absent_days(problem, part.people[0])
    return [day if day in away else day + 1 for day in part.days]


def _personal(problem: Problem, rule: str, people: Iterable[str], days: Iterable[int]) -> Words:
    who = _limits(problem, people) if rule == "overtime" else _names(problem, people)
    when = days_words(problem, days)
    zh, en = _PERSONAL.get(rule, _fallback(rule))
    return {
        "zh": zh.format(who=who["zh"], when=when["zh"], r=problem.rules),
        "en": en.format(who=who["en"], when=when["en"], r=problem.rules),
    }


def _names(problem: Problem, people: Iterable[str]) -> Words:
    names = {worker.id: worker.name for worker in problem.workers}
    known = [names.get(person, person) for person in people]
    return {"zh": "、".join(known), "en": ", ".join(known)}


def _limits(problem: Problem, people: Iterable[str]) -> Words:
    workers = {worker.id: worker for worker in problem.workers}
    own = [workers[person] for person in people]
    hours = [(w.name, f"{most_minutes(problem, w) / HOUR:.1f}") for w in own]
    return {
        "zh": "、".join(f"{name} {most} 小时" for name, most in hours),
        "en": ", ".join(f"{name} {most} h" for name, most in hours),
    }


def _fallback(rule: str) -> tuple[str, str]:
    """A rule that has no words here yet: its own sentence."""
    known = {entry.name: entry.sentence for entry in RULES}
    zh, en = (known.get(rule, {}).get(language, rule) for language in ("zh", "en"))
    zh, en = (text.replace("{", "{{").replace("}", "}}") for text in (zh, en))
    return "{who}" + zh + "（{when}）", "{who} " + en + " ({when})"


def too_few_words(problem: Problem, found: TooFew) -> Words:
    """How much is missing, and how many more people that would be."""
    able = able_words(found.qualification)
    full = problem.rules.week_hours * problem.days / WEEK
    more = ceil(found.missing / full) if full else 0
    when = {"zh": "夜间", "en": " at night"} if found.nights else {"zh": "", "en": ""}
    return {
        "zh": f"{when['zh']}人手不足：本期须有{able['zh']} {found.needed} 人时，"
        f"现有 {found.people} 人至多 {found.able} 人时，缺 {found.missing} 人时，"
        f"约合每周 {problem.rules.week_hours} 小时的 {more} 人",
        "en": f"too few people{when['en']}: {found.needed} person-hours of {able['en']} are "
        f"needed, the {found.people} there are may work {found.able} at most; "
        f"{found.missing} are missing, about {more} people of {problem.rules.week_hours} hours "
        "a week",
    }


def step_words(problem: Problem, step: Step) -> Words:
    """What to do, as an order."""
    if step.part is None:
        return _helper(problem, step)
    if step.part.hours:
        when = hours_words(problem, step.part.hours)
        return {
            "zh": f"设一个覆盖{when['zh']}的班次",
            "en": f"have a shift that covers {when['en']}",
        }
    who, when = _names(problem, step.part.people), days_words(problem, _days(problem, step.part))
    rules = problem.rules
    values = {
        "r": rules,
        "amount": step.amount,
        "nights": rules.nights_in_a_row + step.amount,
        "days": rules.days_in_a_row + step.amount,
    }
    rule = step.part.rule
    zh, en = _STEPS.get(rule, (f"对{{who}}放宽规则 {rule}", f"{{who}}: let {rule} give way"))
    return {
        "zh": zh.format(who=who["zh"], when=when["zh"], **values),
        "en": en.format(who=who["en"], when=when["en"], **values),
    }


def _helper(problem: Problem, step: Step) -> Words:
    names = {shift.id: shift.name for shift in problem.shifts}
    day = day_words(problem, step.day or 0)
    name = names[step.shift or ""]
    able = able_words(step.qualification)
    who = able["en"] if step.amount > 1 else able["en"].replace("people", "person")
    return {
        "zh": f"{day['zh']}{name}班另找 {step.amount} 名{able['zh']}",
        "en": f"{step.amount} more {who} for {name} on {day['en']}",
    }
