"""The database: opening it, bringing it up to date, sessions."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"
DRIVERS = ("sqlite", "postgresql+psycopg")
_ONE_AT_A_TIME = threading.Lock()  # Alembic's environment is one for the whole process
_WAL = "PRAGMA journal_mode=WAL"
BUSY_SECONDS = 15  # a writer waits so long for another one
CONNECT_SECONDS = 5  # a server that does not answer for so long is unreachable


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of the hotline."""


class StoreOutdated(StoreError):
    """The database is of an older version, and was not to be brought up to date."""


class StoreUnwritable(StoreError):
    """The folder or file of the database cannot be written."""


class StoreUnreachable(StoreError):
    """The database server does not answer."""


class Store:
    """An open database. Sessions commit when they end well, and roll back when they do not."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._readers = sessionmaker(engine.execution_options(begin="DEFERRED"))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction. Raises StoreUnreachable or StoreUnwritable when the database is gone.

        On SQLite nobody else writes until it ends: keep it short.
        """
        with _plain_errors(self.engine), self._sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with _plain_errors(self.engine), self._readers() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Open the database at `url` ("sqlite:///…", "postgresql+psycopg://…") and bring it up to date.

    Raises StoreTooNew, StoreUnwritable, StoreUnreachable, or StoreOutdated when it is not to be
    migrated; each with a plain message.
    """
    engine = _engine(_address(url))
    try:
        with _plain_errors(engine), _not_a_database(engine):
            _bring_up_to_date(engine, migrate=migrate)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def open_at(url: str, revision: str | None) -> Store:
    """Open the database at a revision of its schema, which it is brought up to; None: as it is.

    Raises StoreError as `open_store` does.
    """
    engine = _engine(_address(url))
    try:
        with _plain_errors(engine), _not_a_database(engine):
            if revision not in {None, *_revisions()}:
                raise StoreTooNew(
                    f"the schema's version {revision} is not known to this version of the hotline;"
                    " use the newer version of the hotline; nothing was changed"
                )
            with _ONE_AT_A_TIME, engine.connect():
                if revision is not None:
                    command.upgrade(_alembic(engine), revision)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def _address(url: str) -> URL:
    """Raises StoreError without repeating the address, which may hold a password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in DRIVERS:
        scheme = url.partition(":")[0][:40]
        raise StoreError(
            f"the database's address begins with {scheme!r}; it must be"
            " sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
        )
    return address


def _engine(address: URL) -> Engine:
    """Its errors do not repeat what was to be written: that may be a caller's number."""
    if address.get_backend_name() == "sqlite":
        _make_private(address)
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    settings = {"connect_timeout": CONNECT_SECONDS}
    return create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=settings)


def _make_private(address: URL) -> None:
    """Callers' numbers are in it: the file is its owner's alone, before anything is written."""
    if address.database in (None, "", ":memory:"):
        return
    path = Path(str(address.database))
    try:
        path.touch(mode=0o600, exist_ok=True)
        path.chmod(0o600)  # SQLite gives its companions -wal and -shm the same mode
        path.open("ab").close()
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot write the database {path}: {reason}; its folder must be writable"
        raise StoreUnwritable(message) from error


def _write_ahead(connection: Any) -> None:
    """SQLite does not keep to busy_timeout where two connections change the mode of a new file.

    It then says "database is locked", or "locking protocol".
    """
    for _ in range(10 * BUSY_SECONDS):
        try:
            connection.execute(_WAL)
        except sqlite3.OperationalError as error:
            if "lock" not in str(error):
                raise
            time.sleep(0.1)
        else:
            return
    connection.execute(_WAL)


def _sqlite_settings(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours, not the driver's
    for pragma in (
        f"busy_timeout={1000 * BUSY_SECONDS}",
        "synchronous=FULL",  # a committed call record survives a power cut
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _sqlite_begin(connection: Connection) -> None:
    # A transaction that reads before it writes cannot be made a writer once somebody else wrote.
    kind = connection.get_execution_options().get("begin", "IMMEDIATE")
    with _as_sqlalchemy():
        connection.connection.cursor().execute(f"BEGIN {kind}")


@contextmanager
def _as_sqlalchemy() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", None, error) from error


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


@cache
def _revisions() -> tuple[str, ...]:
    """All that this version knows, the newest first. Each is a file that is read and compiled."""
    script = ScriptDirectory(str(MIGRATIONS))
    return tuple(each.revision for each in script.walk_revisions())


def _bring_up_to_date(engine: Engine, *, migrate: bool) -> None:
    newest = _revisions()[0]
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    where = engine.url.render_as_string()  # without the password
    if current == newest:
        return
    if current not in {None, *_revisions()}:
        raise StoreTooNew(
            f"the database {where} is of version {current}, which this version of the hotline"
            f" does not know (it knows up to {newest}); use the newer version of the hotline;"
            " nothing was changed"
        )
    if not migrate:
        raise StoreOutdated(
            f"the database {where} is of version {current or 'none'}, this version of the"
            f" hotline needs {newest}; nothing was changed"
        )
    with _ONE_AT_A_TIME:
        command.upgrade(_alembic(engine), "head")


@contextmanager
def _not_a_database(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise _plain(engine, error) from error


@contextmanager
def _plain_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise _plain(engine, error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _plain(engine, error) from error
        raise


def _plain(engine: Engine, error: DBAPIError) -> StoreError:
    where = engine.url.render_as_string()  # without the password
    reason = (str(error.orig).strip() or "no reason given").splitlines()[0]
    if engine.dialect.name == "sqlite":
        return StoreUnwritable(f"the database {where} cannot be used: {reason}")
    return StoreUnreachable(f"the database {where} does not answer: {reason}")
