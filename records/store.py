"""The database: opening it, bringing it up to date, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of the hotline."""


class StoreUnwritable(StoreError):
    """The folder or file of the database cannot be written."""


class StoreUnreachable(StoreError):
    """The database server does not answer."""


class Store:
    """An open database. Sessions commit when they end well, and roll back when they do not."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction. Raises StoreUnreachable when the database is gone."""
        with _plain_errors(self.engine), self._sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with _plain_errors(self.engine), self._sessions() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Open the database at `url` ("sqlite:///…", "postgresql+psycopg://…") and bring it up to date.

    Raises StoreTooNew, StoreUnwritable or StoreUnreachable, each with a plain message.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _make_private(address)
    engine = create_engine(address, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    with _plain_errors(engine):
        _refuse_newer(engine)
        if migrate:
            _migrate(engine)
    return Store(engine)


def _make_private(address: URL) -> None:
    """Callers' numbers are in it: the file is its owner's alone, before anything is written."""
    if not address.database:
        return
    path = Path(address.database)
    try:
        path.touch(mode=0o600, exist_ok=True)
        path.open("ab").close()
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot write the database {path}: {reason}; its folder must be writable"
        raise StoreUnwritable(message) from error


def _sqlite_settings(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a committed call record survives a power cut
        "foreign_keys=ON",
        "busy_timeout=15000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def _refuse_newer(engine: Engine) -> None:
    script = ScriptDirectory.from_config(_alembic(engine))
    known = {revision.revision for revision in script.walk_revisions()}
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise StoreTooNew(
            f"the database {engine.url.render_as_string()} is of version {current}, which this"
            f" version of the hotline does not know (it knows up to {script.get_current_head()});"
            " use the newer version of the hotline; nothing was changed"
        )


def _migrate(engine: Engine) -> None:
    command.upgrade(_alembic(engine), "head")


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
    reason = str(error.orig).strip().splitlines()[0]
    if engine.dialect.name == "sqlite":
        return StoreUnwritable(f"the database {where} cannot be used: {reason}")
    return StoreUnreachable(f"the database {where} does not answer: {reason}")
