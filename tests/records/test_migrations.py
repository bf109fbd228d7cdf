from __future__ import annotations

from datetime import datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from records.store import MIGRATIONS, Store, StoreError, open_store
from records.tables import Base, CallRow, Task, TaskCall
from records.tasks import open_tasks
from tests.records.builders import after


def test_migrating_from_nothing_gives_the_tables_of_the_code(empty_url: str) -> None:
    store = open_store(empty_url)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    store.close()


def test_indexes_and_constraints_are_those_of_the_code(store: Store) -> None:
    found = inspect(store.engine)
    for table in Base.metadata.sorted_tables:
        indexes = {str(index["name"]) for index in found.get_indexes(table.name)}
        assert {str(index.name) for index in table.indexes} <= indexes


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    """As if it had been killed: the next start begins afresh."""
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE wishes (in_the_way INTEGER)"))
    with pytest.raises((DBAPIError, StoreError), match=r"wishes.* already exists"):
        open_store(empty_url)
    assert inspect(engine).get_table_names() == ["wishes"]
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE wishes"))
    engine.dispose()
    open_store(empty_url).close()


OLD_TASKS = [  # call, number, reason, made after seconds, due after seconds, closing
    (1, "138", "promise", 10, 900, "reached"),
    (1, "138", "cutoff", 20, 500, None),
    (2, "138", "promise", 40, 300, None),
    (3, "138", "promise", 60, 900, None),
    (4, "139", "promise", 70, 900, None),
    (5, "", "cutoff", 80, 900, None),
    (6, "", "promise", 90, 900, None),
]


def test_old_tasks_are_kept_and_those_of_one_number_become_one(empty_url: str) -> None:
    engine = create_engine(empty_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "0001")
    with engine.begin() as connection:
        for call_id in range(1, 7):
            connection.execute(
                text(
                    "INSERT INTO calls (id, boot, uniqueid, origin, serial, kind, line, dialled,"
                    " caller, carrier, rank, arrived_at) VALUES (:id, 1, :uniqueid, 'asterisk',"
                    " :id, 'inbound', 'city', '968908', '138', 'mobile', :rank, :at)"
                ),
                {
                    "id": call_id,
                    "uniqueid": f"q.{call_id}",
                    "rank": "crisis" if call_id == 2 else "normal",
                    "at": after(0).replace(tzinfo=None) if "sqlite" in empty_url else after(0),
                },
            )
        for call, number, reason, made, due, closing in OLD_TASKS:
            values = {
                "call": call,
                "number": number,
                "reason": reason,
                "created": after(made),
                "due": after(due),
                "closed": after(made + 1) if closing else None,
                "closing": closing,
            }
            if "sqlite" in empty_url:
                values = {
                    k: v.replace(tzinfo=None) if isinstance(v, datetime) else v
                    for k, v in values.items()
                }
            connection.execute(
                text(
                    "INSERT INTO tasks (call_id, number, reason, created_at, due_at, closed_at,"
                    " closing) VALUES (:call, :number, :reason, :created, :due, :closed, :closing)"
                ),
                values,
            )
    engine.dispose()
    store = open_store(empty_url)
    with store.read() as db:
        assert len(db.scalars(select(Task)).all()) == len(OLD_TASKS)
        joined, *others = sorted(open_tasks(db), key=lambda task: task.created_at)
        assert (joined.number, joined.reason, joined.rank) == ("138", "cutoff", "crisis")
        assert (joined.attempts, joined.call_id, joined.last_call_id) == (3, 1, 3)
        assert (joined.created_at, joined.due_at, joined.lost_at) == (
            after(20),
            after(300),
            after(60),
        )
        assert [(t.number, t.attempts, t.last_call_id) for t in others] == [
            ("139", 1, 4),
            ("", 1, 5),
            ("", 1, 6),
        ]
        closed = db.scalars(select(Task).where(Task.closed_at.is_not(None)).order_by(Task.id)).all()
        assert [t.closing for t in closed] == ["reached", f"task {joined.id}", f"task {joined.id}"]
        links = db.scalars(
            select(TaskCall.call_id).where(TaskCall.task_id == joined.id).order_by(TaskCall.call_id)
        )
        assert links.all() == [1, 2, 3]
        assert db.scalars(select(CallRow.reached_at)).all() == [None] * 6
    store.close()
