from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from records.store import Store, StoreError, open_store
from records.tables import Base


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
