"""Hearing what was said, for a reason that is on record. Part of the calls."""

from __future__ import annotations

import io

from flask import Response, current_app, render_template, request, send_file
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import NotFound

from dashboard.access import the_user
from dashboard.calls import page
from dashboard.deps import get_deps
from dashboard.display import line_name
from dashboard.reasoned import reason_on_record
from records import recordings
from records.calls import by_id
from records.tables import CallRow

__all__ = ["page"]

AGAIN_SECONDS = 30 * 60  # so long what was allowed can be heard; then a reason is asked for again


@page.get("/calls/<int:call_id>/recording")
def recording(call_id: int) -> str:
    return _dialog(_look(call_id))


@page.post("/calls/<int:call_id>/recording")
def listen(call_id: int) -> str | tuple[str, int]:
    """Nobody hears it without a trace: the reason is on record before a sound is sent."""
    found = _look(call_id)
    reason, good = reason_on_record("recording.listen", call_id)
    if not good:
        return _dialog(found, reason, missing=True), 422
    return _dialog(found, reason, ticket=str(_tickets().dumps([the_user().id, call_id])))


@page.get("/calls/<int:call_id>/sound")
def sound(call_id: int) -> Response:
    """The talk itself, for whom a ticket was made a while ago; NotFound for anybody else."""
    deps = get_deps()
    try:
        allowed = _tickets().loads(request.args.get("ticket", ""), max_age=AGAIN_SECONDS)
    except BadData:
        raise NotFound() from None
    if allowed != [the_user().id, call_id]:
        raise NotFound()
    data = recordings.hear(deps.recordings, call_id, deps.seal)
    if data is None:
        raise NotFound()
    return send_file(io.BytesIO(data), mimetype="audio/wav", conditional=False)


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="recording")


def _look(call_id: int) -> CallRow:
    """Raises NotFound when there is no such call, or nothing was recorded of it."""
    deps = get_deps()
    with deps.store.read() as db:
        found = by_id(db, call_id)
    if found is None or not recordings.there(deps.recordings, [call_id]):
        raise NotFound()
    return found


def _dialog(found: CallRow, reason: str = "", *, missing: bool = False, ticket: str = "") -> str:
    return render_template(
        "calls/recording.html",
        call=found,
        line=line_name(found.line, get_deps().plan),
        reason=reason,
        missing=missing,
        ticket=ticket,
    )
