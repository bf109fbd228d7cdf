"""Erlang's formulas against published values (to six digits) and against laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.erlang import erlang_a, erlang_b, erlang_c, erlang_c_level, people_for


@pytest.mark.parametrize(("people", "load", "value"), [(10, 10, 0.214582), (25, 20, 0.050222)])
def test_b(people: int, load: float, value: float) -> None:
    assert erlang_b(people, load) == pytest.approx(value, abs=5.1e-7)


@pytest.mark.parametrize(
    ("people", "load", "value"),
    [(14, 10, 0.174132), (11, 10, 0.682118), (12, 10, 0.449388), (13, 10, 0.285270)],
)
def test_c(people: int, load: float, value: float) -> None:
    assert erlang_c(people, load) == pytest.approx(value, abs=5.1e-7)


def test_c_service_level() -> None:
    assert erlang_c_level(14, 10, 3, 20 / 60) == pytest.approx(0.888350, abs=5.1e-7)


def test_a_with_patience_of_five_minutes() -> None:
    got = erlang_a(14, 100 / 30, 3, 5)
    assert got.wait == pytest.approx(0.145260, abs=5.1e-7)
    assert got.abandon == pytest.approx(0.013984, abs=5.1e-7)
    assert got.occupancy == pytest.approx(0.704297, abs=5.1e-7)
    assert got.mean_wait == pytest.approx(0.069919, abs=5.1e-7)


def test_a_of_garnett() -> None:
    got = erlang_a(50, 48, 1, 1)
    assert got.wait == pytest.approx(0.405404, abs=5.1e-7)
    assert got.abandon == pytest.approx(0.039418, abs=5.1e-7)


@given(st.integers(1, 60), st.floats(0.1, 60))
def test_patience_like_handle_time_makes_it_poisson(people: int, load: float) -> None:
    """Everybody in the system leaves at the same rate, served or not: it is M/M/infinity."""
    below = sum(math.exp(k * math.log(load) - load - math.lgamma(k + 1)) for k in range(people))
    assert erlang_a(people, load, 1, 1).wait == pytest.approx(1 - below, abs=1e-9)


@given(st.integers(1, 40), st.floats(0.1, 40), st.floats(0.2, 5))
def test_a_answers_everybody_who_does_not_give_up(
    people: int, load: float, patience: float
) -> None:
    """Given all the time there is, the service level is one less those who gave up."""
    near = erlang_a(people, load, 1, patience, within=patience / 2)
    far = erlang_a(people, load, 1, patience, within=patience * 30)
    assert near.service_level <= 1 - near.abandon + 1e-6
    assert far.service_level == pytest.approx(1 - far.abandon, abs=1e-4)


@settings(max_examples=40)
@given(st.integers(1, 30), st.floats(0.1, 25))
def test_endless_patience_is_c(people: int, load: float) -> None:
    if load < people * 0.9:
        got = erlang_a(people, load, 1, 1e7, within=0.3)
        assert got.wait == pytest.approx(erlang_c(people, load), abs=1e-4)
        assert got.service_level == pytest.approx(erlang_c_level(people, load, 1, 0.3), abs=1e-4)


def test_people_for_is_the_fewest() -> None:
    people = people_for(12 / 60, 25, 3, 0.5, 0.8)
    assert erlang_a(people, 12 / 60, 25, 3, 0.5).service_level >= 0.8
    assert erlang_a(people - 1, 12 / 60, 25, 3, 0.5).service_level < 0.8
    assert people_for(0, 25, 3, 0.5, 0.8) == 0


@pytest.mark.parametrize(("people", "load"), [(-1, 1.0), (1, -1.0), (1, math.inf)])
def test_bad_input_is_named(people: int, load: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        erlang_b(people, load)


@given(st.floats(0, 2), st.floats(1, 40), st.floats(0.5, 20), st.floats(0, 0.97))
def test_people_for_is_what_trying_from_nobody_on_finds(
    arrivals: float, handle: float, patience: float, level: float
) -> None:
    levels = (erlang_a(n, arrivals, handle, patience, 0.5).service_level for n in range(200))
    fewest = next(n for n, reached in enumerate(levels) if reached >= level)
    assert people_for(arrivals, handle, patience, 0.5, level) == fewest
