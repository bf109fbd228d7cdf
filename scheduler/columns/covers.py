"""The rows of a grid: shifts with needs of their own, and stretches with a qualification."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.columns.grid import Floats, Ints
from scheduler.curves import Crowd, Curve, counts, curves
from scheduler.problem import Problem

FORBIDDEN = 20_000  # points for each person and hour below a hard least number

Places = frozenset[tuple[int, str]]  # (day, shift) of those who are counted
Counted = tuple[Places, Crowd]  # with those who count


@dataclass(frozen=True)
class Covers:
    """Of the stretches of an hour the audit takes the worst; their mean, here, is never more."""

    of: tuple[Ints, ...]  # worker -> [day, shift, n] -> a row, or -1
    table: Floats  # [row, people] -> cost
    constant: int


def covers(problem: Problem) -> Covers:
    costs: defaultdict[Counted, list[Curve]] = defaultdict(list)
    for counted, curve in _curves(problem):
        costs[counted].append(curve)
    constant = sum(c.cost(0) for (places, _), own in costs.items() if not places for c in own)
    rows = {counted: row for row, counted in enumerate(c for c in costs if c[0])}
    people = np.arange(len(problem.workers) + 2)
    table = np.zeros((len(rows), len(people)))
    for counted, row in rows.items():
        there = people + _before(problem, counted)
        for curve in costs[counted]:
            missing, more = np.maximum(0, curve.people - there), np.maximum(0, there - curve.people)
            table[row] += (curve.below * missing + curve.above * more) / curve.parts
    return Covers(_rows_of_all(problem, rows), table, constant)


def _rows_of_all(problem: Problem, rows: dict[Counted, int]) -> tuple[Ints, ...]:
    """People who count in the same crowds share their rows."""
    crowds = {crowd for _, crowd in rows}
    made: dict[frozenset[Crowd], Ints] = {}
    found = []
    for worker in problem.workers:
        own = frozenset(crowd for crowd in crowds if counts(worker, crowd))
        if own not in made:
            made[own] = _rows_of(problem, rows, own)
        found.append(made[own])
    return tuple(found)


def _curves(problem: Problem) -> Iterator[tuple[Counted, Curve]]:
    for (day, piece, crowd), curve in curves(problem, FORBIDDEN):
        places = frozenset((day - offset, shift) for shift, offset in piece)
        yield (places, crowd), curve
    for need in problem.shift_needs:
        curve = Curve(need.people, need.price_short, need.price_over)
        yield (frozenset({(need.day, need.shift)}), None), curve


def _before(problem: Problem, counted: Counted) -> int:
    """People whose last shift before the horizon reaches into the stretch."""
    places, crowd = counted
    last = (
        (-1, row[-1])
        for worker in problem.workers
        if counts(worker, crowd) and (row := problem.history.get(worker.id))
    )
    return sum(place in places for place in last)


def _rows_of(problem: Problem, rows: dict[Counted, int], own: frozenset[Crowd]) -> Ints:
    place = {shift.id: k for k, shift in enumerate(problem.shifts)}
    touched: list[list[list[int]]] = [[[] for _ in problem.shifts] for _ in range(problem.days)]
    for (places, crowd), row in rows.items():
        if crowd in own:
            for day, shift in places:
                if day >= 0:
                    touched[day][place[shift]].append(row)
    most = max(1, *(len(own) for day in touched for own in day))
    found = np.full((problem.days, len(place), most), -1, np.int64)
    for day, of_day in enumerate(touched):
        for column, there in enumerate(of_day):
            found[day, column, : len(there)] = there
    return found
