"""The rules about who is there hour by hour: enough, not too many, and somebody to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.hours import Piece
from scheduler.problem import HOURS_A_DAY, SUPERVISOR, Finding
from scheduler.rule import PERSON_HOUR, POLICY, Kind, Reach, Rule, rule
from scheduler.sheet import Sheet, runs

GUIDE = "《心理援助热线技术指南（试行）》国卫办疾控函〔2021〕15号"


# Cover: people at the hotline, hour by hour


@rule(
    Kind.HARD,
    "任何时刻都有人在岗；备班不算。",
    "Somebody is on duty at all times; standing by does not count.",
    "本热线昼夜接听",
    "round_the_clock",
    unit=PERSON_HOUR,
    reach=Reach.HOURS,
)
def never_empty(sheet: Sheet) -> Iterator[Finding]:
    hours = sheet.duty_hours if sheet.problem.rules.round_the_clock else ()
    empty = {h: 1 for h in hours if sheet.fewest(h) == 0}
    for run in _runs(sheet, empty):
        yield run.finding("never_empty", "无人在岗", "nobody is on duty")


@rule(
    Kind.HARD,
    "同时在岗的人数不少于规定的最低人数，不让一人单独值守。",
    "Never fewer people on duty than the least number: nobody is left alone.",
    GUIDE + "：每条热线至少 2 个坐席",
    "least_on_duty",
    unit=PERSON_HOUR,
    reach=Reach.HOURS,
)
def least_on_duty(sheet: Sheet) -> Iterator[Finding]:
    least = sheet.problem.rules.least_on_duty
    there = {h: sheet.fewest(h) for h in sheet.duty_hours}
    lonely = {h: least - count for h, count in there.items() if count < least}
    for run in _runs(sheet, lonely):
        zh, en = f"只有 {least - run.amount} 人在岗，至少 {least} 人", "on duty, at least"
        yield run.finding("least_on_duty", zh, f"{least - run.amount} {en} {least}")


@rule(
    Kind.COVER,
    "每小时在岗人数不少于需要的人数（按资质分别计算）；缺一人一小时计一份代价，可设为不得违反。",
    "As many people as needed in every hour, for each qualification; each missing person-hour has "
    "a price, or is forbidden where need_is_hard is set.",
    "由通话记录推算的需要",
    "price_short",
    "need_is_hard",
    reach=Reach.HOURS,
)
def cover(sheet: Sheet) -> Iterator[Finding]:
    for qualification, hours in sheet.needed.items():
        yield from _short(sheet, "cover", hours, qualification)


@rule(
    Kind.COVER,
    "每小时至少有规定人数的危机干预人员在岗；代价同缺人。",
    "At least so many crisis-qualified people in every hour; priced like any missing person.",
    POLICY,
    "least_crisis",
    "price_short",
    "need_is_hard",
    reach=Reach.HOURS,
)
def least_crisis(sheet: Sheet) -> Iterator[Finding]:
    least = sheet.problem.rules.least_crisis
    hours = dict.fromkeys(sheet.crisis_hours, least)
    yield from _short(sheet, "least_crisis", hours, "crisis")


@rule(
    Kind.COVER,
    "每小时在岗人数不多于需要的人数；多一人一小时计一份代价。",
    "No more people than needed in an hour; each person-hour above it has a price.",
    POLICY,
    "price_over",
    "least_on_duty",
    reach=Reach.HOURS,
)
def over(sheet: Sheet) -> Iterator[Finding]:
    rules, judged = sheet.problem.rules, sheet.duty_hours
    needs = sheet.needed.get(None, {})
    wanted = {h: max(needs[h], rules.least_on_duty) for h in judged if h in needs}
    over = {h: sheet.most(h) - n for h, n in wanted.items() if sheet.most(h) > n}
    for run in _runs(sheet, over):
        words = f"多 {run.amount} 人", f"{run.amount} more than needed"
        yield run.finding("over", *words, price=rules.price_over)


@rule(
    Kind.COVER,
    "设有备班时，任何时刻至少一人备班；无人备班的每小时计一份代价。",
    "Where there are stand-by shifts, somebody stands by at all times; each hour without has a "
    "price.",
    POLICY,
    "price_standby",
    reach=Reach.HOURS,
)
def standby(sheet: Sheet) -> Iterator[Finding]:
    empty = {h: 1 for h, own in sheet.on_call_hours.items() if _nobody(sheet, h, own)}
    for run in _runs(sheet, empty):
        price = sheet.problem.rules.price_standby
        yield run.finding("standby", "无人备班", "nobody stands by", price=price)


@rule(
    Kind.COVER,
    "每小时至少有规定人数的督导在岗或备班，可随时联系；缺一人一小时计一份代价。",
    "At least so many supervisors on duty or standing by in every hour, so that one can be "
    "reached; each one missing for an hour has a price.",
    POLICY,
    "least_supervisors",
    "price_supervisor",
    reach=Reach.HOURS,
)
def supervised(sheet: Sheet) -> Iterator[Finding]:
    rules = sheet.problem.rules
    there = {
        hour: min(sheet.people(hour, piece, SUPERVISOR) for piece in pieces)
        for hour, pieces in sheet.reachable_hours.items()
    }
    least = rules.least_supervisors
    for run in _runs(sheet, {h: least - count for h, count in there.items() if count < least}):
        words = f"少 {run.amount} 名可联系的督导", f"{run.amount} supervisor(s) short in reach"
        yield run.finding("supervised", *words, price=rules.price_supervisor)


COVER: tuple[Rule, ...] = (
    never_empty,
    least_on_duty,
    cover,
    least_crisis,
    over,
    standby,
    supervised,
)


@dataclass(frozen=True)
class Run:
    """Hours that follow on each other in which the same number is missing or too many."""

    first: int
    hours: int
    amount: int

    def finding(self, name: str, zh: str, en: str, price: int | None = None) -> Finding:
        """`price` is that of one person-hour; hard without one."""
        begin, end = self.first % HOURS_A_DAY, (self.first + self.hours) % HOURS_A_DAY
        when = f"{begin:02}:00–{end or HOURS_A_DAY:02}:00"
        message = {"zh": f"{when} {zh}", "en": f"{when}: {en}"}
        day = self.first // HOURS_A_DAY
        found = Finding(name, True, None, day, message, self.amount, self.first, hours=self.hours)
        return found if price is None else found.priced(price)


def _runs(sheet: Sheet, hours: Mapping[int, int]) -> Iterator[Run]:
    return (Run(*run) for run in runs(sorted(hours.items())))


def _nobody(sheet: Sheet, hour: int, stretches: tuple[Piece, ...]) -> bool:
    return any(sheet.people(hour, piece, None) == 0 for piece in stretches if piece)


def _short(
    sheet: Sheet, name: str, needs: Mapping[int, int], qualification: str | None
) -> Iterator[Finding]:
    rules, judged = sheet.problem.rules, sheet.duty_hours
    missing = {h: needs[h] - sheet.fewest(h, qualification) for h in judged if h in needs}
    who = {"zh": f"（{qualification}）", "en": f" ({qualification})"} if qualification else {}
    for run in _runs(sheet, {h: n for h, n in missing.items() if n > 0}):
        zh, en = f"少 {run.amount} 人{who.get('zh', '')}", f"{run.amount} short{who.get('en', '')}"
        yield run.finding(name, zh, en, price=None if rules.need_is_hard else rules.price_short)
