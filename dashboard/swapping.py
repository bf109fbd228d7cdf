"""A counsellor's swaps, on her own page: with whom, what it would do, proposing, answering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard import exchanges as shown
from dashboard.access import the_user
from dashboard.address import day_of
from dashboard.deps import Deps, get_deps
from dashboard.display import local
from dashboard.exchanges import Outlook
from dashboard.grid import looks
from dashboard.me import own_person, page
from records import exchanges
from records.swap_table import Table

__all__ = ["page"]


@dataclass(frozen=True)
class Offer:
    """What two people could exchange, and what it would do."""

    other: str
    days: tuple[date, ...]
    theirs: str | None  # on the last of the days
    outlook: Outlook

    @property
    def against(self) -> str:
        """What stands in the way first."""
        return next(iter(shown.to_colleagues(self.outlook.broken)), "")


def _table(day: date) -> Table:
    found = shown.table_of(get_deps(), day)
    if found is None:
        raise NotFound()
    return found


@page.get("/me/exchange")
def exchange() -> str:
    """With whom one of my shifts could be exchanged: on its day, or for another day of somebody."""
    deps, me, day = get_deps(), own_person(), day_of(request.args.get("day", ""))
    table = _table(day)
    other = request.args.get("with", "")
    mine = table.pairs(me, other, [day])[day.isoformat()][0]
    if mine is None:
        raise NotFound()
    staff = [worker.id for worker in table.problem.workers if worker.id != me]
    if other and other not in staff:
        raise NotFound()
    offers = _days(deps, table, me, other, day) if other else _people(table, me, staff, day)
    return render_template(
        "me/exchange.html",
        day=day,
        mine=mine,
        other=other,
        offers=sorted(offers, key=lambda o: (not o.outlook.possible, o.days, o.outlook.price)),
        names=shown.names(deps),
        shifts={shift.id: shift for shift in deps.shifts},
        looks=looks(deps.shifts),
    )


def _offer(table: Table, me: str, other: str, days: tuple[date, ...]) -> Offer:
    theirs = table.pairs(me, other, days)[days[-1].isoformat()][1]
    return Offer(other, days, theirs, shown.outlook(table, me, other, days))


def _differ(table: Table, me: str, other: str, day: date) -> bool:
    mine, theirs = table.pairs(me, other, [day])[day.isoformat()]
    return mine != theirs


def _people(table: Table, me: str, staff: list[str], day: date) -> list[Offer]:
    return [_offer(table, me, p, (day,)) for p in staff if _differ(table, me, p, day)]


def _days(deps: Deps, table: Table, me: str, other: str, day: date) -> list[Offer]:
    """Their shifts of the period that I could have for mine: each works when the other is free."""
    today = local(deps.now()).date()
    ahead = [table.problem.day(n) for n in range(table.problem.days)]
    pairs = table.pairs(me, other, [day, *ahead])
    if pairs[day.isoformat()][1] is not None:
        return []
    return [
        _offer(table, me, other, (day, each))
        for each in ahead
        if each >= today and pairs[each.isoformat()][0] is None and pairs[each.isoformat()][1]
    ]


@page.post("/me/exchange")
def propose() -> BaseResponse:
    deps, me = get_deps(), own_person()
    days = tuple(day_of(text) for text in request.form.getlist("day"))
    if not 1 <= len(days) <= 2:
        raise BadRequest()
    table = _table(days[0])
    known = {worker.id for worker in table.problem.workers}
    other = request.form.get("with", "")
    if other not in known:
        raise BadRequest()
    with deps.store.session() as db:
        try:
            exchanges.propose(db, table, me, other, days, the_user().login, deps.now())
        except ValueError as error:
            raise BadRequest() from error
    return redirect(url_for("me.shifts"))


@page.get("/me/exchanges")
def deals() -> str:
    return render_template("me/_exchanges.html", **shown.own_deals(get_deps(), own_person()))


@page.post("/me/exchange/<int:exchange_id>/answer")
def answer(exchange_id: int) -> str:
    deps, me = get_deps(), own_person()
    said = request.form.get("answer")
    if said not in ("yes", "no"):
        raise BadRequest()
    with deps.store.session() as db:
        exchanges.answer(db, exchange_id, me, said == "yes", the_user().login, deps.now())
    if said == "yes":
        shown.settle(deps, exchange_id)
    return deals()


@page.post("/me/exchange/<int:exchange_id>/withdraw")
def withdraw(exchange_id: int) -> str:
    deps, me = get_deps(), own_person()
    with deps.store.session() as db:
        exchanges.withdraw(db, exchange_id, me, the_user().login, deps.now())
    return deals()
