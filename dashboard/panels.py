"""Panels of the live pages, and what changes between two pictures of them. Pure.

A panel is HTML with at most one list in it. Most changes of a busy board touch a few of the list's
rows, so rows are sent one by one, each under its key: what is sent grows with what happened and not
with how many are on duty. `static/js/panels.js` is the other half of `changed` and `apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

LIST = "<!--rows-->"  # where its list is in a panel's template; what people write is escaped
Change = Mapping[str, Any]  # ready for JSON


@dataclass(frozen=True)
class Panel:
    """`head` ends where the list begins, or is all. Rows: key -> one element with that data-key."""

    head: str
    rows: Mapping[str, str] = field(default_factory=dict)
    tail: str = ""

    @property
    def html(self) -> str:
        return self.head + "".join(self.rows.values()) + self.tail


Panels = Mapping[str, Panel]


def whole(panels: Panels) -> dict[str, Change]:
    """For a page that has nothing, or something that is not known."""
    return {
        name: {"head": panel.head, "rows": dict(panel.rows), "tail": panel.tail}
        for name, panel in panels.items()
    }


def changed(before: Panels, after: Panels) -> dict[str, Change]:
    """What a page that shows `before` needs in order to show `after`; both have the same names.

    Of each panel that changed: "head" and "tail" if one of them did, "rows" that are new or
    other than before, and "order", all the keys, if they or their sequence changed.
    """
    return {
        name: change for name, panel in after.items() if (change := _changed(before[name], panel))
    }


def _changed(before: Panel, after: Panel) -> Change:
    change: dict[str, Any] = {}
    if (before.head, before.tail) != (after.head, after.tail):
        change |= {"head": after.head, "tail": after.tail}
    if rows := {key: html for key, html in after.rows.items() if before.rows.get(key) != html}:
        change["rows"] = rows
    if list(before.rows) != list(after.rows):
        change["order"] = list(after.rows)
    return change


def apply(panels: Panels, changes: Mapping[str, Change]) -> Panels:
    """The panels after a change, as a page makes them. Raises KeyError when it does not fit."""
    return {**panels, **{name: _apply(panels[name], each) for name, each in changes.items()}}


def _apply(panel: Panel, change: Change) -> Panel:
    rows = {**panel.rows, **change.get("rows", {})}
    order = change.get("order", panel.rows)
    head, tail = change.get("head", panel.head), change.get("tail", panel.tail)
    return Panel(head, {key: rows[key] for key in order}, tail)


class Row(Protocol):
    """Everything that is shown of one row, so that equal rows look equal."""

    @property
    def key(self) -> str:
        """Of this row alone in its panel. No bare number: JavaScript would sort it to the front."""


class Lists:
    """Draws lists for one audience; a row that is as it was is not drawn again."""

    def __init__(self) -> None:
        self._drawn: dict[str, dict[str, tuple[Row, str]]] = {}  # list, key -> row, HTML

    def panel(self, name: str, frame: str, rows: Iterable[Row], one: Callable[[Any], str]) -> Panel:
        """`frame` is the panel's HTML with LIST where the rows go; `one` draws a row."""
        before = self._drawn.get(name, {})
        now = {row.key: (row, _kept(before.get(row.key), row) or one(row)) for row in rows}
        self._drawn[name] = now
        head, _, tail = frame.partition(LIST)
        return Panel(head, {key: html for key, (_row, html) in now.items()}, tail)


def _kept(drawn: tuple[Row, str] | None, row: Row) -> str:
    return drawn[1] if drawn is not None and drawn[0] == row else ""
