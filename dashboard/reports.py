"""Reports of calls: figures by hour, day, line and site, each leading to its calls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from dashboard import plots
from dashboard.access import may
from dashboard.address import Period, asked, asked_period
from dashboard.calls import NO_SITE
from dashboard.deps import Deps, get_deps
from dashboard.display import day_label, line_name, local, weekday_name
from dashboard.downloads import FORMS, as_file
from records import calls
from records.calls import CONNECTED
from records.figures import ANSWER_SECONDS, Course, Figures, measure, measure_by
from records.sheets import Sheet
from routing.calls import Kind, Outcome

page = Blueprint("reports", __name__)
BY = ("hour", "day", "line", "site")
SECONDS = (10, ANSWER_SECONDS, 30, 60)
_NOTHING = measure([])


@dataclass(frozen=True)
class Group:
    """One row of the report; `link` are the arguments that lead to its calls."""

    label: str
    figures: Figures
    link: dict[str, str]


@page.get("/reports")
def by_calls() -> str | Response:
    deps = get_deps()
    period, by = asked_period(deps.now()), asked(BY, "by") or BY[0]
    line = request.args.get("line") or None
    seconds = request.args.get("seconds", ANSWER_SECONDS, type=int)
    if seconds not in SECONDS:
        raise BadRequest()
    with deps.store.read() as db:
        found = calls.courses(db, period.begins, period.ends)
    found = [course for course in found if line in (None, course.line)]
    groups = _groups(deps, period, by, found, seconds)
    if form := asked(FORMS, "form"):
        return as_file([_sheet(by, groups, seconds)], f"calls-{by}-{period.first}", form)
    return render_template(
        "reports/calls.html",
        period=period,
        made=deps.now(),
        by=by,
        line=line,
        lines=[(each.id, each.name) for each in deps.plan.lines],
        seconds=seconds,
        choices=SECONDS,
        total=Group("", measure(found, seconds), _of_line(line)),
        groups=groups,
        plot_=_plot(groups),
        link=_link(period) if may("calls.search") else None,
        outcomes=Outcome,
        connected=CONNECTED,
        targets=deps.targets,
    )


def _of_line(line: str | None) -> dict[str, str]:
    return {"line": line} if line else {}


def _groups(
    deps: Deps, period: Period, by: str, found: Sequence[Course], seconds: int
) -> list[Group]:
    key, labels, argument = _KEYS[by](deps, period)
    figures = measure_by(found, key, seconds)
    names = labels | {name: line_name("", deps.plan) for name in figures if name not in labels}
    kept = _of_line(request.args.get("line"))
    return [
        Group(label, figures.get(name, _NOTHING), kept | argument(name))
        for name, label in names.items()
    ]


Key = Callable[[Course], Hashable]
Grouping = tuple[Key, dict[Any, str], Callable[[Any], dict[str, str]]]


def _by_hour(_deps: Deps, _period: Period) -> Grouping:
    labels = {hour: f"{hour:02}:00" for hour in range(24)}
    return lambda c: local(c.arrived_at).hour, labels, lambda hour: {"hour": str(hour)}


def _by_day(_deps: Deps, period: Period) -> Grouping:
    labels = {day: f"{day_label(day)} {weekday_name(day)}" for day in period.days}
    return (
        lambda c: local(c.arrived_at).date(),
        labels,
        lambda day: {"first": day.isoformat(), "last": day.isoformat()},
    )


def _by_line(deps: Deps, _period: Period) -> Grouping:
    labels = {line.id: line.name for line in deps.plan.lines}
    return lambda c: c.line, labels, lambda line: {"line": line}


def _by_site(deps: Deps, _period: Period) -> Grouping:
    """The site whose line was called: a call that nobody answered has no other."""
    of_line = {line.id: line.site or NO_SITE for line in deps.plan.lines}
    labels = {site.id: site.name for site in deps.plan.sites} | {NO_SITE: _("全市")}
    return lambda c: of_line.get(c.line, NO_SITE), labels, lambda site: {"site": site}


_KEYS: dict[str, Callable[[Deps, Period], Grouping]] = {
    "hour": _by_hour,
    "day": _by_day,
    "line": _by_line,
    "site": _by_site,
}


def _plot(groups: Sequence[Group]) -> dict[str, object]:
    figures = [group.figures for group in groups]
    waits = [each.asa_seconds for each in figures]
    slowest = max([1.0, *(wait for wait in waits if wait is not None)])
    return {
        "volume": plots.columns([f.offered for f in figures], [f.answered for f in figures]),
        "answered": plots.line([f.answer_rate for f in figures], 1),
        "level": plots.line([f.service_level for f in figures], 1),
        "wait": plots.line(waits, slowest),
        "slowest": slowest,
    }


def _link(period: Period) -> dict[str, str]:
    """To the calls of the report: it is about those that came in."""
    return {**period.link, "kind": Kind.INBOUND.value}


def _sheet(by: str, groups: Sequence[Group], seconds: int) -> Sheet:
    names = {"hour": _("时段"), "day": _("日期"), "line": _("线路"), "site": _("站点")}
    heading = (
        names[by],
        _("呼入"),
        _("接通"),
        _("放弃"),
        _("登记回拨"),
        _("中断"),
        _("拒接"),
        _("接通率（%）"),
        _("%(seconds)s 秒内接听（%%）", seconds=seconds),
        _("放弃率（%）"),
        _("平均应答（秒）"),
        _("最长等待（秒）"),
    )
    return Sheet(names[by], heading, tuple(_cells(group) for group in groups))


def _cells(group: Group) -> tuple[str | int | float | None, ...]:
    f = group.figures
    counts = (f.offered, f.answered, f.abandoned, f.promised, f.cut_off, f.refused)
    rates = (f.answer_rate, f.service_level, f.abandonment)
    times = (f.asa_seconds, f.longest_wait_seconds)
    return (
        group.label,
        *counts,
        *(None if rate is None else round(rate * 100, 2) for rate in rates),
        *(None if seconds is None else round(seconds, 1) for seconds in times),
    )
