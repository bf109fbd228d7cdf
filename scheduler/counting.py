"""Whether there are simply too few people: counted in hours, at once and without a solver.

What is found here is certain; where nothing is found there may be no roster all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.hours import (
    DAY,
    HOUR,
    absent_days,
    crisis_hours,
    duty_shifts,
    judged_hours,
    most_minutes,
    needed,
)
from scheduler.problem import Problem, ShiftType, Worker
from scheduler.rules import firm

Kind = str | None  # a qualification; None: anybody


@dataclass(frozen=True)
class TooFew:
    """More person-hours must be covered than all who could do it may work together."""

    qualification: Kind
    people: int  # who have the qualification
    needed: int  # person-hours of the horizon
    able: int  # person-hours that these people may work at most
    nights: bool = False  # counted in the hours that only nights cover

    @property
    def missing(self) -> int:
        return self.needed - self.able


def too_few(problem: Problem) -> tuple[TooFew, ...]:
    """For each qualification of which more hours are asked for than there can be; of nights alone
    where all hours together would do."""
    shifts = duty_shifts(problem)
    if any(not shift.work for shift in shifts):
        return ()  # whoever has it works without end
    nights = tuple(shift for shift in shifts if shift.night)
    return tuple(_short(problem, shifts)) or (tuple(_short(problem, nights)) if nights else ())


def _short(problem: Problem, shifts: tuple[ShiftType, ...]) -> Iterator[TooFew]:
    """Of the hours that no other shifts cover."""
    nights = all(shift.night for shift in shifts)
    barred = nights and "no_nights" in firm(problem.rules)
    for kind, hours in sorted(_asked(problem, shifts).items(), key=str):
        known = [w for w in problem.workers if kind is None or kind in w.qualifications]
        crew = [worker for worker in known if not (barred and worker.no_nights)]
        able = sum(_most(problem, worker, shifts) for worker in crew)
        able += sum(_before(problem, worker) for worker in known)
        if hours * HOUR > able:
            yield TooFew(kind, len(crew), hours, able // HOUR, nights)


def _asked(problem: Problem, shifts: tuple[ShiftType, ...]) -> Counter[Kind]:
    """The person-hours that no roster may leave open, of the hours that no other shifts cover."""
    least: dict[tuple[int, Kind], int] = {}
    known = {shift.id for shift in shifts}
    judged = {
        hour
        for hour, pieces in judged_hours(problem, duty_shifts(problem)).items()
        if all(pieces) and known.issuperset(shift for piece in pieces for shift, _ in piece)
    }
    for hour, kind, people in _least(problem):
        if hour in judged:
            least[hour, kind] = max(people, least.get((hour, kind), 0))
    asked: Counter[Kind] = Counter()
    for (_hour, kind), people in least.items():
        asked[kind] += people
    return asked


def _least(problem: Problem) -> Iterator[tuple[int, Kind, int]]:
    rules, kept = problem.rules, firm(problem.rules)
    everywhere = {"never_empty": int(rules.round_the_clock), "least_on_duty": rules.least_on_duty}
    for name in kept & set(everywhere):
        for hour in range(problem.days * DAY // HOUR):
            yield hour, None, everywhere[name]
    if "cover" in kept:
        for kind, hours in needed(problem).items():
            yield from ((hour, kind, people) for hour, people in hours.items())
    if "least_crisis" in kept:
        yield from ((hour, "crisis", rules.least_crisis) for hour in crisis_hours(problem))


def _most(problem: Problem, worker: Worker, shifts: tuple[ShiftType, ...]) -> int:
    """Minutes in these shifts that the hard rules leave the person, at most."""
    kept, days = firm(problem.rules), problem.days
    if "absences" in kept:
        days -= len(absent_days(problem, worker.id))
    rows = {"days_in_a_row"} | ({"nights_in_a_row"} if all(s.night for s in shifts) else set())
    for name in rows & kept:
        days = min(days, problem.days - problem.days // (getattr(problem.rules, name) + 1))
    most = days * max((shift.minutes for shift in shifts), default=0)
    if "overtime" in kept:
        dearest = max((shift.minutes / shift.work for shift in shifts), default=0.0)
        most = min(most, int(most_minutes(problem, worker) * dearest))
    return most


def _before(problem: Problem, worker: Worker) -> int:
    """Minutes of the last shift before the horizon that reach into it."""
    last = problem.history.get(worker.id, (None,))[-1:]
    return sum(max(0, s.end - DAY) for s in duty_shifts(problem) if (s.id,) == last)
