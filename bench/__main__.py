"""`make bench`: each yardstick compares two things in one run and prints a ratio.

The machine is noisy; trust the ratios.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import calls, duty_table, fold, ledger, overload, pages, simulation, stream

YARDSTICKS: dict[str, Callable[[], str]] = {
    "fold": fold.measure,
    "ledger": ledger.measure,
    "duty_table": duty_table.measure,
    "calls": calls.measure,
    "overload": overload.measure,
    "stream": stream.measure,
    "pages": pages.measure,
    "simulation": simulation.measure,
}


def main(names: list[str]) -> int:
    for name in names or list(YARDSTICKS):
        if name not in YARDSTICKS:
            print(f"no such yardstick: {name}; there are {', '.join(YARDSTICKS)}", file=sys.stderr)
            return 2
        print(f"{name:<12} {YARDSTICKS[name]()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
