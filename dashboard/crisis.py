"""Crisis mode of a call: a supervisor with it, help that is called, and whether help came.

The question stands on the board as an alarm until it is answered; the audit log is the timeline.
"""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.live import board_changed, page
from dashboard.supervise import begin, look, own_telephone, thing
from dashboard.tasks import done
from records import alarms, audit_log, people, users
from records.tables import Alarm
from routing.live import Way

KIND = "crisis_mode"
ANSWERS = ("arrived", "not_needed")
LONGEST_NOTE = 2000


@page.get("/live/crisis/<uniqueid>")
def crisis(uniqueid: str) -> str:
    return _dialog(uniqueid)


@page.post("/live/crisis/<uniqueid>")
def begin_crisis(uniqueid: str) -> str:
    """The supervisor joins silently; from now on it is asked whether help has arrived."""
    deps, found, own = get_deps(), look(uniqueid), own_telephone()
    detail = {"line": found.line, "counsellor": found.person}
    with deps.store.session() as db:
        if alarms.raise_alarm(db, KIND, uniqueid, detail, deps.now()):
            _note(db, uniqueid, {"step": "begun", **detail})
    if all(watcher.person != own for watcher in found.watchers):
        begin(found, Way.LISTEN)
    board_changed()
    return _dialog(uniqueid)


@page.post("/live/crisis/<uniqueid>/help/<number>")
def call_help(uniqueid: str, number: str) -> str:
    deps, own = get_deps(), own_telephone()
    if number not in deps.plan.emergency:
        raise NotFound()
    with deps.store.session() as db:
        _require_open(db, uniqueid)
        _note(db, uniqueid, {"step": "help", "number": number})
        db.flush()
        deps.actions.call_help(own, number)
    return _dialog(uniqueid)


@page.post("/live/crisis/<uniqueid>/note")
def note_crisis(uniqueid: str) -> str | tuple[str, int]:
    text = request.form.get("text", "").strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        return _dialog(uniqueid, fault="text"), 422
    with get_deps().store.session() as db:
        _require_open(db, uniqueid)
        _note(db, uniqueid, {"step": "note", "text": text})
    return _dialog(uniqueid)


@page.post("/live/crisis/<uniqueid>/end")
def end_crisis(uniqueid: str) -> BaseResponse | tuple[str, int]:
    deps, answer = get_deps(), request.form.get("answer", "")
    if answer not in ANSWERS:
        return _dialog(uniqueid, fault="answer"), 422
    with deps.store.session() as db:
        _require_open(db, uniqueid)
        _note(db, uniqueid, {"step": answer})
        alarms.clear_alarm(db, KIND, uniqueid, deps.now())
    return done()


def _note(db: Session, uniqueid: str, detail: dict[str, object]) -> None:
    audit_log.note(db, get_deps().now(), the_user().login, KIND, thing(uniqueid), detail)


def _require_open(db: Session, uniqueid: str) -> Alarm:
    """Raises NotFound for a call that is not, or no longer, in crisis mode."""
    found = alarms.find_open(db, KIND, uniqueid)
    if found is None:
        raise NotFound()
    return found


def _dialog(uniqueid: str, *, fault: str = "") -> str:
    deps = get_deps()
    with deps.store.read() as db:
        detail = _require_open(db, uniqueid).detail or {}
        steps = audit_log.about(db, thing(uniqueid))
        logins = {user.login: user.name for user in users.users(db)}
        names = {each.id: each.name for each in people.people(db, active_only=False)}
    return render_template(
        "live/crisis.html",
        uniqueid=uniqueid,
        line=detail.get("line", ""),
        counsellor=names.get(str(detail.get("counsellor")), "–"),
        call=deps.live().calls.get(uniqueid),
        steps=steps,
        logins=logins,
        fault=fault,
        longest=LONGEST_NOTE,
        now=deps.now(),
    )
