"""Convex costs of a number of people, as pieces that a linear program can fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.columns.grid import Floats


@dataclass(frozen=True)
class Piece:
    """Of a convex cost: so many people at the same slope."""

    people: int
    slope: float


def pieces(slopes: Floats) -> list[Piece]:
    """`slopes[n]`: what one more costs where n are."""
    begins = np.flatnonzero(np.r_[True, np.diff(slopes) != 0]) if len(slopes) else np.array([], int)
    ends = [*begins[1:], len(slopes)]
    return [Piece(int(end - a), float(slopes[a])) for a, end in zip(begins, ends, strict=True)]


def add_pieces(model: mathopt.Model, found: list[Piece]) -> mathopt.LinearConstraint:
    """A constraint that counts people, who fill the pieces one by one."""
    count = model.add_linear_constraint(lb=0, ub=0)
    for piece in found:
        filled = model.add_variable(lb=0, ub=float(piece.people))
        model.objective.set_linear_coefficient(filled, piece.slope)
        count.set_coefficient(filled, -1.0)
    return count
