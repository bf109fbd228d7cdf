"""A city in one file, and the city again from it."""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import tarfile
from argparse import Namespace
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.assembly import FolderTaken, Hotline, hold, load
from deploy.backup import ASTDB, BackupBroken, CityThere, back_up, restore
from records import notes
from records.audit_log import entries
from records.copies import NotEmpty
from records.note import Note
from records.sealing import Seal
from records.store import open_store
from tests.postgres import Server
from tests.records.builders import NOON, answered, person
from tests.records.conftest import BOTH, postgres_server
from tests.telephone.exchange import SHORT
from tests.telephone.house import SHIFTS, hotline_toml

__all__ = ["postgres_server"]
ROOT = Path(__file__).parents[2]
STORY = "谈到近两周失眠"


def place(folder: Path, url: str) -> Hotline:
    """A city's folders, with nothing in them."""
    config = folder / "config"
    config.mkdir(parents=True)
    limits = type(SHORT)(**{**vars(SHORT), "slot": 900})
    (config / "hotline.toml").write_text(hotline_toml(limits, (), auto=True), encoding="utf-8")
    (config / "rules.toml").write_text(SHIFTS, encoding="utf-8")
    made = load(ROOT, config / "hotline.toml", config / "rules.toml")
    return replace(made, facts=replace(made.facts, database=url))


@pytest.fixture(params=BOTH)
def urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Of the old city's database and of the new one's; "" is SQLite in the data folder."""
    if request.param == "sqlite":
        return "", ""
    server: Server = request.getfixturevalue("postgres_server")
    return server.database(), server.database()


@pytest.fixture
def old(tmp_path: Path, urls: tuple[str, str]) -> Hotline:
    """A city with a sealed note, a certificate, a report, and entries in Asterisk's database."""
    city = place(tmp_path / "old", urls[0])
    seal = Seal(city.keys["notes"].split())
    with city.store.session() as db:
        row = answered(1)
        db.add_all([person("lin"), row])
        db.flush()
        notes.save(db, row.id, "lin", 1, Note(account=STORY), NOON, seal)
    for name, content in (("tls/authority.pem", "pem"), ("reports/summary-2026-10.xlsx", "PK")):
        path = city.data / name
        path.parent.mkdir()
        path.write_text(content)
    (city.data / ASTDB).parent.mkdir(parents=True)
    with closing(sqlite3.connect(city.data / ASTDB)) as astdb, astdb:
        astdb.execute("CREATE TABLE astdb (key TEXT PRIMARY KEY, value TEXT)")
        astdb.execute("INSERT INTO astdb VALUES ('/limited/138', '1')")
    return city


def made(city: Hotline, file: Path) -> Path:
    assert back_up(city, Namespace(file=file)) == 0
    return file


def test_the_city_is_there_again_with_its_keys(
    tmp_path: Path, old: Hotline, urls: tuple[str, str]
) -> None:
    file = made(old, tmp_path / "city.backup")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    new = place(tmp_path / "new", urls[1])
    assert restore(new, Namespace(file=file)) == 0
    assert new.keys == old.keys
    with new.store.session() as db:
        kept = notes.by_call(db, 1, Seal(new.keys["notes"].split()))
        assert kept is not None and kept.note.account == STORY
        assert [entry.what for entry in entries(db)] == ["restore"]
    with old.store.session() as db:
        assert [entry.what for entry in entries(db)] == ["backup"]
    with closing(sqlite3.connect(new.data / ASTDB)) as astdb:
        assert astdb.execute("SELECT * FROM astdb").fetchall() == [("/limited/138", "1")]
    assert (new.data / "tls/authority.pem").read_text() == "pem"
    assert (new.data / "reports/summary-2026-10.xlsx").read_text() == "PK"
    assert (new.data / "config-of-backup/hotline.toml").read_bytes() == old.file.read_bytes()
    modes = {p.stat().st_mode & 0o077 for p in new.data.rglob("*") if not p.is_dir()}
    assert modes == {0} or modes == {0, 0o044}  # the locks are empty files
    old.store.close()
    new.store.close()


@pytest.fixture
def lite(tmp_path: Path) -> Hotline:
    """What is the same on every database."""
    city = place(tmp_path / "lite", "")
    with city.store.session() as db:
        db.add(person("lin"))
    return city


def test_a_running_city_is_not_overwritten(tmp_path: Path, lite: Hotline) -> None:
    file = made(lite, tmp_path / "city.backup")
    new = place(tmp_path / "new", "")
    new.data.mkdir()
    lock = hold(new.data / "control.lock")
    with pytest.raises(FolderTaken, match="running already"):
        restore(new, Namespace(file=file))
    del lock


def test_a_city_that_rests_is_not_overwritten_either(tmp_path: Path, lite: Hotline) -> None:
    file = made(lite, tmp_path / "city.backup")
    before = sorted(path.name for path in lite.data.iterdir())
    with pytest.raises(CityThere, match="holds a city already"):
        restore(lite, Namespace(file=file))
    assert set(before) <= {path.name for path in lite.data.iterdir()}
    with lite.store.read() as db:
        assert [entry.what for entry in entries(db)] == ["backup"]


def test_a_database_elsewhere_that_is_in_use_is_not_overwritten(
    tmp_path: Path, lite: Hotline
) -> None:
    file = made(lite, tmp_path / "city.backup")
    used = f"sqlite:///{tmp_path / 'used.db'}"
    open_store(used).close()
    new = place(tmp_path / "new", used)
    with pytest.raises(NotEmpty):
        restore(new, Namespace(file=file))
    assert {path.name for path in new.data.iterdir()} <= {"run.lock", "control.lock"}


def test_an_earlier_backup_is_not_overwritten(tmp_path: Path, lite: Hotline) -> None:
    file = made(lite, tmp_path / "city.backup")
    before = file.read_bytes()
    with pytest.raises(FileExistsError, match="exists already; name a new file"):
        back_up(lite, Namespace(file=file))
    assert file.read_bytes() == before


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        found = {}
        for member in tar:
            source = tar.extractfile(member)
            assert source is not None
            found[member.name] = source.read()
        return found


def refused(tmp_path: Path, data: bytes) -> str:
    """Nothing is left behind of what is refused."""
    file = tmp_path / "broken.backup"
    file.write_bytes(data)
    new = place(tmp_path / f"new{len(list(tmp_path.iterdir()))}", "")
    with pytest.raises(BackupBroken) as error:
        restore(new, Namespace(file=file))
    assert {path.name for path in new.data.iterdir()} <= {"run.lock", "control.lock"}
    return str(error.value)


def test_what_is_no_whole_backup_is_refused(tmp_path: Path, lite: Hotline) -> None:
    whole = made(lite, tmp_path / "city.backup").read_bytes()
    kept = members(tmp_path / "city.backup")
    manifest = json.loads(kept["manifest.json"])
    other = {**kept, "manifest.json": json.dumps({**manifest, "number": "12356"}).encode()}
    newer = {**kept, "manifest.json": json.dumps({**manifest, "form": 2}).encode()}
    assert "not a whole backup" in refused(tmp_path, b"no backup")
    assert "not a whole backup" in refused(tmp_path, whole[: len(whole) // 2])
    assert "not a whole backup" in refused(tmp_path, gzip.compress(b"no archive"))
    assert "was changed" in refused(tmp_path, packed({**kept, "secrets.json": b"{}"}))
    assert "was changed" in refused(tmp_path, packed({**kept, "more": b""}))
    assert "it holds '../out'" in refused(tmp_path, packed({"../out": b"x"}))
    assert "of the hotline 12356" in refused(tmp_path, packed(other))
    assert "of form 2" in refused(tmp_path, packed(newer))
    assert not (tmp_path / "out").exists()


def test_a_link_in_the_file_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        link = tarfile.TarInfo("secrets.json")
        link.type, link.linkname = tarfile.SYMTYPE, os.devnull
        tar.addfile(link)
    assert "it holds 'secrets.json'" in refused(tmp_path, out.getvalue())
