"""The rules of `Limits` and `ShiftNeed`: kept and broken, audit against model, and each missed."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import audit, objective
from scheduler.check import BadProblem, check
from scheduler.problem import Impossible, Limits, Problem, Roster, ShiftNeed, Solved, Wish, Worker
from scheduler.solve import solve
from tests.scheduler.builders import DAY, LAX, NIGHT, problem, roster, worker
from tests.scheduler.test_solve import optimum

FREE = replace(LAX, round_the_clock=False)
LATE = replace(NIGHT, not_before=frozenset({"day"}))


def alone(days: int, history: tuple[str | None, ...] = (), **limits: object) -> Problem:
    ann = worker("ann", limits=Limits(**limits))  # type: ignore[arg-type]
    past = {"ann": history} if history else {}
    return problem(ann, days=days, rules=FREE, shifts=(DAY, LATE), history=past)


def found(asked: Problem, row: str) -> list[tuple[str, int | None, int]]:
    return [(f.rule, f.day, f.amount) for f in audit(asked, roster(ann=row)) if f.hard]


@pytest.mark.parametrize(
    ("asked", "kept", "broken", "finding"),
    [
        (alone(3), "dnn", "ndd", ("succession", 1, 1)),
        (alone(1, history=("night",)), "n", "d", ("succession", 0, 1)),
        (alone(3, most_of={"day": 1}), "dnn", "ddn", ("most_of_a_shift", None, 1)),
        (alone(3, most_of={"night": 0}), "ddd", "ddn", ("most_of_a_shift", None, 1)),
        (alone(3, most_minutes=1440), "dd-", "ddd", ("minutes_within", None, 12)),
        (alone(3, least_minutes=1440), "dd-", "d--", ("minutes_within", None, 12)),
        (alone(4, most_days_in_a_row=2), "dd-d", "-ddd", ("run_of_days", 1, 1)),
        (alone(4, least_days_in_a_row=2), "d-dd", "-d--", ("run_of_days", 1, 1)),
        (alone(4, least_days_off=2), "-d--", "d-dd", ("days_off", 1, 1)),
        (alone(2, history=("day", "day"), most_days_in_a_row=2), "-d", "d-", ("run_of_days", 0, 1)),
        (alone(2, history=(None, "day"), least_days_in_a_row=2), "d-", "--", ("run_of_days", 0, 1)),
        (alone(2, history=("day", None), least_days_off=2), "-d", "d-", ("days_off", 0, 1)),
        (alone(14, most_weekends=1), "-----dd-------", "-----d-------d", ("weekends", None, 1)),
    ],
)
def test_a_limit_kept_and_broken(
    asked: Problem, kept: str, broken: str, finding: tuple[str, int | None, int]
) -> None:
    assert found(asked, kept) == []
    assert found(asked, broken) == [finding]


def test_the_ends_of_the_horizon_cut_no_run() -> None:
    asked = alone(4, least_days_in_a_row=3, least_days_off=3)
    assert found(asked, "d---") == found(asked, "--dd") == []
    assert found(alone(2, history=("day",), least_days_in_a_row=3), "-d") == []


def test_each_one_short_or_too_many_has_its_price() -> None:
    needs = (ShiftNeed(0, "day", 2, 100, 1), ShiftNeed(1, "day", 0, 100, 7))
    asked = problem(worker("ann"), days=2, rules=FREE, shift_needs=needs)
    prices = [(f.rule, f.day, f.price) for f in audit(asked, roster(ann="dd")) if f.price]
    assert prices == [("shift_cover", 0, 100), ("shift_cover", 1, 7)]


PULLED = {
    "succession": (alone(3), "ndn"),
    "most_of_a_shift": (alone(2, most_of={"day": 1}), "dd"),
    "minutes_within": (alone(2, most_minutes=720), "dd"),
    "run_of_days": (alone(4, most_days_in_a_row=2, least_days_in_a_row=2), "-d-d"),
    "days_off": (alone(3, least_days_off=2), "d-d"),
    "weekends": (alone(14, most_weekends=1), "-----d-------d"),
}


@pytest.mark.parametrize("name", sorted(PULLED))
def test_a_limit_is_kept_by_the_solver_and_missed_when_left_out(name: str) -> None:
    asked, row = PULLED[name]
    cells = roster(ann=row).cells["ann"]
    wishes = tuple(Wish("ann", day, cell) for day, cell in enumerate(cells))
    asked = replace(asked, wishes=wishes, rules=replace(FREE, price_wish=1))
    kept = solve(asked, seconds=20, workers=1)
    assert isinstance(kept, Solved) and kept.objective > 0
    missed = solve(asked, seconds=20, workers=1, without=frozenset({name}))
    assert isinstance(missed, Solved)
    assert {f.rule for f in audit(asked, missed.roster) if f.hard} == {name}


def test_a_need_of_a_shift_is_missed_when_left_out() -> None:
    """A shift must be worked; by day it is one too many, by night the one that is asked for."""
    ann = worker("ann", limits=Limits(least_minutes=700, most_of={"night": 0}))
    needs = (ShiftNeed(0, "day", 0, 9, 3), ShiftNeed(0, "night", 1, 5, 1))
    asked = problem(ann, days=1, rules=FREE, shift_needs=needs)
    assert optimum(asked) == (8, roster(ann="d"))
    assert optimum(asked, without=frozenset({"shift_cover"})) == (0, roster(ann="d"))


@st.composite
def limited(draw: st.DrawFn) -> Problem:
    days = draw(st.integers(1, 4))
    people = draw(st.integers(1, 2))
    cell = st.sampled_from([None, "day", "night"])
    most = st.none() | st.integers(1, 3)

    def person(name: str) -> Worker:
        limits = Limits(
            most_of=draw(st.dictionaries(st.sampled_from(["day", "night"]), st.integers(0, 3))),
            least_minutes=draw(st.sampled_from([0, 700, 1440])),
            most_minutes=draw(st.none() | st.sampled_from([1440, 2200])),
            least_days_in_a_row=draw(st.integers(1, 3)),
            most_days_in_a_row=draw(st.none() | st.just(3)),
            least_days_off=draw(st.integers(1, 3)),
            most_weekends=draw(most),
        )
        return worker(name, limits=limits)

    staff = tuple(person(f"w{n}") for n in range(people))
    name = st.sampled_from([person.id for person in staff])
    wish = st.builds(Wish, name, st.integers(0, days - 1), cell, st.booleans(), st.integers(1, 3))
    wanted = st.builds(
        ShiftNeed,
        st.integers(0, days - 1),
        st.sampled_from(["day", "night"]),
        st.integers(0, 2),
        st.integers(0, 5),
        st.integers(0, 3),
    )
    return problem(
        *staff,
        days=days,
        shifts=(DAY, draw(st.sampled_from([NIGHT, LATE]))),
        wishes=tuple(
            draw(st.lists(wish, max_size=4, unique_by=lambda w: (w.worker, w.day, w.shift)))
        ),
        shift_needs=tuple(draw(st.lists(wanted, unique_by=lambda n: (n.day, n.shift), max_size=4))),
        history=draw(st.dictionaries(name, st.lists(cell, max_size=3).map(tuple))),
        rules=replace(FREE, price_wish=1),
    )


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(limited())
def test_the_optimum_is_that_of_brute_force(asked: Problem) -> None:
    rows = list(itertools.product((None, "day", "night"), repeat=asked.days))
    names = [person.id for person in asked.workers]
    legal = {}
    for person in asked.workers:
        own = replace(asked, workers=(person,), wishes=(), history=_of(asked, person.id))
        legal[person.id] = [
            row for row in rows if not any(f.hard for f in audit(own, Roster({person.id: row})))
        ]
    all_rosters = itertools.product(*(legal[name] for name in names))
    prices = [objective(asked, Roster(dict(zip(names, r, strict=True)))) for r in all_rosters]
    got = solve(asked, seconds=20, workers=1)
    if prices:
        assert isinstance(got, Solved) and (got.objective, got.bound) == (min(prices), min(prices))
    else:
        assert isinstance(got, Impossible)


def _of(asked: Problem, name: str) -> dict[str, tuple[str | None, ...]]:
    return {who: row for who, row in asked.history.items() if who == name}


def test_mistakes_are_told_all_at_once() -> None:
    needs = (
        ShiftNeed(9, "day", 1, 1, 1),
        ShiftNeed(0, "tea", 1, 1, 1),
        ShiftNeed(0, "tea", 2, 1, 1),
    )
    ann = worker("ann", limits=Limits({"cake": 1}, least_minutes=9, most_minutes=8))
    shifts = (DAY, replace(NIGHT, not_before=frozenset({"nap"})))
    told = check(problem(ann, days=2, shifts=shifts, rules=FREE, shift_needs=needs))
    assert told == [
        "shifts after night: shift of day 0 is 'nap'; it must be one of day, night",
        "limits of ann: shift of day 0 is 'cake'; it must be one of day, night",
        "limits of ann: most_minutes is 8; it must be 9 or more, as least_minutes is",
        "shift need 0: day is 9; it must be 0 to 1",
        "shift need 1: shift of day 0 is 'tea'; it must be one of day, night",
        "shift need 2: shift of day 0 is 'tea'; it must be one of day, night",
        "shift needs of day 0: the number of those for tea is 2; it must be 1",
    ]
    with pytest.raises(BadProblem):
        solve(problem(ann, rules=FREE), seconds=1)


def test_a_limit_that_cannot_be_is_not_constructed() -> None:
    with pytest.raises(ValueError, match="least_days_off is 0; it must be at least 1"):
        Limits(least_days_off=0)
    with pytest.raises(ValueError, match="people is -1; it must be 0 or more"):
        ShiftNeed(0, "day", -1, 1, 1)
