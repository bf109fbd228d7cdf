"""The smallest set of parts of rules that cannot be kept together.

QuickXplain (Junker 2004) makes a minimal conflict of a large one: without any of its parts the
rest could be kept. The smallest of all conflicts is then found by implicit hitting sets (Ignatiev,
Previti, Liffiton, Marques-Silva 2015): a conflict has a part of each set whose removal makes a
roster possible, so a smallest hitting set of those that are known is either a conflict, and no
smaller one exists, or shows the next such set.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.parts import Part, Traced, fill, implies, priced
from scheduler.problem import Problem

CORE_SECONDS = 2.0  # for the solver's own first idea of a conflict


class OutOfPatience(Exception):
    """The time is over before the question was answered."""


@dataclass(frozen=True)
class Conflict:
    """Parts that cannot be kept together, while any of them may be dropped to keep the others."""

    parts: tuple[Part, ...]
    minimal: bool = True
    smallest: bool = False  # none has fewer parts
    unique: bool = False  # every other conflict has these parts and more, or stronger ones


@dataclass
class Optional(Traced):
    """Each part is kept when its literal is true."""

    literals: dict[Part, cp_model.IntVar] = field(default_factory=dict)

    def take(self, part: Part, condition: cp_model.BoundedLinearExpression | None) -> None:
        literal = self.literals.setdefault(part, self.cp.new_bool_var(""))
        self.cp.add(False if condition is None else condition).only_enforce_if(literal)


class Search:
    """Asks the solver which parts go together. `left` says how many seconds there are."""

    def __init__(self, problem: Problem, left: Callable[[], float], seed: int = 1) -> None:
        self._model = Optional(problem)
        fill(self._model, priced(problem))
        self._left = left
        self._seed = seed
        self.parts = sorted(self._model.literals, key=lambda p: self._model.named(p).order)

    def named(self, parts: Collection[Part]) -> tuple[Part, ...]:
        return tuple(sorted(map(self._model.named, parts), key=lambda part: part.order))

    def possible(self, parts: Collection[Part]) -> bool:
        """Whether a roster can keep all of them. Raises OutOfPatience."""
        return self._satisfied(parts, grow=False) is not None

    def _satisfied(self, parts: Collection[Part], *, grow: bool) -> set[Part] | None:
        """The parts that some roster keeps with all of those asked for; None: there is none."""
        model = self._model.cp.clone()
        wanted = set(parts)
        for part, literal in self._model.literals.items():
            if part in wanted:
                model.add(literal == 1)
            elif not grow:
                model.add(literal == 0)
        if grow:
            model.maximize(cp_model.LinearExpr.sum(list(self._model.literals.values())))
        solver = self._solver(self._left())
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise OutOfPatience
        return {p for p, literal in self._model.literals.items() if solver.boolean_value(literal)}

    def _solver(self, seconds: float) -> cp_model.CpSolver:
        if seconds <= 0:
            raise OutOfPatience
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = self._seed % 2**31
        return solver

    def core(self, parts: Sequence[Part]) -> list[Part]:
        """A conflict among the parts as the solver saw it; all of them where it saw none."""
        model = self._model.cp.clone()
        known = {self._model.literals[part].index: part for part in parts}
        for part, literal in self._model.literals.items():
            if literal.index not in known:
                model.add(self._model.literals[part] == 0)
        model.add_assumptions([self._model.literals[part] for part in parts])
        solver = self._solver(min(CORE_SECONDS, self._left()))
        if solver.solve(model) != cp_model.INFEASIBLE:
            return list(parts)
        seen = set(solver.sufficient_assumptions_for_infeasibility())
        found = [part for index, part in known.items() if index in seen]
        return found if found and not self.possible(found) else list(parts)

    def minimal(self, parts: Sequence[Part]) -> list[Part]:
        """QuickXplain: a minimal conflict among parts that are in conflict."""
        return self._explain([], False, list(parts))

    def _explain(self, kept: list[Part], added: bool, parts: list[Part]) -> list[Part]:
        if added and not self.possible(kept):
            return []
        if len(parts) == 1:
            return parts
        half = len(parts) // 2
        first, second = parts[:half], parts[half:]
        right = self._explain(kept + first, True, second)
        left = self._explain(kept + right, bool(right), first)
        return left + right

    def smallest(self, found: list[Part], parts: Collection[Part]) -> list[Part]:
        """The conflict of fewest and least demanding parts, given one that is known."""
        ways_out: list[set[Part]] = []
        while True:
            tried = _hitting_set(ways_out, parts, self._solver(self._left()))
            if _weight(tried) >= _weight(found):
                return found
            kept = self._satisfied(tried, grow=True)
            if kept is None:
                return tried
            ways_out.append(set(parts) - kept)

    def unique(self, found: Collection[Part], parts: Collection[Part]) -> bool:
        """Whether dropping any one part, with those that imply it, leaves a roster."""
        return all(
            self.possible([part for part in parts if not implies(part, gone) and part != gone])
            for gone in found
        )


def _weight(parts: Collection[Part]) -> int:
    return sum(1000 + (part.least or 0) for part in parts)


def _hitting_set(
    ways_out: Sequence[set[Part]], parts: Collection[Part], solver: cp_model.CpSolver
) -> list[Part]:
    model = cp_model.CpModel()
    chosen = {part: model.new_bool_var("") for part in parts}
    for way in ways_out:
        model.add_bool_or([chosen[part] for part in way])
    model.minimize(sum((1000 + (part.least or 0)) * var for part, var in chosen.items()))
    if solver.solve(model) != cp_model.OPTIMAL:
        raise OutOfPatience
    return [part for part, var in chosen.items() if solver.boolean_value(var)]


def next_conflict(search: Search, parts: Sequence[Part]) -> Conflict | None:
    """A conflict among the parts, made as small as there is time for; None: they go together.

    Raises OutOfPatience when not even that is known.
    """
    if search.possible(parts):
        return None
    found, minimal, smallest, unique = list(parts), False, False, False
    try:
        found = search.core(parts)
        found = search.minimal(found)
        minimal = True
        found = search.smallest(found, parts)
        smallest = True
        unique = search.unique(found, parts)
    except OutOfPatience:
        pass
    return Conflict(tuple(found), minimal, smallest, unique)
