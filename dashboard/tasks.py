"""Call-backs: the dialog of one task, and many at once after an outage. Part of the live pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, UnprocessableEntity
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import Role, SignedIn, the_user
from dashboard.board import TaskRow
from dashboard.deps import NoTelephone, get_deps
from dashboard.dialogs import close
from dashboard.display import CITY
from dashboard.live import board_changed, page
from records import notes, people, users
from records import tasks as records
from records.tables import Task
from records.tasks import LEAST_REASON, NoNumber, Reason, TaskFilter, TaskMissing

__all__ = ["page"]

AGAIN = (30, 10, 60, 120)  # minutes until the next try; the first is offered
AT_ONCE = 500  # tasks that are listed and changed together


# ---- one task


@page.get("/live/task/<int:task_id>")
def task(task_id: int) -> str:
    return _dialog(_look(task_id))


@page.post("/live/task/<int:task_id>")
def close_task(task_id: int) -> BaseResponse | tuple[str, int]:
    deps, user = get_deps(), the_user()
    reason, seen = request.form.get("reason", ""), request.form.get("seen", type=int)
    if len(reason.strip()) < LEAST_REASON:
        return _dialog(_look(task_id), reason=reason, missing=True), 422
    if seen is None:
        raise BadRequest()
    with deps.store.session() as db:
        records.close_task(db, task_id, user.login, reason, deps.now(), seen)
    return done()


@page.post("/live/task/<int:task_id>/unreached")
def unreached(task_id: int) -> BaseResponse:
    deps, user = get_deps(), the_user()
    minutes = request.form.get("minutes", type=int)
    if minutes not in AGAIN:
        raise UnprocessableEntity()
    _look(task_id)
    with deps.store.session() as db:
        again_in = timedelta(minutes=minutes)
        records.note_unreached(db, task_id, user.login, deps.now(), again_in)
    return done()


@page.post("/live/task/<int:task_id>/call")
def call_back(task_id: int) -> BaseResponse | str:
    """The user's own telephone rings; who picks it up is put through to the caller."""
    deps, user = get_deps(), the_user()
    found = _look(task_id)
    if not found.number:
        raise NoNumber()
    if user.person is None:
        raise NoTelephone()
    deps.actions.call_back(user.person, found.number)
    with deps.store.session() as db:
        noted = records.note_call_back(db, task_id, user.person, user.login, deps.now())
        now_so = TaskRow.of(noted)
    board_changed()
    if "HX-Request" not in request.headers:
        return redirect(url_for("live.task", task_id=task_id))
    return _dialog(now_so, calling=True)


def _look(task_id: int) -> TaskRow:
    """Raises TaskMissing when it is closed, or not for the person at the page."""
    with get_deps().store.read() as db:
        found = records.open_task(db, task_id)
        if not _concerns(the_user(), found):
            raise TaskMissing(f"task {task_id} is somebody else's")
        return TaskRow.of(found)


def _concerns(user: SignedIn, found: Task) -> bool:
    return user.role is not Role.COUNSELLOR or found.assigned_to in (None, user.person)


def _dialog(
    shown: TaskRow, *, calling: bool = False, reason: str = "", missing: bool = False
) -> str:
    deps = get_deps()
    with deps.store.read() as db:
        tried_by = users.by_login(db, shown.tried_by or "")
        names = {person.id: person.name for person in people.people(db, active_only=False)}
        noted = notes.of_task(db, shown.id)
    return render_template(
        "live/task.html",
        noted=noted,
        task=shown,
        names=names,
        tried_by=tried_by.name if tried_by else shown.tried_by,
        again=AGAIN,
        calling=calling,
        reason=reason,
        missing=missing,
        now=deps.now(),
    )


def done() -> BaseResponse:
    board_changed()
    return close(url_for("account.home"))


# ---- many tasks


@page.get("/live/tasks")
def tasks() -> str:
    return _many()


@page.post("/live/tasks")
def change_tasks() -> BaseResponse | tuple[str, int]:
    deps, user, seen = get_deps(), the_user(), _chosen(request.form.getlist("task"))
    reason, person = request.form.get("reason", ""), request.form.get("person", "")
    with deps.store.session() as db:
        try:
            match request.form.get("change"):
                case "close":
                    done = records.close_tasks(db, seen, user.login, reason, deps.now())
                case "assign":
                    done = records.assign_tasks(db, seen, person, user.login, deps.now())
                case _:
                    raise BadRequest()
        except ValueError:
            return _many(set(seen), request.form.get("change"), reason), 422
    board_changed()
    args: dict[str, Any] = {"done": len(done), "left": len(seen) - len(done), **_filter_args()}
    return redirect(url_for("live.tasks", **args))


def _many(chosen: set[int] | None = None, fault: str | None = None, reason: str = "") -> str:
    deps = get_deps()
    with deps.store.read() as db:
        found = records.find_open(db, _filter())
        staff = [(person.id, person.name) for person in people.people(db)]
        rows = tuple(map(TaskRow.of, found.rows))
    if chosen is None:
        chosen = {row.id for row in rows} if "all" in request.args else set()
    return render_template(
        "live/tasks.html",
        rows=rows,
        total=found.total,
        chosen=chosen,
        fault=fault,
        reason=reason,
        reasons=list(Reason),
        staff=staff,
        names=dict(staff),
        args=request.args,
        kept=_filter_args(),
        now=deps.now(),
        done=request.args.get("done", type=int),
        left=request.args.get("left", 0, type=int),
    )


def _filter() -> TaskFilter:
    reason = request.args.get("reason") or None
    if reason is not None and reason not in list(Reason):
        raise BadRequest()
    return TaskFilter(_moment("first"), _moment("last"), reason, limit=AT_ONCE)


def _filter_args() -> Mapping[str, str]:
    return {key: request.args[key] for key in ("reason", "first", "last") if request.args.get(key)}


def _moment(name: str) -> datetime | None:
    """A moment as the browser's field gives it, in the city's time."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CITY)
    except ValueError as error:
        raise BadRequest() from error


def _chosen(texts: list[str]) -> dict[int, int]:
    """Task -> its attempts as the page showed them, from "7-2"."""
    try:
        pairs = [text.split("-") for text in texts[:AT_ONCE]]
        return {int(task_id): int(attempts) for task_id, attempts in pairs}
    except ValueError as error:
        raise BadRequest() from error
