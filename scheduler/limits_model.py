"""The twins of the rules in `scheduler.limits`: the same, said to CP-SAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from scheduler.problem import Worker

if TYPE_CHECKING:
    from scheduler.model import Linear, Model


def succession(m: Model) -> None:
    names = {shift.id: shift for shift in m.problem.shifts}
    for before in m.problem.shifts:
        barred = [names[name] for name in sorted(before.not_before)]
        for worker in m.problem.workers if barred else ():
            for day in range(m.problem.days):
                earlier = m.has(worker.id, day - 1, before.id)
                if not (isinstance(earlier, int) and earlier == 0):
                    m.must("succession", earlier + m.any_of(worker.id, day, barred) <= 1)


def most_of_a_shift(m: Model) -> None:
    for worker in m.problem.workers:
        for shift, most in sorted(worker.limits.most_of.items()):
            had = sum(m.has(worker.id, day, shift) for day in range(m.problem.days))
            m.must("most_of_a_shift", had <= most)


def minutes_within(m: Model) -> None:
    for worker in m.problem.workers:
        limits = worker.limits
        worked: Linear = sum(
            shift.work * m.has(worker.id, day, shift.id)
            for shift in m.problem.shifts
            for day in range(m.problem.days)
        )
        if limits.most_minutes is not None:
            m.must("minutes_within", worked <= limits.most_minutes)
        if limits.least_minutes:
            m.must("minutes_within", worked >= limits.least_minutes)


def _on(m: Model, worker: Worker) -> dict[int, Linear]:
    """Day -> 1 when the person has a shift; as far back as is known."""
    past = len(m.problem.history.get(worker.id, ()))
    return {d: m.any_of(worker.id, d, m.problem.shifts) for d in range(-past, m.problem.days)}


def _no_shorter(m: Model, name: str, state: dict[int, Linear], least: int) -> None:
    """No run of less than `least` days in the state between two days that are not in it."""
    first, last = min(state), max(state)
    for length in range(1, least):
        for day in range(max(first + 1, -length), last - length + 1):
            inside: Linear = sum(1 - state[day + offset] for offset in range(length))
            long_enough = state[day - 1] + inside + state[day + length] >= 1
            m.must(name, long_enough, units=least - length)


def run_of_days(m: Model) -> None:
    for worker in m.problem.workers:
        on, most = _on(m, worker), worker.limits.most_days_in_a_row
        _no_shorter(m, "run_of_days", on, worker.limits.least_days_in_a_row)
        for last in range(m.problem.days) if most is not None else ():
            if most is not None and last - most >= min(on):
                m.must("run_of_days", sum(on[day] for day in range(last - most, last + 1)) <= most)


def days_off(m: Model) -> None:
    for worker in m.problem.workers:
        off: dict[int, Linear] = {day: 1 - on for day, on in _on(m, worker).items()}
        _no_shorter(m, "days_off", off, worker.limits.least_days_off)


def weekends(m: Model) -> None:
    for worker in m.problem.workers:
        if worker.limits.most_weekends is None:
            continue
        worked: dict[int, cp_model.IntVar] = {}
        for day in range(m.problem.days):
            weekend = m.problem.weekend(day)
            if weekend is not None:
                seen = worked.setdefault(weekend, m.cp.new_bool_var(""))
                m.cp.add(m.any_of(worker.id, day, m.problem.shifts) <= seen)
        m.must("weekends", sum(worked.values()) <= worker.limits.most_weekends)


def shift_cover(m: Model) -> None:
    people = len(m.problem.workers)
    for need in m.problem.shift_needs:
        had: Linear = sum(m.has(worker.id, need.day, need.shift) for worker in m.problem.workers)
        m.pay(need.price_short, m.shortage([need.people - had], need.people))
        m.pay(need.price_over, m.shortage([had - need.people], people))


LIMIT_TWINS = (
    succession,
    most_of_a_shift,
    minutes_within,
    run_of_days,
    days_off,
    weekends,
    shift_cover,
)
