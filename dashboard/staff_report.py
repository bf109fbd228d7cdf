"""The report of people: load, handle time, and signed in versus rostered. Part of the reports."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template
from flask_babel import gettext as _

from dashboard.access import may
from dashboard.address import asked, asked_period
from dashboard.deps import get_deps
from dashboard.display import CITY
from dashboard.downloads import FORMS, as_file
from dashboard.reports import page
from records import people
from records.calls import CONNECTED
from records.sheets import Cell, Sheet
from records.staff_load import LONGEST_WRITING, Load, loads
from routing.calls import Kind

__all__ = ["page"]


@dataclass(frozen=True)
class Row:
    person: str
    name: str
    site: str
    load: Load


@page.get("/reports/people")
def by_people() -> str | Response:
    deps = get_deps()
    period = asked_period(deps.now())
    ends = min(period.ends, max(period.begins, deps.now()))  # nobody is late for tomorrow
    with deps.store.read() as db:
        found = loads(db, deps.shifts, period.begins, ends, CITY)
        staff = {person.id: person for person in people.people(db, active_only=False)}
    sites = {site.id: site.name for site in deps.plan.sites}
    rows = [
        Row(id_, staff[id_].name, sites.get(staff[id_].site, staff[id_].site), load)
        for id_, load in found.items()
        if id_ in staff
    ]
    if form := asked(FORMS, "form"):
        return as_file([_sheet(rows)], f"people-{period.first}", form)
    return render_template(
        "reports/people.html",
        period=period,
        made=deps.now(),
        rows=rows,
        most=max((row.load.talk + row.load.writing for row in rows), default=0),
        longest=max((max(row.load.rostered, row.load.there) for row in rows), default=0),
        writing=LONGEST_WRITING.seconds // 60,
        link={**period.link, "kind": Kind.INBOUND.value, "outcome": CONNECTED}
        if may("calls.search")
        else None,
    )


def _sheet(rows: list[Row]) -> Sheet:
    heading = (
        _("工号"),
        _("姓名"),
        _("站点"),
        _("接听"),
        _("未接振铃"),
        _("通话（小时）"),
        _("话后整理（小时）"),
        _("平均处理（秒）"),
        _("应到（小时）"),
        _("签到（小时）"),
        _("按班到岗（%）"),
        _("工时利用（%）"),
    )
    return Sheet(_("人员"), heading, tuple(_cells(row) for row in rows))


def _cells(row: Row) -> tuple[Cell, ...]:
    load = row.load
    return (
        row.person,
        row.name,
        row.site,
        load.calls,
        load.missed,
        _hours(load.talk),
        _hours(load.writing),
        None if load.handle is None else round(load.handle, 1),
        _hours(load.rostered),
        _hours(load.there),
        _percent(load.adherence),
        _percent(load.occupancy),
    )


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(rate * 100, 2)
