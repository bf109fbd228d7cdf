"""Facts of any order, committed in any pieces: who rang and was not spoken with is in a task."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from records.ledger import commit_facts, read_cursor
from records.store import Store
from records.tables import CallRow, Task, TaskCall
from records.tasks import close_tasks, note_unreached, open_tasks
from routing.calls import (
    Arrived,
    Booted,
    Connected,
    Cursor,
    Ended,
    Fact,
    Kind,
    Promised,
    Rank,
    Reached,
    Refused,
    Waiting,
)
from tests.records.builders import EPOCH, after, empty

NUMBERS = ("13800000001", "13800000002", "")
KINDS = (Kind.INBOUND, Kind.INBOUND, Kind.INBOUND, Kind.CALLBACK, Kind.OUTGOING, Kind.TEST)
WHY = "一次中断之后"


def life(chance: random.Random, serial: int, boot: int) -> list[Fact]:
    """What is said of one call, in the order in which it happens; it may lack its end."""
    kind, number = chance.choice(KINDS), chance.choice(NUMBERS)
    own = kind in (Kind.INBOUND, Kind.TEST)
    call = f"q.{serial}"
    dialled, caller = ("968908", number) if own else (number, "")
    facts: list[Fact] = [
        Arrived(boot, 0, call, serial, kind, "city", dialled, caller, "telecom"),
        Waiting(boot, 0, call, chance.choice(list(Rank))),
        Promised(boot, 0, call, number, chance.choice(["nobody", "wish", "loop"]), EPOCH + 900),
        Refused(boot, 0, call, "overload"),
        Connected(boot, 0, call, chance.choice(["lin", "chen"]), 3),
        Ended(boot, 0, call),
    ]
    if not own:
        facts.insert(chance.randrange(4, 6), Reached(boot, 0, call, number))
    chances = {Arrived: 1.0, Waiting: 0.6, Promised: 0.3, Refused: 0.2, Connected: 0.4, Ended: 0.8}
    return [fact for fact in facts if chance.random() < chances.get(type(fact), 0.5)]


def story(chance: random.Random, boots: int) -> list[Fact]:
    """The lives of many calls, one through the other, each boot ended by the next."""
    told: list[Fact] = [Booted(1, EPOCH)]
    at = EPOCH
    for boot in range(1, boots + 1):
        lives = [life(chance, serial, boot) for serial in range(1, chance.randrange(2, 9))]
        while any(lives):
            facts = chance.choice([each for each in lives if each])
            at += chance.randrange(3)
            told.append(replace(facts.pop(0), at=at))
        told.append(Booted(boot + 1, at))
    return told


class Died(Exception):
    """The reader, after its changes and before its commit."""


def tell(store: Store, told: list[Fact], chance: random.Random) -> None:
    """Committed in pieces; some pieces are lost half-way and read again. Supervisors interfere."""
    while True:
        with store.read() as db:
            before = read_cursor(db)
        piece = told[before.offset : before.offset + chance.randrange(1, 9)]
        if not piece:
            return
        try:
            with store.session() as db:
                end = Cursor(offset=before.offset + len(piece))
                commit_facts(db, piece, before, end, timedelta(minutes=15))
                if chance.random() < 0.3:
                    raise Died
        except Died:
            continue
        if chance.random() < 0.3:
            interfere(store, chance)


def interfere(store: Store, chance: random.Random) -> None:
    with store.session() as db:
        seen = {task.id: task.attempts for task in open_tasks(db) if chance.random() < 0.4}
        with_number = [task.id for task in open_tasks(db) if task.number]
        if with_number:
            chosen = chance.choice(with_number)
            note_unreached(db, chosen, "wu", after(9), timedelta(minutes=30))
        close_tasks(db, seen, "supervisor", WHY, after(10))


def check(store: Store) -> None:
    with store.read() as db:
        per_number = select(func.count()).where(Task.number != "", Task.closed_at.is_(None))
        counts = db.scalars(per_number.select_from(Task).group_by(Task.number)).all()
        assert all(count == 1 for count in counts)
        in_tasks = set(db.scalars(select(TaskCall.call_id)))
        for call in db.scalars(select(CallRow)):
            spoken = call.person is not None and call.outcome == "answered"
            lost = call.kind == "inbound" and call.ended_at is not None and not spoken
            half = call.kind == "callback" and call.reached_at is not None and not spoken
            if lost or (half and call.ended_at is not None):
                assert call.id in in_tasks, (call.kind, call.outcome)
            if call.kind == "test":
                assert call.id not in in_tasks
        for task in db.scalars(select(Task)):
            contact = db.get(CallRow, task.contact_call_id) if task.contact_call_id else None
            if contact is not None:
                assert contact.person is not None
                assert contact.kind == "inbound" or contact.reached_at is not None
                assert task.closing == ("answered" if contact.kind == "inbound" else "reached")
            else:
                assert (task.closed_by, task.closing) in {(None, None), ("supervisor", WHY)}
            calls = select(func.count()).where(TaskCall.task_id == task.id)
            assert db.scalar(calls.select_from(TaskCall)) == task.attempts
            mine = db.scalars(
                select(CallRow).join(TaskCall).where(TaskCall.task_id == task.id)
            ).all()
            assert task.last_call_id in {call.id for call in mine}


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), boots=st.integers(1, 3))
def test_nobody_is_lost(sqlite_store: Store, seed: int, boots: int) -> None:
    chance = random.Random(seed)
    empty(sqlite_store)
    tell(sqlite_store, story(chance, boots), chance)
    check(sqlite_store)


def test_nobody_is_lost_on_either_database(store: Store) -> None:
    for seed in range(6):
        chance = random.Random(seed)
        empty(store)
        tell(store, story(chance, 2), chance)
        check(store)
        with store.read() as db:
            assert db.scalar(select(func.count()).select_from(Task))
        assert whole(store, story(random.Random(seed), 2)) == in_pieces(store, seed)


def whole(store: Store, told: list[Fact]) -> list[tuple[object, ...]]:
    empty(store)
    with store.session() as db:
        commit_facts(db, told, Cursor(), Cursor(offset=len(told)))
    return result(store)


def in_pieces(store: Store, seed: int) -> list[tuple[object, ...]]:
    """As many transactions as facts."""
    empty(store)
    for number, fact in enumerate(story(random.Random(seed), 2)):
        with store.session() as db:
            commit_facts(db, [fact], Cursor(offset=number), Cursor(offset=number + 1))
    return result(store)


def result(store: Store) -> list[tuple[object, ...]]:
    with store.read() as db:
        return [
            (t.number, t.reason, t.rank, t.attempts, t.due_at, t.lost_at, t.closed_at, t.closing)
            for t in db.scalars(select(Task).order_by(Task.id))
        ]
