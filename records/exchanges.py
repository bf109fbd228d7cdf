"""Swaps and give-aways: one proposes, the other accepts, and what is approved is in force at once.

An exchange is of everything that two people have on the same days; somebody who is free on one of
them takes the other's shift. It is judged by the audit alone, when it is proposed and again when it
is approved: it may break no hard rule that was kept before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from records import audit_log, in_force, rosters
from records.swap_table import RosterMoved, Table, table
from records.tables import ExchangeRow, RosterRow
from scheduler.audit import audit, objective
from scheduler.problem import Finding, Problem, Roster, whole
from scheduler.swap import Verdict, with_cells

KEPT = timedelta(days=14)  # that the end of an exchange is shown


class State(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the other
    WITHDRAWN = "withdrawn"  # by the proposer
    APPROVED = "approved"
    REFUSED = "refused"  # by the coordinator


OPEN = (State.PROPOSED, State.ACCEPTED)


class ExchangeMissing(Exception):
    """There is no such exchange, or it is not this person's to answer."""


class ExchangeOver(Exception):
    """It was answered, withdrawn or decided already."""


class Unlawful(Exception):
    """It would break hard rules that are kept now."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(finding.message["en"] for finding in findings))
        self.findings = findings


def propose(
    session: Session,
    at_table: Table,
    proposer: str,
    other: str,
    days: Iterable[date],
    by: str,
    at: datetime,
) -> ExchangeRow:
    """Raises Unlawful, RosterMoved; ValueError where there is nothing to exchange."""
    days = tuple(days)
    pairs = at_table.pairs(proposer, other, days)
    if proposer == other or not days or any(one == two for one, two in pairs.values()):
        raise ValueError(f"there is nothing to exchange between {proposer} and {other}: {pairs}")
    _require_lawful(at_table.verdict(proposer, other, days))
    row = ExchangeRow(
        proposer=proposer, other=other, cells=dict(pairs), state=State.PROPOSED, proposed_at=at
    )
    session.add(row)
    session.flush()
    _note(session, row, "exchange.propose", by, at, {"other": other, "cells": pairs})
    return row


def _require_lawful(verdict: Verdict) -> None:
    if not verdict.lawful:
        raise Unlawful(verdict.broken)


def answer(
    session: Session, exchange: int, person: str, accepted: bool, by: str, at: datetime
) -> ExchangeRow:
    """The other one's yes or no. Raises ExchangeMissing, ExchangeOver."""
    row = _locked(session, exchange, State.PROPOSED)
    if row.other != person:
        raise ExchangeMissing(f"exchange {exchange} is not {person}'s to answer")
    row.state = State.ACCEPTED if accepted else State.DECLINED
    row.answered_at = at
    _note(session, row, "exchange.answer", by, at, {"accepted": accepted})
    return row


def withdraw(session: Session, exchange: int, person: str, by: str, at: datetime) -> None:
    """The proposer thinks again, before anything is decided. Raises as `answer`."""
    row = _locked(session, exchange, *OPEN)
    if row.proposer != person:
        raise ExchangeMissing(f"exchange {exchange} is not {person}'s")
    row.state, row.decided_at = State.WITHDRAWN, at
    _note(session, row, "exchange.withdraw", by, at, {})


def refuse(session: Session, exchange: int, by: str, at: datetime, reason: str) -> None:
    """The coordinator's no. Raises ExchangeMissing, ExchangeOver."""
    row = _locked(session, exchange, State.ACCEPTED)
    row.state, row.decided_at, row.decided_by, row.reason = State.REFUSED, at, by, reason
    _note(session, row, "exchange.refuse", by, at, {"reason": reason})


def approve(
    session: Session,
    exchange: int,
    problem: Problem,
    now: int,
    names: Mapping[str, str],
    by: str,
    at: datetime,
) -> RosterRow:
    """A new version of the period: what is in force now, with the cells of the two changed.

    `problem` is that of the period of `in_force.period_of`, `now` in minutes from its first
    midnight. Raises ExchangeMissing, ExchangeOver, RosterMoved, Unlawful.
    """
    row = _locked(session, exchange, State.ACCEPTED)
    rosters.hold(session)
    days = days_of(row)
    if in_force.period_of(session, days[0]) != (problem.first, problem.days):
        raise RosterMoved(f"exchange {exchange}: another period is in force by now")
    at_table = table(session, problem, now)
    if at_table.pairs(row.proposer, row.other, days) != row.cells:
        raise RosterMoved(f"exchange {exchange}: the roster has changed since it was agreed on")
    verdict = at_table.verdict(row.proposer, row.other, days)
    _require_lawful(verdict)
    roster = with_cells(problem, at_table.roster, at_table.cells(row.proposer, row.other, days))
    made = _publish(session, problem, roster, _why(row, names), by, at)
    row.state, row.decided_at, row.decided_by, row.roster_id = State.APPROVED, at, by, made.id
    _note(session, row, "exchange.approve", by, at, {"roster": made.id, "price": verdict.price})
    return made


def _why(row: ExchangeRow, names: Mapping[str, str]) -> str:
    days = "、".join(f"{day.month}月{day.day}日" for day in days_of(row))
    one, two = (names.get(person, person) for person in (row.proposer, row.other))
    return f"换班：{one} ↔ {two}，{days}"


def _publish(
    session: Session, problem: Problem, roster: Roster, why: str, by: str, at: datetime
) -> RosterRow:
    """What was broken before by somebody's name stays so; the exchange adds nothing to it."""
    active = whole(problem, roster)
    findings = audit(problem, active)
    broken = any(finding.hard for finding in findings)
    kept = "换班前已有的未满足规则，换班未新增" if broken else None
    price = objective(problem, active)
    made = rosters.save_draft(session, problem.first, roster, price, None, by, at, why)
    return rosters.publish(session, made.id, findings, by, at, kept)


def days_of(row: ExchangeRow) -> list[date]:
    return [date.fromisoformat(day) for day in sorted(row.cells)]


def of_person(session: Session, person: str, now: datetime) -> list[ExchangeRow]:
    """Open ones, and those that ended lately; the newest first."""
    mine = or_(ExchangeRow.proposer == person, ExchangeRow.other == person)
    return _listed(session, select(ExchangeRow).where(mine), now)


def everybody_s(session: Session, now: datetime) -> list[ExchangeRow]:
    return _listed(session, select(ExchangeRow), now)


def waiting(session: Session, now: datetime) -> int:
    """How many were agreed on and can still be decided."""
    agreed = select(ExchangeRow).where(ExchangeRow.state == State.ACCEPTED)
    return sum(not lapsed(row, now) for row in session.scalars(agreed))


def lapsed(row: ExchangeRow, now: datetime) -> bool:
    """Nobody decided before the first of its days was over."""
    return row.state in OPEN and days_of(row)[0] < now.date()


def _listed(session: Session, wanted: Select[ExchangeRow], now: datetime) -> list[ExchangeRow]:
    lately = now - KEPT
    shown = or_(ExchangeRow.state.in_(OPEN), ExchangeRow.proposed_at > lately)
    rows = session.scalars(wanted.where(shown).order_by(ExchangeRow.id.desc()))
    return [row for row in rows if row.proposed_at > lately or not lapsed(row, now)]


def by_id(session: Session, exchange: int) -> ExchangeRow:
    """Raises ExchangeMissing."""
    row = session.get(ExchangeRow, exchange)
    if row is None:
        raise ExchangeMissing(f"there is no exchange {exchange}")
    return row


def _locked(session: Session, exchange: int, *states: State) -> ExchangeRow:
    """The row, so that of two decisions at once the second one sees the first."""
    row = session.get(ExchangeRow, exchange, with_for_update=True)
    if row is None:
        raise ExchangeMissing(f"there is no exchange {exchange}")
    if row.state not in states:
        raise ExchangeOver(f"exchange {exchange} is {row.state} already")
    return row


def _note(
    session: Session,
    row: ExchangeRow,
    what: str,
    who: str,
    at: datetime,
    detail: Mapping[str, object],
) -> None:
    audit_log.note(session, at, who, what, f"exchange {row.id}", detail)
