"""The cheapest ways out where no roster exists: more people, or a rule that gives way.

A relaxed model in which each shift may have people from elsewhere and each part of a rule may be
broken by some amount, both at a price. The prices are an order, not money: first somebody is found
from elsewhere; then what was locked by hand is unlocked; then the hotline's own rules give way for
a named person; then somebody is called back from leave; the Labour Law gives way last. The
protection of pregnant and nursing people never does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.hours import Piece
from scheduler.model import Linear, loosened, total
from scheduler.parts import Part, Traced, fill, priced
from scheduler.problem import Problem
from scheduler.rules import BY_NAME

PERSON = 100  # one shift done by somebody from elsewhere
QUALIFIED = 5  # more, where it must be somebody with a qualification
PRICES = {"fixed": 150, "nights_in_a_row": 200, "rest": 250, "absences": 400, "overtime": 300}
PRICE_OF_OTHERS = 600
NEVER = frozenset({"no_nights"})
COVER = frozenset({"never_empty", "least_on_duty", "cover", "least_crisis"})
MOST = 10_000  # units by which a rule may give way
MOST_STEPS = 12  # nobody acts on a longer list, if there is a shorter one
NO_SHIFT = 1000  # an hour that no shift covers


@dataclass(frozen=True)
class Step:
    """One thing to do. Of `part`, the rule gives way by `amount` (hours for overtime, else units);
    without a part, `amount` people with the qualification are found for that shift."""

    amount: int
    price: int
    part: Part | None = None
    day: int | None = None
    shift: str | None = None
    qualification: str | None = None


@dataclass(frozen=True)
class Way:
    """Steps that together make a roster possible; `cheapest` when no cheaper one exists."""

    steps: tuple[Step, ...]
    cheapest: bool

    @property
    def price(self) -> int:
        return sum(step.price for step in self.steps)


Helper = tuple[int, str, str | None]  # day, shift, qualification


@dataclass
class Relaxed(Traced):
    slack: dict[Part, cp_model.IntVar] = field(default_factory=dict)
    helpers: dict[Helper, cp_model.IntVar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        kinds = {None, *(need.qualification for need in self.problem.needs)}
        self.kinds = kinds | ({"crisis"} if self.problem.rules.least_crisis else set())

    def help(self, day: int, piece: Piece, qualification: str | None) -> Linear:
        able = self.kinds if qualification is None else {qualification}
        return total(
            self._helper(day - offset, shift, kind)
            for shift, offset in piece
            for kind in sorted(able, key=str)
            if day >= offset
        )

    def _helper(self, day: int, shift: str, kind: str | None) -> cp_model.IntVar:
        key = (day, shift, kind)
        if key not in self.helpers:
            most = 1 + max((need.people for need in self.problem.needs), default=0)
            most = max(most, self.problem.rules.least_on_duty, self.problem.rules.least_crisis)
            self.helpers[key] = self.cp.new_int_var(0, most, "")
            self.pay(PERSON + QUALIFIED * (kind is not None), self.helpers[key])
        return self.helpers[key]

    def take(self, part: Part, condition: cp_model.BoundedLinearExpression | None) -> None:
        if condition is None:
            return
        if part.rule in NEVER or (part.rule in COVER and not _unreachable(part)):
            self.cp.add(condition)
            return
        for bound in loosened(condition, BY_NAME[part.rule].unit.size * self._slack(part)):
            self.cp.add(bound)

    def _slack(self, part: Part) -> cp_model.IntVar:
        if part not in self.slack:
            self.slack[part] = self.cp.new_int_var(0, MOST, "")
            self.pay(price_of(part), self.slack[part])
        return self.slack[part]


def price_of(part: Part) -> int:
    return NO_SHIFT if _unreachable(part) else PRICES.get(part.rule, PRICE_OF_OTHERS)


def _unreachable(part: Part) -> bool:
    return any(shift == "" for _, shift in part.cells)


def ways_out(
    problem: Problem, most: int, left: Callable[[], float], seed: int = 1
) -> tuple[Way, ...]:
    """The cheapest way; the cheapest without anybody from elsewhere; then the next ones."""
    model = Relaxed(problem)
    fill(model, priced(problem))
    model.cp.minimize(total(model.prices))
    found: list[Way] = []
    for alone in (False, True, *[False] * (most - 2)):
        way = _cheapest(model, left() / 2, seed, alone=alone)
        if way is not None and way.steps and (not found or len(way.steps) <= MOST_STEPS):
            found.append(way)
            _forbid(model, way)
    return tuple(sorted(found, key=lambda way: way.price))


def _cheapest(model: Relaxed, seconds: float, seed: int, *, alone: bool) -> Way | None:
    if seconds <= 0:
        return None
    asked = model.cp.clone()
    if alone:
        for helper in model.helpers.values():
            asked.add(helper == 0)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = seed % 2**31
    status = solver.solve(asked)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return Way(tuple(_steps(model, solver)), status == cp_model.OPTIMAL)


def _steps(model: Relaxed, solver: cp_model.CpSolver) -> list[Step]:
    steps = []
    for (day, shift, kind), variable in sorted(model.helpers.items(), key=lambda h: str(h[0])):
        if amount := solver.value(variable):
            price = amount * (PERSON + QUALIFIED * (kind is not None))
            steps.append(Step(amount, price, None, day, shift, kind))
    for part, variable in model.slack.items():
        if amount := solver.value(variable):
            steps.append(Step(amount, amount * price_of(part), model.named(part)))
    return steps


def _forbid(model: Relaxed, way: Way) -> None:
    """No further way has all these steps."""
    slack = {model.named(part): variable for part, variable in model.slack.items()}
    unused = []
    for step in way.steps:
        key = (step.day, step.shift, step.qualification)
        variable = slack[step.part] if step.part else model.helpers[key]  # type: ignore[index]
        not_used = model.cp.new_bool_var("")
        model.cp.add(variable == 0).only_enforce_if(not_used)
        unused.append(not_used)
    model.cp.add_bool_or(unused)
