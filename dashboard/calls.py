"""The calls: search and filter. Counsellors see their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from werkzeug.exceptions import BadRequest

from dashboard.access import Role, the_user
from dashboard.deps import get_deps
from dashboard.display import midnight
from records import calls, notes, people
from records.calls import CallFilter
from routing.calls import Kind, Outcome

page = Blueprint("calls", __name__)
PER_PAGE = 50
OPEN = "open"  # no outcome yet: the call goes on
NOBODY = "-"  # no person has this id


@page.get("/calls")
def search() -> str:
    deps, user = get_deps(), the_user()
    own = user.role is Role.COUNSELLOR
    wanted = _filter(user.person or NOBODY if own else request.args.get("person") or None)
    with deps.store.read() as db:
        found = calls.search(db, wanted)
        noted = notes.written(db, [row.id for row in found.rows])
        staff = [(p.id, p.name) for p in people.people(db, active_only=False)]
    return render_template(
        "calls/list.html",
        rows=found.rows,
        noted=noted,
        total=found.total,
        number=wanted.page,
        pages=max(1, -(-found.total // PER_PAGE)),
        lines=[(line.id, line.name) for line in deps.plan.lines],
        staff=staff,
        names=dict(staff),
        own=own,
        args=request.args,
        kinds=list(Kind),
        outcomes=[*Outcome, OPEN],
        link=_link,
    )


def _filter(person: str | None) -> CallFilter:
    last = _day("last")
    digits = request.args.get("digits", "").strip()
    if digits and not digits.isascii():
        raise BadRequest()
    return CallFilter(
        first=_day("first"),
        last=last + timedelta(days=1) if last else None,
        line=request.args.get("line") or None,
        person=person,
        outcome=_one_of([*Outcome, OPEN], request.args.get("outcome")),
        kind=_one_of([*Kind], request.args.get("kind")),
        number_ends=digits or None,
        page=max(1, request.args.get("page", 1, type=int)),
        per_page=PER_PAGE,
    )


def _one_of(known: Sequence[str], text: str | None) -> str | None:
    if not text:
        return None
    if text not in known:
        raise BadRequest()
    return text


def _day(name: str) -> datetime | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        return midnight(date.fromisoformat(text))
    except ValueError as error:
        raise BadRequest() from error


def _link(number: int) -> dict[str, str | int]:
    """The arguments of another page of the same search."""
    kept = {key: value for key, value in request.args.items() if value and key != "page"}
    return {**kept, "page": number}
