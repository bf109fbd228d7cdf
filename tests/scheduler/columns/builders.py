"""Problems of our own in the yardstick's kind, drawn from a seed."""

from __future__ import annotations

from random import Random

from scheduler.problem import Limits, Problem, ShiftNeed, ShiftType, Wish, Worker
from scheduler.yardstick import MONDAY, RULES

SHIFTS = (
    ShiftType("E", "E", 0, 480),
    ShiftType("L", "L", 0, 480, not_before=frozenset("E")),
    ShiftType("N", "N", 0, 600, not_before=frozenset("EL")),
)


def drawn(seed: int, people: int = 8, days: int = 14, kinds: int = 2) -> Problem:
    """As much to do as the people can, with wishes, limits and days off."""
    draw = Random(seed)
    shifts = SHIFTS[:kinds]
    workers = tuple(_worker(draw, f"w{n}", days, shifts) for n in range(people))
    wishes = {
        (worker.id, draw.randrange(days), draw.choice(shifts).id): (
            draw.random() < 0.5,
            draw.randint(1, 3),
        )
        for worker in workers
        for _ in range(days // 4)
    }
    return Problem(
        MONDAY,
        days,
        shifts,
        workers,
        (),
        wishes=tuple(Wish(*key, *value) for key, value in wishes.items()),
        rules=RULES,
        shift_needs=tuple(
            ShiftNeed(day, shift.id, max(0, people // (2 * kinds) + draw.randint(-1, 1)), 100, 1)
            for day in range(days)
            for shift in shifts
        ),
    )


def _worker(draw: Random, name: str, days: int, shifts: tuple[ShiftType, ...]) -> Worker:
    most = 480 * (days * 9 // 14)
    few = {draw.choice(shifts).id: days // 5} if draw.random() < 0.5 else {}
    return Worker(
        name,
        name,
        "",
        fixed={draw.randrange(days): None},
        limits=Limits(
            few,
            least_minutes=max(0, most - 960),
            most_minutes=most,
            least_days_in_a_row=draw.choice((1, 2)),
            most_days_in_a_row=5,
            least_days_off=draw.choice((1, 2)),
            most_weekends=max(1, days // 14),
        ),
    )
