"""Administration: who signs in to the pages, as what, and new passwords."""

from __future__ import annotations

import secrets

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import Role, the_user
from dashboard.deps import get_deps
from dashboard.passwords import hash_password
from dashboard.staff import page
from records import audit_log, people, users
from records.tables import User
from records.users import Account, LastAdministrator, LoginTaken

__all__ = ["page"]


@page.get("/admin/accounts")
def accounts() -> str:
    with get_deps().store.read() as db:
        everybody = sorted(users.users(db), key=lambda user: (not user.active, user.login))
        names = {person.id: person.name for person in people.people(db, active_only=False)}
    return render_template("admin/accounts.html", users=everybody, names=names)


@page.get("/admin/account")
def new_account() -> str:
    return _dialog(None, "", None)


@page.post("/admin/account")
def add_account() -> str | tuple[str, int]:
    """With a password that is shown once."""
    deps, login = get_deps(), request.form.get("login", "").strip()
    account, fault = _asked()
    if account is None or not _good_login(login):
        return _dialog(None, login, account, fault or "login"), 422
    password = secrets.token_urlsafe(12)
    hashed = hash_password(password)  # slow on purpose: not while nobody else can write
    try:
        with deps.store.session() as db:
            users.add_user(db, login, account.name, account.role, hashed, account.person_id)
            detail = {"role": account.role, "person": account.person_id}
            audit_log.note(db, deps.now(), the_user().login, "user.add", login, detail)
    except LoginTaken:
        return _dialog(None, login, account, "taken"), 422
    return render_template(
        "admin/secret.html", name=account.name, login=login, secret=password, added=True
    )


@page.get("/admin/account/<int:user_id>")
def account(user_id: int) -> str:
    with get_deps().store.read() as db:
        found = _known(db, user_id)
        said = Account(found.name, found.role, found.person_id, found.active)
        return _dialog(found, found.login, said)


@page.post("/admin/account/<int:user_id>")
def change_account(user_id: int) -> BaseResponse | tuple[str, int]:
    deps = get_deps()
    said, fault = _asked()
    with deps.store.session() as db:
        found = _known(db, user_id)
        if said is None:
            return _dialog(found, found.login, None, fault), 422
        try:
            users.change(db, found, said)
        except LastAdministrator:
            return _dialog(found, found.login, said, "last"), 422
        detail = {"role": said.role, "person": said.person_id, "active": said.active}
        audit_log.note(db, deps.now(), the_user().login, "user.change", found.login, detail)
    there = url_for("admin.accounts")
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": there})
    return redirect(there, code=303)


@page.post("/admin/account/<int:user_id>/password")
def new_password(user_id: int) -> str:
    """A new one, shown once; whoever is signed in with the old one is signed out."""
    deps = get_deps()
    password = secrets.token_urlsafe(12)
    hashed = hash_password(password)
    with deps.store.session() as db:
        found = _known(db, user_id)
        users.set_password(db, found.login, hashed)
        audit_log.note(db, deps.now(), the_user().login, "user.password", found.login, {})
        return render_template(
            "admin/secret.html", name=found.name, login=found.login, secret=password
        )


def _good_login(login: str) -> bool:
    return 2 <= len(login) <= 64 and login.isascii() and login.isprintable() and " " not in login


def _asked() -> tuple[Account | None, str]:
    """What the form says, or which of its fields is wrong."""
    person = request.form.get("person_id") or None
    active = request.form.get("active", "yes") == "yes"
    name, role = request.form.get("name", ""), request.form.get("role", "")
    with get_deps().store.read() as db:
        known = person is None or people.by_id(db, person) is not None
    if not known or (role == Role.COUNSELLOR and person is None):
        return None, "person"
    try:
        return Account(name, role, person, active), ""
    except ValueError as error:
        return None, str(error).partition(" ")[0]


def _known(db: Session, user_id: int) -> User:
    """Raises NotFound."""
    found = users.by_id(db, user_id)
    if found is None:
        raise NotFound()
    return found


def _dialog(found: User | None, login: str, said: Account | None, fault: str = "") -> str:
    with get_deps().store.read() as db:
        staff = [(person.id, person.name) for person in people.people(db)]
    form = request.form if said is None and request.method == "POST" else None
    return render_template(
        "admin/account.html",
        account=found,
        login=login,
        said=form or said or {"name": "", "role": "", "person_id": "", "active": True},
        roles=list(Role),
        staff=staff,
        fault=fault,
    )
