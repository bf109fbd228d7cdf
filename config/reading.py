"""Reading TOML tables into dataclasses, telling everything that is wrong at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


class ConfigErrors(Exception):
    """Everything that is wrong with one file: a line per fault."""

    def __init__(self, path: Path, errors: list[str]) -> None:
        self.path = path
        self.errors = tuple(errors)
        head = f"{path} cannot be used; nothing was started. {len(errors)} thing(s) to mend:"
        super().__init__("\n  ".join([head, *errors]))


@dataclass
class Source:
    """One file while it is read: its text, its tables, and the faults found so far."""

    path: Path
    text: str
    tables: dict[str, Any]
    errors: list[str]

    def fault(self, place: str, message: str) -> None:
        line = _line_of(self.text, place)
        where = f"line {line}: " if line else ""
        self.errors.append(f"{where}{place}: {message}")

    def finish(self) -> None:
        """Raises ConfigErrors when anything was wrong."""
        if self.errors:
            raise ConfigErrors(self.path, self.errors)


def open_source(path: Path) -> Source:
    """Raises ConfigErrors when the file is missing, is not UTF-8, or is not TOML."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise ConfigErrors(path, ["the file does not exist; it must be a TOML file"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigErrors(path, [f"it cannot be read as UTF-8 text: {error}"]) from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigErrors(path, [f"it is not valid TOML: {error}"]) from error
    return Source(path, text, tables, [])


def _line_of(text: str, place: str) -> int | None:
    """The line of `lines[3].number`, `limits.ring` or `number`, by a scan of the headings."""
    found = re.fullmatch(r"(?:(\w+)(?:\[(\d+)\])?\.)?(\w+)(?:\[(\d+)\])?", place)
    if not found:
        return None
    table, index, key = found[1], found[2], found[3]
    if found[4]:  # the table itself: lines[3]
        table, index, key = key, found[4], ""
    header, counts = "", {"": 0}
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[+\s*(\w+)\s*\]", line):
            header = heading[1]
            counts[header] = counts.get(header, -1) + 1
        here = header == (table or "") and counts[header] == int(index or 0)
        if here and (not key or re.match(rf"\s*{key}\s*=", line)):
            return number
    return None


def table(source: Source, name: str) -> dict[str, Any]:
    """A table of the file; an empty one when it is absent or is something else."""
    found = source.tables.get(name, {})
    if not isinstance(found, dict):
        source.fault(name, f"is {found!r}; it must be a table: [{name}]")
        return {}
    return found


def tables(source: Source, name: str) -> list[Mapping[str, Any]]:
    """An array of tables of the file, such as [[lines]]."""
    found = source.tables.get(name, [])
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        return found
    source.fault(name, f"is {found!r}; it must be an array of tables: [[{name}]]")
    return []


def unknown_keys(source: Source, prefix: str, keys: Mapping[str, Any], known: set[str]) -> None:
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            source.fault(f"{prefix}{key}", f"is not a known key; {hint}")


def build(
    source: Source,
    place: str,
    values: Mapping[str, Any],
    kind: Callable[..., T],
    skip: frozenset[str] = frozenset(),
) -> T | None:
    """A dataclass from a table; None, and faults on record, when anything is wrong with it."""
    prefix = f"{place}." if place else ""
    before = len(source.errors)
    hints = get_type_hints(kind)
    wanted = {f.name: f for f in fields(kind) if f.name not in skip}  # type: ignore[arg-type]
    unknown_keys(source, prefix, values, set(wanted))
    for name, field in wanted.items():
        if name in values:
            _check_type(source, prefix + name, values[name], hints[name])
        elif field.default is MISSING and field.default_factory is MISSING:
            source.fault(place or name, f"{name} is missing; it must be {_words(hints[name])}")
    if len(source.errors) > before:
        return None
    try:
        return kind(**{name: values[name] for name in wanted if name in values})
    except ValueError as error:
        source.fault(place or "file", str(error))
        return None


def _check_type(source: Source, place: str, value: object, hint: Any) -> None:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if float in kinds:
        kinds = (*kinds, int)
    good = isinstance(value, tuple(kinds)) and (not isinstance(value, bool) or bool in kinds)
    if not good:
        source.fault(place, f"is {value!r}; it must be {_words(hint)}")


def _words(hint: Any) -> str:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return " or ".join(_WORDS.get(kind, str(kind)) for kind in kinds if kind is not type(None))
