"""A whole roster from Excel: what would change and what the audit says, then a draft."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from dashboard import shown as shown_rosters
from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.grid import looks
from dashboard.history import differences
from dashboard.previewed import for_page, sent_file
from dashboard.roster import page
from dashboard.shown import Shown
from records import audit_log, people, rosters
from records.roster_file import RosterFaults, RosterFile, read_roster
from records.staff_file import Fault
from scheduler.problem import Roster

__all__ = ["page"]

LARGEST = 500_000  # bytes: a thousand people for two months; it comes back with the page
_TOO_LARGE = {
    "zh": f"文件超过 {LARGEST // 1000} KB，请只保留排班表",
    "en": f"the file is larger than {LARGEST // 1000} kB; leave only the roster in it",
}


@page.get("/roster/import-roster")
def choose_roster() -> str:
    return render_template("roster/import_roster.html")


@page.post("/roster/import-roster")
def import_roster() -> str | BaseResponse | tuple[str, int]:
    """Without `sure` nothing is saved; the file goes to the page and comes back with it."""
    deps, user = get_deps(), the_user()
    name, data = sent_file()
    try:
        found = _read(deps, name, data)
    except RosterFaults as error:
        return render_template("roster/import_roster.html", name=name, faults=error.faults), 422
    now = shown_rosters.published(deps, found.first, found.days)
    coming = _coming(now, found)
    if request.form.get("sure") != "1":
        return _preview(deps, name, data, now, coming, found)
    with deps.store.session() as db:
        roster, at = Roster(dict(coming.cells)), deps.now()
        row = rosters.save_draft(
            db,
            found.first,
            roster,
            None,
            None,
            user.login,
            at,
            _("从表格导入：%(name)s", name=name),
        )
        audit_log.note(db, at, user.login, "roster.import", name, {"rows": len(found.cells)})
        made = row.id
    return redirect(url_for("roster.version", roster_id=made), code=303)


def _read(deps: Deps, name: str, data: bytes) -> RosterFile:
    """Raises RosterFaults."""
    if len(data) > LARGEST:
        raise RosterFaults([Fault(name, _TOO_LARGE)])
    with deps.store.read() as db:
        staff = {each.id: each.name for each in people.people(db)}
    return read_roster(data, name, local(deps.now()).date(), staff, deps.shifts)


def _coming(now: Shown, found: RosterFile) -> Shown:
    """What the draft will be: who is not in the file keeps what is in force."""
    return replace(now, status="draft", cells={**now.cells, **found.cells})


def _preview(
    deps: Deps, name: str, data: bytes, now: Shown, coming: Shown, found: RosterFile
) -> str:
    findings = deps.actions.audit(coming.cells, coming.first, coming.days)
    with deps.store.read() as db:
        names = {each.id: each.name for each in people.people(db, active_only=False)}
    kept = [who for who, row in now.cells.items() if who not in found.cells and any(row)]
    return render_template(
        "roster/import_roster.html",
        name=name,
        data=for_page(data),
        coming=coming,
        grid=shown_rosters.build(deps, coming, findings),
        differences=differences(now, coming),
        kept=kept,
        names=names,
        shifts={shift.id: shift for shift in deps.shifts},
        looks=looks(deps.shifts),
    )
