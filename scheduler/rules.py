"""The rules of a roster. `RULES`, at the end, is the table of contents.

A rule is one function with a name, a sentence and a source; it looks at a finished roster and knows
no solver. Its twin of the same name in `model.py` says the same to the solver; tests hold the
two against each other. What they share is arithmetic, in `hours.py`. Rules about hours are in
`cover.py` with their twins in `cover_model.py`, those about single people's limits in `limits.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scheduler.cover import COVER
from scheduler.hours import (
    HOUR,
    absent_days,
    carried,
    contract_minutes,
    holidays,
    most_minutes,
    reach,
    too_close,
    weekend_days,
)
from scheduler.limits import LIMITS
from scheduler.pairs import PAIRS
from scheduler.problem import HOURS_A_DAY, Finding, Rules, ShiftType, Wish, Worker
from scheduler.rule import POLICY, SHIFT, WORK_DAY, WORK_HOUR, Reach, personal, rule
from scheduler.rule import Kind as Kind
from scheduler.rule import Rule as Rule
from scheduler.sheet import Sheet

LAW = "《中华人民共和国劳动法》"


# One person's days


@rule(
    Kind.HARD,
    "每人每天最多一个班。",
    "At most one shift a day for each person.",
    "排班表每格只有一个班",
)
def well_formed(_sheet: Sheet) -> Iterator[Finding]:
    """A cell holds one shift or none: a roster that breaks this cannot be written down."""
    yield from ()


@rule(
    Kind.HARD,
    "两班之间休息不少于规定小时数，上期末的班也算；备班不得与班次重叠，夜班后不得立即备班。",
    "At least so many hours of rest between two shifts, also after those of the roster before; "
    "standing by overlaps no shift and does not follow at once on a night.",
    "未见全国统一数字；" + POLICY,
    "rest_hours",
)
def rest(sheet: Sheet) -> Iterator[Finding]:
    rules, far = sheet.problem.rules, reach(sheet.problem)
    for worker in sheet.problem.workers:
        for day, after in _shifts(sheet, worker):
            for gap in range(1, far + 1):
                before = sheet.at(worker.id, day - gap)
                if before and too_close(before, after, gap, rules):
                    yield _rest(worker, day, before, after, gap, rules.rest_hours)


def _rest(
    worker: Worker, day: int, before: ShiftType, after: ShiftType, gap: int, least: int
) -> Finding:
    hours = (gap * HOURS_A_DAY * HOUR + after.start - before.end) / HOUR
    zh = f"{before.name}班后接{after.name}班，间隔 {hours:g} 小时，至少 {least} 小时"
    en = f"{after.name} after {before.name}: {hours:g} h of rest, at least {least} h"
    return personal("rest", worker, day, zh, en)


@rule(
    Kind.HARD,
    "连续夜班不超过规定的天数。",
    "No more nights in a row than the limit.",
    "未见全国统一数字；" + POLICY,
    "nights_in_a_row",
    unit=WORK_DAY,
)
def nights_in_a_row(sheet: Sheet) -> Iterator[Finding]:
    most = sheet.problem.rules.nights_in_a_row
    for worker in sheet.problem.workers:
        for day, run in _streaks(sheet, worker, lambda shift: shift.night):
            if run > most:
                zh, en = f"连续第 {run} 个夜班，至多 {most} 个", f"night {run} in a row, at most"
                yield personal("nights_in_a_row", worker, day, zh, f"{en} {most}")


@rule(
    Kind.HARD,
    "每周至少休息一天：连续有班（含备班）的天数不超过规定。",
    "At least one free day a week: no more days in a row with a shift, standing by included.",
    LAW + "第三十八条",
    "days_in_a_row",
    unit=WORK_DAY,
)
def days_in_a_row(sheet: Sheet) -> Iterator[Finding]:
    most = sheet.problem.rules.days_in_a_row
    for worker in sheet.problem.workers:
        for day, run in _streaks(sheet, worker, lambda _shift: True):
            if run > most:
                zh, en = f"连续第 {run} 天有班，至多 {most} 天", f"day {run} in a row, at most"
                yield personal("days_in_a_row", worker, day, zh, f"{en} {most}")


@rule(
    Kind.HARD,
    "本期工时不超过标准工时加允许的加班（按请假折减；不安排夜班的人不加班）。",
    "No more hours in the horizon than the standard plus the overtime allowed, days of absence "
    "taken off; no overtime for those who are kept from nights.",
    LAW + "第三十六条、第四十一条；综合计算工时须经批准",
    "week_hours",
    "overtime_month_hours",
    unit=WORK_HOUR,
)
def overtime(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        worked, most = sheet.minutes(worker.id), most_minutes(sheet.problem, worker)
        if worked > most:
            over = -(-(worked - most) // HOUR)
            zh = f"工时 {worked / HOUR:g} 小时，至多 {most / HOUR:.1f} 小时"
            en = f"{worked / HOUR:g} hours of work, at most {most / HOUR:.1f}"
            yield personal("overtime", worker, None, zh, en, over)


@rule(
    Kind.HARD,
    "请假日不排班，前一天的班也不延续到请假日。",
    "No shift on a day of absence, nor one that runs into it from the day before.",
    POLICY,
    unit=WORK_DAY,
)
def absences(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        away = absent_days(sheet.problem, worker.id)
        for day, shift in _shifts(sheet, worker):
            name = shift.name
            if day in away:
                zh, en = f"请假日有{name}班", f"{name} on a day of absence"
                yield personal("absences", worker, day, zh, en)
            elif day + 1 in away and shift.runs_over:
                zh, en = f"{name}班延续到请假日", f"{name} runs into a day of absence"
                yield personal("absences", worker, day, zh, en)


@rule(
    Kind.HARD,
    "排班员锁定的格子保持不变。",
    "Cells that the coordinator has fixed stay as they are.",
    "排班员的决定",
    unit=SHIFT,
)
def fixed(sheet: Sheet) -> Iterator[Finding]:
    names = {shift.id: shift.name for shift in sheet.problem.shifts} | {None: "休"}
    for worker in sheet.problem.workers:
        for day, wanted in sorted(worker.fixed.items()):
            got = sheet.at(worker.id, day)
            if (got.id if got else None) != wanted:
                zh, en = f"锁定为{names[wanted]}，现为", f"fixed as {names[wanted]}, but is"
                now = got.name if got else names[None]
                yield personal("fixed", worker, day, zh + now, f"{en} {now}")


@rule(
    Kind.HARD,
    "怀孕七个月以上等不安排夜班的人，没有夜班和备班。",
    "No nights and no standing by for those who are kept from them (from the seventh "
    "month of pregnancy, for example).",
    LAW + "第六十一条；哺乳期等其他情形由本单位核实",
    unit=SHIFT,
)
def no_nights(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        for day, shift in _shifts(sheet, worker):
            if worker.no_nights and (shift.night or shift.on_call):
                zh, en = (
                    f"不安排夜班的人有{shift.name}班",
                    f"kept from nights, but has {shift.name}",
                )
                yield personal("no_nights", worker, day, zh, en)


# Wishes and fairness


@rule(
    Kind.WISH,
    "尽量满足每人的意愿；每个未满足的意愿按权重计代价。",
    "Wishes are met where possible; each unmet one costs its weight.",
    POLICY,
    "price_wish",
)
def wishes(sheet: Sheet) -> Iterator[Finding]:
    workers = {worker.id: worker for worker in sheet.problem.workers}
    for asked in sheet.problem.wishes:
        worker = workers[asked.worker]
        got = sheet.at(asked.worker, asked.day)
        if ((got.id if got else None) == asked.shift) != asked.want:
            price = asked.weight * sheet.problem.rules.price_wish
            zh, en = _asked(sheet, asked)
            yield personal("wishes", worker, asked.day, zh, en, asked.weight, price)


def _asked(sheet: Sheet, asked: Wish) -> tuple[str, str]:
    names = {shift.id: shift.name + "班" for shift in sheet.problem.shifts}
    if asked.shift is None:
        return (
            ("本人希望休息", "asked for a free day")
            if asked.want
            else ("本人希望有班", "asked for a shift")
        )
    name = names[asked.shift]
    if asked.want:
        return f"本人希望排{name}", f"asked for {name}"
    return f"本人希望不排{name}", f"asked not to have {name}"


@rule(
    Kind.BALANCE,
    "夜班均衡：连同前几个月多上或少上的夜班，最多与最少的人相差的每个夜班计一份代价（不安排夜班、请假过半的人不计）。",
    "Nights are shared: each night between the most and the fewest has a price, what somebody had "
    "more or less than an equal share in the months before counted in; those kept from nights or "
    "absent for more than half the time are left out.",
    POLICY,
    "price_night_spread",
    "carry_months",
    reach=Reach.ALL,
)
def fair_nights(sheet: Sheet) -> Iterator[Finding]:
    counts = sheet.nights.values()
    spread = max(counts, default=0) - min(counts, default=0)
    if spread:
        zh = f"夜班最多 {max(counts)} 个，最少 {min(counts)} 个"
        en = f"nights: {max(counts)} at most, {min(counts)} at least"
        price = spread * sheet.problem.rules.price_night_spread
        yield Finding("fair_nights", False, None, None, {"zh": zh, "en": en}, spread, price=price)


@rule(
    Kind.BALANCE,
    "本期工时接近合同工时，前几个月多上或少上的工时计入；相差每小时（不足一小时按一小时）计一份代价。",
    "Hours close to the contract, less what was worked above it in the months before; each begun "
    "hour above or below has a price.",
    POLICY,
    "price_hours_off",
    "carry_months",
)
def hours_off(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        worked, contract = sheet.minutes(worker.id), contract_minutes(sheet.problem, worker)
        off = -(-abs(worked - contract) // HOUR)
        if off:
            zh = f"工时 {worked / HOUR:g} 小时，合同 {contract / HOUR:.1f} 小时"
            en = f"{worked / HOUR:g} hours of work, {contract / HOUR:.1f} in the contract"
            price = off * sheet.problem.rules.price_hours_off
            yield personal("hours_off", worker, None, zh, en, off, price)


@rule(
    Kind.BALANCE,
    "周末均衡：前几个月周末班比平均多的人，每再上一个周末班（周六、周日），按多出的个数计代价。",
    "Weekends are shared over months: whoever had more days on them than an equal share pays for "
    "each further one, times how many more; standing by does not count.",
    POLICY,
    "price_weekend",
    "carry_months",
)
def fair_weekends(sheet: Sheet) -> Iterator[Finding]:
    price, days = sheet.problem.rules.price_weekend, weekend_days(sheet.problem)
    for worker in sheet.problem.workers:
        more = carried(sheet.problem, worker).weekends
        yield from _had_more(
            sheet, "fair_weekends", worker, days, more, price, ("周末班", "on weekends")
        )


@rule(
    Kind.BALANCE,
    "节假日均衡：前几个月法定节假日班比平均多的人，每再上一个节假日班，按多出的个数计代价。",
    "Public holidays are shared over months in the same way.",
    POLICY,
    "price_holiday",
    "carry_months",
)
def fair_holidays(sheet: Sheet) -> Iterator[Finding]:
    price, days = sheet.problem.rules.price_holiday, holidays(sheet.problem)
    for worker in sheet.problem.workers:
        more = carried(sheet.problem, worker).holidays
        words = ("节假日班", "on public holidays")
        yield from _had_more(sheet, "fair_holidays", worker, days, more, price, words)


def _had_more(
    sheet: Sheet,
    name: str,
    worker: Worker,
    days: tuple[int, ...],
    more: int,
    price: int,
    words: tuple[str, str],
) -> Iterator[Finding]:
    """Each duty on these days of somebody who had so many more than an equal share."""
    for day in days if more > 0 else ():
        shift = sheet.at(worker.id, day)
        if shift and not shift.on_call:
            zh = f"前几个月{words[0]}已比平均多 {more} 个"
            en = f"had {more} more days {words[1]} than others in the months before"
            yield personal(name, worker, day, zh, en, more, more * price)


RULES: tuple[Rule, ...] = (
    *COVER,
    well_formed,
    rest,
    nights_in_a_row,
    days_in_a_row,
    overtime,
    absences,
    fixed,
    no_nights,
    wishes,
    fair_nights,
    fair_weekends,
    fair_holidays,
    hours_off,
    *LIMITS,
    *PAIRS,
)
BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}
# Those that may be given a price; a cell that holds two shifts cannot be written down.
BREAKABLE = frozenset(r.name for r in RULES if r.kind is Kind.HARD) - {"well_formed"}


def firm(rules: Rules) -> frozenset[str]:
    """The rules that no roster may break."""
    return frozenset(rule.name for rule in RULES if rule.firm(rules))


def _shifts(sheet: Sheet, worker: Worker) -> Iterator[tuple[int, ShiftType]]:
    for day, shift in enumerate(sheet.row(worker.id)):
        if shift:
            yield day, shift


def _streaks(
    sheet: Sheet, worker: Worker, counts: Callable[[ShiftType], bool]
) -> Iterator[tuple[int, int]]:
    """Each day of the horizon that continues a run of days, with the run's length so far."""
    run = 0
    for day in range(-sheet.past(worker.id), sheet.problem.days):
        shift = sheet.at(worker.id, day)
        run = run + 1 if shift and counts(shift) else 0
        if run and day >= 0:
            yield day, run
