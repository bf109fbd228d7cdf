"""A first roster without a solver, in a moment: day by day, the scarcest hours first.

It keeps the rules about one person's days and covers what it can; the solver takes it as a hint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scheduler.hours import (
    DAY,
    WEEK,
    absent_days,
    carried,
    contract_minutes,
    duty_shifts,
    judged_hours,
    most_minutes,
    needed,
    reach,
    too_close,
)
from scheduler.problem import HOURS_A_DAY, PairKind, Problem, Roster, ShiftType, Worker

Row = list[ShiftType | None]


def first_roster(problem: Problem) -> Roster:
    plan = _Plan(problem)
    for day in range(problem.days):
        plan.keep_fixed(day)
        plan.fill(day)
    rows = {w.id: plan.rows[w.id][plan.past[w.id] :] for w in problem.workers}
    return Roster({w: tuple(s.id if s else None for s in row) for w, row in rows.items()})


class _Plan:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.shifts = {shift.id: shift for shift in problem.shifts}
        free: Row = [None] * problem.days
        self.rows = {w.id: [*self._history(w), *free] for w in problem.workers}
        self.past = {w.id: len(problem.history.get(w.id, ())) for w in problem.workers}
        self.away = {w.id: absent_days(problem, w.id) for w in problem.workers}
        self.most = {w.id: most_minutes(problem, w) for w in problem.workers}
        self.contract = {w.id: contract_minutes(problem, w) for w in problem.workers}
        self.stagger = {w.id: 1440 * (n % WEEK) / WEEK for n, w in enumerate(problem.workers)}
        self.worked: Counter[str] = Counter()
        self.nights = Counter({w.id: carried(problem, w).nights for w in problem.workers})
        self.needs = needed(problem)
        self.there: Counter[tuple[int, str, str | None]] = Counter()  # day, shift, qualification
        for worker in problem.workers:
            if last := self._at(worker.id, -1):
                self._count(worker, -1, last)
        self.hours = judged_hours(problem, duty_shifts(problem))

    def _history(self, worker: Worker) -> Row:
        row = self.problem.history.get(worker.id, ())
        return [None if cell is None else self.shifts[cell] for cell in row]

    def _count(self, worker: Worker, day: int, shift: ShiftType) -> None:
        self.there.update((day, shift.id, kind) for kind in (None, *worker.qualifications))

    def keep_fixed(self, day: int) -> None:
        for worker in self.problem.workers:
            wanted = worker.fixed.get(day)
            if wanted is not None:
                self._give(worker, day, self.shifts[wanted])

    def fill(self, day: int) -> None:
        """First nobody alone, whatever it costs; then the needs, with those whose turn it is."""
        kinds = sorted({None, *self.needs}, key=lambda q: q is None)
        for at_least in (True, False):
            for kind in kinds:
                self._fill(day, kind, at_least)

    def _fill(self, day: int, kind: str | None, at_least: bool) -> None:
        """One person at a time, into the shift with the most hours that are short of people."""
        left = list(self.problem.shifts)
        while left:
            missing = {s.id: self._missing(day, s, kind, at_least) for s in left}
            shift = max(left, key=lambda s: (missing[s.id], s.night))
            able = [w for w in self._able(kind) if self._may(w, day, shift)]
            if not at_least:
                able = [w for w in able if self._in_pace(w, day, shift)]
            if able and missing[shift.id]:
                self._give(min(able, key=lambda w: self._turn(w, shift)), day, shift)
            else:
                left.remove(shift)

    def _in_pace(self, worker: Worker, day: int, shift: ShiftType) -> bool:
        """Nobody is used up early; staggered, so that not all have their free days together."""
        paced = self.contract[worker.id] * (day + 1) / self.problem.days
        return self.worked[worker.id] + shift.work <= paced + self.stagger[worker.id]

    def _able(self, qualification: str | None) -> Iterable[Worker]:
        for worker in self.problem.workers:
            if qualification is None or qualification in worker.qualifications:
                yield worker

    def _turn(self, worker: Worker, shift: ShiftType) -> tuple[float, ...]:
        """Who is next: the one with the fewest nights for a night, else with the fewest hours."""
        load = (self.worked[worker.id] + 1) / max(1, worker.week_minutes)
        return (self.nights[worker.id], load) if shift.night else (load,)

    def _give(self, worker: Worker, day: int, shift: ShiftType) -> None:
        self.rows[worker.id][self.past[worker.id] + day] = shift
        self._count(worker, day, shift)
        self.worked[worker.id] += shift.work
        self.nights[worker.id] += shift.night

    def _at(self, worker: str, day: int) -> ShiftType | None:
        index = self.past[worker] + day
        row = self.rows[worker]
        return row[index] if 0 <= index < len(row) else None

    def _missing(self, day: int, shift: ShiftType, kind: str | None, at_least: bool) -> int:
        """How many hours of the shift are short of people."""
        if shift.on_call:
            return not at_least and not self.there[day, shift.id, None]
        begin = day * HOURS_A_DAY + shift.start // 60
        hours = range(begin, begin + max(1, shift.minutes // 60))
        return sum(self._short(hour, shift.id, kind, at_least) for hour in hours)

    def _short(self, hour: int, shift: str, kind: str | None, at_least: bool) -> bool:
        wanted = 0 if kind else max(1, self.problem.rules.least_on_duty)
        if not at_least or kind:
            wanted = max(wanted, self.needs.get(kind, {}).get(hour, 0))
        day, pieces = hour // HOURS_A_DAY, self.hours.get(hour, ())
        return any(
            sum(self.there[day - off, other, kind] for other, off in piece) < wanted
            for piece in pieces
            if any(other == shift for other, _off in piece)
        )

    def _may(self, worker: Worker, day: int, shift: ShiftType) -> bool:
        return (
            self._at(worker.id, day) is None
            and day not in worker.fixed
            and day not in self.away[worker.id]
            and not (shift.runs_over and day + 1 in self.away[worker.id])
            and not (worker.no_nights and (shift.night or shift.on_call))
            and self.worked[worker.id] + shift.work <= self.most[worker.id]
            and not self._clashes(worker, day, shift)
            and not self._badly_paired(worker, day, shift)
            and not self._too_long(worker, day, shift)
        )

    def _clashes(self, worker: Worker, day: int, shift: ShiftType) -> bool:
        rules = self.problem.rules
        for gap in range(1, reach(self.problem) + 1):
            before, after = self._at(worker.id, day - gap), worker.fixed.get(day + gap)
            if before and too_close(before, shift, gap, rules):
                return True
            if after and too_close(shift, self.shifts[after], gap, rules):
                return True
        return False

    def _badly_paired(self, worker: Worker, day: int, shift: ShiftType) -> bool:
        """Whether somebody would be there who must not be, or is not there who must be."""
        for pair in self.problem.pairs if not shift.on_call else ():
            if pair.kind is PairKind.TOGETHER:
                if pair.one == worker.id and self._at(pair.other, day) != shift:
                    return True
            elif worker.id in (pair.one, pair.other):
                other = pair.other if worker.id == pair.one else pair.one
                if self._meets(other, day, shift):
                    return True
        return False

    def _meets(self, other: str, day: int, shift: ShiftType) -> bool:
        for gap in (-1, 0, 1):
            there = self._at(other, day + gap)
            begin = gap * DAY + (there.start if there else 0)
            over = there is not None and shift.start < begin + there.minutes
            if there and not there.on_call and begin < shift.end and over:
                return True
        return False

    def _too_long(self, worker: Worker, day: int, shift: ShiftType) -> bool:
        """Whether the run of days, or of nights, before that day is at its limit already."""
        rules, days, nights = self.problem.rules, 0, 0
        while self._at(worker.id, day - days - 1):
            days += 1
        while (before := self._at(worker.id, day - nights - 1)) and before.night:
            nights += 1
        return days >= rules.days_in_a_row or (shift.night and nights >= rules.nights_in_a_row)
