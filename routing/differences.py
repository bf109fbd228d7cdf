"""What another plan would change, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from routing.plan import Plan

Said = dict[str, str]  # one sentence, "zh" and "en"

_ENTRIES = {
    "lines": ("线路", "line"),
    "sites": ("站点", "site"),
    "carriers": ("运营商", "carrier"),
    "partners": ("协作热线", "partner line"),
    "wishes": ("按键", "key"),
    "periods": ("时段", "period"),
}
_TABLES = {"limits": ("时限", "limit"), "prompts": ("播报", "prompt")}


def changes(old: Plan, new: Plan) -> tuple[Said, ...]:
    """One sentence for each thing that comes, goes or changes; none when the plans are the same."""
    found: list[Said] = []
    for field in fields(Plan):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name in _ENTRIES:
            found += _entries(_ENTRIES[field.name], before, after)
        elif field.name in _TABLES:
            chinese, english = _TABLES[field.name]
            found += _values(f"{chinese} ", f"{english} ", vars(before), vars(after))
        elif before != after:
            found.append(_becomes(field.name, field.name, before, after))
    return tuple(found)


def in_words(old: Plan, new: Plan) -> tuple[str, ...]:
    """As `changes`, in English."""
    return tuple(said["en"] for said in changes(old, new))


def _entries(kind: tuple[str, str], before: Sequence[Any], after: Sequence[Any]) -> Iterator[Said]:
    chinese, english = kind
    old, new = {_key(one): one for one in before}, {_key(one): one for one in after}
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            facts = _facts(new[key])
            yield {"zh": f"新增{chinese} {key}：{facts}", "en": f"{english} {key} comes: {facts}"}
        elif key not in new:
            facts = _facts(old[key])
            yield {"zh": f"取消{chinese} {key}：{facts}", "en": f"{english} {key} goes: {facts}"}
        else:
            what = f"{chinese} {key} 的 ", f"{english} {key}: "
            yield from _values(*what, vars(old[key]), vars(new[key]))


def _key(entry: Any) -> str:
    return str(getattr(entry, "id", None) or entry.key)


def _facts(entry: Any) -> str:
    said = (_shown(value) for value in vars(entry).values() if value not in (None, "", False, ()))
    return ", ".join(said)


def _values(chinese: str, english: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Said]:
    for name, before in old.items():
        if new[name] != before:
            yield _becomes(f"{chinese}{name}", f"{english}{name}", before, new[name])


def _becomes(chinese: str, english: str, before: Any, after: Any) -> Said:
    return {
        "zh": f"{chinese}：{_shown(before, '无')} 改为 {_shown(after, '无')}",
        "en": f"{english}: {_shown(before)} becomes {_shown(after)}",
    }


def _shown(value: Any, nothing: str = "nothing") -> str:
    if isinstance(value, tuple | frozenset):
        value = " ".join(sorted(map(str, value)))
    return nothing if value in (None, "") else str(value)
