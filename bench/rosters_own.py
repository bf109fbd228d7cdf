"""Rosters of the hotline's own size, beside one CP-SAT model: `python -m bench.rosters_own`.

Prints for each number of people and each way: the objective by the audit, the bound, the gap
between them, when the first legal roster was there, seconds, those of computing among them (fewer
on a busy machine), and the most memory; each in a process of its own. Staff and demand are invented
by the seed (bench/city.py).
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from ortools.sat.python import cp_model

from bench.city import city_problem
from scheduler.audit import audit
from scheduler.model import Model, build
from scheduler.problem import Problem, Progress, Roster, Solved
from scheduler.solve import solve

HEAD = (
    "people days  way      objective    bound      gap   first   after"
    " seconds computing  memory broken"
)


@dataclass(frozen=True)
class Asked:
    people: int
    days: int
    seed: int
    seconds: float
    workers: int


@dataclass(frozen=True)
class Reached:
    roster: Roster | None
    bound: int
    first: float  # seconds until a legal roster was known
    last: float  # until the best was


def engine(problem: Problem, asked: Asked) -> Reached:
    points: list[Progress] = []
    found = solve(
        problem,
        seconds=asked.seconds,
        seed=asked.seed,
        workers=asked.workers,
        report=points.append,
    )
    if not isinstance(found, Solved):
        return Reached(None, 0, math.inf, math.inf)
    known = [p for p in points if p.objective is not None]
    last = next(p.seconds for p in known if p.objective == found.objective)
    return Reached(found.roster, found.bound, known[0].seconds, last)


class _Moments(cp_model.CpSolverSolutionCallback):
    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()
        self.at: list[float] = []

    def on_solution_callback(self) -> None:
        self.at.append(time.monotonic() - self.began)


def one_model(problem: Problem, asked: Asked) -> Reached:
    moments = _Moments()
    model: Model = build(problem)
    solver = cp_model.CpSolver()
    limits = solver.parameters
    limits.max_time_in_seconds = max(0.1, asked.seconds - (time.monotonic() - moments.began))
    limits.random_seed = asked.seed
    limits.num_workers = asked.workers
    limits.linearization_level = 2
    solver.solve(model.cp, moments)
    bound = max(0, math.ceil(solver.best_objective_bound - 1e-6))
    if not moments.at:
        return Reached(None, bound, math.inf, math.inf)
    return Reached(model.roster(solver.boolean_value), bound, moments.at[0], moments.at[-1])


WAYS: dict[str, Callable[[Problem, Asked], Reached]] = {"engine": engine, "cp-sat": one_model}


def measure(way: str, asked: Asked) -> str:
    problem = city_problem(asked.seed, asked.people, asked.days)
    began = time.monotonic()
    reached = WAYS[way](problem, asked)
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = f"{took:7.0f} {used.ru_utime:9.0f} {used.ru_maxrss / 1024:4.0f} MB"
    head = f"{asked.people:6} {asked.days:4}  {way:7}"
    if reached.roster is None:
        return f"{head} {'none':>10} {reached.bound:8} {'':>27} {spent}"
    findings = audit(problem, reached.roster)
    price = sum(finding.price for finding in findings)
    broken = sum(finding.hard for finding in findings)
    gap = 100 * (price - reached.bound) / max(1, price)
    times = f"{reached.first:6.1f}s {reached.last:6.0f}s"
    return f"{head} {price:10} {reached.bound:8} {gap:6.2f} % {times} {spent} {broken:6}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[30, 60, 120, 260])
    parser.add_argument("--days", type=int, nargs="+", default=[28])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    asked = parser.parse_args()
    print(HEAD)
    for people in asked.people:
        for days in asked.days:
            one = Asked(people, days, asked.seed, asked.seconds, asked.workers)
            for way in asked.ways:
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                    print(alone.submit(measure, way, one).result(), flush=True)


if __name__ == "__main__":
    main()
