"""Invented staff, the usual shifts and a sample problem, for trying things out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from scheduler.demand import needs
from scheduler.offered import Targets
from scheduler.problem import Absence, Need, Problem, Rules, ShiftType, Wish, Worker

DEFAULT_SHIFTS = (
    ShiftType("early", "早", 7 * 60, 8 * 60),
    ShiftType("mid", "中", 11 * 60, 8 * 60),
    ShiftType("late", "晚", 15 * 60, 8 * 60),
    ShiftType("night", "夜", 23 * 60, 8 * 60, night=True),
    ShiftType("standby", "备", 7 * 60, 24 * 60, on_call=True, paid=0),
)

_ALL_NAMES = (
    "林婉如 陈思远 黄雅萍 吴景行 王淑慎 蔡予安 郑明澈 苏念慈 李知微 许清和 庄若谷 洪子衿 "
    "曾怀瑾 杨听澜 施以宁 何景初 柯静姝 傅云舒 叶知秋 谢安然 邱望舒 江映雪 卢言蹊 温如许"
)
NAMES = tuple(_ALL_NAMES.split())
FIRST_ID = 201
FULL = 0.9  # share of the contract hours that a sample problem needs
CALLS_A_PERSON = 6  # calls a day for each person employed, at most


def _name(index: int) -> str:
    """After the last name they begin again, numbered."""
    again, place = divmod(index, len(NAMES))
    return NAMES[place] + (str(again + 1) if again else "")


def sample_staff(seed: int, sites: tuple[str, ...], people: int = 24) -> tuple[Worker, ...]:
    """Everybody a counsellor, half of them for crises too, a sixth supervisors, some with more."""
    if not sites:
        raise ValueError("sites is empty; it must name at least one site")
    draw = random.Random(seed)  # noqa: S311 - a sample, not a secret

    def some(share: float) -> set[int]:
        return set(draw.sample(range(people), max(1, round(people * share)))) if people else set()

    has = {
        "crisis": some(1 / 2),
        "supervisor": some(1 / 6),
        "minnan": some(1 / 3),
        "minors": some(1 / 4),
    }
    no_nights = some(1 / 24)
    part_time = some(1 / 12)
    return tuple(
        Worker(
            id=f"c{FIRST_ID + index}",
            name=_name(index),
            site=sites[index % len(sites)],
            qualifications=frozenset(
                {"counsellor"} | {q for q, who in has.items() if index in who}
            ),
            week_minutes=1440 if index in part_time else 2400,
            no_nights=index in no_nights,
        )
        for index in range(people)
    )


def sample_problem(
    seed: int,
    people: int = 24,
    days: int = 28,
    first: date = date(2026, 9, 28),
    sites: tuple[str, ...] = ("s1", "s2", "s3"),
) -> Problem:
    """As much work as the people can do, some of them absent, most of them with wishes."""
    draw = random.Random(seed + 1)  # noqa: S311 - a sample, not a secret
    staff = sample_staff(seed, sites, people)
    able = FULL * sum(worker.week_minutes for worker in staff) / 60 / 7 * days
    return Problem(
        first,
        days,
        DEFAULT_SHIFTS,
        staff,
        _needs(first, days, people, able),
        tuple(_absence(draw, worker, days) for worker in staff[4::6]),
        tuple(wish for worker in staff for wish in _wishes(draw, worker, days)),
    )


def _needs(first: date, days: int, people: int, hours: float) -> tuple[Need, ...]:
    """The needs of as many calls as people with so many hours can answer."""
    for calls in range(CALLS_A_PERSON * people, 0, -people // 4 - 1):
        wanted = needs((), first, days, Targets(calls_a_day=calls), Rules())
        if sum(need.people for need in wanted if need.qualification is None) <= hours:
            return wanted
    return needs((), first, days, Targets(calls_a_day=0), Rules())


def _absence(draw: random.Random, worker: Worker, days: int) -> Absence:
    begin = draw.randrange(days)
    reason = draw.choice(("年假", "培训", "病假"))
    return Absence(worker.id, begin, begin + draw.randint(0, 4), reason)


def _wishes(draw: random.Random, worker: Worker, days: int) -> Iterator[Wish]:
    """Free days, and shifts that are wanted or not."""
    for day in draw.sample(range(days), min(2, days)):
        shift = draw.choice((None, None, "early", "mid", "late", "night"))
        night = shift == "night" and worker.no_nights
        want = shift is None or (draw.random() < 1 / 2 and not night)
        yield Wish(worker.id, day, shift, want, draw.choice((1, 1, 2, 3)))
