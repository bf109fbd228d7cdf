"""A caller's whole number, for a reason that is on record. Part of the calls."""

from __future__ import annotations

from flask import render_template, request

from dashboard.access import the_user
from dashboard.calls import page
from dashboard.deps import get_deps
from dashboard.marks import look
from records import audit_log
from records.tables import CallRow
from records.tasks import LEAST_REASON, LONGEST_REASON

__all__ = ["page"]


@page.get("/calls/<int:call_id>/number")
def number(call_id: int) -> str:
    return _dialog(look(call_id))


@page.post("/calls/<int:call_id>/number")
def show_number(call_id: int) -> str | tuple[str, int]:
    """Nobody sees it without a trace: the reason is on record before it is shown."""
    deps, found = get_deps(), look(call_id)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if len(reason) < LEAST_REASON:
        return _dialog(found, reason, missing=True), 422
    with deps.store.session() as db:
        detail = {"reason": reason}
        audit_log.note(db, deps.now(), the_user().login, "unmask", f"call {call_id}", detail)
    return _dialog(found, reason, shown=True)


def _dialog(found: CallRow, reason: str = "", *, missing: bool = False, shown: bool = False) -> str:
    return render_template(
        "calls/number.html", call=found, reason=reason, missing=missing, shown=shown
    )
