"""hotline.toml with one entry changed: all the rest stays as it was written, comments too."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Comment, Table

Values = Mapping[str, Any]


class NoSuchEntry(Exception):
    """The file has no entry of that id."""


class NotWritable(Exception):
    """The file is of a form that cannot be changed without changing more than the entry."""


def with_entry(text: str, table: str, id_: str, values: Values | None) -> str:
    """The text with the entry changed or, when the file lacks `id_`, added; None takes it out.

    What is empty or false is left out unless it is there already. Raises NoSuchEntry when it is
    to be taken out and is not there, NotWritable.
    """
    document = tomlkit.parse(text)
    wanted = _wanted(tomllib.loads(text), table, id_, values)
    entries = _entries(document, table)
    places = [place for place, entry in enumerate(entries) if entry.get("id") == id_]
    if values is None:
        _take_out(entries, places[0])
    elif places:
        _set(entries.body[places[0]], values)
    else:
        _add(entries, values)
    changed = tomlkit.dumps(document)
    if tomllib.loads(changed) != wanted:
        raise NotWritable(f"[[{table}]] {id_} can only be changed by hand")
    return changed


def _wanted(tables: dict[str, Any], table: str, id_: str, values: Values | None) -> dict[str, Any]:
    """What the file shall say, worked out without regard to how it is written."""
    entries = list(tables.get(table, []))
    places = [place for place, entry in enumerate(entries) if entry.get("id") == id_]
    if values is None and not places:
        raise NoSuchEntry(id_)
    if values is None:
        del entries[places[0]]
    elif places:
        entries[places[0]] = _merged(entries[places[0]], values)
    else:
        entries.append(_merged({}, values))
    return tables | {table: entries}


def _merged(entry: Values, values: Values) -> dict[str, Any]:
    kept = {name: value for name, value in entry.items() if name not in values}
    given = {n: v for n, v in values.items() if not _empty(v) or entry.get(n) == v}
    return kept | given


def _empty(value: object) -> bool:
    return value in (None, "", False) or value == []


def _entries(document: TOMLDocument, table: str) -> AoT:
    if table not in document:
        document.append(table, tomlkit.aot())
    entries = document[table]
    if not isinstance(entries, AoT):
        raise NotWritable(f"{table} is not written as [[{table}]]")
    return entries


def _set(entry: Table, values: Values) -> None:
    for name, value in values.items():
        if entry.get(name) == value:
            continue
        if not _empty(value):
            entry[name] = value
        elif name in entry:
            del entry[name]


def _add(entries: AoT, values: Values) -> None:
    """After the others, and before what is said there of the next table."""
    entry = tomlkit.table()
    for name, value in values.items():
        if not _empty(value):
            entry.add(name, value)
    after = _words_after(entries.body[-1]) if entries.body else []
    entries.append(entry)
    if entries.body[:-1]:
        entries.body[-2].add(tomlkit.nl())
    _give(entries.body[-1], after)


def _take_out(entries: AoT, place: int) -> None:
    """Comments above and below the entry may be of the next ones: they stay."""
    after = _words_after(entries.body[place])
    del entries[place]
    if place:
        before = _words_after(entries.body[place - 1])
        kept = before if any(isinstance(each, Comment) for each in before) else []
        _give(entries.body[place - 1], [*kept, *after])
    elif entries.body:
        entries.body[0].trivia.indent = "".join(each.as_string() for each in after).lstrip("\n")


def _words_after(entry: Table) -> list[Any]:
    """Blank lines and comments below the last key, taken away from the entry."""
    body = entry.value.body
    last = max((n for n, (key, _) in enumerate(body) if key is not None), default=-1)
    words = [item for _, item in body[last + 1 :]]
    del body[last + 1 :]
    return words


def _give(entry: Table, words: list[Any]) -> None:
    for each in words:
        entry.value.body.append((None, each))


def replace_file(path: Path, text: str) -> None:
    """Whole or not at all, whatever dies; rights stay. Raises OSError."""
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
