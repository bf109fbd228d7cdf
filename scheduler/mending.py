"""The model of a repair: the published roster, what has begun, what a cell's change costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from ortools.sat.python import cp_model

from scheduler.model import TWINS, Linear, total
from scheduler.parts import Part, Traced, fill
from scheduler.problem import HOURS_A_DAY, Problem, Roster
from scheduler.rule import Reach
from scheduler.rules import RULES
from scheduler.standing import NOTICE, Standing

FAR = 2**40  # no bound
MOST_MOVABLE = 60  # people; in a larger staff those with the most time to spare

PERSONAL = frozenset(rule.name for rule in RULES if rule.reach is Reach.PERSON) - {"well_formed"}
_NOTHING = Problem(date(2000, 1, 1), 0, (), (), ())
NOWHERE = Standing(_NOTHING, _NOTHING, Roster({}), 0, frozenset(), frozenset())


@dataclass
class Repairing(Traced):
    """Has variables only for what may still change, and demands no more than was kept before."""

    standing: Standing = NOWHERE
    days: range = range(0)  # that may change
    movable: set[tuple[int, str]] = field(default_factory=set)  # day, shift: somebody's may change

    def has(self, worker: str, day: int, shift: str | None) -> Linear:
        if day < 0 or (worker, day, shift) in self.x:
            return super().has(worker, day, shift)
        return int(shift is not None and self._published(worker, day) == shift)

    def _published(self, worker: str, day: int) -> str | None:
        gone = (worker, day) in self.standing.gone or day >= self.problem.days
        return None if gone else self.standing.roster.cells[worker][day]

    def cells(self) -> None:
        """The twin of well_formed: at most one shift in each cell that may change."""
        likely = self.standing.likely(self.days, MOST_MOVABLE)
        for worker in (w for w in self.problem.workers if w.id in likely):
            for day in self.days:
                if self.standing.closed(worker.id, day):
                    continue
                ahead = [s for s in self.problem.shifts if not self.standing.begun(day, s.id)]
                row = [self.cp.new_bool_var("") for _ in ahead]
                self.x |= {(worker.id, day, s.id): v for s, v in zip(ahead, row, strict=True)}
                self.movable |= {(day, s.id) for s in ahead}
                self.cp.add_at_most_one(row)

    def write(self) -> None:
        """All rules; those about one person's days only of people who may still move."""
        whole, able = self.problem, {worker for worker, _, _ in self.x}
        fill(self, PERSONAL | {"well_formed"})
        self.problem = replace(whole, workers=tuple(w for w in whole.workers if w.id in able))
        fill(self, frozenset(TWINS) - PERSONAL)
        self.problem = whole

    def was(self) -> dict[int, int]:
        """Cell -> 1 where it was published, and is not missed."""
        return {v.index: int(self._published(w, d) == s) for (w, d, s), v in self.x.items()}

    def take(self, part: Part, condition: cp_model.BoundedLinearExpression | None) -> None:
        if condition is None or (part.cells and not part.cells & self.movable):
            return  # nobody can change it any more
        ends: list[int] = condition.bounds.flattened_intervals()
        low, high = ends[0], ends[-1]
        pairs = list(zip(condition.coeffs, condition.vars, strict=True))
        if self._broken_before(part):
            had = condition.offset + sum(c * self._value(v.index) for c, v in pairs)
            low, high = min(low, had), max(high, had)
        if not part.cells and all(c >= 0 for c, _ in pairs):
            high = max(high, condition.offset)  # what has been worked has been worked
        said = total(c * v for c, v in pairs)
        low, high = max(low, -FAR), min(high, FAR)
        self.cp.add_linear_constraint(said, low - condition.offset, high - condition.offset)

    def _broken_before(self, part: Part) -> bool:
        """Whether the published roster broke it before anything happened."""
        standing = self.standing
        if part.cells:
            return part.rule != "cover" or any(
                standing.asked_before.get(("duty", part.qualification, hour), 0)
                > standing.sheet.fewest(hour, part.qualification)
                for hour in self.hours_of[part]
            )
        days = {None, *part.days}
        if part.rule == "apart":  # a night of two people is found on the next morning too
            days |= {day + 1 for day in part.days}
        return any(
            (finding.rule, finding.worker in part.people, finding.day in days)
            == (part.rule, True, True)
            for finding in standing.broken
        )

    def _value(self, index: int) -> int:
        if index in self.spans:
            day, piece, kind = self.spans[index]
            return self.standing.sheet.people(day * HOURS_A_DAY, piece, kind)
        worker, day, shift = self.cell_of[index]
        return int(self._published(worker, day) == shift)

    @cached_property
    def cell_of(self) -> dict[int, tuple[str, int, str]]:
        return {variable.index: cell for cell, variable in self.x.items()}

    def roster(self, value: Callable[[cp_model.IntVar], bool]) -> Roster:
        """The published roster, with what the solver changed."""
        cells = (None, *(shift.id for shift in self.problem.shifts))

        def shift(worker: str, day: int) -> str | None:
            for name in cells[1:]:
                there = self.has(worker, day, name)
                if there if isinstance(there, int) else value(self.x[worker, day, name or ""]):
                    return name
            return None

        days = range(self.problem.days)
        return Roster({w.id: tuple(shift(w.id, d) for d in days) for w in self.problem.workers})


@dataclass(frozen=True)
class Result:
    roster: Roster | None
    proven: bool


class Mending:
    """One model of the days that may change, asked several times."""

    def __init__(self, standing: Standing, days: range, seed: int = 1) -> None:
        self._standing = standing
        self._seed = seed
        self._model = model = Repairing(standing.problem, standing=standing, days=days)
        model.cells()
        model.write()
        self._touched = {w.id: model.cp.new_bool_var("") for w in standing.problem.workers}
        shifts, notice = [], []
        for worker, diff, short in self._differences():
            model.cp.add(self._touched[worker] >= diff)
            shifts.append(diff)
            notice.append(short)
        self._levels: tuple[Linear, ...] = (
            total(self._open()),
            total(self._touched.values()),
            total(shifts),
            total(notice),
            total(model.prices),
        )
        self._hint = model.was()
        self._last = self._hint  # where the search for the next one begins

    def _open(self) -> Iterator[Linear]:
        model = self._model
        for (pieces, day, kind, least), hours in self._standing.floors.items():
            have = [model.people(day * HOURS_A_DAY, piece, kind) for piece in pieces]
            yield hours * model.shortage([least - there for there in have], least)

    def _differences(self) -> Iterator[tuple[str, Linear, Linear]]:
        """For each cell that may change: 1 when it does, and the notice that is then missing."""
        standing, has = self._standing, self._model.has
        shifts = [shift.id for shift in standing.problem.shifts]
        for worker, day in sorted({(w, d) for w, d, _ in self._model.x}):
            if (worker, day) in standing.gone:
                continue
            before = standing.roster.cells[worker][day]
            own = [has(worker, day, s) for s in shifts]
            diff: Linear = total(own) if before is None else 1 - has(worker, day, before)
            base = 0 if before is None else standing.short_notice(day, before, None)
            more = {s: standing.short_notice(day, before, s) - base for s in shifts}
            extra = total(more[s] * has(worker, day, s) for s in shifts if s != before)
            yield worker, diff, base * diff + extra

    def other_people(self, people: Iterable[str]) -> None:
        """From now on at least one of these is left alone."""
        own = [self._touched[person] for person in people]
        if own:
            self._model.cp.add(total(own) <= len(own) - 1)

    def least(
        self, seconds: float, clock: Callable[[], float], *, exact: bool, leave_open: bool = False
    ) -> Result:
        """The least disruptive repair; with `leave_open` hours may be left as they fall.

        The points are the least among repairs by the same people; where it is not to be `exact`,
        the shifts are too.
        """
        end = clock() + seconds
        open_, people, shifts, notice, price = self._levels
        start = self._hint if leave_open else self._last
        found = _Found(self._model.cp.clone(), dict(start))
        crowd = len(self._touched) + 1
        most_notice = NOTICE * len(self._model.x) + 1
        if not self._step(found, people if leave_open else open_ * crowd + people, end - clock()):
            return Result(None, found.proven)
        if not exact:
            self._keep_untouched(found)
        self._step(found, shifts * most_notice + notice, end - clock())
        proven = found.proven and exact
        self._keep_untouched(found)
        self._step(found, price, end - clock())
        self._last = found.values
        return Result(self._model.roster(lambda v: bool(found.values[v.index])), proven)

    def _keep_untouched(self, found: _Found) -> None:
        x = self._model.x
        touched = {w for (w, _, _), v in x.items() if found.values[v.index] != self._hint[v.index]}
        for (worker, _, _), variable in x.items():
            if worker not in touched:
                found.asked.add(variable == self._hint[variable.index])

    def _step(self, found: _Found, level: Linear, seconds: float) -> bool:
        """One level less than before, or as little; whether there is a roster at all."""
        asked = found.asked
        asked.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in found.values.items():
            asked.add_hint(asked.get_int_var_from_proto_index(index), value)
        asked.minimize(level)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, seconds)
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2  # measured: nothing else proves these levels
        solver.parameters.random_seed = self._seed % 2**31
        status = solver.solve(asked)
        found.proven = found.proven and status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return False
        found.values = {v.index: solver.value(v) for v in self._model.x.values()}
        asked.add(level <= round(solver.objective_value))
        return True


@dataclass
class _Found:
    """A repair on its way through the levels."""

    asked: cp_model.CpModel
    values: dict[int, int]  # of the cells
    proven: bool = True
