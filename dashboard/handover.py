"""Handover between shifts: who leaves writes, who comes confirms, supervisors see who has not."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.desk import own_person
from dashboard.dialogs import close
from records import audit_log, handovers, people

page = Blueprint("handover", __name__)


@page.get("/handover")
def listing() -> str:
    """Everything of the last two days, with who has read it."""
    deps = get_deps()
    with deps.store.session() as db:
        shown = handovers.recent(db, deps.now(), deps.seal)
        names = {each.id: each.name for each in people.people(db, active_only=False)}
        if shown:
            detail = {"ids": [each.id for each in shown]}
            audit_log.note(db, deps.now(), the_user().login, "handover.list", "handover", detail)
    return render_template("handover/list.html", shown=shown, names=names, now=deps.now())


@page.get("/handover/unread")
def unread() -> str:
    """The part of the desk with what this person has not confirmed."""
    deps = get_deps()
    with deps.store.read() as db:
        shown = handovers.unread(db, own_person(), deps.now(), deps.seal)
        names = {each.id: each.name for each in people.people(db, active_only=False)}
    return render_template("handover/_unread.html", shown=shown, names=names, now=deps.now())


@page.get("/handover/new")
def new() -> str:
    own_person()
    return _dialog()


@page.post("/handover/new")
def write() -> BaseResponse | tuple[str, int]:
    deps, person, text = get_deps(), own_person(), request.form.get("text", "")
    with deps.store.session() as db:
        try:
            row = handovers.write(db, person, text, deps.now(), deps.seal)
        except ValueError:
            return _dialog(text, missing=True), 422
        thing = f"handover {row.id}"
        audit_log.note(db, deps.now(), the_user().login, "handover.write", thing, {})
    return close(url_for("desk.desk"), "handover")


@page.post("/handover/<int:number>/read")
def confirm(number: int) -> str:
    """Confirming twice is confirming once."""
    deps, person = get_deps(), own_person()
    with deps.store.session() as db:
        if handovers.confirm(db, number, person, deps.now()):
            thing = f"handover {number}"
            audit_log.note(db, deps.now(), the_user().login, "handover.read", thing, {})
    return unread()


def _dialog(text: str = "", *, missing: bool = False) -> str:
    return render_template(
        "handover/new.html", text=text, missing=missing, longest=handovers.LONGEST
    )
