"""Rosters of the hotline's own size, beside one CP-SAT model: `python -m bench.rosters_own`.

Prints for each number of people and of days and each way: the objective by the audit, the bound,
the gap between them; after how many seconds the first legal roster was there, one proved to be
within 5 % and within 1 % of the best, and the last; seconds, those of computing among them (fewer
on a busy machine), and the most memory. Each runs in a process of its own. A plot shows how the
engine's times grow. Staff and demand are invented by the seed (bench/city.py).
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from ortools.sat.python import cp_model

from bench.city import city_problem
from deploy.plotting import Curve, Panel, check_target, plot
from scheduler.audit import audit
from scheduler.model import Model, build
from scheduler.problem import Problem, Progress, Roster, Solved
from scheduler.solve import solve

HEAD = (
    "people days  way      objective    bound      gap   first     5 %     1 %    last"
    " seconds computing  memory broken"
)
PLOT = "var/rosters_own.png"
NEAR = (0.05, 0.01)  # shares of the objective between it and the bound
NEVER = (math.nan,) * 4


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
    moments: tuple[float, ...]  # first legal, within each of NEAR, last; nan where there was none


@dataclass(frozen=True)
class Measured:
    line: str
    moments: tuple[float, ...]


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
        return Reached(None, 0, NEVER)
    return Reached(found.roster, found.bound, moments(points))


def moments(points: Sequence[Progress]) -> tuple[float, ...]:
    known = [(p.seconds, p.objective, p.bound) for p in points if p.objective is not None]
    near = (
        next((at for at, cost, bound in known if cost - bound <= share * cost), math.nan)
        for share in NEAR
    )
    last = next(at for at, cost, _bound in known if cost == known[-1][1])
    return (known[0][0], *near, last)


class _Points(cp_model.CpSolverSolutionCallback):
    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()
        self.found: list[Progress] = []

    def on_solution_callback(self) -> None:
        bound = max(0, math.ceil(self.best_objective_bound - 1e-6))
        at = time.monotonic() - self.began
        self.found.append(Progress(at, round(self.objective_value), bound))


def one_model(problem: Problem, asked: Asked) -> Reached:
    points = _Points()
    model: Model = build(problem)
    solver = cp_model.CpSolver()
    limits = solver.parameters
    limits.max_time_in_seconds = max(0.1, asked.seconds - (time.monotonic() - points.began))
    limits.random_seed = asked.seed
    limits.num_workers = asked.workers
    limits.linearization_level = 2
    solver.solve(model.cp, points)
    bound = max(0, math.ceil(solver.best_objective_bound - 1e-6))
    if not points.found:
        return Reached(None, bound, NEVER)
    return Reached(model.roster(solver.boolean_value), bound, moments(points.found))


WAYS: dict[str, Callable[[Problem, Asked], Reached]] = {"engine": engine, "cp-sat": one_model}


def measure(way: str, asked: Asked) -> Measured:
    problem = city_problem(asked.seed, asked.people, asked.days)
    began = time.monotonic()
    reached = WAYS[way](problem, asked)
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = f"{took:7.0f} {used.ru_utime:9.0f} {used.ru_maxrss / 1024:4.0f} MB"
    head = f"{asked.people:6} {asked.days:4}  {way:7}"
    times = " ".join(f"{'-':>7}" if math.isnan(at) else f"{at:6.1f}s" for at in reached.moments)
    if reached.roster is None:
        return Measured(f"{head} {'none':>10} {reached.bound:8} {'':8} {times} {spent}", NEVER)
    findings = audit(problem, reached.roster)
    price = sum(finding.price for finding in findings)
    broken = sum(finding.hard for finding in findings)
    gap = 100 * (price - reached.bound) / max(1, price)
    line = f"{head} {price:10} {reached.bound:8} {gap:6.2f} % {times} {spent} {broken:6}"
    return Measured(line, reached.moments)


def growth(people: Sequence[int], of_days: dict[int, list[Measured]]) -> tuple[Panel, ...]:
    """How the engine's times grow with people, a curve for each number of days."""
    asked = {
        "第一份合法排班（秒）": "first legal roster (seconds)",
        "证明在 5% 以内（秒）": "proved to be within 5 % (seconds)",
        "证明在 1% 以内（秒）": "proved to be within 1 % (seconds)",
    }
    return tuple(
        Panel(
            {"zh": zh, "en": en},
            {"zh": "人数", "en": "people"},
            tuple(
                Curve(
                    {"zh": f"{days} 天", "en": f"{days} days"},
                    people,
                    [one.moments[index] for one in measured],
                )
                for days, measured in of_days.items()
            ),
        )
        for index, (zh, en) in enumerate(asked.items())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[15, 30, 60, 120, 260])
    parser.add_argument("--days", type=int, nargs="+", default=[28, 14, 56])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--plot", default=PLOT, help="a .png file; - for the terminal")
    asked = parser.parse_args()
    Path(PLOT).parent.mkdir(exist_ok=True)
    check_target(asked.plot)
    print(HEAD)
    of_days: dict[int, list[Measured]] = {days: [] for days in asked.days}
    for days, people, way in product(asked.days, asked.people, asked.ways):
        one = Asked(people, days, asked.seed, asked.seconds, asked.workers)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            measured = alone.submit(measure, way, one).result()
        print(measured.line, flush=True)
        if way == "engine":
            of_days[days].append(measured)
    if "engine" in asked.ways:
        plot(growth(asked.people, of_days), asked.plot)


if __name__ == "__main__":
    main()
