"""Small problems for tests: two shifts of twelve hours unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.problem import Need, Problem, Roster, Rules, ShiftType, Worker

MONDAY = date(2026, 9, 28)
DAY = ShiftType("day", "日", 8 * 60, 12 * 60)
NIGHT = ShiftType("night", "夜", 20 * 60, 12 * 60, night=True)
STANDBY = ShiftType("standby", "备", 8 * 60, 24 * 60, on_call=True, paid=0)

# Rules that bind nothing, for tests of one rule alone.
LAX = Rules(
    rest_hours=0,
    nights_in_a_row=400,
    days_in_a_row=400,
    overtime_month_hours=1000,
    least_on_duty=0,
    least_crisis=0,
    price_short=0,
    price_over=0,
    price_wish=0,
    price_night_spread=0,
    price_hours_off=0,
    price_weekend=0,
    price_holiday=0,
    price_standby=0,
    price_supervisor=0,
)


def worker(name: str, *qualifications: str, **fields: object) -> Worker:
    made = Worker(name, name.upper(), "s1", frozenset(qualifications))
    return replace(made, **fields)  # type: ignore[arg-type]


def problem(*workers: Worker, days: int = 3, rules: Rules = LAX, **fields: object) -> Problem:
    made = Problem(MONDAY, days, (DAY, NIGHT), workers, (), rules=rules)
    return replace(made, **fields)  # type: ignore[arg-type]


def needs(
    people: int, days: int, qualification: str | None = None, hours: range = range(24)
) -> tuple[Need, ...]:
    return tuple(
        Need(day * 24 + hour, people, qualification) for day in range(days) for hour in hours
    )


def roster(**rows: str) -> Roster:
    """d a day, n a night, b standing by, - free: one letter for each day."""
    names = {"d": DAY.id, "n": NIGHT.id, "b": STANDBY.id, "-": None}
    return Roster({who: tuple(names[letter] for letter in row) for who, row in rows.items()})


@dataclass(frozen=True)
class Call:
    arrived_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = "answered"
