"""Versions of the roster: who made them and why, who has read them; comparing, taking back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from dashboard import shown as shown_rosters
from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.grid import looks
from dashboard.roster import REASON_AT_LEAST, leads_to, page
from dashboard.shown import Shown
from records import letters, notices, people, rosters, users
from records.notices import Told
from records.rosters import NothingLeft
from records.tables import LetterRow

__all__ = ["page"]
LISTED = 60


@dataclass(frozen=True)
class Difference:
    day: date
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Unread:
    """Who has not read what was changed, and what became of the letters about it."""

    person: str
    letters: list[LetterRow]
    address: bool


@dataclass(frozen=True)
class Side:
    """One of two versions that are compared."""

    shown: Shown
    objective: int | None
    hard: int
    soft: int


def _names(deps: Deps) -> dict[str, str]:
    """Of people by id and of users by login."""
    with deps.store.read() as db:
        logins = {user.login: user.name for user in users.users(db)}
        return logins | {each.id: each.name for each in people.people(db, active_only=False)}


@page.get("/roster/history")
def history() -> str:
    deps = get_deps()
    with deps.store.read() as db:
        rows = rosters.listing(db)[:LISTED]
        told = notices.counts(db)
        unread = {row.id: _unread(db, row.id) for row in rows if row.id in told}
    return render_template(
        "roster/history.html",
        rows=rows,
        told=told,
        nobody=Told(0, 0),
        unread=unread,
        by_mail=deps.mail,
        names=_names(deps),
        now=deps.now(),
    )


def _unread(db: Session, roster_id: int) -> list[Unread]:
    """One a person, with the letters of the newest notice."""
    newest = {row.person: row for row in notices.of_roster(db, roster_id) if row.read_at is None}
    sent = letters.of_notices(db, [row.id for row in newest.values()])
    return [
        Unread(person, sent.get(row.id, []), _has_address(db, person))
        for person, row in sorted(newest.items())
    ]


def _has_address(db: Session, person: str) -> bool:
    found = people.by_id(db, person)
    return found is not None and found.email is not None


@page.get("/roster/compare")
def compare() -> str:
    """What is another in version b than in version a, on the days that both have."""
    deps = get_deps()
    wanted = [request.args.get(side, type=int) for side in ("a", "b")]
    one, two = (_side(deps, number) for number in wanted)
    return render_template(
        "roster/compare.html",
        one=one,
        two=two,
        differences=differences(one.shown, two.shown),
        names=_names(deps),
        shifts={shift.id: shift for shift in deps.shifts},
        looks=looks(deps.shifts),
    )


def _side(deps: Deps, number: int | None) -> Side:
    if number is None:
        raise BadRequest()
    shown = shown_rosters.stored(deps, number)
    with deps.store.read() as db:
        objective = rosters.by_id(db, number).objective
    findings = deps.actions.audit(shown.cells, shown.first, shown.days)
    hard = sum(finding.hard for finding in findings)
    return Side(shown, objective, hard, len(findings) - hard)


def differences(one: Shown, two: Shown) -> dict[str, list[Difference]]:
    """Of each person the days that both have and on which the shift is another one."""
    first, last = max(one.first, two.first), min(one.last, two.last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found: dict[str, list[Difference]] = {}
    for person in sorted({*one.cells, *two.cells}):
        own = [Difference(day, _at(one, person, day), _at(two, person, day)) for day in days]
        if changed := [each for each in own if each.before != each.after]:
            found[person] = changed
    return found


def _at(shown: Shown, person: str, day: date) -> str | None:
    row, index = shown.cells.get(person, ()), (day - shown.first).days
    return row[index] if 0 <= index < len(row) else None


@page.get("/roster/<int:roster_id>/withdraw")
def ask_withdraw(roster_id: int) -> str:
    return _ask(get_deps(), roster_id)


def _ask(
    deps: Deps, roster_id: int, reason: str = "", missing: bool = False, bare: tuple[date, ...] = ()
) -> str:
    return render_template(
        "roster/withdraw.html",
        shown=shown_rosters.stored(deps, roster_id),
        reason=reason,
        missing=missing,
        bare=bare,
    )


@page.post("/roster/<int:roster_id>/withdraw")
def withdraw(roster_id: int) -> BaseResponse | tuple[str, int]:
    """What was in force before is so again, at once. Days without anybody need to be forced."""
    deps, reason = get_deps(), request.form.get("reason", "").strip()
    if len(reason) < REASON_AT_LEAST:
        return _ask(deps, roster_id, reason, missing=True), 422
    forced = request.form.get("forced") == "yes"
    try:
        with deps.store.session() as db:
            by, at = the_user().login, deps.now()
            rosters.withdraw(db, roster_id, by, at, reason, forced=forced)
    except NothingLeft as left:
        return _ask(deps, roster_id, reason, bare=left.days), 422
    deps.actions.duty_changed()
    return leads_to("roster.history")
