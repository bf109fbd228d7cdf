"""The arithmetic of shifts, hours and contracts that the audit and the solver's model share."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.calendar import DayMark, mark
from scheduler.problem import HOURS_A_DAY, SATURDAY, Carried, Problem, Rules, ShiftType, Worker

DAY = 1440
HOUR = 60
WEEK = 7
MONTH = 30

# Who covers a stretch of an hour: the shifts, each with 0 (begun that day) or 1 (the day before).
Piece = tuple[tuple[str, int], ...]


def _covers(shift: ShiftType, offset: int, minute: int) -> bool:
    return shift.start <= minute + offset * DAY < shift.end


def pieces(shifts: Iterable[ShiftType]) -> tuple[tuple[Piece, ...], ...]:
    """For each hour of the day the different stretches of it.

    Where shifts begin at the full hour there is one; a change at 07:30 makes two of it, and the
    hour is as well covered as the worse of them.
    """
    shifts = tuple(shifts)
    edges = {edge % DAY for shift in shifts for edge in (shift.start, shift.end)}
    day = []
    for hour in range(HOURS_A_DAY):
        first = hour * HOUR
        begins = {first} | {edge for edge in edges if first <= edge < first + HOUR}
        stretches = (
            tuple((s.id, offset) for s in shifts for offset in (0, 1) if _covers(s, offset, minute))
            for minute in sorted(begins)
        )
        day.append(tuple(dict.fromkeys(stretches)))
    return tuple(day)


def judged_hours(problem: Problem, shifts: Iterable[ShiftType]) -> dict[int, tuple[Piece, ...]]:
    """The hours of the horizon with their pieces.

    The first morning belongs to the roster before, as far as only its shifts reach into it.
    """
    day = pieces(shifts)
    hours = {hour: day[hour % HOURS_A_DAY] for hour in range(problem.days * HOURS_A_DAY)}
    for hour in range(min(HOURS_A_DAY, len(hours))):
        own = tuple(p for p in day[hour] if not p or any(offset == 0 for _, offset in p))
        if own:
            hours[hour] = own
        else:
            del hours[hour]
    return hours


def duty_shifts(problem: Problem) -> tuple[ShiftType, ...]:
    return tuple(shift for shift in problem.shifts if not shift.on_call)


def on_call_shifts(problem: Problem) -> tuple[ShiftType, ...]:
    return tuple(shift for shift in problem.shifts if shift.on_call)


def gap_needed(before: ShiftType, after: ShiftType, rules: Rules) -> int:
    """Minutes that must lie between two shifts of one person.

    Standing by at home is neither work nor proper rest: it may touch work but not overlap it, and
    it does not follow at once on a night.
    """
    if before.on_call or (after.on_call and not before.night):
        return 0
    return rules.rest_hours * HOUR


def too_close(before: ShiftType, after: ShiftType, days: int, rules: Rules) -> bool:
    """Whether `after`, begun `days` days later, comes too soon after `before`."""
    return days * DAY + after.start - before.end < gap_needed(before, after, rules)


def reach(problem: Problem) -> int:
    """How many days later a shift may still come too soon."""
    longest = max((shift.end for shift in problem.shifts), default=0)
    return (longest + problem.rules.rest_hours * HOUR) // DAY + 1


def absent_days(problem: Problem, worker: str) -> frozenset[int]:
    return frozenset(
        day
        for absence in problem.absences
        if absence.worker == worker
        for day in range(max(0, absence.first), min(problem.days, absence.last + 1))
    )


def contract_minutes(problem: Problem, worker: Worker) -> int:
    """What the contract asks for in the horizon, days of absence taken off, and what was worked
    too much in the months before."""
    present = problem.days - len(absent_days(problem, worker.id))
    return max(0, worker.week_minutes * present // WEEK - carried(problem, worker).minutes)


def most_minutes(problem: Problem, worker: Worker) -> int:
    """The most that may be worked in the horizon, overtime included.

    A horizon of less than a week counts as a week, or a single day could hold no shift at all.
    """
    rules = problem.rules
    days = max(WEEK, problem.days)
    present = days - len(absent_days(problem, worker.id))
    standard = min(worker.week_minutes, rules.week_hours * HOUR) * present // WEEK
    overtime = 0 if worker.no_nights else rules.overtime_month_hours * HOUR * days // MONTH
    return standard + overtime


def shares_nights(problem: Problem) -> tuple[Worker, ...]:
    """The people among whom nights are shared out fairly."""
    return tuple(
        worker
        for worker in problem.workers
        if not worker.no_nights and 2 * len(absent_days(problem, worker.id)) <= problem.days
    )


def carried(problem: Problem, worker: Worker) -> Carried:
    return problem.carried.get(worker.id, Carried())


def weekend_days(problem: Problem) -> tuple[int, ...]:
    return tuple(d for d in range(problem.days) if problem.day(d).weekday() >= SATURDAY)


def holidays(problem: Problem) -> tuple[int, ...]:
    """Public ones, as far as they are known."""
    return tuple(d for d in range(problem.days) if mark(problem.day(d)) is DayMark.HOLIDAY)


def day_prices(problem: Problem, worker: Worker) -> dict[int, int]:
    """What a duty costs on the days of which the person had more than others before."""
    had, rules = carried(problem, worker), problem.rules
    kinds = (
        (had.weekends * rules.price_weekend, weekend_days),
        (had.holidays * rules.price_holiday, holidays),
    )
    found: dict[int, int] = {}
    for price, days in kinds:
        for day in days(problem) if price > 0 else ():
            found[day] = found.get(day, 0) + price
    return found


def needed(problem: Problem) -> dict[str | None, dict[int, int]]:
    """Qualification -> hour -> people; the largest need counts where there are several."""
    table: dict[str | None, dict[int, int]] = {}
    for need in problem.needs:
        hours = table.setdefault(need.qualification, {})
        hours[need.hour] = max(need.people, hours.get(need.hour, 0))
    return table


def crisis_hours(problem: Problem) -> frozenset[int]:
    """The hours for which the needs do not already ask for as many crisis people as the rule."""
    asked = needed(problem).get("crisis", {})
    least = problem.rules.least_crisis
    hours = judged_hours(problem, duty_shifts(problem))
    return frozenset(hour for hour in hours if asked.get(hour, 0) < least)
