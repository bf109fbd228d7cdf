"""The web application, put together from what it is given."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

from dashboard import (
    access,
    account,
    accounts,
    asking,
    audit,
    call_in,
    crisis,
    csrf,
    decisions,
    directory,
    display,
    effects,
    errors,
    fairness,
    feed,
    files,
    handover,
    history,
    language,
    lines,
    live,
    marks,
    me,
    mend,
    needs,
    official,
    person,
    plan_entries,
    record,
    recordings,
    roster,
    roster_import,
    security,
    settings,
    staff_import,
    staff_report,
    steer,
    supervise,
    swapping,
    switch,
    tasks,
    transfer,
    tryout,
    unmask,
    why,
)
from dashboard.deps import EXTENSION, Deps, get_deps
from dashboard.places import open_places
from dashboard.throttle import Throttle

VENDORED = frozenset({"htmx.min.js", "jssip.js"})
THEMES = ("light", "dark")
FEATURES = (
    *(account, tasks, lines, switch, supervise, steer, crisis, person, call_in),
    *(roster, why, effects, mend, decisions, fairness, history),
    *(needs, files, roster_import, feed, tryout, directory),
    *(marks, record, transfer, handover, me, swapping, asking),
    *(
        staff_report,
        official,
        accounts,
        audit,
        settings,
        plan_entries,
        staff_import,
        unmask,
        recordings,
    ),
)


def create_app(deps: Deps) -> Flask:
    app = Flask(__name__)
    app.secret_key = deps.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="hotline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=deps.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions[EXTENSION] = deps
    app.extensions[account.THROTTLE] = Throttle()
    display.set_up(app, deps.plan)
    language.set_up(app)
    errors.set_up(app)
    app.before_request(access.load_user)
    app.before_request(access.guard)  # first: a form of an ended session is told so
    app.before_request(csrf.check)
    app.after_request(security.secure)
    app.context_processor(_page_context)
    live.set_up(app, deps)
    for page in dict.fromkeys(feature.page for feature in FEATURES):  # some share one
        app.register_blueprint(page)
    app.add_url_rule("/static/vendor/<name>", "vendor", vendor)
    access.check_declared(app)
    return app


def vendor(name: str) -> Response:
    """Scripts of others, installed at set-up and served by ourselves."""
    if name not in VENDORED:
        raise NotFound()
    return send_from_directory(get_deps().vendor, name)


def _page_context() -> dict[str, object]:
    """What every page shows: who is signed in, the language, the theme."""
    theme = request.cookies.get("theme")
    lang = language.language()
    other = "en" if lang == "zh" else "zh"
    return {
        "plan": get_deps().plan,
        "user": access.current_user(),
        "may": access.may,
        "places": open_places(),
        "csrf": csrf.token,
        "say": language.say,
        "lang": lang,
        "lang_code": language.CODES[lang],
        "other_language": other,
        "other_language_name": language.LANGUAGES[other],
        "theme": theme if theme in THEMES else None,
        "epoch_now": get_deps().now().timestamp(),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }
