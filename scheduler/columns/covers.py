"""The rows of a grid: shifts with needs of their own, and stretches with a qualification."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.columns.grid import Floats, Ints
from scheduler.curves import Curve, curves
from scheduler.problem import Problem, Worker

FORBIDDEN = 20_000  # points for each person and hour below a hard least number

Places = frozenset[tuple[int, str]]  # (day, shift) of those who are counted
Counted = tuple[Places, str | None]  # with the qualification that counts


@dataclass(frozen=True)
class Covers:
    """Of the stretches of an hour the audit takes the worst; their mean, here, is never more."""

    of: dict[frozenset[str], Ints]  # qualifications -> [day, shift, n] -> a row, or -1
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
    kinds = {worker.qualifications for worker in problem.workers}
    return Covers({kind: _rows_of(problem, rows, kind) for kind in kinds}, table, constant)


def _curves(problem: Problem) -> Iterator[tuple[Counted, Curve]]:
    for (day, piece, qualification), curve in curves(problem, FORBIDDEN):
        places = frozenset((day - offset, shift) for shift, offset in piece)
        yield (places, qualification), curve
    for need in problem.shift_needs:
        curve = Curve(need.people, need.price_short, need.price_over)
        yield (frozenset({(need.day, need.shift)}), None), curve


def _counts(worker: Worker, qualification: str | None) -> bool:
    return qualification is None or qualification in worker.qualifications


def _before(problem: Problem, counted: Counted) -> int:
    """People whose last shift before the horizon reaches into the stretch."""
    places, qualification = counted
    last = (
        (-1, row[-1])
        for worker in problem.workers
        if _counts(worker, qualification) and (row := problem.history.get(worker.id))
    )
    return sum(place in places for place in last)


def _rows_of(problem: Problem, rows: dict[Counted, int], kind: frozenset[str]) -> Ints:
    place = {shift.id: k for k, shift in enumerate(problem.shifts)}
    touched: list[list[list[int]]] = [[[] for _ in problem.shifts] for _ in range(problem.days)]
    for (places, qualification), row in rows.items():
        if qualification is None or qualification in kind:
            for day, shift in places:
                if day >= 0:
                    touched[day][place[shift]].append(row)
    most = max(1, *(len(own) for day in touched for own in day))
    found = np.full((problem.days, len(place), most), -1, np.int64)
    for day, of_day in enumerate(touched):
        for column, rows_there in enumerate(of_day):
            found[day, column, : len(rows_there)] = rows_there
    return found
