"""A model whose hard rules can be kept or dropped piece by piece.

A part is what one rule says of certain people, days or hours. It is read off the cells that the
rule's constraint speaks of, so a new rule of `scheduler.model` has parts without being told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.hours import Piece, duty_shifts, judged_hours
from scheduler.model import TWINS, Linear, Model
from scheduler.problem import HOURS_A_DAY, Problem
from scheduler.rules import firm

Cells = frozenset[tuple[int, str]]  # (day, shift) of those who would be there


@dataclass(frozen=True)
class Part:
    """One rule about these people and days, or, where it is about cover, about these hours."""

    rule: str
    people: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    qualification: str | None = None
    least: int | None = None  # people there, for cover
    cells: Cells = field(default=frozenset(), repr=False)

    @property
    def order(self) -> tuple[object, ...]:
        """Cover first, by hour; then people."""
        return (not self.hours, self.hours or self.days, self.rule, self.people)


def implies(stronger: Part, weaker: Part) -> bool:
    """Whether a roster that keeps the first keeps the second, as both ask for the same people."""
    return (
        stronger.least is not None
        and weaker.least is not None
        and stronger.cells == weaker.cells
        and stronger.least >= weaker.least
        and weaker.qualification in (None, stronger.qualification)
    )


@dataclass
class Traced(Model):
    """Knows the part of each constraint; what becomes of it, the heirs say in `take`."""

    by_index: dict[int, tuple[str, int]] = field(default_factory=dict)  # cell: person, day
    counted: dict[tuple[int, Piece, str | None], cp_model.IntVar] = field(default_factory=dict)
    spans: dict[int, tuple[int, Piece, str | None]] = field(default_factory=dict)
    hours_of: dict[Part, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.judged = judged_hours(self.problem, duty_shifts(self.problem))

    def people(self, hour: int, piece: Piece, qualification: str | None) -> cp_model.IntVar:
        """Always a variable, so that a constraint on it can be traced back."""
        key = (hour // HOURS_A_DAY, piece, qualification)
        if key not in self.counted:
            there = super().people(hour, piece, qualification) + self.help(*key)
            count = self.cp.new_int_var(0, 2 * len(self.problem.workers) + 100, "")
            self.cp.add(count == there)
            self.counted[key] = count
            self.spans[count.index] = key
        return self.counted[key]

    def help(self, _day: int, _piece: Piece, _qualification: str | None) -> Linear:
        """People from elsewhere who are there; none, unless an heir says otherwise."""
        return 0

    def must(
        self, name: str, condition: cp_model.BoundedLinearExpression | bool, units: int = 1
    ) -> None:
        if condition is True:
            return
        if name in self.problem.rules.prices:
            super().must(name, condition, units)
        elif isinstance(condition, bool):
            self.take(Part(name), None)
        else:
            self.take(self._part(name, condition), condition)

    def take(self, part: Part, condition: cp_model.BoundedLinearExpression | None) -> None:
        """Adds the constraint of the part; None is one that nothing can keep."""
        raise NotImplementedError

    def _part(self, name: str, condition: cp_model.BoundedLinearExpression) -> Part:
        index = [variable.index for variable in condition.vars]
        if len(index) == 1 and index[0] in self.spans:
            return self._cover(name, index[0], _lowest(condition))
        if not self.by_index:
            self.by_index = {v.index: (w, day) for (w, day, _), v in self.x.items()}
        cells = [self.by_index[i] for i in index if i in self.by_index]
        people = tuple(sorted({person for person, _ in cells}))
        return Part(name, people, tuple(sorted({day for _, day in cells})))

    def _cover(self, name: str, index: int, least: int) -> Part:
        day, piece, qualification = self.spans[index]
        cells = frozenset((day - offset, shift) for shift, offset in piece)
        if not cells:  # no shift reaches there: each such stretch is a matter of its own
            cells = frozenset({(day, "")})
        key = Part(name, qualification=qualification, least=least, cells=cells)
        hours = range(day * HOURS_A_DAY, (day + 1) * HOURS_A_DAY)
        own = self.hours_of.setdefault(key, set())
        own.update(hour for hour in hours if piece in self.judged.get(hour, ()))
        return key

    def named(self, part: Part) -> Part:
        """The part with all its hours, once the model is complete."""
        hours = tuple(sorted(self.hours_of.get(part, ())))
        if not hours:
            return part
        days = tuple(sorted({hour // HOURS_A_DAY for hour in hours}))
        return Part(part.rule, (), days, hours, part.qualification, part.least, part.cells)


def _lowest(condition: cp_model.BoundedLinearExpression) -> int:
    bounds: list[int] = condition.bounds.flattened_intervals()
    return bounds[0] - condition.offset


def priced(problem: Problem) -> frozenset[str]:
    """The rules that have a price here and stand in nobody's way."""
    return frozenset(TWINS) - firm(problem.rules)


def fill(model: Model, without: Iterable[str] = ()) -> None:
    """Puts all rules into the model but those left out."""
    left_out = frozenset(without)
    for name, twin in TWINS.items():
        if name not in left_out:
            twin(model)
