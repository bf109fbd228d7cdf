"""The panel of a roster being computed: its plot, its table, and what the next one begins with."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request

from dashboard import shapes
from dashboard.access import may
from dashboard.deps import Deps
from dashboard.display import local
from dashboard.grid import DAYS
from dashboard.shown import Shown, monday, stored
from records import in_force

SECONDS = (30, 60, 180, 600)
STEPS = 50  # of the solver's way, in the table beside the plot


def panel(deps: Deps, held: Shown | None) -> dict[str, object]:
    """`held` is the draft on the board: the next roster keeps its locked cells."""
    run = deps.actions.roster_progress() if may("roster.progress") else None
    points = run.points if run else ()
    last = points[-1] if points else None
    gap = None
    if last and last[1]:
        gap = (last[1] - last[2]) / last[1]
    pinned = held if held and held.pins else None
    return {
        "run": run,
        "last": last,
        "gap": gap,
        "curve": shapes.curve(points),
        "steps": points[: -STEPS - 1 : -1],
        "seconds": SECONDS,
        "held": held,
        "next_first": pinned.first if pinned else _next_first(deps),
        "next_days": pinned.days if pinned else DAYS,
    }


def _next_first(deps: Deps) -> date:
    """The day after all that there is; next Monday where there is nothing."""
    with deps.store.read() as db:
        found = in_force.day_after_all(db)
    return found or monday(local(deps.now()).date()) + timedelta(days=7)


def held(deps: Deps) -> Shown | None:
    """The draft that a part of the board says it is on."""
    roster_id = request.values.get("roster", type=int)
    return stored(deps, roster_id) if roster_id is not None else None
