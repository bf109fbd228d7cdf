"""A person's shifts for the calendar of a telephone or a computer, under a secret address."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template, url_for
from werkzeug.exceptions import NotFound

from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.display import CITY, local
from dashboard.me import own_person, page
from records import exports, feeds, people, rosters
from scheduler.problem import Roster

__all__ = ["page"]
BEFORE, AFTER = 30, 120  # days around today that a calendar gets


@page.get("/calendar/<secret>.ics")
def calendar(secret: str) -> Response:
    """For whoever knows the address: calendars do not sign in."""
    deps = get_deps()
    today = local(deps.now()).date()
    days = [today + timedelta(days=n) for n in range(-BEFORE, AFTER + 1)]
    with deps.store.read() as db:
        person = feeds.person_of(db, secret)
        found = people.by_id(db, person) if person else None
        if found is None or not found.active:
            raise NotFound()
        by_day = rosters.published_cells(db, days[0], days[-1])
        name = found.name
    cells = tuple(by_day.get(day, {}).get(found.id) for day in days)
    shown = exports.table(
        name, days[0], Roster({found.id: cells}), {found.id: (name, "")}, deps.shifts
    )
    data = exports.as_calendar(shown, deps.now(), CITY)
    return Response(data, mimetype="text/calendar", headers={"Cache-Control": "no-store"})


@page.get("/me/calendar")
def own_calendar() -> str:
    with get_deps().store.read() as db:
        secret = feeds.of_person(db, own_person())
    address = url_for("me.calendar", secret=secret, _external=True) if secret else None
    return render_template("me/calendar.html", address=address)


@page.post("/me/calendar")
def renew_calendar() -> str:
    deps = get_deps()
    with deps.store.session() as db:
        feeds.renew(db, own_person(), the_user().login, deps.now())
    return own_calendar()


@page.post("/me/calendar/revoke")
def revoke_calendar() -> str:
    deps = get_deps()
    with deps.store.session() as db:
        feeds.revoke(db, own_person(), the_user().login, deps.now())
    return own_calendar()
