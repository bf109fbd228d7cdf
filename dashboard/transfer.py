"""A caller is handed on to a colleague or a tier, a colleague is asked first. Part of the desk."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import Deps, NoCaller, get_deps
from dashboard.desk import live_call, own_person, page
from dashboard.dialogs import close
from records import audit_log, people, transfers
from records.transfers import Kind
from routing.live import Call, Doing, Stage

__all__ = ["page"]

ABLE = (Doing.READY, Doing.WRITING)  # those who can be rung, or are about to be free


@dataclass(frozen=True)
class Colleague:
    """Somebody in the queue, and whether a caller can go there now."""

    person: str
    name: str
    state: str
    on_call: bool
    able: bool


@page.get("/desk/transfer")
def colleagues() -> str:
    deps, person = get_deps(), own_person()
    _talk(deps, person)
    return render_template(
        "desk/transfer.html",
        colleagues=_colleagues(deps, person),
        tiers=tiers(deps),
    )


@page.post("/desk/transfer")
def hand_on() -> BaseResponse:
    """{"person": id} or {"tier": "duty", "oncall", "partner"}. Nobody takes it: it comes back."""
    deps, person = get_deps(), own_person()
    to, tier = request.form.get("person", ""), request.form.get("tier", "")
    if (tier or None) not in (None, *tiers(deps)) or bool(to) == bool(tier):
        raise BadRequest()
    call = _talk(deps, person)
    with deps.store.session() as db:  # on record first: nobody is handed on without a trace
        if to:
            _known(deps, db, to, person)
        _note(deps, db, call, to or tier, Kind.HANDED)
        deps.actions.hand_on(call.channel, person, to, "" if tier == "duty" else tier)
    return close(url_for("desk.desk"), "handed")


@page.post("/desk/consult")
def consult() -> BaseResponse:
    """{"person": id}: one's own browser or desk phone may ring this colleague, for a minute."""
    deps, person, to = get_deps(), own_person(), request.form.get("person", "")
    call = _talk(deps, person)
    with deps.store.session() as db:
        _known(deps, db, to, person)
        _note(deps, db, call, to, Kind.ASKED)
        deps.actions.consult(person, to)
    return close(url_for("desk.desk"), "asked")


def _talk(deps: Deps, person: str) -> Call:
    """The caller on the line. Raises NoCaller."""
    call = live_call(deps.live(), person)
    if call is None or call.stage is not Stage.TALKING:
        raise NoCaller()
    return call


def tiers(deps: Deps) -> tuple[str, ...]:
    return ("duty", "oncall", *(("partner",) if deps.plan.partners else ()))


def _colleagues(deps: Deps, person: str) -> list[Colleague]:
    """Those on duty first, among them those who are free."""
    with deps.store.read() as db:
        names = {each.id: each.name for each in people.people(db)}
    found = [
        Colleague(m.person, names[m.person], m.doing.value, m.on_call, m.doing in ABLE)
        for m in deps.live().members.values()
        if m.person in names and m.person != person
    ]
    return sorted(found, key=lambda each: (each.on_call, not each.able, each.name))


def _known(deps: Deps, db: Session, to: str, person: str) -> None:
    """Raises BadRequest unless this is a colleague in the queue."""
    found = people.by_id(db, to)
    if found is None or to == person or to not in deps.live().members:
        raise BadRequest()


def _note(deps: Deps, db: Session, call: Call, to: str, kind: Kind) -> None:
    person, now, login = own_person(), deps.now(), the_user().login
    row = transfers.running(db, call.uniqueid)
    if row is not None:
        transfers.note(db, row, now, person, to, kind)
    thing = f"call {row.id}" if row else f"person {person}"
    audit_log.note(db, now, login, f"call.{kind.value}", thing, {"to": to})
    db.flush()
