"""A counsellor as a supervisor sees them: state, a pause begun or ended. Part of the live pages."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.live import page
from dashboard.me import BREAKS, own_state
from dashboard.tasks import done
from records import audit_log, people
from records.tables import Person
from routing.live import Doing

PAUSED = frozenset({Doing.BREAK, Doing.RECOVERING, Doing.MISSED, Doing.WRITING})


@page.get("/live/person/<person>")
def person(person: str) -> str:
    deps, found = get_deps(), _look(person)
    own = own_state(deps, found.id)
    paused = own.member is not None and own.member.doing in PAUSED
    return render_template(
        "live/person.html", person=found, own=own, paused=paused, breaks=BREAKS, now=deps.now()
    )


@page.post("/live/person/<person>/pause")
def pause_person(person: str) -> BaseResponse:
    deps, found = get_deps(), _look(person)
    minutes = request.form.get("minutes", type=int)
    if minutes not in BREAKS:
        raise BadRequest()
    with deps.store.session() as db:
        detail = {"minutes": minutes}
        audit_log.note(db, deps.now(), the_user().login, "pause", found.id, detail)
        db.flush()
        deps.actions.pause(found.id, "break", minutes * 60)
    return done()


@page.post("/live/person/<person>/resume")
def resume_person(person: str) -> BaseResponse:
    deps, found = get_deps(), _look(person)
    member = deps.live().members.get(found.id)
    ended = member.doing.value if member else ""
    with deps.store.session() as db:
        audit_log.note(db, deps.now(), the_user().login, "resume", found.id, {"ended": ended})
        db.flush()
        deps.actions.resume(found.id)
    return done()


def _look(person: str) -> Person:
    """Raises NotFound."""
    with get_deps().store.read() as db:
        found = people.by_id(db, person)
    if found is None:
        raise NotFound()
    return found
