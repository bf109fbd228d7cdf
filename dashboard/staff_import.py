"""Importing people: first what would change or is wrong, then, confirmed, the change."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from dashboard import telling
from dashboard.access import the_user
from dashboard.deps import get_deps
from dashboard.previewed import for_page, sent_file
from dashboard.staff import page
from records import audit_log, people
from records.staff_file import COLUMNS, Fault, PeopleFaults, read_people_file

__all__ = ["page"]

LARGEST = 300_000  # bytes: thousands of people; it comes back with the page
_TOO_LARGE = {
    "zh": f"文件超过 {LARGEST // 1000} KB，请只保留人员表",
    "en": f"the file is larger than {LARGEST // 1000} kB; leave only the people in it",
}


@page.get("/admin/import")
def choose_file() -> str:
    return render_template("admin/import.html", columns=COLUMNS)


@page.post("/admin/import")
def import_file() -> str | BaseResponse | tuple[str, int]:
    """Without `sure` nothing is saved; the file goes to the page and comes back with it."""
    deps = get_deps()
    name, data = sent_file()
    sites = {site.id: site.name for site in deps.plan.sites}
    sure = request.form.get("sure") == "1"
    try:
        if len(data) > LARGEST:
            raise PeopleFaults([Fault(name, _TOO_LARGE)])
        rows = read_people_file(data, name)
        with deps.store.session() as db:
            coming = people.preview(db, rows, sites)
            if sure:
                count = {"rows": people.import_people(db, rows, sites)}
                audit_log.note(db, deps.now(), the_user().login, "people.import", name, count)
    except PeopleFaults as error:
        faults = error.faults
        return render_template("admin/import.html", columns=COLUMNS, name=name, faults=faults), 422
    if sure:
        return redirect(url_for("admin.staff"), code=303)
    return render_template(
        "admin/import.html",
        columns=COLUMNS,
        name=name,
        coming=[one for one in coming if one.new or one.changes],
        same=sum(1 for one in coming if not (one.new or one.changes)),
        telling=telling,
        names=sites,
        data=for_page(data),
    )
