"""Plots as numbers: where the bars and lines of an SVG stand. Every plot has a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.board import Hour

STRIP_WIDTH, STRIP_HEIGHT = 960, 64
CURVE_WIDTH, CURVE_HEIGHT = 300, 72
HOUR_WIDTH = STRIP_WIDTH // 24
BARS_WIDTH, BAR_HEIGHT = 600, 20


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Strip:
    """The day's hours: bars for the need and for answered calls, lines for who should be there
    and, up to now, for who was."""

    needs: tuple[Bar, ...]
    answered: tuple[Bar, ...]
    rostered: str
    there: str
    now: float | None


def strip(hours: Sequence[Hour]) -> Strip:
    top = max([1, *(max(h.need or 0, h.rostered, h.there or 0, h.answered) for h in hours)])
    scale = (STRIP_HEIGHT - 6) / top
    return Strip(
        needs=tuple(_bar(h.hour, h.need or 0, scale, 4) for h in hours if h.need),
        answered=tuple(_bar(h.hour, h.answered, scale, 14) for h in hours if h.answered),
        rostered=_steps([h.rostered for h in hours], scale),
        there=_steps([h.there for h in hours if h.there is not None], scale),
        now=next((float(h.hour * HOUR_WIDTH) for h in hours if h.now), None),
    )


def _bar(hour: int, value: int, scale: float, margin: int) -> Bar:
    height = round(value * scale, 1)
    x = hour * HOUR_WIDTH + margin
    return Bar(x, round(STRIP_HEIGHT - height, 1), HOUR_WIDTH - 2 * margin, height)


def _steps(values: Sequence[int], scale: float) -> str:
    points = []
    for hour, value in enumerate(values):
        y = round(STRIP_HEIGHT - value * scale, 1)
        points.append(f"{hour * HOUR_WIDTH} {y}L{(hour + 1) * HOUR_WIDTH} {y}")
    return "M" + "L".join(points)


@dataclass(frozen=True)
class Bars:
    """A bar for each person, a part for each month; and where the mean of all is."""

    parts: tuple[tuple[Bar, ...], ...]
    mean: float


def bars(values: Sequence[Sequence[int]], mean: float) -> Bars:
    scale = BARS_WIDTH / max([1, *(sum(row) for row in values)])
    return Bars(tuple(_parts(row, scale) for row in values), round(mean * scale, 1))


def _parts(row: Sequence[int], scale: float) -> tuple[Bar, ...]:
    return tuple(
        Bar(round(sum(row[:place]) * scale, 1), 2, round(value * scale, 1), BAR_HEIGHT - 4)
        for place, value in enumerate(row)
    )


@dataclass(frozen=True)
class Curve:
    """The solver's way: the objective falls, the bound rises, the gap between them closes."""

    objective: str
    bound: str
    gap: str


Point = tuple[float, int | None, int]


def curve(points: Sequence[Point]) -> Curve | None:
    """None as long as there is nothing to draw."""
    found = [(seconds, objective) for seconds, objective, _bound in points if objective is not None]
    if not found:
        return None
    bounds = [(seconds, bound) for seconds, _objective, bound in points]
    end = max(points[-1][0], 0.001)
    low = min(bound for _seconds, bound in bounds)
    high = max(objective for _seconds, objective in found)
    upper = _stairs(found, end, low, high)
    lower = _stairs(bounds, end, low, high)
    back = "L".join(f"{x} {y}" for x, y in reversed(lower) if x >= upper[0][0])
    return Curve(_path(upper), _path(lower), f"{_path(upper)}L{back}Z")


def _stairs(
    points: Sequence[tuple[float, int]], end: float, low: int, high: int
) -> list[tuple[float, float]]:
    """Corners of a step line: a value holds until the next one."""
    span = max(high - low, 1)
    places = [
        (
            round(seconds / end * CURVE_WIDTH, 1),
            round(4 + (high - value) / span * (CURVE_HEIGHT - 8), 1),
        )
        for seconds, value in points
    ]
    corners = [places[0]]
    for x, y in places[1:]:
        corners += [(x, corners[-1][1]), (x, y)]
    return [*corners, (float(CURVE_WIDTH), corners[-1][1])]


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in corners)
