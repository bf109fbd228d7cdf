"""Signing in and out, the way home, the language."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from dashboard.access import HOMES, SIGN_IN, the_user
from dashboard.deps import get_deps
from dashboard.language import COOKIE, LANGUAGES
from dashboard.passwords import matches
from dashboard.throttle import Throttle
from records import audit_log, users

page = Blueprint("account", __name__)
THROTTLE = "hotline-throttle"
A_YEAR = 365 * 24 * 3600


def safe_path(path: str) -> str:
    """Where to go next: a path of our own, never another site's address.

    Browsers leave tabs and ends of lines out, wherever they stand: of "/<tab>/" they make "//".
    """
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own else "/"


@page.get("/")
def home() -> Response:
    return redirect(url_for(HOMES[the_user().role]))


@page.get("/sign-in")
def sign_in_page() -> str:
    return _form("", "", safe_path(request.args.get("next", "/")))


@page.post("/sign-in")
def sign_in() -> Response | tuple[str, int]:
    login = request.form.get("login", "").strip()
    after = safe_path(request.form.get("next", "/"))
    now = get_deps().now()
    throttle: Throttle = current_app.extensions[THROTTLE]
    key = f"{login.lower()} {request.remote_addr}"
    if seconds := throttle.wait(key, now):
        text = _("失败次数过多，请 %(seconds)s 秒后再试。", seconds=seconds)
        return _form(text, login, after), 429
    if not _open_session(login, request.form.get("password", "")):
        throttle.failed(key, now)
        return _form(_("账号或密码不对。"), login, after), 401
    throttle.succeeded(key)
    return redirect(after)


def _open_session(login: str, password: str) -> bool:
    """Checks the password and, when it is right, begins a new session."""
    deps = get_deps()
    with deps.store.read() as db:
        row = users.by_login(db, login)
    # Slow on purpose: it must not happen while nobody else can write.
    good = matches(password, row.password_hash if row and row.active else None)
    with deps.store.session() as db:
        what = "session.begin" if good else "session.refused"
        audit_log.note(db, deps.now(), login[:64], what, "session", {"from": request.remote_addr})
        if row is None or not good:
            return False
        sign_in = users.begin_sign_in(db, row.id, deps.now())
    session.clear()  # neither the old token lives on nor whatever somebody planted before
    session.permanent = True
    session[SIGN_IN] = sign_in
    return True


def _form(error: str, login: str, after: str) -> str:
    samples = get_deps().sample_logins
    return render_template(
        "account/sign_in.html", error=error, login=login, after=after, samples=samples
    )


@page.post("/sign-out")
def sign_out() -> Response:
    """Ends it here too: an answer that is still on its way would give the cookie back."""
    with get_deps().store.session() as db:
        users.end_sign_in(db, session[SIGN_IN])
    session.clear()
    return redirect(url_for("account.sign_in_page"))


@page.post("/language/<code>")
def language(code: str) -> Response:
    if code not in LANGUAGES:
        raise NotFound()
    answer = redirect(safe_path(request.form.get("next", "/")))
    secure = get_deps().secure_cookies
    answer.set_cookie(COOKIE, code, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return answer
