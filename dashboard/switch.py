"""The emergency switch: every call to one tier, and back. Part of the live pages."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.alarms import notice
from dashboard.board import AlarmRow
from dashboard.deps import get_deps
from dashboard.live import page
from dashboard.tasks import done
from records import alarms, audit_log
from records.tasks import LEAST_REASON

KIND = "switch"
MINUTES = (30, 15, 60, 120, 240)  # the first is offered


@page.get("/live/switch")
def switch() -> str:
    return _dialog()


@page.post("/live/switch")
def throw_switch() -> BaseResponse | tuple[str, int]:
    deps, user, form = get_deps(), the_user(), request.form
    tier, minutes = form.get("tier", ""), form.get("minutes", type=int)
    reason = form.get("reason", "").strip()
    if tier not in tiers() or minutes not in MINUTES:
        raise BadRequest()
    if len(reason) < LEAST_REASON or "sure" not in form:
        fault = "reason" if len(reason) < LEAST_REASON else "sure"
        return _dialog(fault=fault, tier=tier, reason=reason), 422
    now = deps.now()
    until = int(now.timestamp()) + minutes * 60
    with deps.store.session() as db:  # on record first: nothing is thrown without a trace
        audit_log.note(db, now, user.login, KIND, tier, {"why": reason, "until": until})
        alarms.settle(db, KIND, {}, now)
        alarms.settle(db, KIND, {tier: {"until": until}}, now)
        db.flush()
        deps.actions.switch(tier, until)
    return done()


@page.post("/live/switch/off")
def end_switch() -> BaseResponse:
    deps, now = get_deps(), get_deps().now()
    with deps.store.session() as db:
        audit_log.note(db, now, the_user().login, KIND, "off", {"why": "", "until": None})
        alarms.settle(db, KIND, {}, now)
        db.flush()
        deps.actions.switch(None, 0)
    return done()


def tiers() -> tuple[str, ...]:
    partner = ("partner",) if get_deps().plan.partners else ()
    return ("oncall", *partner, "promise")


def _dialog(*, fault: str = "", tier: str = "", reason: str = "") -> str:
    deps = get_deps()
    with deps.store.read() as db:
        thrown = [
            AlarmRow(a.id, a.kind, a.subject, a.detail, a.raised_at)
            for a in alarms.open_alarms(db)
            if a.kind == KIND
        ]
    return render_template(
        "live/switch.html",
        thrown=notice(thrown[0], {}, deps.now()) if thrown else None,
        tiers=tiers(),
        minutes=MINUTES,
        fault=fault,
        tier=tier,
        reason=reason,
    )
