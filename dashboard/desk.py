"""The counsellor's desk: the page, its telephone, and who calls. `record` is the other half."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import Forbidden, NotFound

from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.me import BREAKS, own_state
from records import audit_log, notes, people
from records.note import PROBLEMS, SCALE, Kind, Level
from routing.calls import Rank
from routing.live import Call

page = Blueprint("desk", __name__)
WEB = "-web"  # after a person's id: the name by which a browser registers


@dataclass(frozen=True)
class Caller:
    """Who calls, or talks, as far as the live picture knows."""

    call: Call
    before: tuple[notes.Before, ...]

    @property
    def worst(self) -> str | None:
        """The highest level of the calls before."""
        order = [level.value for level in Level]
        found = [before.level for before in self.before if before.level in order]
        return max(found, key=order.index, default=None)

    @property
    def harassed(self) -> bool:
        return any(before.kind == Kind.HARASSING for before in self.before)

    @property
    def danger(self) -> bool:
        return self.call.rank is Rank.CRISIS


def own_person() -> str:
    """Whose desk it is. Raises Forbidden for an account that belongs to nobody."""
    person = the_user().person
    if person is None:
        raise Forbidden()
    return person


@page.get("/desk")
def desk() -> str:
    deps, person = get_deps(), the_user().person
    return render_template(
        "desk/page.html",
        own=own_state(deps, person) if person else None,
        now=deps.now(),
        breaks=BREAKS,
        kinds=[kind.value for kind in Kind],
        problems=PROBLEMS,
        scale=SCALE,
        telephone=deps.browser_phones is not None and _registers(deps, person),
    )


def _registers(deps: Deps, person: str | None) -> bool:
    """Somebody with a fixed contact has a desk phone that does not register, and no other."""
    if person is None:
        return False
    with deps.store.read() as db:
        found = people.by_id(db, person)
        return found is not None and found.active and found.contact is None and bool(found.secret)


@page.get("/desk/telephone")
def telephone() -> Response:
    """What the browser registers with: to its owner alone, and on record."""
    deps, person = get_deps(), own_person()
    if deps.browser_phones is None or not _registers(deps, person):
        raise NotFound()
    with deps.store.session() as db:
        found = people.by_id(db, person)
        assert found is not None  # noqa: S101 - it was there a moment ago, and people stay
        audit_log.note(db, deps.now(), the_user().login, "secret.browser", person, {})
        secret = found.secret
    host = request.host.partition(":")[0]
    return jsonify(
        address=deps.browser_phones.url(host),
        uri=f"sip:{person}{WEB}@{host}",
        name=person,
        secret=secret,
    )


@page.get("/desk/call")
def call() -> str:
    """The part of the page that says who calls."""
    return render_template("desk/_call.html", caller=caller_of(get_deps(), own_person()))


def caller_of(deps: Deps, person: str) -> Caller | None:
    """Who calls this person or talks with them now."""
    live = deps.live()
    member = live.members.get(person)
    found = live.calls.get(member.call) if member and member.call else None
    if found is None:
        found = next((call for call in live.calls.values() if call.person == person), None)
    if found is None:
        return None
    with deps.store.read() as db:
        return Caller(found, tuple(notes.previous(db, found.caller)))
