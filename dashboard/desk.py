"""The counsellor's desk: the telephone in the browser, who calls, and the record of the call.

The telephone talks to Asterisk itself. What is asked for here may fail at any moment without the
call noticing: the page keeps what was typed and asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, Conflict, Forbidden, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard import csrf
from dashboard.access import Role, the_user
from dashboard.deps import Deps, get_deps
from dashboard.display import line_name, mask
from dashboard.me import BREAKS, own_state
from records import alarms, audit_log, notes, people
from records.notes import Kept, Kind, NoteChanged, NoteMissing, NoteRefused
from routing.calls import Rank
from routing.live import Call

page = Blueprint("desk", __name__)
WEB = "-web"  # after a person's id: the name by which a browser registers
CRISIS, HELP = "crisis", "crisis_help"
FLAGGED = timedelta(days=7)  # a number whose caller was in danger comes first for so long


@dataclass(frozen=True)
class Caller:
    """Who calls, or talks, as far as the live picture knows."""

    call: Call
    before: tuple[notes.Before, ...]

    @property
    def worst(self) -> str | None:
        """The highest level of the calls before."""
        order = [level.value for level in notes.Level]
        found = [before.level for before in self.before if before.level in order]
        return max(found, key=order.index, default=None)

    @property
    def harassed(self) -> bool:
        return any(before.kind == Kind.HARASSING for before in self.before)

    @property
    def danger(self) -> bool:
        return self.call.rank is Rank.CRISIS


def _person() -> str:
    person = the_user().person
    if person is None:
        raise Forbidden()
    return person


@page.get("/desk")
def desk() -> str:
    deps, person = get_deps(), the_user().person
    return render_template(
        "desk/page.html",
        own=own_state(deps, person) if person else None,
        now=deps.now(),
        breaks=BREAKS,
        kinds=[kind.value for kind in Kind],
        problems=notes.PROBLEMS,
        scale=notes.SCALE,
        telephone=deps.browser_phones is not None and _registers(deps, person),
    )


def _registers(deps: Deps, person: str | None) -> bool:
    """Somebody with a fixed contact has a desk phone that does not register, and no other."""
    if person is None:
        return False
    with deps.store.read() as db:
        found = people.by_id(db, person)
        return found is not None and found.active and found.contact is None and bool(found.secret)


@page.get("/desk/telephone")
def telephone() -> Response:
    """What the browser registers with: to its owner alone, and on record."""
    deps, person = get_deps(), _person()
    if deps.browser_phones is None or not _registers(deps, person):
        raise NotFound()
    with deps.store.session() as db:
        found = people.by_id(db, person)
        assert found is not None  # noqa: S101 - it was there a moment ago, and people stay
        audit_log.note(db, deps.now(), the_user().login, "secret.browser", person, {})
        secret = found.secret
    host = request.host.partition(":")[0]
    return jsonify(
        address=deps.browser_phones.url(host),
        uri=f"sip:{person}{WEB}@{host}",
        name=person,
        secret=secret,
    )


@page.get("/desk/call")
def call() -> str:
    """The part of the page that says who calls."""
    return render_template("desk/_call.html", caller=_caller(get_deps(), _person()))


def _caller(deps: Deps, person: str) -> Caller | None:
    live = deps.live()
    member = live.members.get(person)
    found = live.calls.get(member.call) if member and member.call else None
    if found is None:
        found = next((call for call in live.calls.values() if call.person == person), None)
    if found is None:
        return None
    with deps.store.read() as db:
        return Caller(found, tuple(notes.previous(db, found.caller)))


# ---- the record


@page.get("/desk/drafts")
def drafts() -> Response:
    deps = get_deps()
    with deps.store.read() as db:
        found = notes.drafts(db, _person(), deps.seal)
        answer = jsonify([_told(kept) for kept in found])
    answer.headers["X-CSRF-Token"] = csrf.token()  # a page outlives the session that it began in
    return answer


@page.get("/desk/find")
def find() -> Response:
    """The call that this person answered at about `answered` (epoch seconds); null when unknown."""
    answered = request.args.get("answered", type=float)
    if answered is None or not 0 < answered < 1e11:
        raise BadRequest()
    with get_deps().store.read() as db:
        found = notes.call_of(db, _person(), datetime.fromtimestamp(answered, UTC))
        return jsonify(call=found.id if found else None)


@page.post("/desk/notes/<int:call_id>")
def save(call_id: int) -> BaseResponse:
    """A draft: {"revision": n, "fields": {…}}. 409 when what is on record is newer."""
    deps, sent = get_deps(), _sent()
    revision, fields = sent.get("revision"), sent.get("fields")
    if not isinstance(revision, int) or not isinstance(fields, dict):
        raise BadRequest()
    try:
        note = notes.from_form(fields)
    except ValueError as error:
        return _refused(error)
    with deps.store.session() as db:
        with _in_http():
            kept = notes.save(db, call_id, _person(), revision, note, deps.now(), deps.seal)
        return jsonify(_told(kept))


@page.post("/desk/notes/<int:call_id>/submit")
def submit(call_id: int) -> BaseResponse:
    deps = get_deps()
    with deps.store.session() as db:
        try:
            with _in_http():
                kept = notes.submit(db, call_id, _person(), deps.now(), deps.seal)
        except ValueError as error:
            return _refused(error)
        alarms.clear_alarm(db, HELP, _person(), deps.now())  # what was done about it is written now
        level = kept.note.level.value if kept.note.level else None
        detail = {"kind": kept.note.kind.value, "level": level}
        audit_log.note(db, deps.now(), the_user().login, "note.submit", f"call {call_id}", detail)
        return jsonify(_told(kept))


@page.get("/desk/notes/<int:call_id>/read")
def read(call_id: int) -> str:
    """The whole record of an earlier call; each reading is on record.

    A supervisor reads any; a counsellor one's own, and those of the number one talks with.
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
    person = _person()
    if kept.call.person == person:
        return True
    caller = _caller(deps, person)
    return caller is not None and bool(kept.call.caller) and caller.call.caller == kept.call.caller


# ---- danger


@page.post("/desk/crisis")
def crisis() -> BaseResponse:
    """{"on": true}: the supervisors are told at once, and the number comes first for a week.

    Pressed by mistake: {"on": false} takes both back. Doing it twice is doing it once. The alarm
    ends when the record is submitted.
    """
    deps, person = get_deps(), _person()
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
        "fields": notes.to_form(kept.note),
    }
