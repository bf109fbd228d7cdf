"""The rules as constraints and prices of a CP-SAT model: one twin for each rule of scheduler.rules.

A rule that has a price may be broken for it, and one can be left out (to test that it matters).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.cover_model import COVER_TWINS
from scheduler.hours import (
    HOUR,
    Piece,
    absent_days,
    carried,
    contract_minutes,
    duty_shifts,
    holidays,
    most_minutes,
    reach,
    shares_nights,
    too_close,
    weekend_days,
)
from scheduler.limits_model import LIMIT_TWINS
from scheduler.pairs_model import PAIR_TWINS
from scheduler.problem import HOURS_A_DAY, Problem, Roster, ShiftType, Worker
from scheduler.rules import BY_NAME

Linear = cp_model.LinearExpr | int

HINT_SECONDS = 2.0  # for the other variables of a hint
MOST = 1_000_000  # units by which a rule may be broken
FAR = 2**62  # no bound


@dataclass
class Model:
    problem: Problem
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    x: dict[tuple[str, int, str], cp_model.IntVar] = field(default_factory=dict)
    prices: list[Linear] = field(default_factory=list)
    counts: dict[tuple[int, Piece, str | None], Linear] = field(default_factory=dict)

    def has(self, worker: str, day: int, shift: str | None) -> Linear:
        """1 when the person begins the shift on that day; days below 0 are history."""
        if day < 0:
            past = self.problem.history.get(worker, ())
            known = -day <= len(past) and shift is not None and past[day] == shift
            return int(known)
        return self.x.get((worker, day, shift or ""), 0)

    def any_of(self, worker: str, day: int, shifts: Iterable[ShiftType]) -> Linear:
        return total(self.has(worker, day, shift.id) for shift in shifts)

    def must(
        self, name: str, condition: cp_model.BoundedLinearExpression | bool, units: int = 1
    ) -> None:
        """A hard rule, or one with a price, paid for `units` wherever the condition is missed by 1.

        A condition that is already decided by history comes as a plain truth value.
        """
        price = self.problem.rules.prices.get(name)
        if price is None and condition is not True:
            self.cp.add(condition)
        elif price is not None and not isinstance(condition, bool):
            missed = self.cp.new_int_var(0, MOST, "")
            self.pay(price * units, missed)
            for bound in loosened(condition, BY_NAME[name].unit.size * missed):
                self.cp.add(bound)

    def pay(self, price: int, amount: Linear) -> None:
        if price:
            self.prices.append(price * amount)

    def people(self, hour: int, piece: Piece, qualification: str | None) -> Linear:
        """How many are on duty in that stretch, as one variable for all hours that share it."""
        day = hour // HOURS_A_DAY
        key = (day, piece, qualification)
        if key not in self.counts:
            able = [
                worker.id
                for worker in self.problem.workers
                if qualification is None or qualification in worker.qualifications
            ]
            there = total(self.has(w, day - off, shift) for shift, off in piece for w in able)
            if not isinstance(there, int):
                count = self.cp.new_int_var(0, len(able), "")
                self.cp.add(count == there)
                there = count
            self.counts[key] = there
        return self.counts[key]

    def shortage(self, amounts: Iterable[Linear], most: int) -> cp_model.IntVar:
        """A variable of at least 0 and of at least each amount."""
        short = self.cp.new_int_var(0, most, "")
        for amount in amounts:
            self.cp.add(short >= amount)
        return short

    def hint(self, roster: Roster, seconds: float = HINT_SECONDS) -> None:
        """The solver shall begin there: with all variables, or it may lose the thread."""
        for (worker, day, shift), variable in self.x.items():
            self.cp.add_hint(variable, roster.cells[worker][day] == shift)
        solver = cp_model.CpSolver()
        solver.parameters.fix_variables_to_their_hinted_value = True
        solver.parameters.max_time_in_seconds = max(0.0, min(HINT_SECONDS, seconds))
        solver.parameters.num_workers = 1
        if solver.solve(self.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.cp.clear_hints()  # type: ignore[no-untyped-call]
            for index in range(len(self.cp.proto.variables)):
                variable = self.cp.get_int_var_from_proto_index(index)
                self.cp.add_hint(variable, solver.value(variable))

    def roster(self, value: Callable[[cp_model.IntVar], bool]) -> Roster:
        rows: dict[str, list[str | None]] = {
            worker.id: [None] * self.problem.days for worker in self.problem.workers
        }
        for (worker, day, shift), variable in self.x.items():
            if value(variable):
                rows[worker][day] = shift
        return Roster({worker: tuple(row) for worker, row in rows.items()})


def total(parts: Iterable[Linear]) -> Linear:
    """The sum, as a plain number where all parts are plain numbers."""
    variables: list[Linear] = []
    constant = 0
    for part in parts:
        if isinstance(part, int):
            constant += part
        else:
            variables.append(part)
    return cp_model.LinearExpr.sum(variables) + constant if variables else constant


def loosened(
    condition: cp_model.BoundedLinearExpression, by: Linear
) -> Iterator[cp_model.BoundedLinearExpression | bool]:
    """The condition's bounds, each of which may be missed by so much."""
    ends: list[int] = condition.bounds.flattened_intervals()
    said = total(c * v for c, v in zip(condition.coeffs, condition.vars, strict=True))
    if ends[-1] < FAR:
        yield said - by <= ends[-1] - condition.offset
    if ends[0] > -FAR:
        yield said + by >= ends[0] - condition.offset


def well_formed(m: Model) -> None:
    for worker in m.problem.workers:
        for day in range(m.problem.days):
            row = []
            for shift in m.problem.shifts:
                variable = m.cp.new_bool_var(f"{worker.id}/{day}/{shift.id}")
                m.x[worker.id, day, shift.id] = variable
                row.append(variable)
            m.cp.add_at_most_one(row)


def rest(m: Model) -> None:
    problem = m.problem
    for days in range(1, reach(problem) + 1):
        for before in problem.shifts:
            clash = [s for s in problem.shifts if too_close(before, s, days, problem.rules)]
            for worker in problem.workers if clash else ():
                for day in range(problem.days):
                    earlier = m.has(worker.id, day - days, before.id)
                    later = m.any_of(worker.id, day, clash)
                    if not (isinstance(earlier, int) and earlier == 0):
                        m.must("rest", earlier + later <= 1)


def _in_a_row(m: Model, name: str, most: int, shifts: tuple[ShiftType, ...]) -> None:
    for worker in m.problem.workers:
        past = len(m.problem.history.get(worker.id, ()))
        for last in range(m.problem.days):
            if last - most >= -past:
                days = range(last - most, last + 1)
                m.must(name, total(m.any_of(worker.id, day, shifts) for day in days) <= most)


def nights_in_a_row(m: Model) -> None:
    nights = tuple(shift for shift in m.problem.shifts if shift.night)
    if nights:
        _in_a_row(m, "nights_in_a_row", m.problem.rules.nights_in_a_row, nights)


def days_in_a_row(m: Model) -> None:
    _in_a_row(m, "days_in_a_row", m.problem.rules.days_in_a_row, m.problem.shifts)


def _cells(m: Model, worker: Worker) -> Iterator[tuple[int, ShiftType, Linear]]:
    for day in range(m.problem.days):
        for shift in m.problem.shifts:
            yield day, shift, m.has(worker.id, day, shift.id)


def _minutes(m: Model, worker: Worker) -> Linear:
    return total(shift.work * there for _, shift, there in _cells(m, worker) if shift.work)


def overtime(m: Model) -> None:
    for worker in m.problem.workers:
        m.must("overtime", _minutes(m, worker) <= most_minutes(m.problem, worker))


def absences(m: Model) -> None:
    for worker in m.problem.workers:
        away = absent_days(m.problem, worker.id)
        for day in sorted(away):
            m.must("absences", m.any_of(worker.id, day, m.problem.shifts) == 0)
        for day in sorted({day - 1 for day in away if day > 0} - away):
            over = [shift for shift in m.problem.shifts if shift.runs_over]
            m.must("absences", m.any_of(worker.id, day, over) == 0)


def fixed(m: Model) -> None:
    for worker in m.problem.workers:
        for day, shift in sorted(worker.fixed.items()):
            if not 0 <= day < m.problem.days:
                continue
            if shift is None:
                m.must("fixed", m.any_of(worker.id, day, m.problem.shifts) == 0)
            else:
                m.must("fixed", m.has(worker.id, day, shift) == 1)


def no_nights(m: Model) -> None:
    for worker in m.problem.workers:
        if worker.no_nights:
            for _, shift, there in _cells(m, worker):
                if shift.night or shift.on_call:
                    m.must("no_nights", there == 0)


def wishes(m: Model) -> None:
    people = {worker.id for worker in m.problem.workers}
    for wish in m.problem.wishes:
        if wish.worker not in people or not 0 <= wish.day < m.problem.days:
            continue
        if wish.shift is None:
            there: Linear = 1 - m.any_of(wish.worker, wish.day, m.problem.shifts)
        else:
            there = m.has(wish.worker, wish.day, wish.shift)
        m.pay(m.problem.rules.price_wish * wish.weight, 1 - there if wish.want else there)


def fair_nights(m: Model) -> None:
    nights = tuple(shift for shift in m.problem.shifts if shift.night)
    people = shares_nights(m.problem)
    if not nights or not people:
        return
    had = {worker.id: carried(m.problem, worker).nights for worker in people}
    low, high = min(had.values()), max(had.values()) + m.problem.days
    most = m.cp.new_int_var(low, high, "most nights")
    fewest = m.cp.new_int_var(low, high, "fewest nights")
    for worker in people:
        there = (m.any_of(worker.id, day, nights) for day in range(m.problem.days))
        own = had[worker.id] + total(there)
        m.cp.add(own <= most)
        m.cp.add(own >= fewest)
    m.pay(m.problem.rules.price_night_spread, most - fewest)


def fair_weekends(m: Model) -> None:
    for worker in m.problem.workers:
        more = carried(m.problem, worker).weekends
        _pay_for_more(m, worker, weekend_days(m.problem), more * m.problem.rules.price_weekend)


def fair_holidays(m: Model) -> None:
    for worker in m.problem.workers:
        more = carried(m.problem, worker).holidays
        _pay_for_more(m, worker, holidays(m.problem), more * m.problem.rules.price_holiday)


def _pay_for_more(m: Model, worker: Worker, days: Iterable[int], price: int) -> None:
    """Of somebody who had more of these days than others, where the price is above 0."""
    if price > 0:
        shifts = duty_shifts(m.problem)
        m.pay(price, total(m.any_of(worker.id, day, shifts) for day in days))


def hours_off(m: Model) -> None:
    for worker in m.problem.workers:
        extra = _minutes(m, worker) - contract_minutes(m.problem, worker)
        contract = contract_minutes(m.problem, worker)
        hours = m.cp.new_int_var(0, m.problem.days * HOURS_A_DAY + contract, "")
        m.cp.add(HOUR * hours >= extra)
        m.cp.add(HOUR * hours >= -extra)
        m.pay(m.problem.rules.price_hours_off, hours)


TWINS: dict[str, Callable[[Model], None]] = {
    twin.__name__: twin
    for twin in (
        well_formed,
        *COVER_TWINS,
        rest,
        nights_in_a_row,
        days_in_a_row,
        overtime,
        absences,
        fixed,
        no_nights,
        wishes,
        fair_nights,
        fair_weekends,
        fair_holidays,
        hours_off,
        *LIMIT_TWINS,
        *PAIR_TWINS,
    )
}


def build(problem: Problem, without: frozenset[str] = frozenset()) -> Model:
    """The model with all rules but those left out; the form of a roster is always kept."""
    model = Model(problem)
    for name, twin in TWINS.items():
        if name == "well_formed" or name not in without:
            twin(model)
    model.cp.minimize(total(model.prices))
    return model
