"""A roster tried out for the pages: `main.py roster whatif` in a niced child process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from dashboard.deps import Tried, TryOutFailed
from deploy.assembly import Hotline
from scheduler.whatif import Estimate, Figures

REPLICATIONS = 20
SECONDS = 120.0  # that it may take
NICENESS = 10


def try_out(hotline: Hotline, roster_id: int, *, replay: bool) -> Tried:
    """Raises TryOutFailed with what the child said, or that it took too long."""
    command = [
        *("nice", "-n", str(NICENESS), sys.executable, str(hotline.root / "main.py")),
        *(*hotline.arguments, "roster", "whatif", str(roster_id), "--json"),
        *("--replications", str(REPLICATIONS), *(["--replay"] if replay else [])),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise TryOutFailed(f"no figures within {SECONDS:.0f} s") from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise TryOutFailed(said[-1].removeprefix("error: "))
    found = json.loads(done.stdout)
    return Tried(tuple(map(_figures, found["hours"])), _figures(found["all"]), REPLICATIONS)


def _figures(told: Mapping[str, Sequence[float | None]]) -> Figures:
    return Figures(**{name: Estimate(*map(_number, pair)) for name, pair in told.items()})


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
