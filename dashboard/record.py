"""The record of a call, crisis help. Part of the desk.

The telephone talks to Asterisk itself. What is asked for here may fail at any moment without the
call noticing: the page keeps what was typed and asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, Conflict, Forbidden, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard import csrf
from dashboard.access import Role, the_user
from dashboard.deps import Deps, get_deps
from dashboard.desk import caller_of, live_call, own_person, page
from dashboard.display import line_name, mask
from dashboard.live import board_changed
from records import alarms, audit_log, notes, tasks
from records.note import from_form, to_form
from records.notes import Kept, NoteChanged, NoteMissing, NoteRefused
from routing.calls import Rank
from routing.live import Stage

__all__ = ["page"]

CRISIS, HELP = "crisis", "crisis_help"
FLAGGED = timedelta(days=7)  # a number whose caller was in danger comes first for so long


@page.get("/desk/drafts")
def drafts() -> Response:
    """Those of the own calls; what a colleague wrote of one is on record as read."""
    deps, person = get_deps(), own_person()
    with deps.store.read() as db:
        found = notes.drafts(db, person, deps.seal)
        answer = jsonify([_told(kept) for kept in found])
    if others := [kept.call.id for kept in found if kept.by != person]:
        with deps.store.session() as db:
            for call_id in others:
                thing, login = f"call {call_id}", the_user().login
                audit_log.note(db, deps.now(), login, "note.read", thing, {})
    answer.headers["X-CSRF-Token"] = csrf.token()  # a page outlives the session that it began in
    return answer


@page.get("/desk/find")
def find() -> Response:
    """The call that this person answered at about `answered` (epoch seconds); null when unknown."""
    answered = request.args.get("answered", type=float)
    if answered is None or not 0 < answered < 1e11:
        raise BadRequest()
    with get_deps().store.read() as db:
        found = notes.call_of(db, own_person(), datetime.fromtimestamp(answered, UTC))
        return jsonify(call=found.id if found else None)


@page.post("/desk/notes/<int:call_id>")
def save(call_id: int) -> BaseResponse:
    """A draft: {"revision": n, "acked": n, "fields": {…}}. 409 when what is on record is newer.

    `acked` is the revision that the page knows to be on record, 0 for none.
    """
    deps, sent = get_deps(), _sent()
    revision, fields = sent.get("revision"), sent.get("fields")
    unseen = sent.get("acked") == 0
    if not isinstance(revision, int) or not isinstance(fields, dict):
        raise BadRequest()
    try:
        note = from_form(fields)
    except ValueError as error:
        return _refused(error)
    with deps.store.session() as db:
        with _in_http():
            kept = notes.save(
                db, call_id, own_person(), revision, note, deps.now(), deps.seal, unseen=unseen
            )
        return jsonify(_told(kept))


@page.post("/desk/notes/<int:call_id>/submit")
def submit(call_id: int) -> BaseResponse:
    deps = get_deps()
    with deps.store.session() as db:
        try:
            with _in_http():
                kept = notes.submit(db, call_id, own_person(), deps.now(), deps.seal)
        except ValueError as error:
            return _refused(error)
        alarms.clear_alarm(
            db, HELP, own_person(), deps.now()
        )  # what was done about it is written now
        level = kept.note.level.value if kept.note.level else None
        detail = {"kind": kept.note.kind.value, "level": level}
        audit_log.note(db, deps.now(), the_user().login, "note.submit", f"call {call_id}", detail)
        return jsonify(_told(kept))


@page.get("/desk/notes/<int:call_id>/read")
def read(call_id: int) -> str:
    """The whole record of an earlier call; each reading is on record.

    A supervisor reads any; a counsellor one's own, those of the number one talks with, and those of
    whoever one may call back.
    """
    deps, user = get_deps(), the_user()
    with deps.store.session() as db:
        kept = notes.by_call(db, call_id, deps.seal)
        if kept is None:
            raise NotFound()
        if user.role is not Role.SUPERVISOR and not _may_read(deps, kept):
            raise Forbidden()
        audit_log.note(db, deps.now(), user.login, "note.read", f"call {call_id}", {})
        return render_template("desk/note.html", kept=kept)


def _may_read(deps: Deps, kept: Kept) -> bool:
    person = own_person()
    if kept.call.person == person:
        return True
    with deps.store.read() as db:
        if tasks.to_call_back(db, kept.call.id, person):
            return True
    caller = caller_of(deps, person)
    return caller is not None and bool(kept.call.caller) and caller.call.caller == kept.call.caller


# ---- danger


@page.post("/desk/crisis")
def crisis() -> BaseResponse:
    """{"on": true}: the supervisors are told at once, and the number comes first for a week.

    The call that goes on ranks as one in danger, also should it wait again. Pressed by mistake:
    {"on": false} takes alarm and mark back. Doing it twice is doing it once. The alarm ends when
    the record is submitted.
    """
    deps, person = get_deps(), own_person()
    on, answered = _sent().get("on"), _sent().get("answered")
    if not isinstance(on, bool) or not isinstance(answered, (int, float)):
        raise BadRequest()
    with deps.store.session() as db:
        found = notes.call_of(db, person, datetime.fromtimestamp(answered, UTC))
        number = found.caller if found else ""
        thing = f"call {found.id}" if found else f"person {person}"
        if on:
            new = alarms.raise_alarm(db, HELP, person, {"call": thing}, deps.now())
        else:
            new = alarms.clear_alarm(db, HELP, person, deps.now())
        if new:
            audit_log.note(db, deps.now(), the_user().login, "crisis", thing, {"on": on})
    board_changed()
    call = live_call(deps.live(), person)
    if on and call and call.stage is Stage.TALKING and call.rank is not Rank.CRISIS:
        deps.actions.endanger(call)
    if number:
        until = int((deps.now() + FLAGGED).timestamp()) if on else None
        deps.actions.mark(number, CRISIS, until)
    return Response(status=204)


@contextmanager
def _in_http() -> Iterator[None]:
    try:
        yield
    except NoteChanged:
        raise Conflict() from None
    except NoteRefused:
        raise Forbidden() from None
    except NoteMissing:
        raise NotFound() from None


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadRequest()
    return sent


def _refused(error: ValueError) -> BaseResponse:
    answer = jsonify(fault=str(error))
    answer.status_code = 422
    return answer


def _told(kept: Kept) -> dict[str, object]:
    deps = get_deps()
    answered = kept.call.answered_at or kept.call.arrived_at
    return {
        "call": kept.call.id,
        "who": mask(kept.call.caller, deps.plan.area),
        "line": line_name(kept.call.line, deps.plan),
        "answered": answered.timestamp(),
        "revision": kept.revision,
        "saved": kept.saved_at.timestamp(),
        "submitted": kept.submitted,
        "fields": to_form(kept.note),
    }
