"""Steering a caller who waits: up, to a named person, to a tier. Part of the live pages."""

from __future__ import annotations

from flask import render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import CallOver, get_deps
from dashboard.live import page
from dashboard.switch import tiers
from dashboard.tasks import done
from records import audit_log, people
from records.tables import Person
from routing.calls import Rank
from routing.live import Call, Doing, Stage

UP = "up"
TO = "to-"  # before a person's id


@page.get("/live/waiting/<uniqueid>")
def waiting(uniqueid: str) -> str:
    found = _look(uniqueid)
    return render_template(
        "live/waiting.html",
        call=found,
        movable=UP in _wheres(found),
        tiers=[tier for tier in tiers() if tier in _wheres(found)],
        people=_suited(found.needs),
        to=TO,
        now=get_deps().now(),
    )


@page.post("/live/waiting/<uniqueid>/<where>")
def steer(uniqueid: str, where: str) -> BaseResponse:
    deps, found = get_deps(), _look(uniqueid)
    if where not in _wheres(found):
        raise NotFound()
    detail = {"where": where, "line": found.line, "rank": found.rank.value}
    with deps.store.session() as db:  # on record first: nobody is steered without a trace
        audit_log.note(db, deps.now(), the_user().login, "steer", f"call {uniqueid}", detail)
        db.flush()
        deps.actions.steer(uniqueid, where)
    return done()


def _look(uniqueid: str) -> Call:
    """Raises CallOver for who does not wait."""
    found = get_deps().live().calls.get(uniqueid)
    if found is None or found.stage is not Stage.WAITING:
        raise CallOver(f"call {uniqueid} does not wait")
    return found


def _wheres(found: Call) -> set[str]:
    """Where this caller can be sent: nobody in danger is sent to a promise."""
    up = {UP} if found.rank in (Rank.NORMAL, Rank.LIMITED) else set()
    promise = {"promise"} if found.rank is Rank.CRISIS else set()
    return up | (set(tiers()) - promise) | {TO + person.id for person in _free()}


def _suited(needs: str) -> list[tuple[str, str, bool]]:
    """Id, name, and whether they have what the caller wishes for: those first."""
    found = [(p.id, p.name, needs in p.qualifications) for p in _free()]
    return sorted(found, key=lambda person: not person[2])


def _free() -> list[Person]:
    """Whose telephone could ring now: those who are ready, and the supervisor's own."""
    deps, own = get_deps(), the_user().person
    live = deps.live()
    ready = {m.person for m in live.members.values() if m.doing is Doing.READY}
    with deps.store.read() as db:
        return [p for p in people.people(db) if p.id in ready or p.id == own]
