"""How soon a published roster is mended: `python -m bench.repairs`.

Three sicknesses of four days in rosters of the hotline's own kind, invented by the seed.
Prints the seconds, those of computing, and for each way the people, shifts, open hours and points.
The limit is five seconds.
"""

from __future__ import annotations

import argparse
import os
import time

from scheduler.change import Away
from scheduler.problem import Solved
from scheduler.repair import repair
from scheduler.repaired import Repaired
from scheduler.sample import sample_problem
from scheduler.solve import solve

DAY = 10


def measure(people: int, seed: int, making: float) -> None:
    problem = sample_problem(seed, people)
    made = solve(problem, seconds=making, seed=seed)
    if not isinstance(made, Solved):
        print(f"{people:6} no roster to mend: {type(made).__name__}")
        return
    working = [w for w, row in made.roster.cells.items() if sum(map(bool, row[DAY : DAY + 4])) > 1]
    for sick in working[:3]:
        began, computing = time.monotonic(), time.process_time()
        found = repair(problem, made.roster, Away(sick, DAY, DAY + 3), now=DAY * 1440 - 60)
        took, computed = time.monotonic() - began, time.process_time() - computing
        ways = found.alternatives if isinstance(found, Repaired) else ()
        said = "; ".join(
            f"{len(way.people)} p {len(way.moves)} s {way.open_hours} h {way.extra:+}"
            for way in ways
        )
        print(
            f"{people:6} {took:5.1f} s {computed:5.1f} s  {said or type(found).__name__}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[24, 60, 120, 260])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--making", type=float, default=20, help="seconds to make the roster in")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    print("people  time  computing  people touched, shifts changed, hours open, points of each way")
    for people in asked.people:
        measure(people, asked.seed, asked.making)


if __name__ == "__main__":
    main()
