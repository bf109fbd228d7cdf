"""What people ask for, decided by the coordinator: swaps, leave, wishes. Part of the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response as BaseResponse

from dashboard import exchanges as shown
from dashboard.access import the_user
from dashboard.address import day_of
from dashboard.deps import get_deps
from dashboard.exchanges import Deal
from dashboard.grid import looks
from dashboard.roster import leads_to, page
from records import exchanges, people, requests, rosters
from records.exchanges import State
from records.requests import LONGEST_REASON, Asked, Kind
from records.tables import RequestRow

__all__ = ["page"]
REASON_AT_LEAST = 2  # characters of a refusal, which the people read


@dataclass(frozen=True)
class Wanted:
    """A request for leave or a wish, and the published shifts that stand in its way."""

    row: RequestRow
    shifts: tuple[tuple[date, str], ...]


@page.get("/roster/requests", endpoint="requests")
def all_requests() -> str:
    """What waits for a decision, with what the rules say of it now; and what was decided lately."""
    deps = get_deps()
    with deps.store.read() as db:
        deals = [Deal.of(row, deps.now()) for row in exchanges.everybody_s(db, deps.now())]
        active = people.people(db)
        asked = [_wanted(db, row) for row in requests.everybody_s(db, deps.now())]
    waiting = [deal for deal in deals if deal.open and deal.state is State.ACCEPTED]
    open_requests = [wanted for wanted in asked if wanted.row.state == requests.State.ASKED]
    return render_template(
        "roster/requests.html",
        waiting=[(deal, shown.outlook_of(deps, deal)) for deal in waiting],
        deals=[deal for deal in deals if deal not in waiting],
        asked=open_requests,
        staff=[(each.id, each.name) for each in active],
        to_decide=len(waiting) + len(open_requests),
        answered=[wanted for wanted in asked if wanted.row.state != requests.State.ASKED],
        names=shown.names(deps),
        shifts={shift.id: shift for shift in deps.shifts},
        looks=looks(deps.shifts),
    )


def _wanted(db: Session, row: RequestRow) -> Wanted:
    if row.kind != Kind.LEAVE:
        return Wanted(row, ())
    by_day = rosters.published_cells(db, row.first, row.last)
    mine = ((day, cells[row.person]) for day, cells in by_day.items() if row.person in cells)
    return Wanted(row, tuple(sorted(mine)))


@page.post("/roster/requests/leave")
def enter_leave() -> BaseResponse:
    """Leave that somebody asked for by word of mouth: granted with being written down."""
    deps, by, form = get_deps(), the_user().login, request.form
    first, last = day_of(form.get("begins", "")), day_of(form.get("ends", ""))
    with deps.store.session() as db:
        found = people.by_id(db, form.get("person", ""))
        try:
            if found is None or not found.active:
                raise ValueError(f"person is {form.get('person')!r}")
            reason = form.get("reason", "").strip()
            asked = Asked(found.id, Kind.LEAVE, first, last, reason=reason[:LONGEST_REASON])
        except ValueError as error:
            raise UnprocessableEntity() from error
        row = requests.ask(db, asked, by, deps.now())
        requests.grant(db, row.id, by, deps.now())
    return leads_to("roster.requests")


@page.post("/roster/requests/<int:request_id>/grant")
def grant_request(request_id: int) -> BaseResponse:
    deps = get_deps()
    with deps.store.session() as db:
        requests.grant(db, request_id, the_user().login, deps.now())
    return leads_to("roster.requests")


@page.post("/roster/requests/<int:request_id>/refuse")
def refuse_request(request_id: int) -> BaseResponse:
    deps, answer = get_deps(), _reason()
    with deps.store.session() as db:
        requests.refuse(db, request_id, the_user().login, deps.now(), answer)
    return leads_to("roster.requests")


@page.post("/roster/exchanges/<int:exchange_id>/approve")
def approve_exchange(exchange_id: int) -> BaseResponse:
    shown.approve(get_deps(), exchange_id)
    return leads_to("roster.requests")


@page.post("/roster/exchanges/<int:exchange_id>/refuse")
def refuse_exchange(exchange_id: int) -> BaseResponse:
    deps, reason = get_deps(), _reason()
    with deps.store.session() as db:
        exchanges.refuse(db, exchange_id, the_user().login, deps.now(), reason)
    return leads_to("roster.requests")


def _reason() -> str:
    """Why something was refused. Raises UnprocessableEntity when it is not told."""
    reason = request.form.get("reason", "").strip()
    if len(reason) < REASON_AT_LEAST:
        raise UnprocessableEntity()
    return reason
