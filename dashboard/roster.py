"""The roster board: looking, computing, editing, publishing."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from dashboard import grid
from dashboard.access import may, the_user
from dashboard.address import day_of
from dashboard.computing import SECONDS, held, panel
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.grid import DAYS
from dashboard.shown import Shown, build, draft, fixed_in, monday, published, stored
from records import exchanges, in_force, notices, people, pins, requests, rosters
from records.rosters import HardFindings
from records.tables import RosterRow
from scheduler import calendar
from scheduler.problem import Finding, Roster

page = Blueprint("roster", __name__)
REASON_AT_LEAST = 5  # characters of the reason for publishing against a hard rule
MOST_DAYS = 92
LISTED = 12  # versions
_EDITING = threading.Lock()  # a cell is read, changed and written back: one at a time


@page.get("/roster")
def index() -> str | BaseResponse:
    """What holds now, or the period asked for; a coordinator with a draft goes on with it."""
    deps = get_deps()
    asked = request.args.get("first")
    if asked is None and may("roster.set_cell"):
        with deps.store.read() as db:
            latest = rosters.latest_draft(db)
            if latest is not None:
                return redirect(url_for("roster.version", roster_id=latest.id))
    first = day_of(asked) if asked else monday(local(deps.now()).date())
    return _page(deps, published(deps, first))


@page.get("/roster/<int:roster_id>")
def version(roster_id: int) -> str:
    deps = get_deps()
    return _page(deps, stored(deps, roster_id))


def _audit(deps: Deps, shown: Shown) -> tuple[Finding, ...]:
    if shown.empty:
        return ()  # nothing is planned: a thousand shortages would say no more
    return deps.actions.audit(shown.cells, shown.first, shown.days)


def _context(deps: Deps, shown: Shown) -> dict[str, object]:
    editable = shown.status == "draft" and may("roster.set_cell")
    return {
        "shown": shown,
        "grid": build(deps, shown, _audit(deps, shown)),
        "looks": grid.looks(deps.shifts),
        "shifts": deps.shifts,
        "editable": editable,
        "explained": not shown.empty and may("roster.why"),
        "unknown_holidays": calendar.notice(shown.first, shown.days),
        "today": local(deps.now()).date(),
    }


def _page(deps: Deps, shown: Shown) -> str:
    versions = _versions(deps) if may("roster.version") else []
    return render_template(
        "roster/board.html",
        made=deps.now(),
        versions=versions,
        draft=_draft_of(shown, versions),
        **_waiting(deps),
        before=shown.first - timedelta(days=DAYS),
        after=shown.first + timedelta(days=DAYS),
        **_context(deps, shown),
        **panel(deps, shown if shown.status == "draft" else None),
    )


def _waiting(deps: Deps) -> dict[str, int]:
    """What waits for a decision, and how many people have not read what has changed for them."""
    if not may("roster.version"):
        return {}
    with deps.store.read() as db:
        decisions = exchanges.waiting(db, deps.now()) + requests.waiting(db)
        return {"to_decide": decisions, "unread": notices.people_who_have_not_read(db)}


def _versions(deps: Deps) -> list[RosterRow]:
    with deps.store.read() as db:
        return rosters.listing(db)[:LISTED]


def _draft_of(shown: Shown, versions: list[RosterRow]) -> RosterRow | None:
    """The newest draft for days of what is in force or not planned yet."""
    if shown.id is not None:
        return None
    for row in versions:
        last = row.first + timedelta(days=row.days - 1)
        if row.status == "draft" and row.first <= shown.last and shown.first <= last:
            return row
    return None


def _panel(deps: Deps) -> str:
    return render_template("roster/_solver.html", **panel(deps, held(deps)))


@page.get("/roster/progress")
def progress() -> str:
    return _panel(get_deps())


@page.post("/roster/generate")
def generate() -> str:
    deps = get_deps()
    first = day_of(request.form.get("first", ""))
    days = request.form.get("days", type=int) or 0
    seconds = request.form.get("seconds", type=int) or 0
    if not 1 <= days <= MOST_DAYS or seconds not in SECONDS:
        raise BadRequest()
    on_board = held(deps)
    fixed = fixed_in(on_board, first, days) if on_board else {}
    deps.actions.start_roster(first, days, float(seconds), the_user().login, fixed)
    return _panel(deps)


@page.post("/roster/stop")
def stop() -> str:
    deps = get_deps()
    deps.actions.stop_roster()
    return _panel(deps)


@page.post("/roster/copy")
def copy() -> BaseResponse:
    """A draft with the cells that are published for a period: what is published is never edited."""
    deps = get_deps()
    shown = published(deps, day_of(request.form.get("first", "")))
    with deps.store.session() as db:
        row = rosters.save_draft(
            db, shown.first, Roster(shown.cells), None, None, the_user().login, deps.now()
        )
        made = row.id
    return redirect(url_for("roster.version", roster_id=made))


@page.post("/roster/<int:roster_id>/cell")
def set_cell(roster_id: int) -> str | tuple[str, int]:
    """One cell; answered with the person's row, the cover and the findings.

    `was` is what the coordinator saw in it. When it has become another shift meanwhile, nothing is
    changed: 422, with what stands there now and what was wanted.
    """
    deps = get_deps()
    person = request.form.get("person", "")
    index = request.form.get("day", type=int)
    shift = request.form.get("shift") or None
    with _EDITING:
        shown = draft(deps, roster_id)
        known = {s.id for s in deps.shifts} | {None}
        if index is None or not 0 <= index < shown.days or shift not in known:
            raise BadRequest()
        day = shown.first + timedelta(days=index)
        with deps.store.session() as db:
            if person not in {p.id for p in people.people(db)}:
                raise BadRequest()
            now = rosters.the_cell(db, roster_id, person, day)
            was = request.form.get("was", now or "") or None
            moved = now not in (was, shift)
            if not moved:
                rosters.set_cell(db, roster_id, person, day, shift, the_user().login, deps.now())
        shown = draft(deps, roster_id)
    context = _context(deps, shown) | {"person": person}
    if moved:
        told = {"day": day, "index": index, "wanted": shift, "now": now}
        context["shift_of"] = {one.id: one for one in deps.shifts}
        return render_template("roster/edited.html", moved=told, **context), 422
    return render_template("roster/edited.html", **context)


@page.post("/roster/<int:roster_id>/pin")
def pin(roster_id: int) -> str:
    """Lock or unlock one cell for the solver; answered as `set_cell`."""
    deps, person = get_deps(), request.form.get("person", "")
    index = request.form.get("day", type=int)
    shown = draft(deps, roster_id)
    if index is None or not 0 <= index < shown.days or person not in shown.cells:
        raise BadRequest()
    pinned = (person, index) not in shown.pins
    day = shown.first + timedelta(days=index)
    with deps.store.session() as db:
        pins.set_pin(db, roster_id, person, day, pinned, the_user().login, deps.now())
    context = _context(deps, draft(deps, roster_id))
    return render_template("roster/edited.html", person=person, **context)


@page.get("/roster/<int:roster_id>/review")
def review(roster_id: int) -> str:
    return _review(get_deps(), draft(get_deps(), roster_id), "")


def _review(deps: Deps, shown: Shown, reason: str, missing: bool = False) -> str:
    changed = _changed(deps, shown)
    with deps.store.read() as db:
        since = in_force.published_since(db, rosters.by_id(db, shown.id or 0))
    return render_template(
        "roster/review.html",
        since=since,
        now=deps.now(),
        reason=reason,
        missing=missing,
        changed=changed,
        **_context(deps, shown),
    )


def _changed(deps: Deps, shown: Shown) -> int:
    """Cells that differ from what is published for these days."""
    with deps.store.read() as db:
        by_day = rosters.published_cells(db, shown.first, shown.last)
    if not by_day:
        return 0
    return sum(
        shift != by_day.get(shown.first + timedelta(days=index), {}).get(person)
        for person, row in shown.cells.items()
        for index, shift in enumerate(row)
    )


@page.post("/roster/<int:roster_id>/review")
def publish(roster_id: int) -> BaseResponse | tuple[str, int]:
    deps, user = get_deps(), the_user()
    shown = draft(deps, roster_id)
    reason = request.form.get("reason", "").strip()
    override = reason if len(reason) >= REASON_AT_LEAST else None
    try:
        deps.actions.publish(roster_id, user.login, override)
    except HardFindings:
        return _review(deps, shown, reason, missing=True), 422
    return leads_to("roster.version", roster_id=roster_id)


def leads_to(endpoint: str, **values: Any) -> BaseResponse:
    """To another page, from a form or from a dialog."""
    there = url_for(endpoint, **values)
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": there})
    return redirect(there)
