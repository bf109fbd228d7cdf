"""Each test runs on SQLite and on PostgreSQL, on an empty database that is its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from records.store import MIGRATIONS, Store, open_store
from tests import postgres
from tests.postgres import Server
from tests.records.builders import empty, without_power_cuts

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with postgres.server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: Server) -> str:
    """The address of a database with all tables."""
    url = postgres_server.database()
    open_store(url).close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hotline.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    server: Server = request.getfixturevalue("postgres_server")
    return server.database()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with all tables and nothing in them."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "hotline.db")
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    address: str = request.getfixturevalue("postgres_tables")
    _empty(address)
    return address


def _empty(url: str) -> None:
    """As it was when it was new: far quicker than to make a new one for each test."""
    store = Store(create_engine(url, poolclass=NullPool))
    empty(store)
    with store.session() as db:
        head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        db.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = without_power_cuts(open_store(url))
    yield opened
    opened.close()


@pytest.fixture
def db(store: Store) -> Iterator[Session]:
    """One session, for tests of queries that need no second one."""
    with store.session() as session:
        yield session


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """For what is the same on every database."""
    shutil.copy(sqlite_template, tmp_path / "only.db")
    opened = without_power_cuts(open_store(f"sqlite:///{tmp_path / 'only.db'}"))
    yield opened
    opened.close()
