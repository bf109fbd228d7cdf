"""The lines and what the last test call through each of them saw. Part of the live pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from dashboard.deps import get_deps
from dashboard.line_results import carrier_name, result_words
from dashboard.live import page
from records import line_tests
from routing.line_tests import Seen
from routing.plan import Line, Plan


@dataclass(frozen=True)
class Row:
    """One line; `at` is None while it was never tested."""

    line: Line
    at: datetime | None = None
    passed: bool = False
    made: bool = False
    result: str = ""
    carrier: str = ""
    refused_by: tuple[str, ...] = ()  # names of carriers


@page.get("/live/lines")
def lines() -> str:
    deps = get_deps()
    with deps.store.read() as db:
        known = line_tests.latest(db)
    rows = []
    for line in deps.plan.lines:
        last = known.get(line.id)
        rows.append(_row(line, last.at, last.seen, deps.plan) if last else Row(line))
    rows.sort(key=lambda row: row.passed or row.at is None)  # what failed comes first
    return render_template("live/lines.html", rows=rows, now=deps.now())


def _row(line: Line, at: datetime, seen: Seen, plan: Plan) -> Row:
    return Row(
        line,
        at,
        seen.passed,
        seen.made,
        result_words(seen.result, seen.came_as, plan),
        carrier_name(seen.carrier, plan),
        tuple(carrier_name(each, plan) for each in seen.refused_by),
    )
