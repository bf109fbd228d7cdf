"""Plots of the command line: into a PNG file, or into the terminal.

Both libraries are loaded when something is plotted, not before: they take their time.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TERMINAL = "-"
HEIGHT = 16  # lines of a panel in the terminal
INCHES = (12.0, 3.6)  # of a panel in a file
# The first of these that is installed; without any, Chinese texts would be empty boxes.
FONTS = ("Noto Sans CJK SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei")


@dataclass(frozen=True)
class Curve:
    """nan where nothing is known. `spread`: half of an interval around each value."""

    name: dict[str, str]
    x: Sequence[float]
    y: Sequence[float]
    spread: Sequence[float] = ()
    steps: bool = False  # each value holds until the next one


@dataclass(frozen=True)
class Panel:
    title: dict[str, str]
    x_name: dict[str, str]
    curves: tuple[Curve, ...]


def check_target(target: str | None) -> None:
    """Before anything is computed. Raises ValueError."""
    if target is None or target == TERMINAL:
        return
    if Path(target).suffix.lower() != ".png":
        right = "a file whose name ends in .png, or - for the terminal"
        raise ValueError(f"--plot is {target!r}; it must be {right}")
    if not Path(target).resolve().parent.is_dir():
        raise ValueError(f"--plot is {target!r}; its folder does not exist")


def plot(panels: Sequence[Panel], target: str | None) -> None:
    """One below the other; nothing without a target."""
    if target is None:
        return
    if target == TERMINAL:
        print("\n".join(map(in_terminal, panels)))
    else:
        into_file(panels, Path(target))
        print(target)


def in_terminal(panel: Panel) -> str:
    """The panel in characters, as wide as the terminal. Texts in English: all letters as wide."""
    import plotext

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(shutil.get_terminal_size().columns, HEIGHT)
    for curve in panel.curves:
        known = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if not math.isnan(y)]
        if known:
            plotext.plot(*map(list, zip(*known, strict=True)), label=curve.name["en"])
    plotext.title(panel.title["en"])
    plotext.xlabel(panel.x_name["en"])
    return str(plotext.uncolorize(plotext.build()))


def into_file(panels: Sequence[Panel], file: Path) -> None:
    from matplotlib import font_manager, rc_context
    from matplotlib.figure import Figure

    installed = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in FONTS if name in installed]
    with rc_context({"font.family": [*fonts[:1], "DejaVu Sans"]}):
        figure = Figure((INCHES[0], INCHES[1] * len(panels)), layout="constrained")
        axes = figure.subplots(len(panels), squeeze=False)
        for panel, (axis,) in zip(panels, axes, strict=True):
            for curve in panel.curves:
                _add(axis, curve, chinese=bool(fonts))
            axis.set_title(_words(panel.title, chinese=bool(fonts)))
            axis.set_xlabel(_words(panel.x_name, chinese=bool(fonts)))
            axis.grid(alpha=0.3)
            axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        figure.savefig(file)


def _add(axis: Axes, curve: Curve, *, chinese: bool) -> None:
    style = "steps-post" if curve.steps else "default"
    name = _words(curve.name, chinese=chinese)
    axis.plot(curve.x, curve.y, label=name, linewidth=1.2, drawstyle=style)
    if curve.spread:
        low = [y - half for y, half in zip(curve.y, curve.spread, strict=True)]
        high = [y + half for y, half in zip(curve.y, curve.spread, strict=True)]
        axis.fill_between(curve.x, low, high, alpha=0.2)


def _words(words: dict[str, str], *, chinese: bool) -> str:
    return f"{words['zh']} {words['en']}" if chinese else words["en"]
