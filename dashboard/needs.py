"""People needed in each hour of the week: the forecast with its reason, or as set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.roster import leads_to, page
from dashboard.shown import monday
from records import week_needs
from records.week_needs import DAYS, HOURS, MOST
from scheduler.demand import Reasoned

__all__ = ["page"]


@dataclass(frozen=True)
class Hour:
    """One hour of the week; `typed` None where the forecast holds."""

    reasoned: Reasoned
    typed: int | None

    @property
    def people(self) -> int:
        return self.reasoned.people if self.typed is None else self.typed


def _week(deps: Deps) -> tuple[date, list[list[Hour]]]:
    """Next week, day by day."""
    first = monday(local(deps.now()).date()) + timedelta(days=DAYS)
    reasons = deps.reasons(first, DAYS)
    with deps.store.read() as db:
        typed = week_needs.table(db)
    hours = [Hour(each, typed.get(divmod(each.hour, HOURS))) for each in reasons]
    return first, [hours[n : n + HOURS] for n in range(0, len(hours), HOURS)]


@page.get("/roster/needs")
def needs() -> str:
    first, week = _week(get_deps())
    days = [first + timedelta(days=n) for n in range(len(week))]
    return render_template("roster/needs.html", days=list(zip(days, week, strict=True)))


@page.get("/roster/needs/<int:weekday>/<int:hour>")
def need(weekday: int, hour: int) -> str:
    return _dialog(weekday, hour)


def _dialog(weekday: int, hour: int, fault: bool = False) -> str:
    first, week = _week(get_deps())
    if not (weekday < len(week) and hour < HOURS):
        raise NotFound()
    return render_template(
        "roster/need.html",
        day=first + timedelta(days=weekday),
        weekday=weekday,
        hour=hour,
        found=week[weekday][hour],
        most=MOST,
        fault=fault,
    )


@page.post("/roster/needs/<int:weekday>/<int:hour>")
def put_need(weekday: int, hour: int) -> BaseResponse | tuple[str, int]:
    """So many people from now on; nothing written means what the forecast says."""
    deps, text = get_deps(), request.form.get("people", "").strip()
    if request.form.get("forecast") == "yes":
        text = ""
    elif not text.isdecimal() or int(text) > MOST:
        return _dialog(weekday, hour, fault=True), 422
    with deps.store.session() as db:
        try:
            people = int(text) if text else None
            week_needs.put(db, weekday, hour, people, the_user().login, deps.now())
        except ValueError as error:
            raise BadRequest() from error
    return leads_to("roster.needs")
