"""Marks on a caller's number: limited for a while, or to be put through first. Part of the calls.

The number stays masked: what is marked is the caller of a call that is on record.
"""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, Forbidden, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import Role, SignedIn, the_user
from dashboard.calls import page
from dashboard.deps import get_deps
from records import audit_log
from records.calls import by_id
from records.tables import CallRow
from records.tasks import LEAST_REASON, NoNumber
from routing.numbers import ending

__all__ = ["page"]

CRISIS, LIMITED, NONE = "crisis", "limited", "none"
DAYS = (1, 3, 7, 30)


@page.get("/calls/<int:call_id>/mark")
def mark(call_id: int) -> str:
    return _dialog(look(call_id))


@page.post("/calls/<int:call_id>/mark")
def set_mark(call_id: int) -> BaseResponse | tuple[str, int]:
    """A supervisor sets any mark; a counsellor says of their own caller that there is danger."""
    deps, user = get_deps(), the_user()
    found = look(call_id)
    chosen, days = request.form.get("mark"), request.form.get("days", type=int)
    reason = request.form.get("reason", "")
    if chosen not in _marks(user) or days not in DAYS:
        raise BadRequest()
    if len(reason.strip()) < LEAST_REASON:
        return _dialog(found, reason, missing=True), 422
    until = deps.now() + timedelta(days=days)
    detail = {"mark": chosen, "reason": reason.strip(), "until": until.isoformat()}
    with deps.store.session() as db:  # on record first: nothing is marked without a trace
        audit_log.note(db, deps.now(), user.login, "mark", f"call {call_id}", detail)
        for name in (CRISIS, LIMITED):
            ends = int(until.timestamp()) if name == chosen else None
            deps.actions.mark(found.caller, name, ends)
    return redirect(url_for("calls.search", digits=ending(found.caller)), code=303)


def _marks(user: SignedIn) -> tuple[str, ...]:
    return (CRISIS,) if user.role is Role.COUNSELLOR else (CRISIS, LIMITED, NONE)


def look(call_id: int) -> CallRow:
    """Raises NotFound, Forbidden for somebody else's call, NoNumber for a hidden one."""
    user = the_user()
    with get_deps().store.read() as db:
        found = by_id(db, call_id)
    if found is None:
        raise NotFound()
    if user.role is Role.COUNSELLOR and (user.person is None or found.person != user.person):
        raise Forbidden()
    if not found.caller:
        raise NoNumber()
    return found


def _dialog(found: CallRow, reason: str = "", *, missing: bool = False) -> str:
    return render_template(
        "calls/mark.html",
        call=found,
        marks=_marks(the_user()),
        days=DAYS,
        reason=reason,
        missing=missing,
    )
