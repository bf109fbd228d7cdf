"""A roster tried out on simulated or recorded calls. Part of the roster board."""

from __future__ import annotations

import math

from flask import render_template, request
from werkzeug.exceptions import BadRequest

from dashboard import shown as shown_rosters
from dashboard.deps import Tried, TryOutFailed, get_deps
from dashboard.roster import page
from scheduler.whatif import Estimate

__all__ = ["page"]
SOURCES = ("forecast", "replay")


@page.get("/roster/<int:roster_id>/tryout")
def tryout(roster_id: int) -> str:
    return _page(roster_id, SOURCES[0])


@page.post("/roster/<int:roster_id>/tryout")
def run_tryout(roster_id: int) -> str | tuple[str, int]:
    """Takes some seconds; what stands in the way is told as it was said."""
    deps, source = get_deps(), request.form.get("calls", "")
    if source not in SOURCES:
        raise BadRequest()
    shown_rosters.stored(deps, roster_id)
    try:
        found = deps.actions.try_out(roster_id, replay=source == "replay")
    except TryOutFailed as error:
        return _page(roster_id, source, fault=str(error)), 422
    return _page(roster_id, source, found)


def _page(roster_id: int, source: str, found: Tried | None = None, fault: str = "") -> str:
    return render_template(
        "roster/tryout.html",
        shown=shown_rosters.stored(get_deps(), roster_id),
        sources=SOURCES,
        source=source,
        found=found,
        fault=fault,
        around=around,
    )


def around(value: Estimate, factor: float) -> str:
    """A mean and half of its interval: 93.1 ± 0.8; a dash where nobody called."""
    if math.isnan(value.mean):
        return "–"
    return f"{value.mean * factor:.1f} ± {value.half * factor:.1f}"
