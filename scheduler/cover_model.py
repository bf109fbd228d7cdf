"""The twins of the rules in `scheduler.cover`: the same, said to CP-SAT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scheduler.hours import Piece, crisis_hours, duty_shifts, judged_hours, needed, on_call_shifts
from scheduler.problem import HOURS_A_DAY, SUPERVISOR, ShiftType

if TYPE_CHECKING:
    from scheduler.model import Model


def _at_least(m: Model, name: str, hours: Mapping[int, int], qualification: str | None) -> None:
    """A hard least number of people, written once for all hours with the same stretch."""
    stretches = judged_hours(m.problem, duty_shifts(m.problem))
    done: dict[tuple[int, Piece], int] = {}
    for hour, least in hours.items():
        for piece in stretches.get(hour, ()):
            key = (hour // HOURS_A_DAY, piece)
            done[key] = max(least, done.get(key, 0))
    for (day, piece), least in done.items():
        if least > 0:
            m.must(name, m.people(day * HOURS_A_DAY, piece, qualification) >= least)


def _priced(
    m: Model,
    shifts: tuple[ShiftType, ...],
    hours: Mapping[int, int],
    qualification: str | None,
    price: int,
    sign: int,
) -> None:
    """Pays for each person in these shifts below (sign 1) or above (-1) the number for the hour."""
    stretches = judged_hours(m.problem, shifts)
    times: dict[tuple[int, tuple[Piece, ...], int], int] = {}
    for hour, people in hours.items():
        if hour in stretches:
            key = (hour // HOURS_A_DAY, stretches[hour], people)
            times[key] = times.get(key, 0) + 1
    for (day, own, people), count in times.items():
        have = [m.people(day * HOURS_A_DAY, piece, qualification) for piece in own]
        most = max(people, len(m.problem.workers))
        short = m.shortage([sign * (people - there) for there in have], most)
        m.pay(price * count, short)


def _enough(
    m: Model, name: str, hours: Mapping[int, int], qualification: str | None, price: int | None
) -> None:
    """At least so many people, or that price for each who is missing in an hour."""
    if price is None:
        _at_least(m, name, hours, qualification)
    else:
        _priced(m, duty_shifts(m.problem), hours, qualification, price, 1)


def never_empty(m: Model) -> None:
    rules = m.problem.rules
    if rules.round_the_clock:
        hours = judged_hours(m.problem, duty_shifts(m.problem))
        _enough(m, "never_empty", dict.fromkeys(hours, 1), None, rules.prices.get("never_empty"))


def least_on_duty(m: Model) -> None:
    rules = m.problem.rules
    hours = dict.fromkeys(judged_hours(m.problem, duty_shifts(m.problem)), rules.least_on_duty)
    _enough(m, "least_on_duty", hours, None, rules.prices.get("least_on_duty"))


def _price_short(m: Model) -> int | None:
    return None if m.problem.rules.need_is_hard else m.problem.rules.price_short


def least_crisis(m: Model) -> None:
    hours = dict.fromkeys(sorted(crisis_hours(m.problem)), m.problem.rules.least_crisis)
    _enough(m, "least_crisis", hours, "crisis", _price_short(m))


def cover(m: Model) -> None:
    for qualification, hours in needed(m.problem).items():
        _enough(m, "cover", hours, qualification, _price_short(m))


def over(m: Model) -> None:
    rules = m.problem.rules
    needs = needed(m.problem).get(None, {})
    hours = {hour: max(people, rules.least_on_duty) for hour, people in needs.items()}
    _priced(m, duty_shifts(m.problem), hours, None, rules.price_over, -1)


def standby(m: Model) -> None:
    times: dict[tuple[int, tuple[Piece, ...]], int] = {}
    for hour, stretches in judged_hours(m.problem, on_call_shifts(m.problem)).items():
        key = (hour // HOURS_A_DAY, tuple(piece for piece in stretches if piece))
        times[key] = times.get(key, 0) + 1
    for (day, own), count in times.items():
        have = [m.people(day * HOURS_A_DAY, piece, None) for piece in own]
        m.pay(m.problem.rules.price_standby * count, m.shortage([1 - there for there in have], 1))


def supervised(m: Model) -> None:
    rules, shifts = m.problem.rules, m.problem.shifts
    if rules.least_supervisors:
        hours = dict.fromkeys(judged_hours(m.problem, shifts), rules.least_supervisors)
        _priced(m, shifts, hours, SUPERVISOR, rules.price_supervisor, 1)


COVER_TWINS = (
    never_empty,
    least_on_duty,
    least_crisis,
    cover,
    over,
    standby,
    supervised,
)
