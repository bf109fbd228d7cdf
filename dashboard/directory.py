"""The referral directory: searched by all, kept by coordinators and administrators."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.dialogs import close
from records import audit_log, directory
from records.directory import Entry, Kind
from records.tables import DirectoryRow

page = Blueprint("directory", __name__)
FIELDS = ("name", "phone", "hours", "address", "remark")


@page.get("/directory")
def index() -> str:
    text, kind = request.args.get("q", ""), request.args.get("kind", "")
    if kind not in ("", *Kind):
        raise BadRequest()
    with get_deps().store.read() as db:
        rows = directory.search(db, text, Kind(kind) if kind else None)
    return render_template("directory/list.html", rows=rows, q=text, kind=kind, kinds=list(Kind))


@page.get("/directory/new")
def new() -> str:
    return _dialog({})


@page.post("/directory/new")
def add() -> BaseResponse | tuple[str, int]:
    return _keep(None)


@page.get("/directory/<int:number>")
def entry(number: int) -> str:
    with get_deps().store.read() as db:
        row = directory.entry(db, number)
        return _dialog({name: getattr(row, name) for name in ("kind", *FIELDS)}, number)


@page.post("/directory/<int:number>")
def change(number: int) -> BaseResponse | tuple[str, int]:
    return _keep(number)


@page.post("/directory/<int:number>/remove")
def remove(number: int) -> BaseResponse:
    deps = get_deps()
    with deps.store.session() as db:
        row = directory.remove(db, number, deps.now())
        _note(db, "directory.remove", row)
    return close(url_for("directory.index"), "directory")


def _keep(number: int | None) -> BaseResponse | tuple[str, int]:
    deps = get_deps()
    fields = {name: request.form.get(name, "").strip() for name in ("kind", *FIELDS)}
    if fields["kind"] not in list(Kind):
        raise BadRequest()
    try:
        wanted = Entry(Kind(fields["kind"]), *(fields[name] for name in FIELDS))
    except ValueError as fault:
        return _dialog(fields, number, str(fault).split()), 422
    with deps.store.session() as db:
        if number is None:
            _note(db, "directory.add", directory.add(db, wanted, deps.now()))
        else:
            _note(db, "directory.change", directory.change(db, number, wanted, deps.now()))
    return close(url_for("directory.index"), "directory")


def _note(db: Session, what: str, row: DirectoryRow) -> None:
    detail = {"name": row.name, "phone": row.phone}
    audit_log.note(db, get_deps().now(), the_user().login, what, f"directory {row.id}", detail)


def _dialog(fields: dict[str, str], number: int | None = None, bad: list[str] | None = None) -> str:
    return render_template(
        "directory/entry.html", fields=fields, number=number, bad=bad or [], kinds=list(Kind)
    )
