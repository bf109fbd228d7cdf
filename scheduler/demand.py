"""How many people each hour needs, from recorded calls; each hour keeps its reasons.

Erlang A, with the callers' patience, turns the offered load of an hour into people.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from scheduler.calendar import DayMark, kind_of_day, mark
from scheduler.erlang import people_for
from scheduler.offered import HOUR, CallTimes, Targets, offered
from scheduler.problem import HOURS_A_DAY, Need, Rules

CRISIS = "crisis"


@dataclass(frozen=True)
class Reasoned:
    """One hour's need with its reasons."""

    hour: int
    load: float  # offered, in erlangs
    by_erlang: int  # people who reach the target for that load
    with_shrinkage: int  # people to roster so that as many are at the telephone
    least: int
    source: str  # "records", "other days" (none of this weekday are recorded) or "sample"
    trend: float = 1.0  # factors that are in the load
    holiday: float = 1.0

    @property
    def people(self) -> int:
        return max(self.with_shrinkage, self.least)

    def words(self) -> dict[str, str]:
        zh = {
            "records": "按通话记录",
            "other days": "该星期几无记录，按其他日子",
            "sample": "无记录，按示例",
        }
        en = {"records": "from recorded calls", "other days": "from other days", "sample": "sample"}
        by = self._factors()
        return {
            "zh": f"{zh[self.source]}{by['zh']}：话务量 {self.load:.2f} 爱尔兰，"
            f"需 {self.by_erlang} 人接听，"
            f"计入离席 {self.with_shrinkage} 人，最低 {self.least} 人，共 {self.people} 人",
            "en": f"{en[self.source]}{by['en']}: {self.load:.2f} erlangs, "
            f"{self.by_erlang} people to answer, "
            f"{self.with_shrinkage} with time away, at least {self.least}: {self.people}",
        }

    def _factors(self) -> dict[str, str]:
        """Those that change the load by a hundredth or more."""
        zh = en = ""
        for name_zh, name_en, factor in (
            ("趋势", "trend", self.trend),
            ("节假日", "holiday", self.holiday),
        ):
            if abs(factor - 1) >= 0.01:
                zh, en = f"{zh}，{name_zh} ×{factor:.2f}", f"{en}, {name_en} x{factor:.2f}"
        return {"zh": zh, "en": en}


def needs(
    calls: Iterable[CallTimes],
    first: date,
    days: int,
    targets: Targets,
    rules: Rules,
    holidays: Callable[[date], DayMark] = mark,
) -> tuple[Need, ...]:
    """What each hour of `days` days from `first` on needs, crisis-qualified people included.

    `calls` should be those of whole days: the more weeks, the steadier the averages.
    """
    reasoned = explain_needs(calls, first, days, targets, rules, holidays)
    people = tuple(Need(reason.hour, reason.people) for reason in reasoned)
    if not rules.least_crisis:
        return people
    return people + tuple(Need(r.hour, rules.least_crisis, CRISIS) for r in reasoned)


def explain_needs(
    calls: Iterable[CallTimes],
    first: date,
    days: int,
    targets: Targets,
    rules: Rules,
    holidays: Callable[[date], DayMark] = mark,
) -> tuple[Reasoned, ...]:
    load = offered(tuple(calls), targets, holidays)
    least = max(1, rules.least_on_duty, rules.least_crisis)

    @cache
    def crew(erlangs: float) -> int:
        within = targets.within_seconds / HOUR
        return people_for(erlangs / load.handle, load.handle, load.patience, within, targets.level)

    def reasoned(hour: int) -> Reasoned:
        day = first + timedelta(days=hour // HOURS_A_DAY)
        average, source = load.of(kind_of_day(day, holidays), hour % HOURS_A_DAY)
        trend, holiday = load.levels.trend(day), load.levels.of_holiday(day, holidays)
        erlangs = average * trend * holiday
        by_erlang = crew(erlangs)
        rostered = math.ceil(by_erlang / (1 - targets.shrinkage) - 1e-9)
        return Reasoned(hour, erlangs, by_erlang, rostered, least, source, trend, holiday)

    return tuple(reasoned(hour) for hour in range(days * HOURS_A_DAY))
