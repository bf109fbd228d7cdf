from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records import calls
from records.ledger import CursorMoved, commit_facts, read_cursor
from records.store import Store
from records.tables import CallRow, Gap, Task
from routing.calls import (
    Booted,
    Connected,
    Cursor,
    Ended,
    Fact,
    HandedOn,
    Kind,
    LineTested,
    Missing,
    Promised,
    Rank,
    Reached,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)
from tests.records.builders import EPOCH, NOON, after, answered, arrived

CALL = "q-1.1"
ARRIVED = arrived(CALL)
RUNG = Rung(1, EPOCH + 20, CALL, "chen", 18)
CONNECTED = Connected(1, EPOCH + 25, CALL, "lin", 4)
PROMISED = Promised(1, EPOCH + 180, CALL, "13800138000", "nobody", EPOCH + 1980)
REFUSED = Refused(1, EPOCH + 1, CALL, "loop")
HANDED = HandedOn(1, EPOCH + 50, CALL, "lin")
ENDED = Ended(1, EPOCH + 300, CALL)
BOOTED = Booted(2, EPOCH + 400)


def write(store: Store, *facts: Fact) -> None:
    """Commit `facts` as if so many bytes had been read."""
    with store.session() as db:
        before = read_cursor(db)
        commit_facts(db, facts, before, replace(before, offset=before.offset + 100))


def the_call(db: Session) -> CallRow:
    return db.scalars(select(CallRow)).one()


def tasks(db: Session) -> list[tuple[str, str, str | None]]:
    rows = db.scalars(select(Task).order_by(Task.id))
    return [(task.reason, task.number, task.closing) for task in rows]


def outcome_of(store: Store, *facts: Fact) -> str | None:
    write(store, *facts)
    with store.read() as db:
        return the_call(db).outcome


def test_a_call_that_was_answered(store: Store) -> None:
    write(store, ARRIVED, Waiting(1, EPOCH + 1, CALL, Rank.CRISIS), RUNG, CONNECTED, ENDED)
    with store.read() as db:
        row = the_call(db)
        assert (row.boot, row.uniqueid, row.origin, row.serial) == (1, CALL, "asterisk", 1)
        assert (row.kind, row.line, row.dialled) == ("inbound", "city", "968908")
        assert (row.caller, row.carrier, row.rank) == ("13800138000", "mobile", "crisis")
        assert (row.arrived_at, row.answered_at, row.ended_at) == (NOON, after(25), after(300))
        assert (row.outcome, row.person) == ("answered", "lin")
        legs = [(leg.person, leg.at, leg.rang, leg.outcome, leg.own_site) for leg in row.legs]
        assert legs == [
            ("chen", after(20), 18, "missed", False),
            ("lin", after(25), 4, "answered", False),
        ]
        assert tasks(db) == []


def test_a_promise_holds_though_the_arrival_found_no_room_on_the_disk(store: Store) -> None:
    write(store, Missing(1, EPOCH, 0, 1), PROMISED)
    write(store, PROMISED, ENDED)
    with store.read() as db:
        row = the_call(db)
        assert (row.kind, row.line, row.dialled) == ("inbound", "unknown", "")
        assert (row.serial, row.arrived_at, row.ended_at) == (0, after(180), after(300))
        assert (row.outcome, tasks(db)) == ("promised", [("promise", "13800138000", None)])


def test_a_call_that_goes_on_has_no_outcome(store: Store) -> None:
    write(store, ARRIVED, CONNECTED)
    with store.read() as db:
        row = the_call(db)
        assert (row.outcome, row.ended_at, row.answered_at) == (None, None, after(25))


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([ARRIVED, ENDED], "abandoned"),
        ([ARRIVED, RUNG, ENDED], "abandoned"),
        ([ARRIVED, CONNECTED, ENDED], "answered"),
        ([ARRIVED, PROMISED, ENDED], "promised"),
        ([ARRIVED, PROMISED, CONNECTED, ENDED], "answered"),
        ([ARRIVED, REFUSED, ENDED], "refused"),
        ([ARRIVED, REFUSED, BOOTED], "refused"),
        ([ARRIVED, BOOTED], "cutoff"),
        ([ARRIVED, CONNECTED, BOOTED], "cutoff"),
        ([ARRIVED, PROMISED, BOOTED], "cutoff"),
        ([ARRIVED, ENDED, BOOTED], "abandoned"),
    ],
)
def test_outcomes(sqlite_store: Store, facts: list[Fact], outcome: str) -> None:
    assert outcome_of(sqlite_store, *facts) == outcome


@pytest.mark.parametrize("cut", range(1, 6))
def test_it_does_not_matter_in_how_many_transactions(sqlite_store: Store, cut: int) -> None:
    facts = [ARRIVED, RUNG, PROMISED, CONNECTED, ENDED]
    write(sqlite_store, *facts[:cut])
    write(sqlite_store, *facts[cut:])
    with sqlite_store.read() as db:
        row = the_call(db)
        assert (row.outcome, row.ended_at, len(row.legs)) == ("answered", after(300), 2)
        assert tasks(db) == [("promise", "13800138000", "answered")]


@pytest.mark.parametrize("again", [ARRIVED, RUNG, CONNECTED, PROMISED, ENDED, BOOTED])
def test_a_fact_that_is_repeated_changes_nothing(store: Store, again: Fact) -> None:
    facts: list[Fact] = [ARRIVED, RUNG, PROMISED, CONNECTED]
    if again in facts:
        facts.insert(facts.index(again), again)
    write(store, *facts, ENDED, BOOTED)
    write(store, again)
    with store.read() as db:
        row = the_call(db)
        assert (row.outcome, row.ended_at, len(row.legs)) == ("answered", after(300), 2)
        assert tasks(db) == [("promise", "13800138000", "answered")]


@pytest.mark.parametrize(
    "late",
    [
        Waiting(1, EPOCH + 301, CALL, Rank.CRISIS),
        Rung(1, EPOCH + 301, CALL, "chen", 1),
        Connected(1, EPOCH + 301, CALL, "chen", 1),
        replace(PROMISED, at=EPOCH + 301),
        Refused(1, EPOCH + 301, CALL, "loop"),
        Ended(1, EPOCH + 301, CALL),
    ],
)
def test_nothing_changes_a_call_that_is_over(store: Store, late: Fact) -> None:
    write(store, ARRIVED, ENDED)
    write(store, late)
    with store.read() as db:
        row = the_call(db)
        assert (row.outcome, row.ended_at, row.rank) == ("abandoned", after(300), "normal")
        assert (row.answered_at, row.legs) == (None, [])
        assert tasks(db) == [("abandoned", "13800138000", None)]


@pytest.mark.parametrize("fact", [RUNG, CONNECTED, REFUSED, ENDED])
def test_what_is_said_of_an_unknown_call_is_harmless(sqlite_store: Store, fact: Fact) -> None:
    write(sqlite_store, fact)
    with sqlite_store.read() as db:
        assert db.scalar(select(func.count()).select_from(CallRow)) == 0


def test_a_call_that_is_handed_on_keeps_when_it_was_answered(sqlite_store: Store) -> None:
    write(sqlite_store, ARRIVED, CONNECTED, replace(CONNECTED, at=EPOCH + 90, person="chen"), ENDED)
    with sqlite_store.read() as db:
        row = the_call(db)
        assert (row.answered_at, row.person) == (after(25), "chen")
        assert [leg.person for leg in row.legs] == ["lin", "chen"]


@pytest.mark.parametrize(
    ("facts", "lost"),
    [
        ([CONNECTED, HANDED, ENDED], ["cutoff"]),
        ([CONNECTED, HANDED, replace(CONNECTED, at=EPOCH + 60, person="chen"), ENDED], []),
        ([CONNECTED, HANDED, replace(CONNECTED, at=EPOCH + 60), ENDED], []),
    ],
    ids=["nobody takes it", "a colleague does", "it comes back"],
)
def test_who_hangs_up_on_the_way_to_somebody_else_is_called_back(
    store: Store, facts: list[Fact], lost: list[str]
) -> None:
    write(store, ARRIVED, *facts)
    with store.read() as db:
        assert the_call(db).outcome == "answered"
        assert [reason for reason, _, _ in tasks(db)] == lost


def test_the_own_site_answered(sqlite_store: Store) -> None:
    write(sqlite_store, ARRIVED, replace(CONNECTED, own_site=True), ENDED)
    with sqlite_store.read() as db:
        assert [leg.own_site for leg in the_call(db).legs] == [True]


# ---- tasks


def test_a_promise_is_a_task_with_its_deadline(store: Store) -> None:
    write(store, ARRIVED, PROMISED, ENDED)
    with store.read() as db:
        task = db.scalars(select(Task)).one()
        assert (task.call_id, task.number, task.reason) == (
            the_call(db).id,
            "13800138000",
            "promise",
        )
        assert (task.created_at, task.due_at, task.closed_at) == (after(180), after(1980), None)


def test_who_is_answered_after_all_need_not_be_called_back(store: Store) -> None:
    write(store, ARRIVED, PROMISED)
    write(store, replace(CONNECTED, at=EPOCH + 200), ENDED)
    with store.read() as db:
        task = db.scalars(select(Task)).one()
        assert (task.closed_at, task.closed_by, task.closing) == (after(200), "lin", "answered")


def test_a_task_that_somebody_closed_stays_as_it_was_closed(store: Store) -> None:
    write(store, ARRIVED, PROMISED)
    with store.session() as db:
        task = db.scalars(select(Task)).one()
        task.closed_at, task.closed_by, task.closing = after(190), "chen", "reached"
    write(store, replace(CONNECTED, at=EPOCH + 200), ENDED)
    with store.read() as db:
        assert tasks(db) == [("promise", "13800138000", "reached")]


def test_who_was_cut_off_is_called_back(store: Store) -> None:
    write(store, ARRIVED, CONNECTED)
    with store.session() as db:
        before = read_cursor(db)
        moved = replace(before, offset=before.offset + 1, boot=2)
        commit_facts(db, [BOOTED], before, moved, call_back=timedelta(minutes=15))
    with store.read() as db:
        row, task = the_call(db), db.scalars(select(Task)).one()
        assert (row.outcome, row.ended_at) == ("cutoff", after(400))
        assert (task.reason, task.number) == ("cutoff", "13800138000")
        assert (task.created_at, task.due_at) == (after(400), after(400 + 900))


def test_who_was_cut_off_with_a_hidden_number_is_a_task_all_the_same(sqlite_store: Store) -> None:
    write(sqlite_store, replace(ARRIVED, caller=""), BOOTED)
    with sqlite_store.read() as db:
        assert tasks(db) == [("cutoff", "", None)]


def test_who_has_a_promise_and_is_cut_off_has_one_task_that_is_more_urgent(
    sqlite_store: Store,
) -> None:
    write(sqlite_store, ARRIVED, PROMISED, BOOTED)
    with sqlite_store.read() as db:
        (task,) = db.scalars(select(Task)).all()
        assert (task.reason, task.attempts, task.due_at) == ("cutoff", 1, after(1980))


@pytest.mark.parametrize("kind", [Kind.TEST, Kind.CALLBACK, Kind.OUTGOING])
def test_only_callers_are_called_back(sqlite_store: Store, kind: Kind) -> None:
    write(sqlite_store, replace(ARRIVED, kind=kind), BOOTED)
    with sqlite_store.read() as db:
        assert (the_call(db).outcome, tasks(db)) == ("cutoff", [])


def test_a_test_of_our_own_is_neither_a_caller_nor_lost(sqlite_store: Store) -> None:
    hidden = replace(ARRIVED, caller="")
    write(sqlite_store, hidden, LineTested(1, EPOCH + 4, CALL, "city", "unicom"), ENDED)
    with sqlite_store.read() as db:
        row = the_call(db)
        assert (row.kind, row.outcome, row.answered_at) == ("test", "answered", after(4))
        assert tasks(db) == []
        assert calls.figures(db, NOON, after(900)).offered == 0
        assert calls.history(db, NOON, after(900)) == []


SECOND = arrived("q-1.2", 2, at=EPOCH + 500)
BACK = replace(SECOND, kind=Kind.CALLBACK, dialled="13800138000", caller="")
TOOK = Connected(1, EPOCH + 510, "q-1.2", "lin", 4)
REACHED = Reached(1, EPOCH + 520, "q-1.2", "13800138000")
OVER = Ended(1, EPOCH + 600, "q-1.2")


def closings(store: Store) -> list[tuple[str, str | None, str | None]]:
    with store.read() as db:
        rows = db.scalars(select(Task).order_by(Task.id))
        return [(task.reason, task.closing, task.closed_by) for task in rows]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ([ARRIVED, ENDED], "abandoned"),
        ([ARRIVED, REFUSED], "refused"),
        ([ARRIVED, REFUSED, ENDED], "refused"),
        ([ARRIVED, PROMISED, ENDED], "promise"),
        ([ARRIVED, REFUSED, PROMISED, ENDED], "promise"),
        ([ARRIVED, PROMISED, REFUSED, ENDED], "promise"),
        ([ARRIVED, BOOTED], "cutoff"),
        ([ARRIVED, CONNECTED, BOOTED], "cutoff"),
    ],
)
def test_every_lost_call_is_one_task(sqlite_store: Store, facts: list[Fact], reason: str) -> None:
    write(sqlite_store, *facts)
    with sqlite_store.read() as db:
        (task,) = db.scalars(select(Task)).all()
        assert (task.reason, task.attempts, task.closed_at) == (reason, 1, None)
        assert task.last_call_id == the_call(db).id


def test_a_caller_who_is_answered_later_is_not_called_back(store: Store) -> None:
    write(store, ARRIVED, ENDED)
    write(store, SECOND, TOOK, OVER)
    assert closings(store) == [("abandoned", "answered", "lin")]


def test_a_call_back_is_contact_only_when_both_have_answered(store: Store) -> None:
    write(store, ARRIVED, ENDED, BACK, TOOK)
    assert closings(store) == [("abandoned", None, None)]
    write(store, REACHED, OVER)
    assert closings(store) == [("abandoned", "reached", "lin")]
    with store.read() as db:
        rows = db.scalars(select(CallRow).order_by(CallRow.id)).all()
        assert [(row.outcome, row.reached_at) for row in rows] == [
            ("abandoned", None),
            ("answered", after(520)),
        ]


def test_a_call_back_whose_other_side_answered_first(sqlite_store: Store) -> None:
    write(sqlite_store, ARRIVED, ENDED, BACK, REACHED)
    assert closings(sqlite_store) == [("abandoned", None, None)]
    write(sqlite_store, TOOK)
    assert closings(sqlite_store) == [("abandoned", "reached", "lin")]


@pytest.mark.parametrize("facts", [[BACK, OVER], [BACK, TOOK, OVER]])
def test_a_call_back_in_vain_leaves_the_task_as_it_was(
    sqlite_store: Store, facts: list[Fact]
) -> None:
    write(sqlite_store, ARRIVED, ENDED, *facts)
    with sqlite_store.read() as db:
        (task,) = db.scalars(select(Task)).all()
        assert (task.attempts, task.closed_at) == (1, None)
        assert db.scalars(select(CallRow.outcome).order_by(CallRow.id)).all()[1] == "abandoned"


@pytest.mark.parametrize("end", [OVER, BOOTED])
def test_who_answered_the_hotline_and_was_lost_again_joins(sqlite_store: Store, end: Fact) -> None:
    write(sqlite_store, ARRIVED, ENDED, BACK, REACHED, end)
    with sqlite_store.read() as db:
        (task,) = db.scalars(select(Task)).all()
        assert (task.number, task.attempts, task.closed_at) == ("13800138000", 2, None)


def test_who_was_cut_off_while_called_back_is_called_back_again(sqlite_store: Store) -> None:
    write(sqlite_store, ARRIVED, ENDED, BACK, TOOK, REACHED, BOOTED)
    assert closings(sqlite_store) == [
        ("abandoned", "reached", "lin"),
        ("cutoff", None, None),
    ]


def test_an_outgoing_call_that_reached_the_number_is_contact(sqlite_store: Store) -> None:
    out = replace(BACK, kind=Kind.OUTGOING, dialled="013800138000")
    write(sqlite_store, ARRIVED, ENDED, out, TOOK, REACHED, REACHED, OVER)
    assert closings(sqlite_store) == [("abandoned", "reached", "lin")]


def test_a_contact_that_is_repeated_closes_nothing_that_came_since(sqlite_store: Store) -> None:
    write(sqlite_store, SECOND, TOOK)
    write(sqlite_store, ARRIVED, ENDED)
    write(sqlite_store, TOOK)
    assert closings(sqlite_store) == [("abandoned", None, None)]


def test_hidden_callers_are_not_mixed_up(sqlite_store: Store) -> None:
    write(sqlite_store, replace(ARRIVED, caller=""), ENDED, replace(SECOND, caller=""), TOOK, OVER)
    assert closings(sqlite_store) == [("abandoned", None, None)]


def test_danger_that_shows_after_the_promise_makes_the_task_urgent(sqlite_store: Store) -> None:
    crisis = Waiting(1, EPOCH + 200, CALL, Rank.CRISIS)
    write(sqlite_store, ARRIVED, PROMISED, crisis, replace(crisis, rank=Rank.NORMAL), ENDED)
    with sqlite_store.read() as db:
        assert db.scalars(select(Task.rank)).all() == ["crisis"]


def test_a_start_cuts_off_only_calls_of_earlier_boots(store: Store) -> None:
    with store.session() as db:
        db.add(answered(7, origin="simulated", boot=0, uniqueid="s", ended_at=None, outcome=None))
    same_id = arrived(CALL, boot=2, at=EPOCH + 401)
    write(store, ARRIVED, BOOTED, same_id)
    with store.read() as db:
        rows = db.scalars(select(CallRow).order_by(CallRow.boot))
        assert [(row.boot, row.outcome) for row in rows] == [(0, None), (1, "cutoff"), (2, None)]


# ---- gaps


def test_gaps_are_counted(store: Store) -> None:
    long = "x" * 5000
    write(store, Missing(1, EPOCH, 7, 3), Unreadable(1, EPOCH + 5, long))
    with store.read() as db:
        gaps = [
            (gap.boot, gap.after_serial, gap.count, gap.noticed_at, gap.kind, gap.text)
            for gap in db.scalars(select(Gap).order_by(Gap.id))
        ]
    assert gaps == [
        (1, 7, 3, NOON, "missing", ""),
        (1, 0, 1, after(5), "unreadable", long[:2000]),
    ]


def test_a_line_that_does_not_say_when_is_noticed_at_the_latest_call(store: Store) -> None:
    write(store, Unreadable(1, 0, "before all"))
    write(store, ARRIVED, arrived("q-1.2", 2, at=EPOCH + 60), Unreadable(1, 0, "x"))
    with store.read() as db:
        gaps = [gap.noticed_at for gap in db.scalars(select(Gap).order_by(Gap.id))]
    assert gaps == [datetime(1970, 1, 1, tzinfo=UTC), after(60)]


# ---- the cursor


def test_the_ledger_begins_at_the_beginning(store: Store) -> None:
    with store.read() as db:
        assert read_cursor(db) == Cursor()


def test_the_cursor_moves_with_the_facts(store: Store) -> None:
    there = Cursor(segment=7, offset=1 << 40, boot=3, serial=99)
    with store.session() as db:
        commit_facts(db, [ARRIVED], Cursor(), there)
        assert read_cursor(db) == there
    with store.read() as db:
        assert (read_cursor(db), the_call(db).uniqueid) == (there, CALL)


@pytest.mark.parametrize("before", [Cursor(2), Cursor(offset=1), Cursor(boot=1), Cursor(serial=1)])
def test_a_cursor_that_has_moved_stops_the_transaction(store: Store, before: Cursor) -> None:
    with pytest.raises(CursorMoved), store.session() as db:
        commit_facts(db, [ARRIVED], before, Cursor(offset=100))
    with store.read() as db:
        assert read_cursor(db) == Cursor()
        assert db.scalar(select(func.count()).select_from(CallRow)) == 0


def test_a_transaction_that_fails_moves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.session() as db:
        commit_facts(db, [ARRIVED], Cursor(), Cursor(offset=100))
        db.flush()
        raise ZeroDivisionError
    write(store, ARRIVED)
    with store.read() as db:
        assert (read_cursor(db).offset, the_call(db).uniqueid) == (100, CALL)
