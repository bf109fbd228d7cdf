"""What is wrong with a problem or a roster, all of it at once; nothing wrong is computed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from scheduler.problem import HOURS_A_DAY, Absence, Problem, Roster, Wish, Worker
from scheduler.rules import BREAKABLE

LONGEST = 366  # days
MOST_PEOPLE = 2000  # more than any city's pool: a mistake in a file
_RUN = ("least_days_in_a_row", "most_days_in_a_row")


class BadProblem(ValueError):
    """The problem or the roster holds mistakes; `errors` lists every one of them."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


def check(problem: Problem) -> list[str]:
    """Every mistake: its place, the value, and what would be right.

    Of a problem beyond all measure only that is told.
    """
    if len(problem.workers) > MOST_PEOPLE or problem.days > LONGEST:
        return [*_horizon(problem)]
    return [
        *_horizon(problem),
        *_same_twice("shift", [shift.id for shift in problem.shifts]),
        *_same_twice("worker", [worker.id for worker in problem.workers]),
        *_needs(problem),
        *_fixed(problem),
        *_absences(problem),
        *_wishes(problem),
        *_history(problem),
        *_numbers(problem),
        *_limits(problem),
        *_shift_needs(problem),
        *_pairs(problem),
        *_carried(problem),
    ]


def check_roster(problem: Problem, roster: Roster) -> list[str]:
    """Mistakes of a roster. People whom it does not name are free all the time."""
    workers = {worker.id for worker in problem.workers}
    found = []
    for worker, row in roster.cells.items():
        place = f"roster of {worker}"
        if worker not in workers:
            found.append(_wrong(place, "worker", worker, "a worker of the problem"))
        if len(row) != problem.days:
            found.append(_wrong(place, "days", len(row), f"{problem.days} cells"))
        found += _unknown_shifts(problem, place, enumerate(row))
    return found


def refuse_mistakes(problem: Problem, roster: Roster | None = None) -> None:
    errors = check(problem)
    if roster is not None and not errors:
        errors = check_roster(problem, roster)
    if errors:
        raise BadProblem(errors)


def _wrong(place: str, what: str, value: object, right: str) -> str:
    return f"{place}: {what} is {value!r}; it must be {right}"


def _horizon(problem: Problem) -> Iterator[str]:
    if not 1 <= problem.days <= LONGEST:
        yield _wrong("horizon", "days", problem.days, f"1 to {LONGEST}")
    if not problem.shifts:
        yield _wrong("shifts", "their number", 0, "at least 1")
    if not 1 <= len(problem.workers) <= MOST_PEOPLE:
        yield _wrong("workers", "their number", len(problem.workers), f"1 to {MOST_PEOPLE}")


def _same_twice(what: str, ids: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(ids).items():
        if not name:
            yield _wrong(f"{what}s", "id", name, "a text")
        if count > 1:
            yield _wrong(f"{what} {name}", "the number of its entries", count, "1")


def _needs(problem: Problem) -> Iterator[str]:
    hours = max(problem.days, 0) * HOURS_A_DAY
    for index, need in enumerate(problem.needs):
        place = f"need {index}"
        if not 0 <= need.hour < hours:
            yield _wrong(place, "hour", need.hour, f"0 to {hours - 1}")
        if need.qualification == "":
            yield _wrong(place, "qualification", "", "a text, or nothing for anybody")


def _fixed(problem: Problem) -> Iterator[str]:
    for worker in problem.workers:
        place = f"fixed days of {worker.id}"
        yield from _days(problem, place, worker.fixed)
        yield from _unknown_shifts(problem, place, worker.fixed.items())


def _absences(problem: Problem) -> Iterator[str]:
    """An absence may begin before the horizon and end after it."""
    for index, absence in enumerate(problem.absences):
        place = f"absence {index} of {absence.worker}"
        yield from _unknown_worker(problem.workers, place, absence.worker)
        if absence.first > absence.last:
            right = f"day {absence.first} or later"
            yield _wrong(place, "last day", absence.last, right)
    yield from _overlaps(problem.absences)


def _overlaps(absences: Sequence[Absence]) -> Iterator[str]:
    ordered = sorted(absences, key=lambda a: (a.worker, a.first, a.last))
    for before, after in pairwise(ordered):
        if before.worker == after.worker and after.first <= before.last:
            right = f"after day {before.last}, where the absence before it ends"
            yield _wrong(f"absences of {after.worker}", "first day", after.first, right)


def _wishes(problem: Problem) -> Iterator[str]:
    for index, wish in enumerate(problem.wishes):
        place = f"wish {index} of {wish.worker}"
        yield from _unknown_worker(problem.workers, place, wish.worker)
        yield from _days(problem, place, [wish.day])
        yield from _unknown_shifts(problem, place, [(wish.day, wish.shift)])
        if wish.weight < 1:
            yield _wrong(place, "weight", wish.weight, "1 or more")
    yield from _contradictions(problem.wishes)


def _contradictions(wishes: Sequence[Wish]) -> Iterator[str]:
    count = Counter((w.worker, w.day, w.shift) for w in wishes)
    for (worker, day, shift), times in count.items():
        if times > 1:
            place = f"wishes of {worker} for day {day}"
            yield _wrong(place, f"the number of those about {shift or 'a free day'}", times, "1")


def _history(problem: Problem) -> Iterator[str]:
    for worker, row in problem.history.items():
        place = f"history of {worker}"
        yield from _unknown_worker(problem.workers, place, worker)
        yield from _unknown_shifts(problem, place, enumerate(row, -len(row)))


def _numbers(problem: Problem) -> Iterator[str]:
    rules = problem.rules
    for name, value in vars(rules).items():
        if name not in ("prices", "pairs") and value < 0:
            yield _wrong("rules", name, value, "0 or more")
    for name, price in rules.prices.items():
        if name not in BREAKABLE:
            right = f"one of {', '.join(sorted(BREAKABLE))}"
            yield _wrong("prices", "a rule's name", name, right)
        if price < 0:
            yield _wrong("prices", name, price, "0 or more points")
    for name in ("nights_in_a_row", "days_in_a_row"):
        if getattr(rules, name) == 0:
            yield _wrong("rules", name, 0, "at least 1")


def _limits(problem: Problem) -> Iterator[str]:
    for shift in problem.shifts:
        followers = ((0, name) for name in sorted(shift.not_before))
        yield from _unknown_shifts(problem, f"shifts after {shift.id}", followers)
    for worker in problem.workers:
        place, limits = f"limits of {worker.id}", worker.limits
        yield from _unknown_shifts(problem, place, ((0, name) for name in limits.most_of))
        for least, most in (("least_minutes", "most_minutes"), _RUN):
            low, high = getattr(limits, least), getattr(limits, most)
            if high is not None and high < low:
                yield _wrong(place, most, high, f"{low} or more, as {least} is")


def _shift_needs(problem: Problem) -> Iterator[str]:
    for index, need in enumerate(problem.shift_needs):
        place = f"shift need {index}"
        yield from _days(problem, place, [need.day])
        yield from _unknown_shifts(problem, place, [(need.day, need.shift)])
    for (day, shift), times in Counter((n.day, n.shift) for n in problem.shift_needs).items():
        if times > 1:
            yield _wrong(
                f"shift needs of day {day}", f"the number of those for {shift}", times, "1"
            )


def _pairs(problem: Problem) -> Iterator[str]:
    for index, pair in enumerate(problem.pairs):
        place = f"pair {index}"
        for who in (pair.one, pair.other):
            yield from _unknown_worker(problem.workers, place, who)
        if pair.one == pair.other:
            yield _wrong(place, "the other", pair.other, f"somebody else than {pair.one}")
    for pair, times in Counter(problem.pairs).items():
        if times > 1:
            place = f"pair of {pair.one} and {pair.other}"
            yield _wrong(place, f"the number of those kept {pair.kind}", times, "1")


def _carried(problem: Problem) -> Iterator[str]:
    for worker in problem.carried:
        yield from _unknown_worker(problem.workers, f"carried of {worker}", worker)


def _unknown_worker(workers: Iterable[Worker], place: str, name: str) -> Iterator[str]:
    if all(worker.id != name for worker in workers):
        yield _wrong(place, "worker", name, "the id of a worker")


def _days(problem: Problem, place: str, days: Iterable[int]) -> Iterator[str]:
    for day in days:
        if not 0 <= day < problem.days:
            yield _wrong(place, "day", day, f"0 to {problem.days - 1}")


def _unknown_shifts(
    problem: Problem, place: str, cells: Iterable[tuple[int, str | None]]
) -> Iterator[str]:
    known = [shift.id for shift in problem.shifts]
    for day, shift in cells:
        if shift is not None and shift not in known:
            yield _wrong(place, f"shift of day {day}", shift, f"one of {', '.join(known)}")
