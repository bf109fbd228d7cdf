"""Reading TOML tables into dataclasses, telling everything that is wrong at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from math import isfinite
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


def open_source(path: Path, text: str | None = None) -> Source:
    """The file, or what it shall say instead.

    Raises ConfigErrors when the file is missing, is not UTF-8, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8") if text is None else text
    except FileNotFoundError as error:
        raise ConfigErrors(path, ["the file does not exist; it must be a TOML file"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigErrors(path, [f"it cannot be read as UTF-8 text: {error}"]) from error
    try:
        tables = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and whole numbers of thousands of digits
        raise ConfigErrors(path, [f"it is not valid TOML: {error}"]) from error
    except RecursionError as error:
        raise ConfigErrors(path, ["it is not valid TOML: nested too deeply"]) from error
    return Source(path, text, tables, [])


def _line_of(text: str, place: str) -> int | None:
    """The line of `lines[3].number`, `limits.ring` or `number`, by a scan of the headings."""
    found = re.fullmatch(r"(?:(\w+)(?:\[(\d+)\])?\.)?([\w-]+)(?:\[(\d+)\])?", place)
    if not found:
        return None
    table, index, key = found[1], found[2], found[3]
    if found[4]:  # the table itself: lines[3]
        table, index, key = key, found[4], ""
    header, counts = "", {"": 0}
    for number, line in enumerate(text.split("\n"), start=1):
        if heading := re.match(r"\s*\[+\s*(\w+)\s*\]", line):
            header = heading[1]
            counts[header] = counts.get(header, -1) + 1
            if place == header:
                return number
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
    stand_ins: Mapping[str, object] | None = None,
) -> T | None:
    """A dataclass from a table; None, and faults on record, when a value of it is wrong.

    The dataclass refuses one value at a time. To hear of the others too, the refused one is
    replaced, by its default or by one of `stand_ins`, until nothing is refused any more.
    """
    hints = get_type_hints(kind)
    # What a factory fills is a table of its own, if it stands in the file at all.
    own = [f for f in fields(kind) if f.default_factory is MISSING]  # type: ignore[arg-type]
    wanted = {field.name: field for field in own}
    unknown_keys(source, f"{place}.", values, set(wanted))
    spare = {name: field.default for name, field in wanted.items() if field.default is not MISSING}
    spare.update(stand_ins or {})
    given: dict[str, object] = {}
    wrong = 0
    for name, field in wanted.items():
        if name not in values and field.default is not MISSING:
            continue
        if _check(source, place, name, values, hints[name]):
            value = values[name]
            given[name] = tuple(value) if isinstance(value, list) else value
        else:
            wrong += 1
            given[name] = spare.get(name)
    while True:
        try:
            made = kind(**given)
        except ValueError as error:
            wrong += 1
            name = _refused(source, place, values, str(error))
            if name not in spare or given.get(name, spare[name]) == spare[name]:
                return None
            given[name] = spare[name]
        else:
            return None if wrong else made


def _refused(source: Source, place: str, values: Mapping[str, Any], message: str) -> str:
    """Puts a refusal on record; the field that it names ("line number is '12'; it must …")."""
    name, _, rest = message.partition(" is ")
    name = name.split(" ")[-1]
    if name in values:
        source.fault(f"{place}.{name}", f"is {rest}")
    else:
        source.fault(place, message)
    return name


def _check(source: Source, place: str, name: str, values: Mapping[str, Any], hint: Any) -> bool:
    """Whether the key is there and of the right type; if not, that is on record."""
    if name not in values:
        source.fault(place, f"{name} is missing; it must be {_words(hint)}")
        return False
    kinds = _kinds(hint)
    value = values[name]
    if get_origin(hint) is tuple:
        return _check_list(source, f"{place}.{name}", value)
    good = isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)
    good = good and not (isinstance(value, float) and not isfinite(value))
    if not good:
        source.fault(f"{place}.{name}", f"is {value!r}; it must be {_words(hint)}")
    return good


def _check_list(source: Source, place: str, value: object) -> bool:
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if not good:
        source.fault(place, f'is {value!r}; it must be a list of texts, such as ["22780120"]')
    return good


def _kinds(hint: Any) -> tuple[type, ...]:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return (*kinds, int) if float in kinds else tuple(kinds)


def _words(hint: Any) -> str:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return " or ".join(_WORDS.get(kind, str(kind)) for kind in kinds if kind is not type(None))
