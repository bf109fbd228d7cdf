from __future__ import annotations

import multiprocessing
import resource
import signal
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from records import audit_log
from records.store import (
    Store,
    StoreError,
    StoreOutdated,
    StoreTooNew,
    StoreUnreachable,
    StoreUnwritable,
    open_store,
)
from records.tables import Person, WishRow
from tests import postgres
from tests.postgres import PostgresMissing, Server
from tests.records.builders import NOON, person


def note(store: Store, thing: str) -> None:
    with store.session() as db:
        audit_log.note(db, NOON, "lin", "mark", thing, {})


def notes(store: Store) -> list[str]:
    with store.read() as db:
        return [entry.object for entry in audit_log.entries(db)]


def test_a_session_commits(store: Store) -> None:
    note(store, "one")
    assert notes(store) == ["one"]


def test_a_session_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.session() as db:
        audit_log.note(db, NOON, "lin", "mark", "one", {})
        db.flush()
        raise ZeroDivisionError
    assert notes(store) == []


def test_reading_changes_nothing(store: Store) -> None:
    with store.read() as db:
        audit_log.note(db, NOON, "lin", "mark", "one", {})
        db.flush()
    assert notes(store) == []


def test_instants_come_back_as_aware_utc(store: Store) -> None:
    note(store, "one")
    with store.read() as db:
        (entry,) = audit_log.entries(db)
        assert (entry.at, entry.at.utcoffset()) == (NOON, NOON.utcoffset())


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"), store.session() as db:
        audit_log.note(db, NOON.replace(tzinfo=None), "lin", "mark", "one", {})


def test_an_error_does_not_repeat_what_was_to_be_written(store: Store) -> None:
    with pytest.raises(IntegrityError) as refused, store.session() as db:
        db.add_all([person(mobile="13800138000"), person(mobile="13800138000")])
    assert "13800138000" not in str(refused.value)


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session() as db:
        db.add(WishRow(person="nobody", day=NOON.date()))


def test_who_reads_and_then_writes_is_not_overtaken(store: Store) -> None:
    """Two of these at once would both read, and on SQLite one could then not write any more."""
    with store.session() as db:
        db.add(person(week_minutes=0))
    start = threading.Barrier(4)

    def add_minutes() -> None:
        start.wait()
        for _ in range(5):
            with store.session() as db:
                row = db.scalars(select(Person).with_for_update()).one()
                row.week_minutes += 1

    threads = [threading.Thread(target=add_minutes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as db:
        assert db.get_one(Person, "lin").week_minutes == 20


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    with store.session() as db:
        audit_log.note(db, NOON, "lin", "mark", "one", {})
        db.flush()
        assert notes(store) == []


# ---- opening


def test_opening_twice_changes_nothing(empty_url: str) -> None:
    store = open_store(empty_url)
    note(store, "one")
    store.close()
    again = open_store(empty_url)
    assert notes(again) == ["one"]
    again.close()


def test_processes_that_start_at_the_same_time_make_the_tables_once(empty_url: str) -> None:
    forked = multiprocessing.get_context("fork")
    start = forked.Barrier(3)

    def go() -> None:
        start.wait()
        open_store(empty_url).close()

    started = [forked.Process(target=go) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0, 0]
    store = open_store(empty_url, migrate=False)
    assert notes(store) == []
    store.close()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    store = open_store(url)
    with store.session() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreTooNew, match="of version 9999") as refused:
        open_store(url)
    assert "use the newer version of the hotline; nothing was changed" in str(refused.value)
    assert "unused" not in str(refused.value)  # the password


def test_an_empty_database_that_is_not_to_be_migrated(empty_url: str) -> None:
    with pytest.raises(StoreOutdated, match=r"is of version none, this version .* needs 0"):
        open_store(empty_url, migrate=False)


def test_a_current_database_needs_no_migration(url: str) -> None:
    open_store(url, migrate=False).close()


@pytest.mark.parametrize(
    "url", ["hotline.db", "mysql://root:secret@host/db", "postgresql://u:secret@host/db", "://"]
)
def test_an_address_that_makes_no_sense(url: str) -> None:
    with pytest.raises(StoreError, match="must be sqlite:///FILE or postgresql") as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


# ---- SQLite


def test_the_file_and_its_companions_are_their_owners_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    note(store, "one")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"hotline.db": 0o600, "hotline.db-wal": 0o600, "hotline.db-shm": 0o600}
    store.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "hotline.db"
    path.touch(mode=0o644)
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_sqlite_is_durable_and_keeps_its_word(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with store.read() as db:
        assert [db.scalar(text(f"PRAGMA {name}")) for name in names] == ["wal", 2, 1, 15000]
    store.close()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "hotline.db"
    with pytest.raises(StoreUnwritable) as refused:
        open_store(f"sqlite:///{path}")
    assert str(refused.value) == (
        f"cannot write the database {path}: Not a directory; its folder must be writable"
    )


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "hotline.db").write_text("some other file\n" * 100)
    with pytest.raises(StoreUnwritable, match="file is not a database"):
        open_store(f"sqlite:///{tmp_path / 'hotline.db'}")


def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    path = tmp_path / "hotline.db"
    store = open_store(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    borrowed = store.engine.raw_connection()
    borrowed.cursor().execute("PRAGMA busy_timeout=1")  # not the 15 seconds of real life
    borrowed.close()
    with pytest.raises(StoreUnwritable, match="database is locked"):
        note(store, "one")
    assert notes(store) == []
    holder.close()
    note(store, "two")
    assert notes(store) == ["two"]
    store.close()


def test_a_folder_in_which_no_companion_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "hotline.db-wal").mkdir()
    with pytest.raises(StoreUnwritable, match=r"hotline\.db cannot be used: "):
        open_store(f"sqlite:///{tmp_path / 'hotline.db'}")


def test_a_full_disk(tmp_path: Path) -> None:
    """In a process of its own, whose files may not grow any more."""
    told, tell = multiprocessing.Pipe()

    def fill() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
        note(store, "before")
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
        try:
            note(store, "x" * 200)
        except StoreUnwritable as error:
            tell.send(str(error))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        note(store, "after")
        tell.send(notes(store))
        store.close()

    process = multiprocessing.get_context("fork").Process(target=fill)
    process.start()
    process.join()
    assert process.exitcode == 0
    assert "hotline.db cannot be used: " in told.recv()
    assert told.recv() == ["after", "before"]


# ---- PostgreSQL


@pytest.mark.postgres
def test_a_server_that_is_not_there() -> None:
    url = f"postgresql+psycopg://hotline:secret@127.0.0.1:{postgres.free_port()}/hotline"
    with pytest.raises(StoreUnreachable, match=r"//hotline:\*\*\*@127.0.0.1:.*does not answer"):
        open_store(url)


@pytest.mark.postgres
def test_a_server_without_that_database(postgres_server: Server) -> None:
    with pytest.raises(StoreUnreachable, match='database "nowhere" does not exist'):
        open_store(postgres_server.url("nowhere"))


@pytest.mark.postgres
def test_a_server_that_is_killed_and_comes_back() -> None:
    with postgres.server() as server:
        store = open_store(server.database())
        note(store, "before")
        with (
            pytest.raises(StoreUnreachable, match="does not answer") as gone,
            store.session() as db,
        ):
            audit_log.note(db, NOON, "lin", "mark", "cut off", {})
            db.flush()
            server.kill()
        assert ":unused@" not in str(gone.value)
        with pytest.raises(StoreUnreachable, match="does not answer"):
            note(store, "while it was down")
        with pytest.raises(StoreUnreachable):
            notes(store)
        server.start()
        note(store, "after")
        assert notes(store) == ["after", "before"]
        store.close()


def test_tests_that_need_postgres_say_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "PLACES", (tmp_path,))
    monkeypatch.delenv("HOTLINE_PG_BIN", raising=False)
    with pytest.raises(PostgresMissing, match="run `make tools`"):
        postgres.find_programs()
