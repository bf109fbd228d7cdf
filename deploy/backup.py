"""`main.py backup` and `main.py restore`: one file that a city can be made from again.

In it: the database, Asterisk's own database, the keys, certificates, recordings, kept reports, the
plan as it was applied. It opens every note and telephone: keep it as you keep the keys.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from deploy.assembly import Hotline, hold, make_folder
from records import audit_log, copies
from records.store import Store, open_store

MANIFEST, DATABASE, ASTDB = "manifest.json", "database.jsonl", "asterisk/db/astdb.sqlite3"
KEPT = ("secrets.json", "applied.toml", "tls", "reports", "recordings")  # of the data folder
LOCKS = frozenset({"run.lock", "control.lock", ".writable"})
FORM = 1  # of the file


class BackupBroken(Exception):
    """The file is no backup, is not whole, or is of a form that is not known here."""


class CityThere(Exception):
    """There is a city already where one is to be made from a backup."""


def back_up(hotline: Hotline, options: argparse.Namespace) -> int:
    """While the hotline runs. Raises FileExistsError, StoreError, OSError; leaves no half file."""
    target: Path = options.file
    if target.exists():
        raise FileExistsError(f"{target} exists already; name a new file")
    assert hotline.keys  # noqa: S101 - the first use makes them: there is something to keep
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
        staging = Path(name)
        counts = _gather(hotline, staging)
        _pack(staging, staging / "whole")
        (staging / "whole").rename(target)
    with hotline.store.session() as session:
        rows = {"rows": sum(counts.values())}
        audit_log.note(session, datetime.now(UTC), "backup", "backup", target.name, rows)
    print(f"{target}: {sum(counts.values())} rows, {target.stat().st_size} bytes, private to you")
    print("it opens every note: keep it as you keep the keys")
    return 0


def _gather(hotline: Hotline, staging: Path) -> dict[str, int]:
    with (staging / DATABASE).open("xb") as out:
        counts = copies.dump(hotline.store, out)
    astdb = hotline.data / ASTDB
    if astdb.exists():
        _copy_sqlite(astdb, staging / ASTDB)
    for name in KEPT:
        source = hotline.data / name
        if source.is_dir():
            shutil.copytree(source, staging / name)
        elif source.exists():
            shutil.copy2(source, staging / name)
    for file in (hotline.file, Path(hotline.arguments[-1])):
        (staging / "config").mkdir(exist_ok=True)
        shutil.copy2(file, staging / "config" / file.name)
    said = {
        "form": FORM,
        "number": hotline.plan.number,
        "made_at": datetime.now(UTC).isoformat(),
        "files": {path: _digest(staging / path) for path in _files(staging)},
    }
    (staging / MANIFEST).write_text(json.dumps(said, indent=1), encoding="utf-8")
    return counts


def _copy_sqlite(source: Path, target: Path) -> None:
    """As of one instant, while Asterisk goes on writing."""
    target.parent.mkdir(parents=True)
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as before,
        closing(sqlite3.connect(target)) as after,
    ):
        before.backup(after)


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(staging: Path, target: Path) -> None:
    """The manifest first, so that what is no backup is known at once."""
    names = _files(staging)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as out,
        tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as packed,
    ):
        for name in sorted(names, key=lambda each: (each != MANIFEST, each)):
            packed.add(staging / name, name)


# ---- and back


def restore(hotline: Hotline, options: argparse.Namespace) -> int:
    """Into an empty data folder and an empty database, whole or not at all.

    Raises CityThere, FolderTaken, BackupBroken, StoreError.
    """
    make_folder(hotline.data)
    locks = [hold(hotline.data / name) for name in ("run.lock", "control.lock")]
    there = sorted(path.name for path in hotline.data.iterdir() if path.name not in LOCKS)
    if there:
        raise CityThere(
            f"{hotline.data} holds a city already ({', '.join(there[:3])} …); move it away, or"
            " name another folder in hotline.toml: [data] folder; nothing was changed"
        )
    with TemporaryDirectory(dir=hotline.data, prefix=".restore-") as name:
        staging = Path(name)
        said = _unpack(options.file, staging)
        if said["number"] != hotline.plan.number:
            raise BackupBroken(
                f"{options.file} is of the hotline {said['number']}, and hotline.toml says"
                f" {hotline.plan.number}; nothing was changed"
            )
        counts = _fill(hotline.url, staging / DATABASE)
        (staging / DATABASE).unlink()
        (staging / MANIFEST).unlink()
        (staging / "config").rename(staging / "config-of-backup")
        for path in staging.iterdir():
            path.rename(hotline.data / path.name)
    _note(hotline.url, options.file.name, said["made_at"])
    print(f"{sum(counts.values())} rows as of {said['made_at']}; start it with: main.py run")
    print(f"the configuration of then is in {hotline.data / 'config-of-backup'}, for comparing")
    del locks
    return 0


def _fill(url: str, source: Path) -> dict[str, int]:
    """A SQLite file that was begun is taken away again when it cannot be finished."""
    try:
        with source.open("rb") as lines:
            return copies.load(url, lines)
    except copies.NotEmpty:
        raise
    except BaseException:
        if url.startswith("sqlite:///"):
            for ending in ("", "-wal", "-shm"):
                Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)
        raise


def _note(url: str, name: str, made_at: str) -> None:
    store: Store = open_store(url)
    with store.session() as session:
        detail = {"made_at": made_at}
        audit_log.note(session, datetime.now(UTC), "restore", "restore", name, detail)
    store.close()


def _unpack(file: Path, staging: Path) -> dict[str, str]:
    """Every file that the manifest names, with its sum; nothing else."""
    try:
        with tarfile.open(file, "r:gz") as packed:
            for member, path in _members(packed, staging):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                source = packed.extractfile(member)
                assert source is not None  # noqa: S101 - it is a regular file
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
                    shutil.copyfileobj(source, out)
        said = json.loads((staging / MANIFEST).read_text(encoding="utf-8"))
        form, files = said["form"], said["files"]
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, OSError) as error:
        raise BackupBroken(
            f"{file} is not a whole backup ({error}); nothing was changed"
        ) from error
    if form != FORM:
        raise BackupBroken(f"{file} is of form {form}, this version knows {FORM}; use a newer one")
    if files != {path: _digest(staging / path) for path in _files(staging) if path != MANIFEST}:
        raise BackupBroken(f"{file} was changed or is not whole; nothing was changed")
    return {"number": str(said["number"]), "made_at": str(said["made_at"])}


def _members(packed: tarfile.TarFile, staging: Path) -> Iterator[tuple[tarfile.TarInfo, Path]]:
    """Regular files below the folder; anything else is refused. Raises ValueError."""
    for member in packed:
        path = PurePosixPath(member.name)
        if not member.isreg() or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"it holds {member.name!r}")
        yield member, staging / path
