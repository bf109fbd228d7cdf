"""What the yardstick of our own size makes of a search's progress."""

from __future__ import annotations

import math

from bench.rosters_own import NEVER, Measured, growth, moments
from scheduler.problem import Progress


def test_the_moments_of_a_search() -> None:
    points = [
        Progress(1.0, 900, 0),
        Progress(2.0, 900, 500),
        Progress(3.0, 520, 500),
        Progress(4.0, 510, 500),
        Progress(5.0, 510, 506),
    ]
    assert moments(points) == (1.0, 3.0, 5.0, 4.0)
    first, five, one, last = moments(points[:2])
    assert (first, last) == (1.0, 1.0) and math.isnan(five) and math.isnan(one)


def test_the_plot_has_a_curve_for_each_number_of_days() -> None:
    of_days = {28: [Measured("", (1.0, 2.0, 3.0, 4.0)), Measured("", NEVER)], 14: []}
    first, five, one = growth((30, 60), of_days)
    assert [curve.name["en"] for curve in first.curves] == ["28 days", "14 days"]
    assert [panel.curves[0].y[0] for panel in (first, five, one)] == [1.0, 2.0, 3.0]
