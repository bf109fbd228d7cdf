"""Swaps in the records: judged, approved as a new version, also when two are decided at once."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from records import audit_log, duty, exchanges, planning, rosters, swap_table
from records.exchanges import ExchangeOver, State, Unlawful
from records.store import Store
from records.swap_table import RosterMoved, Table
from records.tables import ExchangeRow
from routing.duty import table as duty_table
from scheduler.problem import Problem, Roster, Rules, ShiftType
from tests.records.builders import NOON, person

MONDAY = date(2026, 3, 9)  # the week after NOON
DAYS = [MONDAY + timedelta(days=n) for n in range(3)]
NOW = -6 * 24 * 60 - 12 * 60  # minutes from the first midnight to NOON
SHIFTS = (ShiftType("early", "早", 420, 480), ShiftType("late", "晚", 900, 480))
ROSTER = Roster(
    {
        "lin": ("early", "early", None),
        "wu": (None, "late", "late"),
        "shi": (None, None, None),
        "left": ("late", None, None),
    }
)
NAMES = {"lin": "林", "wu": "吴"}
CITY = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def city(store: Store) -> Store:
    """Four people, one of whom has left; three days are published."""
    with store.session() as db:
        db.add_all([person(key) for key in ("lin", "wu", "shi")] + [person("left", active=False)])
        db.flush()
        row = rosters.save_draft(db, MONDAY, ROSTER, None, None, "chief", NOON)
        rosters.publish(db, row.id, (), "chief", NOON)
    return store


def problem(db: Session) -> Problem:
    rules = Rules(least_on_duty=0, least_crisis=0, round_the_clock=False)
    return planning.problem_for(db, MONDAY, 3, SHIFTS, (), rules)


def at_table(db: Session) -> Table:
    return swap_table.table(db, problem(db), NOW)


def agreed(store: Store, other: str, days: Iterable[date]) -> int:
    with store.session() as db:
        row = exchanges.propose(db, at_table(db), "lin", other, days, "lin", NOON)
        exchanges.answer(db, row.id, other, True, other, NOON)
        return row.id


def approve(store: Store, exchange: int) -> int:
    with store.session() as db:
        asked = problem(db)
        return exchanges.approve(db, exchange, asked, NOW, NAMES, "chief", NOON).id


def test_what_is_approved_is_a_version_of_its_own_with_everybody_else_as_before(
    city: Store,
) -> None:
    made = approve(city, agreed(city, "wu", [DAYS[1]]))
    with city.read() as db:
        row = rosters.by_id(db, made)
        assert (row.status, row.version, row.days) == ("published", 2, 3)
        assert (row.why, row.override_reason) == ("换班：林 ↔ 吴，3月10日", None)
        assert row.cells == {
            "left": ["late", None, None],
            "lin": ["early", "late", None],
            "shi": [None, None, None],
            "wu": [None, "early", "late"],
        }
        told = [entry.what for entry in audit_log.entries(db)]
        assert told[:3] == ["exchange.approve", "roster.publish", "roster.draft"]


def test_the_duty_table_has_the_one_who_took_the_shift(city: Store) -> None:
    approve(city, agreed(city, "shi", [DAYS[0]]))
    with city.read() as db:
        shifts = duty.shifts_between(db, SHIFTS, MONDAY, MONDAY, CITY)
    seven = int(duty.reach({}, MONDAY, CITY)) + 7 * 3600
    wanted = duty_table(shifts, seven, 900, 1, frozenset())
    assert {entry for key, entry in wanted.items() if key.startswith(f"{seven // 900}/")} == {"shi"}


def test_what_a_rule_forbids_is_not_proposed_nor_approved(city: Store) -> None:
    exchange = agreed(city, "wu", [DAYS[1]])
    with city.session() as db:
        draft = Roster(ROSTER.cells | {"lin": ("early", "early", "early")})
        row = rosters.save_draft(db, MONDAY, draft, None, None, "chief", NOON)
        rosters.publish(db, row.id, (), "chief", NOON)
    with pytest.raises(Unlawful, match="rest"):
        approve(city, exchange)
    with city.session() as db, pytest.raises(Unlawful, match="rest"):
        exchanges.propose(db, at_table(db), "lin", "wu", [DAYS[1]], "lin", NOON)
    with city.read() as db:
        assert exchanges.by_id(db, exchange).state == State.ACCEPTED


def test_a_day_that_was_taken_back_is_no_longer_exchanged(city: Store) -> None:
    exchange = agreed(city, "wu", [DAYS[1]])
    with city.session() as db:
        row = rosters.save_draft(db, DAYS[1], Roster({"wu": ("late",)}), None, None, "chief", NOON)
        rosters.publish(db, row.id, (), "chief", NOON)
    with pytest.raises(RosterMoved, match="another period"):
        approve(city, exchange)


def test_of_two_decisions_at_once_none_is_lost(city: Store) -> None:
    """Two exchanges of the same shift: the second one to be approved finds it gone."""
    one, two = agreed(city, "shi", [DAYS[0]]), agreed(city, "wu", [DAYS[0]])
    ends: list[str] = []
    together = threading.Barrier(2)

    def decide(exchange: int) -> None:
        together.wait()
        try:
            approve(city, exchange)
            ends.append("approved")
        except RosterMoved:
            ends.append("moved")

    threads = [threading.Thread(target=decide, args=(each,)) for each in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["approved", "moved"]
    with city.read() as db:
        cells = rosters.published_cells(db, MONDAY, MONDAY)[MONDAY]
        assert [p for p, shift in cells.items() if shift == "early"] in (["shi"], ["wu"])


def test_an_answer_is_given_once(city: Store) -> None:
    exchange = agreed(city, "wu", [DAYS[1]])
    with city.session() as db, pytest.raises(ExchangeOver):
        exchanges.answer(db, exchange, "wu", False, "wu", NOON)
    approve(city, exchange)
    with city.session() as db, pytest.raises(ExchangeOver):
        exchanges.withdraw(db, exchange, "lin", "lin", NOON)


def test_what_nobody_decided_in_time_lapses(city: Store) -> None:
    exchange = agreed(city, "wu", [DAYS[1]])
    with city.read() as db:
        row = exchanges.by_id(db, exchange)
        before, after = (NOON + timedelta(days=n) for n in (8, 9))
        assert [exchanges.lapsed(row, now) for now in (before, after)] == [False, True]
        assert [exchanges.waiting(db, now) for now in (before, after)] == [1, 0]
        later = NOON + timedelta(days=20)
        assert exchanges.of_person(db, "lin", later) == []


def test_what_ended_is_shown_for_two_weeks(city: Store) -> None:
    exchange = agreed(city, "wu", [DAYS[1]])
    approve(city, exchange)
    with city.read() as db:
        shown: list[list[ExchangeRow]] = [
            exchanges.of_person(db, "wu", NOON + timedelta(days=n)) for n in (13, 15)
        ]
    assert [[row.id for row in rows] for rows in shown] == [[exchange], []]
