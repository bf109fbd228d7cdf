"""The engine on the published instances that lie beside the project: `make bench-rosters`.

Prints for each: the objective by the audit, the bound, the best known, the best published results
of 10 and of 60 minutes, how far above the best known it ended, the gap to its own bound, and when.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

from bench.published import PUBLISHED, Published
from scheduler.audit import audit
from scheduler.problem import Problem, Progress, Solved
from scheduler.solve import solve
from scheduler.yardstick import read_instance

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "HOTLINE_BENCHMARKS"
HEAD = (
    "instance objective    bound  best known  10 min  60 min  above best  gap to bound"
    "  last gain  seconds  broken"
)
MOMENT = 10.0  # seconds
UNKNOWN = Published(0, None, None, None)


def folder(environment: dict[str, str]) -> Path:
    """Where the instances are, beside the project unless the environment says otherwise."""
    named = environment.get(FOLDER)
    return Path(named) if named else ROOT.parent / "shared" / "benchmarks"


def instances(data: Path) -> dict[int, Path]:
    """Number -> file, in order."""
    files = (data / "curtois_qu").glob("Instance*.txt")
    numbered = {file.stem.removeprefix("Instance"): file for file in files}
    return {int(n): numbered[n] for n in sorted(numbered, key=int)}


def measure(number: int, problem: Problem, seconds: float, seed: int, workers: int) -> str:
    points: list[Progress] = []
    known = PUBLISHED.get(number, UNKNOWN)
    began = time.monotonic()

    def reached() -> bool:
        """Nothing can be gained beyond a proved best; the bound gets a moment to be shown too."""
        last = points[-1].objective if points else None
        there = known.bound == known.best and last is not None and last <= known.best
        return there and time.monotonic() - began > MOMENT

    found = solve(
        problem,
        seconds=seconds,
        seed=seed,
        workers=workers,
        report=points.append,
        stop=reached,
    )
    if not isinstance(found, Solved):
        return f"{number:8} {type(found).__name__}"
    return _line(number, problem, found, points, known)


def _line(
    number: int, problem: Problem, found: Solved, points: list[Progress], known: Published
) -> str:
    findings = audit(problem, found.roster)
    price = sum(finding.price for finding in findings)
    broken = sum(finding.hard for finding in findings)
    gained = next(p.seconds for p in points if p.objective == found.objective)
    above = f"{100 * (price / known.best - 1):9.2f} %" if known.best else f"{'-':>11}"
    gap = 100 * (price - found.bound) / max(1, price)
    return (
        f"{number:8} {price:9} {found.bound:8} {known.best or '-':>11}"
        f" {known.ten_minutes or '-':>7} {known.hour or '-':>7} {above} {gap:11.2f} %"
        f" {gained:8.0f} s {found.seconds:6.0f} s {broken:7}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instances", type=int, nargs="*", help="numbers; all without any")
    parser.add_argument("--data", type=Path, default=folder(dict(os.environ)))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    there = instances(asked.data)
    if not there:
        print(f"no instances in {asked.data}/curtois_qu; name their folder with --data or {FOLDER}")
    print(HEAD)
    for number in asked.instances or there:
        if number not in there:
            print(f"{number:8} not run: no Instance{number}.txt in {asked.data}/curtois_qu")
            continue
        problem = read_instance(there[number])
        print(measure(number, problem, asked.seconds, asked.seed, asked.workers), flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory, at most: {memory:.0f} MB")


if __name__ == "__main__":
    main()
