"""The rules about what single people and single shifts are limited to: `Limits`, `ShiftNeed`.

Problems of the published yardstick are made of these; the hotline's own people may have them too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scheduler.hours import HOUR
from scheduler.problem import HOURS_A_DAY, Finding, Worker
from scheduler.rule import (
    SHIFT,
    WEEKEND,
    WORK_DAY,
    WORK_HOUR,
    Kind,
    Reach,
    Rule,
    personal,
    rule,
)
from scheduler.sheet import Sheet, Stretch, stretches

CONTRACT = "个人合同或约定；没有约定的不限"


@rule(
    Kind.HARD,
    "某些班之后的第二天不排指定的班（由班次的 not_before 列出）。",
    "After some shifts others may not follow on the next day (listed by the shift's not_before).",
    "班次的设定",
)
def succession(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        for day in range(sheet.problem.days):
            before, after = sheet.at(worker.id, day - 1), sheet.at(worker.id, day)
            if before and after and after.id in before.not_before:
                zh = f"{before.name}班的第二天不排{after.name}班"
                yield personal("succession", worker, day, zh, f"{after.name} after {before.name}")


@rule(
    Kind.HARD,
    "每人本期某种班的个数不超过约定。",
    "No more shifts of a type than the person's limit for it.",
    CONTRACT,
    unit=SHIFT,
)
def most_of_a_shift(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        had = Counter(shift.id for shift in sheet.row(worker.id) if shift)
        for shift, most in sorted(worker.limits.most_of.items()):
            if had[shift] > most:
                name = sheet.shifts[shift].name
                zh, en = (
                    f"{name}班 {had[shift]} 个，至多 {most} 个",
                    f"{had[shift]} of {name}, at most",
                )
                over = had[shift] - most
                yield personal("most_of_a_shift", worker, None, zh, f"{en} {most}", over)


@rule(
    Kind.HARD,
    "每人本期的总工时在约定的上下限之间。",
    "The minutes of work in the horizon lie between the person's least and most.",
    CONTRACT,
    unit=WORK_HOUR,
)
def minutes_within(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        limits, worked = worker.limits, sheet.minutes(worker.id)
        most = worked if limits.most_minutes is None else limits.most_minutes
        off = max(worked - most, limits.least_minutes - worked)
        if off > 0:
            right = max(min(worked, most), limits.least_minutes) / HOUR
            zh = f"工时 {worked / HOUR:g} 小时，应为 {right:g} 小时"
            en = f"{worked / HOUR:g} hours of work; the nearest that is allowed: {right:g}"
            yield personal("minutes_within", worker, None, zh, en, -(-off // HOUR))


@rule(
    Kind.HARD,
    "每人连续有班的天数在约定的上下限之间；期首期末截断的不算太短。",
    "Runs of days with a shift are neither shorter nor longer than the person's limits; those cut "
    "by an end of the horizon are not too short.",
    CONTRACT,
    unit=WORK_DAY,
)
def run_of_days(sheet: Sheet) -> Iterator[Finding]:
    for worker, run in _runs(sheet, worked=True):
        limits = worker.limits
        most = run.days if limits.most_days_in_a_row is None else limits.most_days_in_a_row
        if run.days > most and run.last >= 0:
            words = (
                f"连续 {run.days} 天有班，至多 {most} 天",
                f"{run.days} days in a row, at most {most}",
            )
            over = min(run.days - most, run.last + 1)  # what lies before is not this roster's
            yield personal("run_of_days", worker, max(0, run.first), *words, over)
        if run.whole and run.days < limits.least_days_in_a_row:
            yield _too_short("run_of_days", worker, run, limits.least_days_in_a_row)


@rule(
    Kind.HARD,
    "每人连续休息的天数不少于约定；期首期末截断的不算太短。",
    "Runs of free days are no shorter than the person's limit; those cut by an end of the horizon "
    "are not too short.",
    CONTRACT,
    unit=WORK_DAY,
)
def days_off(sheet: Sheet) -> Iterator[Finding]:
    for worker, run in _runs(sheet, worked=False):
        if run.whole and run.days < worker.limits.least_days_off:
            yield _too_short("days_off", worker, run, worker.limits.least_days_off)


@rule(
    Kind.HARD,
    "每人有班的周末（周六或周日）不超过约定。",
    "No more weekends with a shift on Saturday or Sunday than the person's limit.",
    CONTRACT,
    unit=WEEKEND,
)
def weekends(sheet: Sheet) -> Iterator[Finding]:
    for worker in sheet.problem.workers:
        most = worker.limits.most_weekends
        had = {
            sheet.problem.weekend(day)
            for day, shift in enumerate(sheet.row(worker.id))
            if shift and sheet.problem.weekend(day) is not None
        }
        if most is not None and len(had) > most:
            zh, en = (
                f"{len(had)} 个周末有班，至多 {most} 个",
                f"{len(had)} weekends, at most {most}",
            )
            yield personal("weekends", worker, None, zh, en, len(had) - most)


@rule(
    Kind.COVER,
    "某日某班的人数等于设定的人数；每少一人、每多一人各有代价。",
    "As many people in a shift of a day as set for it; each one too few or too many has its price.",
    "按班设定的需要",
    reach=Reach.ALL,
)
def shift_cover(sheet: Sheet) -> Iterator[Finding]:
    for need in sheet.problem.shift_needs:
        begun = ((need.shift, 0),)
        more = sheet.people(need.day * HOURS_A_DAY, begun, None) - need.people
        if more:
            name, amount = sheet.shifts[need.shift].name, abs(more)
            zh = f"{name}班{'多' if more > 0 else '少'} {amount} 人"
            en = f"{name}: {amount} {'too many' if more > 0 else 'short'}"
            price = amount * (need.price_over if more > 0 else need.price_short)
            words = {"zh": zh, "en": en}
            yield Finding("shift_cover", False, None, need.day, words, amount, price=price)


LIMITS: tuple[Rule, ...] = (
    succession,
    most_of_a_shift,
    minutes_within,
    run_of_days,
    days_off,
    weekends,
    shift_cover,
)


def _runs(sheet: Sheet, worked: bool) -> Iterator[tuple[Worker, Stretch]]:
    for worker in sheet.problem.workers:
        for run in stretches(sheet, worker):
            if run.worked == worked:
                yield worker, run


def _too_short(name: str, worker: Worker, run: Stretch, least: int) -> Finding:
    what = ("有班", "with a shift") if run.worked else ("休息", "off")
    zh = f"连续{what[0]}只有 {run.days} 天，至少 {least} 天"
    en = f"only {run.days} days in a row {what[1]}, at least {least}"
    return personal(name, worker, max(0, run.first), zh, en, least - run.days)
