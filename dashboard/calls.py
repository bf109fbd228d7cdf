"""The calls: search and filter. Counsellors see their own."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from dashboard.access import Role, the_user
from dashboard.address import asked, asked_day, other_page
from dashboard.deps import Deps, get_deps
from dashboard.display import local, midnight
from records import calls, notes, people, recordings
from records import note as words
from records.calls import CONNECTED, OPEN, CallFilter
from records.origins import Origin, of_origin
from routing.calls import Kind, Outcome
from routing.numbers import ENDING

page = Blueprint("calls", __name__)
PER_PAGE = 50
NOBODY = "-"  # no person has this id
NO_SITE = "-"  # of the whole city's lines
DANGER = "danger"  # any level that the official summary calls so
MORE = ("hour", "site", "origin", "note", "problem", "level")  # what a report asks for


@page.get("/calls")
def search() -> str:
    deps, user = get_deps(), the_user()
    own = user.role is Role.COUNSELLOR
    person = user.person or NOBODY if own else request.args.get("person") or None
    with deps.store.read() as db:
        wanted = _filter(deps, db, person)
        found = calls.search(db, wanted)
        noted = notes.written(db, [row.id for row in found.rows])
        staff = [(p.id, p.name) for p in people.people(db, active_only=False)]
    return render_template(
        "calls/list.html",
        rows=found.rows,
        noted=noted,
        recorded=recordings.there(deps.recordings, [row.id for row in found.rows]),
        total=found.total,
        number=wanted.page,
        pages=max(1, -(-found.total // PER_PAGE)),
        lines=[(line.id, line.name) for line in deps.plan.lines],
        staff=staff,
        names=dict(staff),
        own=own,
        args=request.args,
        kinds=list(Kind),
        outcomes=[*Outcome, CONNECTED, OPEN],
        sites=[*((site.id, site.name) for site in deps.plan.sites), (NO_SITE, _("全市"))],
        origins=list(Origin),
        notes=list(words.Kind),
        problems=words.PROBLEMS,
        levels=[*words.Level, DANGER],
        more=any(request.args.get(name) for name in MORE),
        link=other_page,
    )


def _filter(deps: Deps, db: Session, person: str | None) -> CallFilter:
    first, last = asked_day("first"), asked_day("last")
    digits = request.args.get("digits", "").strip()
    if digits and not re.fullmatch(rf"[0-9]{{1,{ENDING}}}", digits):
        raise BadRequest()  # of more, each digit that the mask hides could be found by trying
    return CallFilter(
        first=midnight(first) if first else None,
        last=midnight(last + timedelta(days=1)) if last else None,
        line=request.args.get("line") or None,
        person=person,
        outcome=asked([*Outcome, CONNECTED, OPEN], "outcome"),
        kind=asked([*Kind], "kind"),
        number_ends=digits or None,
        **_lines(deps),
        prefixes=_prefixes(deps, db),
        utc_hour=_utc_hour(deps),
        note_kind=asked([*words.Kind], "note"),
        problem=asked(words.PROBLEMS, "problem"),
        levels=_levels(),
        page=max(1, request.args.get("page", 1, type=int)),
        per_page=PER_PAGE,
    )


def _lines(deps: Deps) -> dict[str, frozenset[str]]:
    """Those of a site; what has none, and what no line has, are the whole city's."""
    site = asked([NO_SITE, *(each.id for each in deps.plan.sites)], "site")
    if site is None:
        return {}
    if site == NO_SITE:
        return {"not_lines": frozenset(line.id for line in deps.plan.lines if line.site)}
    return {"lines": frozenset(line.id for line in deps.plan.lines if line.site == site)}


def _prefixes(deps: Deps, db: Session) -> frozenset[str] | None:
    chosen = asked([*Origin], "origin")
    if chosen is None:
        return None
    return of_origin(calls.prefixes(db), deps.plan.area, Origin(chosen))


def _utc_hour(deps: Deps) -> int | None:
    """Of an hour of the city's day: its clock is whole hours before UTC, all year round."""
    hour = asked([str(each) for each in range(24)], "hour")
    if hour is None:
        return None
    ahead = local(deps.now()).utcoffset() or timedelta()
    return (int(hour) - int(ahead.total_seconds() // 3600)) % 24


def _levels() -> frozenset[str] | None:
    level = asked([*words.Level, DANGER], "level")
    if level is None:
        return None
    return frozenset(words.DANGER) if level == DANGER else frozenset({level})
