"""Rules about two people: who must not be on duty together, and who only beside another."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.hours import Piece
from scheduler.problem import HOURS_A_DAY, Finding, Pair, PairKind
from scheduler.rule import SHIFT, Kind, Reach, Rule, Unit, rule
from scheduler.sheet import Sheet, runs

AGREED = "双方约定或本单位决定（rules.toml 的 [[pairs]]）"
HOUR_TOGETHER = Unit({"zh": "每同时在岗一小时", "en": "each hour on duty together"})


@rule(
    Kind.HARD,
    "约定分开的两人不同时在岗；备班不算。",
    "Two people who are to be kept apart are not on duty in the same hour; standing by does not "
    "count.",
    AGREED,
    unit=HOUR_TOGETHER,
    reach=Reach.HOURS,
)
def apart(sheet: Sheet) -> Iterator[Finding]:
    for pair in pairs_of(sheet, PairKind.APART):
        both = [hour for hour, own in sheet.duty_hours.items() if _both(sheet, pair, hour, own)]
        for first, hours, _ in runs((hour, 1) for hour in sorted(both)):
            begin, end = first % HOURS_A_DAY, (first + hours) % HOURS_A_DAY or HOURS_A_DAY
            other = _name(sheet, pair.other)
            zh = f"{begin:02}:00–{end:02}:00 与{other}同时在岗"
            en = f"{begin:02}:00–{end:02}:00: on duty together with {other}"
            words, day = {"zh": zh, "en": en}, first // HOURS_A_DAY
            yield Finding("apart", True, pair.one, day, words, 1, first, hours=hours)


@rule(
    Kind.HARD,
    "约定同班的人，只在对方同一天有同一个班时才排班；备班不算。",
    "Somebody who works only beside another has a shift only when the other has the same one on "
    "that day; standing by does not count.",
    AGREED,
    unit=SHIFT,
    reach=Reach.ALL,
)
def together(sheet: Sheet) -> Iterator[Finding]:
    for pair in pairs_of(sheet, PairKind.TOGETHER):
        for day, shift in enumerate(sheet.row(pair.one)):
            if shift and not shift.on_call and sheet.at(pair.other, day) != shift:
                other = _name(sheet, pair.other)
                zh, en = f"{other}没有同一个{shift.name}班", f"{shift.name} without {other}"
                yield Finding("together", True, pair.one, day, {"zh": zh, "en": en})


PAIRS: tuple[Rule, ...] = (apart, together)


def pairs_of(sheet: Sheet, kind: PairKind) -> Iterator[Pair]:
    return (pair for pair in sheet.problem.pairs if pair.kind is kind)


def _name(sheet: Sheet, worker: str) -> str:
    return next(each.name for each in sheet.problem.workers if each.id == worker)


def _both(sheet: Sheet, pair: Pair, hour: int, stretches: tuple[Piece, ...]) -> bool:
    return any(
        _there(sheet, pair.one, hour, p) and _there(sheet, pair.other, hour, p) for p in stretches
    )


def _there(sheet: Sheet, worker: str, hour: int, piece: Piece) -> bool:
    has = ((sheet.at(worker, hour // HOURS_A_DAY - offset), name) for name, offset in piece)
    return any(shift is not None and shift.id == name for shift, name in has)
