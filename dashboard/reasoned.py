"""What is shown only for a reason, which is on record first: nobody sees it without a trace."""

from __future__ import annotations

from flask import request

from dashboard.access import the_user
from dashboard.deps import get_deps
from records import audit_log
from records.tasks import LEAST_REASON, LONGEST_REASON


def reason_on_record(what: str, call_id: int) -> tuple[str, bool]:
    """The form's reason, and whether it is in the audit log now: one that is too short is not."""
    deps, reason = get_deps(), request.form.get("reason", "").strip()[:LONGEST_REASON]
    if len(reason) < LEAST_REASON:
        return reason, False
    detail = {"reason": reason}
    with deps.store.session() as db:
        audit_log.note(db, deps.now(), the_user().login, what, f"call {call_id}", detail)
    return reason, True
