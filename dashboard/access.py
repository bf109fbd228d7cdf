"""Who may do what. ALLOWED is the specification: a route that it lacks stops the application."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as BaseResponse

from dashboard.deps import get_deps
from records import users


class Role(StrEnum):
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    COUNSELLOR = "counsellor"
    ADMINISTRATOR = "administrator"


SIGN_IN = "sign_in"  # in the session's cookie
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
PUBLIC: frozenset[Role] = frozenset()
EVERY = frozenset(Role)
WATCH = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR})
SUPERVISE = frozenset({Role.SUPERVISOR})
COORDINATE = frozenset({Role.COORDINATOR})
ADMINISTER = frozenset({Role.ADMINISTRATOR})
AT_THE_TELEPHONE = frozenset({Role.SUPERVISOR, Role.COUNSELLOR})
KEEP = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
CALLS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.COUNSELLOR})

ALLOWED: dict[str, frozenset[Role]] = {
    "static": PUBLIC,
    "vendor": PUBLIC,
    "account.sign_in_page": PUBLIC,
    "account.sign_in": PUBLIC,
    "account.language": PUBLIC,
    "account.sign_out": EVERY,
    "account.home": EVERY,
    "live.board": WATCH,
    "live.stream": WATCH,
    "live.wall": WATCH,
    "live.lines": WATCH,
    "live.switch": SUPERVISE,
    "live.throw_switch": SUPERVISE,
    "live.end_switch": SUPERVISE,
    "live.call": SUPERVISE,
    "live.supervise": SUPERVISE,
    "live.let_go": SUPERVISE,
    "live.crisis": SUPERVISE,
    "live.begin_crisis": SUPERVISE,
    "live.call_help": SUPERVISE,
    "live.note_crisis": SUPERVISE,
    "live.end_crisis": SUPERVISE,
    "live.waiting": SUPERVISE,
    "live.person": SUPERVISE,
    "live.pause_person": SUPERVISE,
    "live.call_in": SUPERVISE,
    "live.call_somebody_in": SUPERVISE,
    "live.resume_person": SUPERVISE,
    "live.steer": SUPERVISE,
    "live.task": AT_THE_TELEPHONE,
    "live.call_back": AT_THE_TELEPHONE,
    "live.unreached": AT_THE_TELEPHONE,
    "live.close_task": SUPERVISE,
    "live.tasks": SUPERVISE,
    "live.change_tasks": SUPERVISE,
    "roster.index": EVERY,
    "roster.version": WATCH,
    "roster.progress": WATCH,
    "roster.generate": COORDINATE,
    "roster.stop": COORDINATE,
    "roster.copy": COORDINATE,
    "roster.set_cell": COORDINATE,
    "roster.pin": COORDINATE,
    "roster.review": COORDINATE,
    "roster.publish": COORDINATE,
    "roster.effects": COORDINATE,
    "roster.why": WATCH,
    "roster.why_hour": WATCH,
    "roster.mend": COORDINATE,
    "roster.find_repairs": COORDINATE,
    "roster.choose_repair": COORDINATE,
    "roster.requests": COORDINATE,
    "roster.fairness": WATCH,
    "roster.history": WATCH,
    "roster.tryout": WATCH,
    "roster.run_tryout": COORDINATE,
    "roster.needs": WATCH,
    "roster.need": COORDINATE,
    "roster.put_need": COORDINATE,
    "roster.export": WATCH,
    "roster.ask_import": COORDINATE,
    "roster.import_form": COORDINATE,
    "roster.import_plans": COORDINATE,
    "roster.choose_roster": COORDINATE,
    "roster.import_roster": COORDINATE,
    "roster.compare": WATCH,
    "roster.ask_withdraw": COORDINATE,
    "roster.withdraw": COORDINATE,
    "roster.approve_exchange": COORDINATE,
    "roster.refuse_exchange": COORDINATE,
    "roster.enter_leave": COORDINATE,
    "roster.grant_request": COORDINATE,
    "roster.refuse_request": COORDINATE,
    "reports.by_calls": WATCH,
    "reports.by_people": WATCH,
    "reports.official": WATCH,
    "reports.kept": WATCH,
    "calls.search": CALLS,
    "calls.mark": AT_THE_TELEPHONE,
    "calls.set_mark": AT_THE_TELEPHONE,
    "calls.number": SUPERVISE,
    "calls.show_number": SUPERVISE,
    "calls.recording": SUPERVISE,
    "calls.listen": SUPERVISE,
    "calls.sound": SUPERVISE,
    "admin.staff": ADMINISTER,
    "admin.download": ADMINISTER,
    "admin.person": ADMINISTER,
    "admin.save_person": ADMINISTER,
    "admin.set_active": ADMINISTER,
    "admin.new_secret": ADMINISTER,
    "admin.choose_file": ADMINISTER,
    "admin.import_file": ADMINISTER,
    "admin.accounts": ADMINISTER,
    "admin.new_account": ADMINISTER,
    "admin.add_account": ADMINISTER,
    "admin.account": ADMINISTER,
    "admin.change_account": ADMINISTER,
    "admin.new_password": ADMINISTER,
    "admin.settings": ADMINISTER,
    "admin.plan_entry": ADMINISTER,
    "admin.change_plan": ADMINISTER,
    "admin.audit": ADMINISTER,
    "desk.desk": AT_THE_TELEPHONE,
    "desk.telephone": AT_THE_TELEPHONE,
    "desk.call": AT_THE_TELEPHONE,
    "desk.drafts": AT_THE_TELEPHONE,
    "desk.find": AT_THE_TELEPHONE,
    "desk.save": AT_THE_TELEPHONE,
    "desk.submit": AT_THE_TELEPHONE,
    "desk.read": AT_THE_TELEPHONE,
    "desk.crisis": AT_THE_TELEPHONE,
    "desk.colleagues": AT_THE_TELEPHONE,
    "desk.hand_on": AT_THE_TELEPHONE,
    "desk.consult": AT_THE_TELEPHONE,
    "handover.listing": AT_THE_TELEPHONE,
    "handover.unread": AT_THE_TELEPHONE,
    "handover.new": AT_THE_TELEPHONE,
    "handover.write": AT_THE_TELEPHONE,
    "handover.confirm": AT_THE_TELEPHONE,
    "directory.index": EVERY,
    "directory.new": KEEP,
    "directory.add": KEEP,
    "directory.entry": KEEP,
    "directory.change": KEEP,
    "directory.remove": KEEP,
    "me.shifts": AT_THE_TELEPHONE,
    "me.state": AT_THE_TELEPHONE,
    "me.tasks": AT_THE_TELEPHONE,
    "me.sign_in": AT_THE_TELEPHONE,
    "me.sign_out": AT_THE_TELEPHONE,
    "me.pause": AT_THE_TELEPHONE,
    "me.resume": AT_THE_TELEPHONE,
    "me.exchange": AT_THE_TELEPHONE,
    "me.propose": AT_THE_TELEPHONE,
    "me.deals": AT_THE_TELEPHONE,
    "me.answer": AT_THE_TELEPHONE,
    "me.withdraw": AT_THE_TELEPHONE,
    "me.own_requests": AT_THE_TELEPHONE,
    "me.ask_leave": AT_THE_TELEPHONE,
    "me.ask_wish": AT_THE_TELEPHONE,
    "me.withdraw_request": AT_THE_TELEPHONE,
    "me.notices": AT_THE_TELEPHONE,
    "me.calendar": PUBLIC,
    "me.own_calendar": AT_THE_TELEPHONE,
    "me.renew_calendar": AT_THE_TELEPHONE,
    "me.revoke_calendar": AT_THE_TELEPHONE,
    "me.acknowledge": AT_THE_TELEPHONE,
}

HOMES = {
    Role.SUPERVISOR: "live.board",
    Role.COORDINATOR: "roster.index",
    Role.COUNSELLOR: "me.shifts",
    Role.ADMINISTRATOR: "live.board",
}


class UndeclaredRoute(Exception):
    """A route without roles, or roles without a route."""


@dataclass(frozen=True)
class SignedIn:
    """The person at the page."""

    id: int
    login: str
    name: str
    role: Role
    person: str | None
    language: str


def current_user() -> SignedIn | None:
    return cast("SignedIn | None", g.get("user"))


def the_user() -> SignedIn:
    """The person at the page, on routes that need one."""
    user = current_user()
    if user is None:
        raise Forbidden()
    return user


def may(endpoint: str) -> bool:
    """Whether the person at the page may use `endpoint`: what the pages offer follows the table."""
    user = current_user()
    return user is not None and user.role in ALLOWED[endpoint]


def load_user() -> None:
    g.user = None
    if SIGN_IN not in session or request.endpoint in ("static", "vendor"):
        return
    deps = get_deps()
    with deps.store.read() as db:
        row = users.signed_in(db, session[SIGN_IN], deps.now())
        if row is None:
            session.clear()
            return
        g.user = SignedIn(row.id, row.login, row.name, Role(row.role), row.person_id, row.language)


def guard() -> BaseResponse | None:
    """Runs before every view: no view is reached by somebody whom the table does not name."""
    if request.endpoint is None or not (allowed := ALLOWED[request.endpoint]):
        return None
    user = current_user()
    if user is None:
        return ask_to_sign_in()
    if user.role not in allowed:
        raise Forbidden()
    return None


def ask_to_sign_in() -> BaseResponse:
    """Pages, parts of them and forms lead to signing in and back; the rest is refused."""
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "").path
    back = url_for("account.sign_in_page", next=came_from or None)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": back})
    if request.method == "GET" and request.endpoint != "live.stream":
        return redirect(url_for("account.sign_in_page", next=request.full_path.rstrip("?")))
    if request.mimetype in FORMS:
        return redirect(back, code=303)
    return Response(status=401)


def check_declared(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if odd := routes ^ set(ALLOWED):
        raise UndeclaredRoute(f"routes and dashboard.access.ALLOWED differ in {sorted(odd)}")
