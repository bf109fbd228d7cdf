"""A counsellor's leave and wishes, on her own page."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.me import own_person, page, requests_of
from dashboard.shown import day_of
from records import requests
from records.requests import LONGEST_REASON, Asked, Kind

__all__ = ["page"]
FREE = "free"  # the wish for a day off, among those for shifts


@page.get("/me/requests")
def own_requests() -> str:
    return _panel(get_deps(), own_person())


@page.post("/me/requests/leave")
def ask_leave() -> str | tuple[str, int]:
    first, last = (day_of(request.form.get(name, "")) for name in ("begins", "ends"))
    return _ask(Kind.LEAVE, first, last, None, True)


@page.post("/me/requests/wish")
def ask_wish() -> str | tuple[str, int]:
    """For a shift or a free day, or for anything but that."""
    day, shift = day_of(request.form.get("day", "")), request.form.get("shift", "")
    if shift not in {FREE, *(known.id for known in get_deps().shifts)}:
        raise BadRequest()
    want = request.form.get("want") != "no"
    return _ask(Kind.WISH, day, day, None if shift == FREE else shift, want)


def _ask(
    kind: Kind, first: date, last: date, shift: str | None, want: bool
) -> str | tuple[str, int]:
    deps, person = get_deps(), own_person()
    if first < local(deps.now()).date():
        return _panel(deps, person, _("日子已经过去，请选今天或以后。")), 422
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    try:
        asked = Asked(person, kind, first, last, shift, want, reason)
    except ValueError:
        return _panel(deps, person, _("最后一天不能早于第一天，也不能晚于一年之后。")), 422
    with deps.store.session() as db:
        requests.ask(db, asked, the_user().login, deps.now())
    return _panel(deps, person)


@page.post("/me/requests/<int:request_id>/withdraw")
def withdraw_request(request_id: int) -> str:
    deps, person = get_deps(), own_person()
    with deps.store.session() as db:
        requests.withdraw(db, request_id, person, the_user().login, deps.now())
    return _panel(deps, person)


def _panel(deps: Deps, person: str, fault: str = "") -> str:
    return render_template("me/_requests.html", fault=fault, **requests_of(deps, person))
