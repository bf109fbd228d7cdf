"""Rostering problems of the hotline's own kind, invented by a seed: `city_problem`.

What is in them was settled before the engine was tuned on them, prices included: those are the
defaults of `Rules`. The shifts are of 4, 8 and 12 hours, two of them across midnight.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date

from scheduler.demand import needs
from scheduler.offered import Targets
from scheduler.problem import (
    HOURS_A_DAY,
    Absence,
    Limits,
    Need,
    Problem,
    Rules,
    ShiftType,
    Wish,
    Worker,
)

FIRST = date(2026, 9, 28)  # a Monday
SITES = 26
SHIFTS = (
    ShiftType("dawn", "晨", 8 * 60, 4 * 60),
    ShiftType("early", "早", 7 * 60, 8 * 60),
    ShiftType("day", "日", 9 * 60, 8 * 60),
    ShiftType("mid", "中", 11 * 60, 8 * 60),
    ShiftType("late", "晚", 15 * 60, 8 * 60),
    ShiftType("dusk", "昏", 18 * 60, 4 * 60),
    ShiftType("night", "夜", 23 * 60, 8 * 60, night=True),
    ShiftType("long", "通", 19 * 60, 12 * 60, night=True),
    ShiftType("standby", "备", 7 * 60, 24 * 60, on_call=True, paid=0),
)
QUALIFIED = {"crisis": 0.45, "supervisor": 0.15, "minnan": 0.3, "minors": 0.25}  # shares of people
# What is needed of the people on duty in an hour: a share, and the hours in which it is.
ASKED = {
    "crisis": (0.25, range(24)),
    "supervisor": (0.05, range(8, 22)),
    "minnan": (0.1, range(7, 23)),
    "minors": (0.1, range(15, 23)),
}
FULL, PART, VOLUNTEER = 2400, 1440, 480  # minutes a week
PART_TIME, VOLUNTEERS, NO_NIGHTS, ABSENT = 0.12, 0.06, 0.05, 0.25  # shares of people
WEEKENDS = 3 / 28  # that may be worked, of days
LOAD = 0.92  # of the contract hours that are left after absences
WEEK = (1.08, 1.02, 1.0, 0.98, 1.0, 0.95, 0.97)  # calls, Monday first
PAST = 7  # days of the roster before
CALLS = 2  # an hour that a person can answer at most


def city_problem(seed: int, people: int, days: int = 28) -> Problem:
    draw = random.Random(seed)
    staff = tuple(_worker(draw, index, days) for index in range(people))
    absences = tuple(_absences(draw, staff, days))
    return Problem(
        FIRST,
        days,
        SHIFTS,
        staff,
        _needs(days, _hours(staff, absences, days)),
        absences,
        tuple(wish for worker in staff for wish in _wishes(draw, worker, days)),
        history={worker.id: _past(draw, worker) for worker in staff},
    )


def _worker(draw: random.Random, index: int, days: int) -> Worker:
    kind = draw.random()
    minutes = VOLUNTEER if kind < VOLUNTEERS else FULL
    minutes = PART if VOLUNTEERS <= kind < VOLUNTEERS + PART_TIME else minutes
    has = {name for name, share in QUALIFIED.items() if draw.random() < share}
    return Worker(
        id=f"p{index:03}",
        name=f"p{index:03}",
        site=f"s{index % SITES + 1}",
        qualifications=frozenset({"counsellor"} | has),
        week_minutes=minutes,
        no_nights=minutes == VOLUNTEER or draw.random() < NO_NIGHTS,
        limits=Limits(most_weekends=math.ceil(WEEKENDS * days)),
    )


def _absences(draw: random.Random, staff: tuple[Worker, ...], days: int) -> Iterator[Absence]:
    for worker in staff:
        if draw.random() < ABSENT:
            first = draw.randrange(days)
            yield Absence(worker.id, first, first + draw.choice((0, 1, 2, 4, 6)))


def _hours(staff: tuple[Worker, ...], absences: tuple[Absence, ...], days: int) -> float:
    minutes = {worker.id: worker.week_minutes / 7 for worker in staff}
    away = (minutes[a.worker] * (min(days, a.last + 1) - a.first) for a in absences)
    return LOAD * (sum(minutes.values()) * days - sum(away)) / 60


def _needs(days: int, hours: float) -> tuple[Need, ...]:
    """The needs of as many calls as people can answer in so many hours."""
    low, high = 0.0, CALLS * hours / days
    while high - low > 1:
        calls = (low + high) / 2
        if sum(_people(days, calls).values()) <= hours:
            low = calls
        else:
            high = calls
    people = _people(days, low)
    qualified = (
        Need(hour, math.ceil(share * people[hour]), name)
        for name, (share, asked) in ASKED.items()
        for hour in people
        if hour % HOURS_A_DAY in asked
    )
    return (*(Need(hour, count) for hour, count in people.items()), *qualified)


def _people(days: int, calls: float) -> dict[int, int]:
    """Hour -> people, where so many calls come on an average day."""
    rules, found = Rules(least_crisis=0), {}
    for weekday, factor in enumerate(WEEK):
        for need in needs((), FIRST, 1, Targets(calls_a_day=calls * factor), rules):
            for day in range((weekday - FIRST.weekday()) % 7, days, 7):
                found[day * HOURS_A_DAY + need.hour] = need.people
    return dict(sorted(found.items()))


def _wishes(draw: random.Random, worker: Worker, days: int) -> Iterator[Wish]:
    """Free days mostly; else a shift that is wanted, or not."""
    for day in draw.sample(range(days), min(days, draw.randint(1, 4))):
        shift = draw.choice((None, None, None, "early", "mid", "late", "night"))
        night = shift == "night" and worker.no_nights
        want = shift is None or (draw.random() < 0.6 and not night)
        yield Wish(worker.id, day, shift, want, draw.randint(1, 3))


def _past(draw: random.Random, worker: Worker) -> tuple[str | None, ...]:
    """The end of a lawful roster: some free days, then a run of the same shift."""
    few = worker.week_minutes < FULL
    shift = draw.choice(
        ("early", "mid", "late") if worker.no_nights else ("early", "late", "night")
    )
    run = draw.randint(0, 2 if few or shift == "night" else 5)
    return (None,) * (PAST - run) + (shift,) * run
