"""The counsellor's desk: the page, its telephone, and who calls. `record` is the other half."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import Forbidden, NotFound

from dashboard.access import the_user
from dashboard.deps import Deps, get_deps
from dashboard.me import BREAKS, own_state
from records import audit_log, notes, people, transfers
from records.note import PROBLEMS, SCALE, Kind, Level
from records.notes import Kept
from records.tables import CallRow
from routing.calls import Rank
from routing.live import Call, Doing, Live, Stage

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


@dataclass(frozen=True)
class Handed:
    """What comes along with a caller whom a colleague had before."""

    by: str  # the colleague's name
    kept: Kept | None  # the record, as far as it was written


@dataclass(frozen=True)
class Talk:
    """The call that goes on, whatever telephone it is on."""

    answered: float  # epoch seconds
    call: int | None  # on record; 0 when its record is written


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
        telephone=rings_in_browser(deps, person),
    )


def rings_in_browser(deps: Deps, person: str | None) -> bool:
    """Somebody with a fixed contact has a desk phone that does not register, and no other."""
    if person is None or deps.browser_phones is None:
        return False
    with deps.store.read() as db:
        found = people.by_id(db, person)
        return found is not None and found.active and found.contact is None and bool(found.secret)


@page.get("/desk/telephone")
def telephone() -> Response:
    """What the browser registers with: to its owner alone, and on record."""
    deps, person = get_deps(), own_person()
    if deps.browser_phones is None or not rings_in_browser(deps, person):
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
    """The part of the page that says who calls, with the record when the caller was handed on."""
    deps, person = get_deps(), own_person()
    caller = caller_of(deps, person)
    handed = _handed(deps, person, caller.call) if caller else None
    talk = _talk(deps, person)
    return render_template("desk/_call.html", caller=caller, handed=handed, talk=talk)


def _talk(deps: Deps, person: str) -> Talk | None:
    found = live_call(deps.live(), person)
    if found is None or found.stage is not Stage.TALKING or found.person != person:
        return None
    with deps.store.read() as db:
        row = transfers.running(db, found.uniqueid)
        if row is None or row.person != person or row.answered_at is None:
            return Talk(found.since, None)
        return Talk(row.answered_at.timestamp(), 0 if notes.is_submitted(db, row.id) else row.id)


def caller_of(deps: Deps, person: str) -> Caller | None:
    """Who calls this person or talks with them now, or about whom a colleague asks."""
    live = deps.live()
    found = live_call(live, person)
    with deps.store.read() as db:
        if found is None and _busy(live, person):
            asked = transfers.asked(db, person, deps.now())
            found = _as_live(db.get_one(CallRow, asked.call_id)) if asked else None
        return Caller(found, tuple(notes.previous(db, found.caller))) if found else None


def live_call(live: Live, person: str) -> Call | None:
    """The caller whom this person has on the line, or who rings."""
    member = live.members.get(person)
    found = live.calls.get(member.call) if member and member.call else None
    return found or next((call for call in live.calls.values() if call.person == person), None)


def _busy(live: Live, person: str) -> bool:
    member = live.members.get(person)
    return member is not None and member.doing in (Doing.RINGING, Doing.TALKING)


def _as_live(row: CallRow) -> Call:
    """A caller whom a colleague has on the line."""
    arrived = int(row.arrived_at.timestamp())
    return Call(
        row.uniqueid,
        "",
        row.line,
        row.caller,
        Rank(row.rank),
        arrived,
        Stage.TALKING,
        since=arrived,
    )


def _handed(deps: Deps, person: str, call: Call) -> Handed | None:
    """Shown at once, and on record the first time."""
    with deps.store.session() as db:
        transfer = transfers.latest(db, call.uniqueid, person)
        if transfer is None:
            return None
        kept = notes.by_call(db, transfer.call_id, deps.seal)
        if kept is not None and transfers.read(transfer, person):
            thing = f"call {transfer.call_id}"
            audit_log.note(db, deps.now(), the_user().login, "note.read", thing, {})
        by = people.by_id(db, transfer.by)
        return Handed(by.name if by else transfer.by, kept)
