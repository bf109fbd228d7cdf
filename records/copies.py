"""All rows of a database as text, and back into an empty one: SQLite or PostgreSQL, either way.

One JSON value a line: the schema's revision, then each table's name and columns, then its rows.
What is read belongs to one instant, while others go on writing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    func,
    inspect,
    select,
    text,
)

from records.store import Store, StoreError, open_at, open_store

LEFT_OUT = frozenset({"alembic_version", "sign_ins"})  # whoever was signed in signs in anew
AT_ONCE = 1000  # rows


class NotEmpty(StoreError):
    """The database that is to be filled has tables already."""


class CopyBroken(Exception):
    """The text is not one that `dump` wrote, or it is cut off."""


def dump(store: Store, out: BinaryIO) -> dict[str, int]:
    """Table -> rows."""
    counts: dict[str, int] = {}
    with _snapshot(store) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        _write(out, {"revision": revision})
        for table in _tables(connection):
            _write(out, {"table": table.name, "columns": table.columns.keys()})
            counts[table.name] = 0
            for row in connection.execute(select(table)):
                _write(out, [_text(value) for value in row])
                counts[table.name] += 1
        _write(out, {"end": sum(counts.values())})
    return counts


def _snapshot(store: Store) -> Connection:
    """PostgreSQL shows each statement another instant unless it is told otherwise."""
    if store.engine.dialect.name == "postgresql":
        return store.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return store.engine.connect().execution_options(begin="DEFERRED")


def load(url: str, lines: Iterable[bytes]) -> dict[str, int]:
    """Fill an empty database, then bring it up to date. Table -> rows; all of them, or none.

    Raises NotEmpty, CopyBroken, StoreError.
    """
    said = _said(lines)
    revision = _next(said).get("revision")
    if not isinstance(revision, str):
        raise CopyBroken("the copy of the database does not begin with its revision")
    require_empty(url)
    store = open_at(url, revision)
    try:
        with store.engine.begin() as connection:
            counts = _fill(connection, said)
    finally:
        store.close()
    open_store(url).close()
    return counts


def require_empty(url: str) -> None:
    """Raises NotEmpty."""
    store = open_at(url, None)
    try:
        if names := inspect(store.engine).get_table_names():
            where = store.engine.url.render_as_string()  # without the password
            raise NotEmpty(
                f"the database {where} has {len(names)} tables already; restore into an empty one;"
                " nothing was changed"
            )
    finally:
        store.close()


def _fill(connection: Connection, said: Iterator[Any]) -> dict[str, int]:
    tables = {table.name: table for table in _tables(connection)}
    for table in reversed(list(tables.values())):
        connection.execute(table.delete())  # what the migrations put in
    counts: Counter[str] = Counter()
    for name, rows in _batches(said):
        if name not in tables:
            raise CopyBroken(f"the copy has a table {name!r}, which its version does not know")
        if rows:
            connection.execute(tables[name].insert(), _named(connection, tables[name], rows))
        counts[name] += len(rows)
    _count_on(connection, tables.values())
    return dict(counts)


def _batches(said: Iterator[Any]) -> Iterator[tuple[str, list[list[Any]]]]:
    """Table and rows, AT_ONCE at most. Raises CopyBroken unless the end is there and right."""
    name, rows, total = "", list[list[Any]](), 0
    for each in said:
        if isinstance(each, list):
            rows.append(each)
            total += 1
        if name and (len(rows) == AT_ONCE or not isinstance(each, list)):
            yield name, rows
            rows = []
        if isinstance(each, dict) and each.get("end") == total:
            return
        if isinstance(each, dict):
            name = str(each.get("table"))
    raise CopyBroken("the copy of the database is cut off")


def _tables(connection: Connection) -> list[Table]:
    """As they are, whatever their revision; those that others refer to come first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def _count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """The next row's id comes after those that were put in; SQLite does that by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.columns and isinstance(table.columns["id"].type, Integer):
            last = connection.scalar(select(func.max(table.columns["id"])))
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
            )
            if last is not None and sequence is not None:
                connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": last})


# ---- values


def _text(value: Any) -> Any:
    """Instants with their zone; SQLite gives them without, in UTC."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _named(
    connection: Connection, table: Table, rows: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    """As the database's own columns want them."""
    naive, columns = connection.dialect.name == "sqlite", list(table.columns)
    if any(len(row) != len(columns) for row in rows):
        raise CopyBroken(f"a row of {table.name} has not {len(columns)} values")
    return [
        {
            column.name: _value(column, value, naive=naive)
            for column, value in zip(columns, row, strict=True)
        }
        for row in rows
    ]


def _value(column: Column[Any], value: Any, *, naive: bool) -> Any:
    if isinstance(column.type, DateTime) and value is not None:
        instant = datetime.fromisoformat(value)
        return instant.replace(tzinfo=None) if naive else instant
    if isinstance(column.type, Date) and value is not None:
        return date.fromisoformat(value)
    return value


# ---- lines


def _write(out: BinaryIO, value: Any) -> None:
    out.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


def _said(lines: Iterable[bytes]) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise CopyBroken(f"line {number} of the database's copy cannot be read") from error


def _next(said: Iterator[Any]) -> dict[str, Any]:
    first = next(said, None)
    return first if isinstance(first, dict) else {}
