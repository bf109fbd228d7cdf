"""A supervisor at a call in progress: listen, whisper, join, take over. Part of the live pages."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import CallOver, NoTelephone, get_deps
from dashboard.live import page
from dashboard.tasks import done
from records import audit_log, people
from routing.live import Call, Stage, Way

WHAT = "supervise"


@page.get("/live/call/<uniqueid>")
def call(uniqueid: str) -> str:
    return _card(look(uniqueid))


@page.post("/live/call/<uniqueid>/<any(listen, whisper, join, take):way>")
def supervise(uniqueid: str, way: str) -> BaseResponse | str | tuple[str, int]:
    found, chosen = look(uniqueid), Way(way)
    own_telephone()
    if chosen is Way.TAKE and "sure" not in request.form:
        return _card(found, unsure=True), 422
    begin(found, chosen)
    if "HX-Request" not in request.headers:
        return redirect(url_for("live.call", uniqueid=uniqueid))
    return _card(found, chosen=chosen)


@page.post("/live/call/let-go")
def let_go() -> BaseResponse:
    deps, own = get_deps(), own_telephone()
    with deps.store.session() as db:
        audit_log.note(db, deps.now(), the_user().login, WHAT, own, {"way": "leave"})
        db.flush()
        deps.actions.let_go(own)
    return done()


def begin(found: Call, way: Way) -> None:
    """The supervisor's own telephone rings; who is at a call already goes over at once."""
    deps, own = get_deps(), own_telephone()
    detail = {"way": way.value, "line": found.line, "counsellor": found.person}
    with deps.store.session() as db:  # on record first: nobody listens without a trace
        audit_log.note(db, deps.now(), the_user().login, WHAT, thing(found.uniqueid), detail)
        db.flush()
        deps.actions.supervise(own, found.uniqueid, way)


def thing(uniqueid: str) -> str:
    """A call's name in the audit log, from before it is on record with a number."""
    return f"call {uniqueid}"


def own_telephone() -> str:
    """The person whose telephone is to ring. Raises NoTelephone."""
    person = the_user().person
    if person is None:
        raise NoTelephone()
    return person


def look(uniqueid: str) -> Call:
    """Raises CallOver for one that is not in progress."""
    found = get_deps().live().calls.get(uniqueid)
    if found is None or found.stage is not Stage.TALKING:
        raise CallOver(f"call {uniqueid} is not in progress")
    return found


def _card(found: Call, *, chosen: Way | None = None, unsure: bool = False) -> str:
    deps, person = get_deps(), the_user().person
    with deps.store.read() as db:
        names = {each.id: each.name for each in people.people(db, active_only=False)}
    own = next((w for w in found.watchers if w.person == person), None)
    return render_template(
        "live/call.html",
        call=found,
        names=names,
        there=own is not None,
        way=chosen or (own.way if own else None),
        ringing=chosen is not None and own is None,
        unsure=unsure,
        now=deps.now(),
    )
