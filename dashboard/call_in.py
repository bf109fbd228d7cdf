"""Calling somebody in: who may work now by the rules, why the others may not, and the call."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import NoTelephone, get_deps
from dashboard.live import page
from records import audit_log, people
from records.tables import Person
from scheduler.problem import Finding
from scheduler.why import Candidate

WHAT = "call_in"


@dataclass(frozen=True)
class Row:
    person: Person
    shift: str  # the name of what they would do
    standby: bool  # instead of standing by, as the roster has it
    broken: tuple[Finding, ...]  # hard rules in the way

    @property
    def may(self) -> bool:
        return not self.broken


@page.get("/live/call-in")
def call_in() -> str:
    deps = get_deps()
    found = deps.actions.who_may_work(deps.now())
    rows = _rows(found or ())
    return render_template(
        "live/call_in.html",
        known=found is not None,
        able=sorted((row for row in rows if row.may), key=lambda row: not row.standby),
        unable=[row for row in rows if not row.may],
        called=request.args.get("called"),
        how=request.args.get("how"),
    )


@page.post("/live/call-in/<person>")
def call_somebody_in(person: str) -> BaseResponse:
    """By the supervisor's own telephone, or a note that it was done another way."""
    deps, user, how = get_deps(), the_user(), request.form.get("how")
    with deps.store.session() as db:
        found = people.by_id(db, person)
        if found is None:
            raise NotFound()
        audit_log.note(db, deps.now(), user.login, WHAT, person, {"how": how})
        db.flush()
        match how:
            case "telephone":
                _ring(user.person, found.mobile)
            case "note":
                pass
            case _:
                raise BadRequest()
    return redirect(url_for("live.call_in", called=found.name, how=how), code=303)


def _ring(own: str | None, mobile: str | None) -> None:
    if own is None:
        raise NoTelephone()
    if mobile is None:
        raise BadRequest()
    get_deps().actions.call_back(own, mobile)


def _rows(others: tuple[Candidate, ...]) -> tuple[Row, ...]:
    deps = get_deps()
    shifts = {shift.id: shift.name for shift in deps.shifts}
    on_call = {shift.id for shift in deps.shifts if shift.on_call}
    with deps.store.read() as db:
        known = {person.id: person for person in people.people(db)}
    return tuple(
        Row(
            known[one.worker],
            shifts.get(one.shift, one.shift),
            one.instead_of in on_call,
            one.broken,
        )
        for one in others
        if one.worker in known
    )
