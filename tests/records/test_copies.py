"""A copy of a database, and a database from the copy: on each kind, and from one to the other."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from records import rosters, users
from records.copies import CopyBroken, NotEmpty, dump, load
from records.ledger import read_cursor
from records.store import Store, StoreTooNew, open_at, open_store
from records.tables import Base, CallRow, NoteRow, Person, RosterRow, SignIn
from scheduler.problem import Roster
from tests.postgres import Server
from tests.records.builders import NOON, answered, call, person
from tests.records.conftest import BOTH


def fill(store: Store) -> None:
    with store.session() as db:
        rows = [answered(1), answered(2, caller=""), call(3)]
        db.add_all([person(qualifications=["counsellor", "危机"]), *rows])
        db.flush()
        follow_up = NOON.date()
        note = NoteRow(call_id=rows[0].id, person="lin", revision=3, follow_up=follow_up)
        note.sealed = "密文\n\"'\\"
        user = users.add_user(db, "lin", "林静", "supervisor", "hash", "lin")
        users.begin_sign_in(db, user.id, NOON)
        cells: dict[str, tuple[str | None, ...]] = {"lin": ("early", None)}
        rosters.save_draft(db, date(2026, 3, 2), Roster(cells), 5, 4, "wu", NOON)
        db.add(note)


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything but who is signed in, as Python sees it."""
    with store.read() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != SignIn.__tablename__
        }


def copied(store: Store) -> bytes:
    out = io.BytesIO()
    dump(store, out)
    return out.getvalue()


@pytest.fixture(params=BOTH)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database that is not the first one."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other.db'}"
    server: Server = request.getfixturevalue("postgres_server")
    return server.database()


def test_what_was_copied_is_there_again(store: Store, other: str) -> None:
    fill(store)
    data = copied(store)
    counts = load(other, io.BytesIO(data))
    restored = open_store(other)
    assert rows_of(restored) == rows_of(store)
    assert (counts["calls"], counts["legs"], counts["rosters"]) == (3, 2, 1)
    assert "sign_ins" not in counts
    with restored.session() as db:  # and life goes on
        assert read_cursor(db) is not None
        later = answered(4)
        db.add(later)
        db.flush()
        assert later.id > 3 and db.scalar(select(func.count()).select_from(RosterRow)) == 1
        assert db.get_one(Person, "lin").qualifications == ["counsellor", "危机"]
    restored.close()


def test_a_copy_is_of_one_instant(store: Store) -> None:
    """Somebody writes while the copy is being written."""
    fill(store)

    class Writer(io.BytesIO):
        done = False

        def write(self, data: object) -> int:
            if not self.done and b'"calls"' in bytes(data):  # type: ignore[call-overload]
                self.done = True
                with store.session() as db:
                    db.add(call(9, arrived_at=NOON + timedelta(hours=1)))
            return super().write(data)  # type: ignore[arg-type]

    out = Writer()
    assert dump(store, out)["calls"] == 3
    with store.read() as db:
        assert db.scalar(select(func.count()).select_from(CallRow)) == 4


def test_a_database_that_has_tables_is_left_alone(store: Store, url: str) -> None:
    fill(store)
    data = copied(store)
    before = rows_of(store)
    with pytest.raises(NotEmpty, match="tables already; restore into an empty one"):
        load(url, io.BytesIO(data))
    assert rows_of(store) == before


def test_a_copy_that_is_cut_off_or_changed_is_refused(sqlite_store: Store, other: str) -> None:
    fill(sqlite_store)
    lines = copied(sqlite_store).splitlines(keepends=True)
    without_a_row = [
        line for line in lines if "密文" not in json.dumps(json.loads(line), ensure_ascii=False)
    ]
    for broken in (lines[:-1], without_a_row, [*lines[:3], b"{"], [], [b"{}\n"]):
        with pytest.raises(CopyBroken):
            load(other, broken)
        empty = open_at(other, None)
        with empty.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(text(f"DROP TABLE IF EXISTS {table.name}"))
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        empty.close()


def test_a_copy_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old = open_at(f"sqlite:///{tmp_path / 'old.db'}", "0004")
    with old.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO people (id, name, site, qualifications, week_minutes, no_nights,"
                " secret, device, active)"
                " VALUES ('lin', '林静', 'north', '[]', 2400, 0, '', 'desk', 1)"
            )
        )
    data = copied(old)
    old.close()
    url = f"sqlite:///{tmp_path / 'new.db'}"
    load(url, io.BytesIO(data))
    restored = open_store(url, migrate=False)  # it is up to date
    with restored.read() as db:
        assert db.get_one(Person, "lin").name == "林静"
    restored.close()


def test_a_copy_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreTooNew, match="9999"):
        load(f"sqlite:///{tmp_path / 'new.db'}", [b'{"revision": "9999"}\n'])
