"""Plots of a report as numbers: columns and lines of an SVG. Every plot has a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.shapes import Bar

WIDTH, HEIGHT = 960, 120
_MARGIN = 0.15  # of a column's width, on each side
_STROKE = 2  # a line along the top is seen in its whole width


@dataclass(frozen=True)
class Columns:
    """Two columns of each group, the second one within the first; `top` is the full height."""

    outer: tuple[Bar, ...]
    inner: tuple[Bar, ...]
    top: float


def columns(outer: Sequence[float], inner: Sequence[float]) -> Columns:
    top = max([1, *outer, *inner])
    return Columns(_bars(outer, top, _MARGIN), _bars(inner, top, 2 * _MARGIN), top)


def _bars(values: Sequence[float], top: float, margin: float) -> tuple[Bar, ...]:
    step = WIDTH / max(1, len(values))
    return tuple(
        Bar(
            round((place + margin) * step, 2),
            round(HEIGHT - value / top * HEIGHT, 1),
            round((1 - 2 * margin) * step, 2),
            round(value / top * HEIGHT, 1),
        )
        for place, value in enumerate(values)
        if value
    )


def line(values: Sequence[float | None], top: float) -> str:
    """A path through the middles of the groups; it is broken where there is no value."""
    step = WIDTH / max(1, len(values))
    path, pen = "", "M"
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        y = round(HEIGHT - min(value, top) / top * (HEIGHT - _STROKE), 1)
        path += f"{pen}{round((place + 0.5) * step, 2)} {y}h0"  # a lone value is a dot
        pen = "L"
    return path
