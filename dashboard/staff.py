"""Administration: the people who answer calls, one by one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.downloads import as_file
from records import audit_log, people, users
from records.people import as_row
from records.sheets import Sheet
from records.staff_file import COLUMNS, PeopleFaults
from records.tables import Person

page = Blueprint("admin", __name__)
DEVICES = ("desk", "mobile")
SKILLS = ("counsellor", "therapist", "crisis", "supervisor", "minnan", "minors")  # offered
EMPTY = dict.fromkeys(COLUMNS, "") | {"hours_a_week": "40", "device": "desk"}


@page.get("/admin/people")
def staff() -> str:
    deps = get_deps()
    with deps.store.read() as db:
        everybody = people.people(db, active_only=False)
        accounts = {user.person_id: user.login for user in users.users(db) if user.person_id}
    shown = sorted(everybody, key=lambda person: (not person.active, person.id))
    return render_template(
        "admin/people.html",
        people=shown,
        active=sum(person.active for person in everybody),
        accounts=accounts,
        sites=_sites(),
    )


@page.get("/admin/people.xlsx")
def download() -> Response:
    """Everybody who is active, in the form in which people are imported."""
    with get_deps().store.read() as db:
        rows = [tuple(as_row(person).values()) for person in people.people(db)]
    return as_file([Sheet("people", COLUMNS, tuple(rows))], "people", "xlsx")


@page.get("/admin/person", defaults={"person_id": None})
@page.get("/admin/person/<person_id>")
def person(person_id: str | None) -> str:
    if person_id is None:
        return _dialog(None, EMPTY)
    with get_deps().store.read() as db:
        found = _known(db, person_id)
        return _dialog(found, as_row(found))


@page.post("/admin/person", defaults={"person_id": None})
@page.post("/admin/person/<person_id>")
def save_person(person_id: str | None) -> BaseResponse | tuple[str, int]:
    """Checked as a row of a file is; an id is given once and stays."""
    deps, user = get_deps(), the_user()
    row = {column: request.form.get(column, "").strip() for column in COLUMNS}
    row["qualifications"] = " ".join(request.form.getlist("qualifications"))
    if person_id is not None:
        row["id"] = person_id
    with deps.store.session() as db:
        found = people.by_id(db, row["id"])
        if person_id is None and found is not None:
            return _dialog(None, row, taken=True), 422
        if person_id is not None and found is None:
            raise NotFound()
        try:
            (coming,) = people.preview(db, [row], _sites())
        except PeopleFaults as error:
            return _dialog(found, row, faults=[fault.message for fault in error.faults]), 422
        people.import_people(db, [row], _sites())
        audit_log.note(db, deps.now(), user.login, "person.save", row["id"], dict(coming.changes))
    return _done()


@page.post("/admin/person/<person_id>/active")
def set_active(person_id: str) -> BaseResponse:
    deps, wanted = get_deps(), request.form.get("active")
    if wanted not in ("yes", "no"):
        raise BadRequest()
    with deps.store.session() as db:
        found = _known(db, person_id)
        people.set_active(db, found, wanted == "yes", the_user().login, deps.now())
    return _done()


@page.post("/admin/person/<person_id>/secret")
def new_secret(person_id: str) -> str:
    """Shown once, to be typed into a desk phone."""
    deps = get_deps()
    with deps.store.session() as db:
        found = _known(db, person_id)
        secret = people.renew_secret(db, found, the_user().login, deps.now())
        return render_template("admin/secret.html", name=found.name, login=found.id, secret=secret)


def _known(db: Session, person_id: str) -> Person:
    """Raises NotFound."""
    found = people.by_id(db, person_id)
    if found is None:
        raise NotFound()
    return found


def _sites() -> dict[str, str]:
    return {site.id: site.name for site in get_deps().plan.sites}


def _done() -> BaseResponse:
    there = url_for("admin.staff")
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": there})
    return redirect(there, code=303)


def _dialog(found: Person | None, row: dict[str, str], **more: Any) -> str:
    own = row["qualifications"].split()
    return render_template(
        "admin/person.html",
        person=found,
        row=row,
        own=own,
        skills=[*SKILLS, *(skill for skill in own if skill not in SKILLS)],
        sites=_sites(),
        devices=DEVICES,
        **more,
    )
