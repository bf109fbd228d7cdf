"""What another plan would change, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from routing.plan import Plan

_ENTRIES = {
    "lines": "line",
    "sites": "site",
    "carriers": "carrier",
    "partners": "partner line",
    "wishes": "key",
    "periods": "period",
}
_TABLES = {"limits": "limit", "prompts": "prompt"}


def in_words(old: Plan, new: Plan) -> tuple[str, ...]:
    """One sentence for each thing that comes, goes or changes; none when the plans are the same."""
    found: list[str] = []
    for field in fields(Plan):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name in _ENTRIES:
            found += _entries(_ENTRIES[field.name], before, after)
        elif field.name in _TABLES:
            found += _values(_TABLES[field.name], vars(before), vars(after))
        elif before != after:
            found.append(f"{field.name}: {_shown(before)} becomes {_shown(after)}")
    return tuple(found)


def _entries(kind: str, before: Sequence[Any], after: Sequence[Any]) -> Iterable[str]:
    old, new = {_key(one): one for one in before}, {_key(one): one for one in after}
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            yield f"{kind} {key} comes: {_facts(new[key])}"
        elif key not in new:
            yield f"{kind} {key} goes: {_facts(old[key])}"
        else:
            yield from _values(f"{kind} {key}:", vars(old[key]), vars(new[key]))


def _key(entry: Any) -> str:
    return str(getattr(entry, "id", None) or entry.key)


def _facts(entry: Any) -> str:
    said = (_shown(value) for value in vars(entry).values() if value not in (None, "", False, ()))
    return ", ".join(said)


def _values(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterable[str]:
    for name, before in old.items():
        if new[name] != before:
            yield f"{what} {name}: {_shown(before)} becomes {_shown(new[name])}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple | frozenset):
        value = " ".join(sorted(map(str, value)))
    return "nothing" if value in (None, "") else str(value)
