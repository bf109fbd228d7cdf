"""Somebody falls ill: ways to mend what is published, one of them a draft. Part of the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from dashboard import shown as shown_rosters
from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.grid import looks
from dashboard.roster import leads_to, page
from dashboard.shown import Shown, day_of
from records import audit_log, people, rosters
from scheduler.audit import objective
from scheduler.change import Away, changed, missed
from scheduler.problem import Impossible, Problem, Roster
from scheduler.repaired import Move, Repaired
from scheduler.solving import Died, Mended, MendJob
from scheduler.swap import with_cells

__all__ = ["page"]
SECONDS = 5.0  # that the alternatives may take
LONGEST = 366  # days of one sickness


@dataclass(frozen=True)
class Sick:
    """Who is away, from the first day to the last."""

    person: str
    first: date
    last: date


def _in_force(deps: Deps) -> Shown:
    """The published period that the dialog is about, without the days that nobody planned yet."""
    shown = shown_rosters.published(deps, day_of(request.values.get("first", "")))
    planned = [n for n in range(shown.days) if any(row[n] for row in shown.cells.values())]
    if not planned:
        raise BadRequest()
    days = planned[-1] + 1
    cells = {person: row[:days] for person, row in shown.cells.items()}
    return replace(shown, days=days, cells=cells)


@page.get("/roster/mend")
def mend() -> str:
    deps = get_deps()
    shown = _in_force(deps)
    today = str(max(shown.first, local(deps.now()).date()))
    begins, ends = (day_of(request.args.get(name, today)) for name in ("begins", "ends"))
    return _dialog(deps, shown, Sick(request.args.get("person", ""), begins, ends))


def _dialog(
    deps: Deps,
    shown: Shown,
    sick: Sick,
    fault: str = "",
    found: Repaired | None = None,
) -> str:
    with deps.store.read() as db:
        staff = [(each.id, each.name) for each in people.people(db)]
    return render_template(
        "roster/mend.html",
        shown=shown,
        sick=sick,
        fault=fault,
        found=found,
        staff=staff,
        names=dict(staff),
        shifts={shift.id: shift for shift in deps.shifts},
        looks=looks(deps.shifts),
    )


@page.post("/roster/mend")
def find_repairs() -> str | tuple[str, int]:
    """Up to three ways, each with its price and the people whom it touches."""
    deps = get_deps()
    shown = _in_force(deps)
    sick, fault = _sick(deps, shown)
    if fault:
        return _dialog(deps, shown, sick, fault), 422
    problem = shown_rosters.problem_of(deps, shown.first, shown.days)
    roster = shown_rosters.roster_of(problem, shown)
    now = shown_rosters.minutes_since(deps, shown.first)
    job = MendJob(problem, roster, _away(shown, sick), now, SECONDS)
    found = deps.actions.repair(job)
    if isinstance(found, Repaired):
        return _dialog(deps, shown, sick, found=found)
    return _dialog(deps, shown, sick, _failure(found)), 422


def _failure(found: Mended) -> str:
    match found:
        case Impossible():
            return str(_("没有合法的改法，请手工修改或请人支援。"))
        case Died():
            return str(_("计算进程意外终止，请再试一次。"))
        case _:
            return str(_("时间内没有算出改法，请再试一次。"))


def _sick(deps: Deps, shown: Shown) -> tuple[Sick, str]:
    """What the form says, and what is wrong with it in words."""
    form = request.form
    sick = Sick(
        form.get("person", ""), day_of(form.get("begins", "")), day_of(form.get("ends", ""))
    )
    with deps.store.read() as db:
        known = {each.id for each in people.people(db)}
    if sick.person not in known:
        return sick, _("请选择一位在职人员。")
    if not 0 <= (sick.last - sick.first).days < LONGEST:
        return sick, _("最后一天不能早于第一天，也不能晚于一年之后。")
    if sick.last < shown.first or sick.first > shown.last:
        return sick, _(
            "这几天不在已发布的 %(first)s 至 %(last)s 之内。", first=shown.first, last=shown.last
        )
    return sick, ""


def _away(shown: Shown, sick: Sick) -> Away:
    """The sickness within the period."""
    first, last = (sick.first - shown.first).days, (sick.last - shown.first).days
    return Away(sick.person, max(0, first), min(shown.days - 1, last))


@page.post("/roster/mend/choose")
def choose_repair() -> BaseResponse:
    """The chosen way as a draft; the sickness goes on record for every roster to come."""
    deps, user = get_deps(), the_user()
    shown = _in_force(deps)
    sick, fault = _sick(deps, shown)
    if fault:
        raise BadRequest()
    problem = shown_rosters.problem_of(deps, shown.first, shown.days)
    mended = _mended(problem, shown, _away(shown, sick), request.form.getlist("move"))
    price = objective(changed(problem, _away(shown, sick)), mended)
    detail = {"person": sick.person, "first": str(sick.first), "last": str(sick.last)}
    with deps.store.session() as db:
        if not _known_away(db, sick):
            people.add_absence(db, sick.person, sick.first, sick.last, "病假")
            audit_log.note(db, deps.now(), user.login, "absence.add", sick.person, detail)
        at, why = deps.now(), f"病假替班：{_name(db, sick.person)}，{sick.first} 至 {sick.last}"
        row = rosters.save_draft(db, shown.first, mended, price, None, user.login, at, why)
        made = row.id
    return leads_to("roster.version", roster_id=made)


def _known_away(db: Session, sick: Sick) -> bool:
    return any(
        row.person == sick.person and row.first <= sick.first and row.last >= sick.last
        for row in people.absences(db, sick.first, sick.last)
    )


def _name(db: Session, person: str) -> str:
    found = people.by_id(db, person)
    return found.name if found else person


def _mended(problem: Problem, shown: Shown, away: Away, moves: Iterable[str]) -> Roster:
    roster = shown_rosters.roster_of(problem, shown)
    gone: dict[tuple[str, int], str | None] = dict.fromkeys(missed(problem, roster, away))
    moved = {(move.worker, move.day): move.after for move in map(_move, moves)}
    known = {worker.id for worker in problem.workers}
    kinds = {None, *(shift.id for shift in problem.shifts)}
    for (worker, day), shift in moved.items():
        if worker not in known or not 0 <= day < problem.days or shift not in kinds:
            raise BadRequest()
    return with_cells(problem, roster, {**gone, **moved})


def _move(text: str) -> Move:
    """As the form carries it: person|day|shift. Raises BadRequest."""
    worker, day, shift = (*text.split("|"), "", "", "")[:3]
    if not day.isdecimal():
        raise BadRequest()
    return Move(worker, int(day), None, shift or None)
