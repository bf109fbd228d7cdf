"""How good rosters of the hotline's own kind become, and how soon: `python -m bench.rosters_own`.

Prints, for each size, the objective after 1, 5, 10 … seconds, the bound, the gap, and whether the
audit finds a broken rule. Invented staff and demand, the same for the same seed.
"""

from __future__ import annotations

import argparse

from scheduler.audit import audit
from scheduler.problem import Progress, Solved
from scheduler.sample import sample_problem
from scheduler.solve import solve

MOMENTS = (1, 5, 10, 30, 60)


def measure(people: int, seconds: float, seed: int, workers: int) -> str:
    problem = sample_problem(seed, people)
    points: list[Progress] = []
    found = solve(problem, seconds=seconds, seed=seed, workers=workers, report=points.append)
    if not isinstance(found, Solved):
        return f"{people:6} {type(found).__name__}"
    broken = sum(finding.hard for finding in audit(problem, found.roster))
    values = " ".join(f"{_at(points, moment):>8}" for moment in MOMENTS if moment <= seconds)
    gap = 100 * (found.objective - found.bound) / max(1, found.objective)
    last = f"{found.objective:8} {found.bound:8} {gap:6.1f} % {found.seconds:6.1f} s {broken:6}"
    return f"{people:6} {values} {last}"


def _at(points: list[Progress], moment: float) -> str:
    known = [p.objective for p in points if p.seconds <= moment and p.objective is not None]
    return str(min(known)) if known else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[12, 24, 60])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    heads = " ".join(f"{moment:>6} s" for moment in MOMENTS if moment <= asked.seconds)
    print(f"people {heads} objective   bound      gap     time broken")
    for people in asked.people:
        print(measure(people, asked.seconds, asked.seed, asked.workers), flush=True)


if __name__ == "__main__":
    main()
