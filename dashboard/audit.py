"""Administration: who did what, and when."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from werkzeug.exceptions import BadRequest

from dashboard import telling
from dashboard.address import asked, asked_day, other_page
from dashboard.deps import get_deps
from dashboard.display import midnight
from dashboard.staff import page
from records import audit_log, people
from records.audit_log import AuditFilter

__all__ = ["page"]

PER_PAGE = 100


@page.get("/admin/audit")
def audit() -> str:
    first, last = asked_day("first"), asked_day("last")
    number = max(1, request.args.get("page", 1, type=int))
    deps = get_deps()
    with deps.store.read() as db:
        doers, actions = audit_log.known(db)
        wanted = AuditFilter(
            first=midnight(first) if first else None,
            last=midnight(last + timedelta(days=1)) if last else None,
            who=asked(doers, "who"),
            what=asked(actions, "what"),
            object=_object(),
            page=number,
            per_page=PER_PAGE,
        )
        found = audit_log.search(db, wanted)
        staff = people.people(db, active_only=False)
    return render_template(
        "admin/audit.html",
        rows=found.rows,
        total=found.total,
        number=number,
        pages=max(1, -(-found.total // PER_PAGE)),
        doers=doers,
        actions=actions,
        args=request.args,
        link=other_page,
        telling=telling,
        names=telling.names_of(deps.plan, deps.shifts, staff),
    )


def _object() -> str | None:
    text = request.args.get("object", "").strip()
    if "\0" in text:
        raise BadRequest()
    return text or None
