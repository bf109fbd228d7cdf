"""Neighbourhoods around a wish that is not met."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew
from scheduler.columns.kernel import OFF
from scheduler.columns.neighbourhood import draw_part, unmet_wishes
from scheduler.problem import Wish
from tests.scheduler.columns.city import SHIFTS, small_city

pytestmark = pytest.mark.slow  # numba is loaded


def wishing() -> Crew:
    """Nobody works; w2 would like to on day 9 and not on day 3, w0 is absent when wishing to."""
    asked = small_city(1, people=8, days=14)
    away = asked.absences[0].first
    wishes = (
        Wish("w2", 9, SHIFTS[0].id, True, 1),
        Wish("w2", 3, SHIFTS[0].id, False, 1),
        Wish("w0", away, SHIFTS[0].id, True, 1),
    )
    grid = build_grid(replace(asked, wishes=wishes))
    return Crew(grid, np.full((8, 14), OFF, np.int8))


def test_what_wishes_cost_by_day() -> None:
    crew = wishing()
    price = 9
    expected = np.zeros((8, 14))
    expected[2, 9] = price
    assert unmet_wishes(crew).tolist() == expected.tolist()
    crew.put(2, np.array([OFF] * 3 + [0] + [OFF] * 5 + [0] + [OFF] * 4, np.int8))
    expected[2, [3, 9]] = price, 0
    assert unmet_wishes(crew).tolist() == expected.tolist()


def test_the_part_holds_who_wishes_and_the_day() -> None:
    crew = wishing()
    parts = [draw_part(crew, Random(seed), 4, 5) for seed in range(60)]
    assert all(len(set(part.people)) == 4 and part.last - part.first == 5 for part in parts)
    around = [part for part in parts if 2 in part.people and part.first <= 9 < part.last]
    assert len(around) >= 10  # about a quarter, and some by chance
