"""Rosters as files, and leave and wishes from Excel. Part of the roster board."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from dashboard import shown as shown_rosters
from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.display import CITY
from dashboard.downloads import as_file, attachment
from dashboard.language import say
from dashboard.roster import page
from dashboard.shown import Shown
from records import exports, people, workbook
from records.sheets import Sheet
from records.staff_file import PeopleFaults
from scheduler.problem import Roster

__all__ = ["page"]
FORMS = ("xlsx", "csv", "ics")


@page.get("/roster/export")
def export() -> Response:
    """The staff × day grid as it stands, or everybody's shifts as calendar events."""
    deps, form = get_deps(), request.args.get("format", "")
    if form not in FORMS:
        raise BadRequest()
    shown = shown_rosters.asked(deps)
    return attachment(_bytes(deps, _table(deps, shown), form), f"roster-{shown.first}.{form}")


def _table(deps: Deps, shown: Shown) -> exports.Table:
    sites = {site.id: site.name for site in deps.plan.sites}
    with deps.store.read() as db:
        staff = people.people(db, active_only=False)
    names = {each.id: (each.name, sites.get(each.site, each.site)) for each in staff}
    title = f"排班 {shown.first}"
    return exports.table(title, shown.first, Roster(shown.cells), names, deps.shifts)


def _bytes(deps: Deps, table: exports.Table, form: str) -> bytes:
    if form == "xlsx":
        return exports.as_excel(table)
    if form == "csv":
        return exports.as_csv(table)
    return exports.as_calendar(table, deps.now(), CITY)


@page.get("/roster/import")
def ask_import() -> str:
    return render_template("roster/import.html", errors=(), done=None)


@page.get("/roster/import.xlsx")
def import_form() -> Response:
    """The sheets to fill in, and beside them the ids that stand in them, with names."""
    deps = get_deps()
    with deps.store.read() as db:
        staff = tuple((each.id, each.name) for each in people.people(db))
    shifts = tuple((shift.id, shift.name) for shift in deps.shifts)
    to_fill = [Sheet(title, workbook.COLUMNS[title], ()) for title in ("absences", "wishes")]
    known = [Sheet("people", ("person", "name"), staff), Sheet("shifts", ("shift", "name"), shifts)]
    return as_file([*to_fill, *known], "leave-and-wishes", "xlsx")


@page.post("/roster/import")
def import_plans() -> str | tuple[str, int]:
    """Leave and wishes, all of them or none; whatever is wrong is told at once, with its cell."""
    deps, file = get_deps(), request.files.get("file")
    if file is None or not file.filename:
        return _refused([_("请选择一个 .xlsx 文件。")])
    with deps.store.read() as db:
        known = [each.id for each in people.people(db)]
    shifts = [shift.id for shift in deps.shifts]
    try:
        planned = workbook.read_workbook(file.read(), file.filename, known, shifts)
    except PeopleFaults as wrong:
        return _refused([f"{fault.cell} {say(dict(fault.message))}" for fault in wrong.faults])
    with deps.store.session() as db:
        workbook.keep(db, planned, file.filename, the_user().login, deps.now())
    return render_template("roster/import.html", errors=(), done=planned)


def _refused(errors: list[str]) -> tuple[str, int]:
    return render_template("roster/import.html", errors=errors, done=None), 422
