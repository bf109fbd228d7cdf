"""A counsellor's own page: coming shifts, signing in and out, breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from werkzeug.exceptions import BadRequest, Forbidden

from dashboard.access import the_user
from dashboard.board import TaskRow
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.duty import Turn, turns
from dashboard.exchanges import own_deals
from dashboard.grid import looks
from records import notices as notice_records
from records import requests, rosters
from records.tables import NoticeRow
from records.tasks import TaskFilter, find_open
from routing.live import Doing, Member

page = Blueprint("me", __name__)
AHEAD = 14  # days
BREAKS = (10, 15, 30)  # minutes
RECOVERY, MORE = 15, 5  # minutes: after a hard call, and for a record that takes longer
PAUSES = {"break": BREAKS, "recovery": (RECOVERY,), "wrapup": (MORE,)}
TASKS = 10


@dataclass(frozen=True)
class Own:
    """How a counsellor stands with the queue now."""

    person: str
    signed_in: bool
    member: Member | None
    known: bool  # whether the live picture holds


def own_state(deps: Deps, person: str) -> Own:
    live = deps.live()
    return Own(person, person in live.signed_in, live.members.get(person), live.connected)


def coming(deps: Deps, person: str, now: datetime) -> tuple[Turn, ...]:
    """Shifts that have not ended, of the next two weeks."""
    today = local(now).date()
    with deps.store.read() as db:
        cells = rosters.published_cells(
            db, today - timedelta(days=1), today + timedelta(days=AHEAD - 1)
        )
    mine = {day: {person: row[person]} for day, row in cells.items() if person in row}
    return tuple(turn for turn in turns(mine, deps.shifts) if turn.ends > now)


def own_person() -> str:
    """The one on the roster whose account it is. Raises Forbidden when there is none."""
    person = the_user().person
    if person is None:
        raise Forbidden()
    return person


def _state() -> str:
    return render_template("me/_state.html", own=own_state(get_deps(), own_person()), breaks=BREAKS)


@page.get("/me")
def shifts() -> str:
    deps, person = get_deps(), the_user().person
    if person is None:
        return render_template("me/shifts.html", own=None, now=deps.now())
    context = _call_backs(deps, person) | own_deals(deps, person) | requests_of(deps, person)
    return render_template(
        "me/shifts.html",
        own=own_state(deps, person),
        turns=coming(deps, person, deps.now()),
        told=_unread(deps, person),
        breaks=BREAKS,
        **context,
    )


@page.get("/me/state")
def state() -> str:
    return _state()


@page.get("/me/tasks")
def tasks() -> str:
    return render_template("me/_tasks.html", **_call_backs(get_deps(), own_person()))


def _call_backs(deps: Deps, person: str) -> dict[str, object]:
    """The most urgent ones that are this person's or nobody's."""
    with deps.store.read() as db:
        found = find_open(db, TaskFilter(person=person, limit=TASKS))
        rows = tuple(map(TaskRow.of, found.rows))
    return {"tasks": rows, "total": found.total, "now": deps.now(), "person": person}


def requests_of(deps: Deps, person: str) -> dict[str, object]:
    """Leave and wishes that this person asked for."""
    with deps.store.read() as db:
        rows = requests.of_person(db, person, deps.now())
    known = {shift.id: shift for shift in deps.shifts}
    return {"requests": rows, "shifts_by_id": known, "today": local(deps.now()).date()}


def _unread(deps: Deps, person: str) -> list[NoticeRow]:
    with deps.store.read() as db:
        return notice_records.unread(db, person)


@page.get("/me/notices")
def notices() -> str:
    deps = get_deps()
    known = {shift.id: shift for shift in deps.shifts}
    return render_template(
        "me/_notices.html",
        told=_unread(deps, own_person()),
        shifts_by_id=known,
        looks=looks(deps.shifts),
    )


@page.post("/me/notices")
def acknowledge() -> str:
    """What was on the page has been read."""
    deps, last = get_deps(), request.form.get("last", type=int)
    if last is None:
        raise BadRequest()
    with deps.store.session() as db:
        notice_records.acknowledge(db, own_person(), last, the_user().login, deps.now())
    return notices()


@page.post("/me/sign-in")
def sign_in() -> str:
    get_deps().actions.sign_in(own_person())
    return _state()


@page.post("/me/sign-out")
def sign_out() -> str:
    get_deps().actions.sign_out(own_person())
    return _state()


@page.post("/me/pause")
def pause() -> str:
    """A break, time to recover, or, while writing, more time to write."""
    reason, minutes = request.form.get("reason", "break"), request.form.get("minutes", type=int)
    if minutes is None or minutes not in PAUSES.get(reason, ()):
        raise BadRequest()
    member = get_deps().live().members.get(own_person())
    if reason == "wrapup" and (member is None or member.doing is not Doing.WRITING):
        raise BadRequest()
    get_deps().actions.pause(own_person(), reason, minutes * 60)
    return _state()


@page.post("/me/resume")
def resume() -> str:
    get_deps().actions.resume(own_person())
    return _state()
