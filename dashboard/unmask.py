"""A caller's whole number, for a reason that is on record. Part of the calls."""

from __future__ import annotations

from flask import render_template

from dashboard.calls import page
from dashboard.marks import look
from dashboard.reasoned import reason_on_record
from records.tables import CallRow

__all__ = ["page"]


@page.get("/calls/<int:call_id>/number")
def number(call_id: int) -> str:
    return _dialog(look(call_id))


@page.post("/calls/<int:call_id>/number")
def show_number(call_id: int) -> str | tuple[str, int]:
    """Nobody sees it without a trace: the reason is on record before it is shown."""
    found = look(call_id)
    reason, good = reason_on_record("unmask", call_id)
    if not good:
        return _dialog(found, reason, missing=True), 422
    return _dialog(found, reason, shown=True)


def _dialog(found: CallRow, reason: str = "", *, missing: bool = False, shown: bool = False) -> str:
    return render_template(
        "calls/number.html", call=found, reason=reason, missing=missing, shown=shown
    )
