"""Small problems of the hotline's own kind: hours, nights, rest, history; drawn from a seed."""

from __future__ import annotations

from random import Random

from scheduler.problem import Absence, Limits, Need, Problem, Rules, ShiftType, Wish, Worker
from tests.scheduler.builders import MONDAY

SHIFTS = (
    ShiftType("day", "日", 7 * 60, 12 * 60),
    ShiftType("dusk", "昏", 15 * 60, 8 * 60),
    ShiftType("night", "夜", 19 * 60, 12 * 60, night=True),
    ShiftType("standby", "备", 7 * 60, 24 * 60, on_call=True, paid=0),
)
RULES = Rules(
    least_on_duty=0,
    round_the_clock=False,
    price_short=15,
    price_over=2,
    price_wish=9,
    price_night_spread=7,
    price_standby=1,
    nights_in_a_row=2,
    days_in_a_row=4,
)


def small_city(seed: int, people: int = 4, days: int = 6) -> Problem:
    draw = Random(seed)
    staff = tuple(_worker(draw, f"w{n}") for n in range(people))
    needs = tuple(Need(hour, draw.choice((1, 1, 2))) for hour in range(0, 24 * days, 1))
    crisis = tuple(Need(hour, 1, "crisis") for hour in range(8, 24 * days, 24))
    return Problem(
        MONDAY,
        days,
        SHIFTS,
        staff,
        needs + crisis,
        (Absence("w0", draw.randrange(days), days),),
        tuple(_wish(draw, worker, days) for worker in staff),
        RULES,
        history={worker.id: _past(draw) for worker in staff},
    )


def _worker(draw: Random, name: str) -> Worker:
    has = frozenset({"crisis"} if draw.random() < 0.5 else set())
    limits = Limits(most_weekends=draw.choice((None, 0, 1)))
    minutes = draw.choice((1200, 2400))
    return Worker(name, name, "s1", has, minutes, draw.random() < 0.2, limits=limits)


def _wish(draw: Random, worker: Worker, days: int) -> Wish:
    shift = draw.choice((None, "day", "night"))
    return Wish(worker.id, draw.randrange(days), shift, draw.random() < 0.5, draw.randint(1, 2))


def _past(draw: Random) -> tuple[str | None, ...]:
    shift = draw.choice(("day", "dusk", "night", "standby"))
    run = draw.randint(0, 2)
    return (None, None) + (shift,) * run
