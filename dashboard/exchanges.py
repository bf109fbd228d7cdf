"""Swaps between two people as the pages know them: what was agreed, its verdict, its approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from dashboard import shown
from dashboard.access import the_user
from dashboard.deps import Deps
from dashboard.grid import looks
from dashboard.language import say
from records import exchanges, in_force, people, swap_table
from records.exchanges import ExchangeMissing, State, Unlawful
from records.swap_table import RosterMoved, Table
from records.tables import ExchangeRow
from scheduler.problem import Finding

# What a colleague need not know of another: leave, and who is kept from nights, which is health.
PRIVATE = frozenset({"absences", "no_nights"})


@dataclass(frozen=True)
class Day:
    date: date
    mine: str | None  # the proposer's shift, which the other will have
    theirs: str | None


@dataclass(frozen=True)
class Deal:
    """One exchange as it is shown."""

    id: int
    proposer: str
    other: str
    days: tuple[Day, ...]
    state: State
    reason: str | None
    lapsed: bool

    @classmethod
    def of(cls, row: ExchangeRow, now: datetime) -> Deal:
        lapsed = exchanges.lapsed(row, now)
        days = tuple(Day(date.fromisoformat(d), *row.cells[d]) for d in sorted(row.cells))
        return cls(row.id, row.proposer, row.other, days, State(row.state), row.reason, lapsed)

    @property
    def open(self) -> bool:
        return self.state in exchanges.OPEN and not self.lapsed


@dataclass(frozen=True)
class Outlook:
    """What an exchange would do now."""

    price: int = 0
    broken: tuple[Finding, ...] = ()
    moved: bool = False  # not what was agreed on any more, or begun

    @property
    def possible(self) -> bool:
        return not self.broken and not self.moved


def to_colleagues(findings: Iterable[Finding]) -> list[str]:
    """Why an exchange may not be, without what is private of the other."""
    told = (
        _("其中一人不能上这一班") if finding.rule in PRIVATE else say(finding.message)
        for finding in findings
    )
    return list(dict.fromkeys(map(str, told)))


def table_of(deps: Deps, day: date) -> Table | None:
    """The period in force on `day`; None when nothing is published for it."""
    with deps.store.read() as db:
        period = in_force.period_of(db, day)
    if period is None:
        return None
    problem = shown.problem_of(deps, *period)
    with deps.store.read() as db:
        return swap_table.table(db, problem, shown.minutes_since(deps, problem.first))


def outlook(table: Table, proposer: str, other: str, days: tuple[date, ...]) -> Outlook:
    try:
        verdict = table.verdict(proposer, other, days)
    except RosterMoved:
        return Outlook(moved=True)
    return Outlook(verdict.price, verdict.broken)


def outlook_of(deps: Deps, deal: Deal) -> Outlook:
    """Of one that was agreed on."""
    days = tuple(day.date for day in deal.days)
    table = table_of(deps, days[0])
    agreed = {day.date.isoformat(): [day.mine, day.theirs] for day in deal.days}
    if table is None or table.pairs(deal.proposer, deal.other, days) != agreed:
        return Outlook(moved=True)
    return outlook(table, deal.proposer, deal.other, days)


def names(deps: Deps) -> dict[str, str]:
    with deps.store.read() as db:
        return {each.id: each.name for each in people.people(db, active_only=False)}


def own_deals(deps: Deps, person: str) -> dict[str, object]:
    with deps.store.read() as db:
        rows = exchanges.of_person(db, person, deps.now())
        found = [Deal.of(row, deps.now()) for row in rows]
    return {
        "deals": found,
        "person": person,
        "names": names(deps),
        "shifts_by_id": {shift.id: shift for shift in deps.shifts},
        "looks": looks(deps.shifts),
    }


def approve(deps: Deps, exchange: int) -> None:
    """In force at once. Raises ExchangeMissing, ExchangeOver, RosterMoved, Unlawful."""
    with deps.store.read() as db:
        first = exchanges.days_of(exchanges.by_id(db, exchange))[0]
        period = in_force.period_of(db, first)
    if period is None:
        raise RosterMoved(f"nothing is published for {first} any more")
    problem, now = shown.problem_of(deps, *period), shown.minutes_since(deps, period[0])
    by, at, known = the_user().login, deps.now(), names(deps)
    with deps.store.session() as db:
        exchanges.approve(db, exchange, problem, now, known, by, at)
    deps.actions.duty_changed()


def settle(deps: Deps, exchange: int) -> None:
    """Both have agreed: approved at once where the city wants that and it is lawful."""
    if not deps.exchanges_automatic:
        return
    try:
        approve(deps, exchange)
    except (Unlawful, RosterMoved, ExchangeMissing):
        return  # it waits for the coordinator, who sees why
