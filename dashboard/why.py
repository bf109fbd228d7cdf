"""Why a cell or an hour of the roster is as it is, and who else could be there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from werkzeug.exceptions import BadRequest

from dashboard import shown as shown_rosters
from dashboard.deps import Deps, get_deps
from dashboard.grid import looks, shape_of
from dashboard.roster import page
from dashboard.shown import Shown
from scheduler.problem import HOURS_A_DAY, Finding, Problem
from scheduler.rule import Rule
from scheduler.rules import BY_NAME
from scheduler.why import Candidate, Why

__all__ = ["page"]


@dataclass(frozen=True)
class Reason:
    """Something that would happen without the shift."""

    hard: bool
    message: dict[str, str]
    price: int
    rule: Rule
    shape: str  # as in the list of findings


@page.get("/roster/why")
def why() -> str:
    """Raises BadRequest for a person or a day that the roster does not have."""
    deps = get_deps()
    shown = shown_rosters.asked(deps)
    person, day = request.args.get("person", ""), request.args.get("day", type=int)
    problem = shown_rosters.problem_of(deps, shown.first, shown.days)
    names = {worker.id: worker.name for worker in problem.workers}
    if person not in names and person in shown.cells:
        return render_template("roster/why.html", told=None, person=person)
    try:
        told = _why(problem, shown).cell(person, -1 if day is None else day)
    except ValueError as error:
        raise BadRequest() from error
    return render_template(
        "roster/why.html",
        told=told,
        name=names[person],
        without=reasons(told.without.broken + told.without.worse) if told.without else (),
        **_context(deps, problem, told.day, told.others),
    )


@page.get("/roster/why-hour")
def why_hour() -> str:
    """Who is missing in an hour, and who could lawfully be there. Raises BadRequest."""
    deps = get_deps()
    shown = shown_rosters.asked(deps)
    problem = shown_rosters.problem_of(deps, shown.first, shown.days)
    hour = request.args.get("hour", -1, type=int)
    try:
        told = _why(problem, shown).hour(hour, request.args.get("rule", ""))
    except ValueError as error:
        raise BadRequest() from error
    day, of_day = divmod(hour, HOURS_A_DAY)
    return render_template(
        "roster/why_hour.html",
        told=told,
        hour=of_day,
        **_context(deps, problem, day, told.others),
    )


def _why(problem: Problem, shown: Shown) -> Why:
    return Why(problem, shown_rosters.roster_of(problem, shown))


def _context(
    deps: Deps, problem: Problem, day: int, others: tuple[Candidate, ...]
) -> dict[str, object]:
    able, unable = _parted(others)
    return {
        "date": problem.day(day),
        "names": {worker.id: worker.name for worker in problem.workers},
        "shifts": {shift.id: shift for shift in deps.shifts},
        "looks": looks(deps.shifts),
        "able": able,
        "unable": unable,
    }


def _parted(others: tuple[Candidate, ...]) -> tuple[list[Candidate], list[Candidate]]:
    """Who lawfully could, and who could not."""
    able = [one for one in others if one.price is not None]
    return able, [one for one in others if one.price is None]


def reasons(findings: tuple[Finding, ...]) -> list[Reason]:
    """One line for findings that say the same: an hour each would be eight lines."""
    told: dict[tuple[bool, str], Reason] = {}
    for found in findings:
        key = (found.hard, found.message["zh"])
        before = told[key].price if key in told else 0
        price = before + found.price
        rule, shape = BY_NAME[found.rule], shape_of(found)
        told[key] = Reason(found.hard, found.message, price, rule, shape)
    return list(told.values())
