"""Swaps and give-aways, judged without a solver."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import audit, objective
from scheduler.check import BadProblem
from scheduler.greedy import first_roster
from scheduler.problem import Absence, Problem, Roster, Wish
from scheduler.sample import sample_problem
from scheduler.swap import Judge, give, swap, unmovable, with_cells
from tests.scheduler.builders import LAX, problem, roster, worker
from tests.scheduler.test_limits import limited
from tests.scheduler.test_solve import problems

pytestmark = pytest.mark.slow

TRIO = (worker("ann"), worker("bob"), worker("cyd"))
ASKED = problem(*TRIO, days=2, rules=replace(LAX, rest_hours=11, price_wish=7))
TABLE = roster(ann="dd", bob="nn", cyd="--")


def test_a_swap_exchanges_what_both_have() -> None:
    cells = swap(ASKED, TABLE, "ann", "bob", [1])
    assert cells == {("ann", 1): "night", ("bob", 1): "day"}
    verdict = Judge(ASKED, TABLE).verdict(cells)
    assert verdict.roster == roster(ann="dn", bob="nd", cyd="--")
    assert [(f.rule, f.worker, f.day) for f in verdict.broken] == [("rest", "bob", 1)]
    assert not verdict.lawful


def test_a_give_away_that_breaks_nothing_is_lawful() -> None:
    verdict = Judge(ASKED, TABLE).verdict(give(ASKED, TABLE, "ann", "cyd", 1))
    assert (verdict.lawful, verdict.price) == (True, 0)
    assert verdict.roster == roster(ann="d-", bob="nn", cyd="-d")


def test_what_it_costs_and_what_it_mends_is_told() -> None:
    asked = replace(ASKED, wishes=(Wish("ann", 1, None), Wish("cyd", 1, None, weight=3)))
    verdict = Judge(asked, TABLE).verdict(give(asked, TABLE, "ann", "cyd", 1))
    assert [f.worker for f in verdict.better] == ["ann"]
    assert [f.worker for f in verdict.worse] == ["cyd"]
    assert verdict.price == 3 * 7 - 7


def test_a_rule_broken_before_does_not_stand_in_the_way() -> None:
    asked = replace(ASKED, absences=(Absence("bob", 0, 1),))
    assert Judge(asked, TABLE).verdict(give(asked, TABLE, "ann", "cyd", 1)).lawful


def test_nothing_can_be_given_by_who_has_nothing_nor_to_who_has_something() -> None:
    with pytest.raises(ValueError, match="cyd has no shift on 2026-09-28"):
        give(ASKED, TABLE, "cyd", "ann", 0)
    with pytest.raises(ValueError, match="bob has 'night' on 2026-09-28; swap, do not give"):
        give(ASKED, TABLE, "ann", "bob", 0)
    with pytest.raises(ValueError, match="worker is 'eve'; it must be the id of somebody who is a"):
        give(ASKED, TABLE, "eve", "ann", 0)


def test_all_that_cannot_move_is_told_at_once() -> None:
    asked = replace(ASKED, workers=(worker("ann", fixed={1: "day"}), *TRIO[1:]))
    cells = {("ann", 0): None, ("ann", 1): None, ("eve", 0): "day", ("cyd", 7): "day"}
    assert unmovable(asked, TABLE, cells, now=9 * 60) == [
        "ANN on 2026-09-28: the shift 'day' has begun; what is past never moves",
        "ANN on 2026-09-29: the cell is locked; unlock it first",
        "worker is 'eve'; it must be the id of somebody who is active",
        "day is 2026-10-05; it must be 2026-09-28 to 2026-09-29",
    ]
    assert unmovable(asked, TABLE, {("cyd", 0): "night"}, now=9 * 60) == []


def test_who_has_no_row_yet_gets_one() -> None:
    assert with_cells(ASKED, roster(ann="dd"), {("bob", 0): "day"}) == roster(ann="dd", bob="d-")


def test_it_takes_milliseconds() -> None:
    asked = sample_problem(1, 60)
    judge = Judge(asked, first_roster(asked))
    cells = swap(asked, judge.roster, "c201", "c202", [3])
    began = time.process_time()
    for _ in range(5):
        judge.verdict(cells)
    assert (time.process_time() - began) / 5 < 0.2  # about 0.02 on an idle machine


@settings(max_examples=40, deadline=None)
@given(st.one_of(problems(most_people=4, most_days=5), limited()), st.data())
def test_what_a_change_reaches_is_all_that_the_audit_sees_of_it(
    asked: Problem, data: st.DataObject
) -> None:
    """The verdict on a few cells against two audits of everything."""
    cell = st.sampled_from([None, *(shift.id for shift in asked.shifts)])
    row = st.lists(cell, min_size=asked.days, max_size=asked.days).map(tuple)
    before = Roster({who.id: data.draw(row) for who in asked.workers})
    places = st.tuples(st.sampled_from(sorted(before.cells)), st.integers(0, asked.days - 1))
    cells = data.draw(st.dictionaries(places, cell, min_size=1, max_size=3))
    verdict = Judge(asked, before).verdict(cells)
    old, new = (Counter(map(str, audit(asked, r))) for r in (before, verdict.roster))
    assert Counter(map(str, verdict.broken)) == Counter(
        {text: n for text, n in (new - old).items() if "hard=True" in text}
    )
    assert verdict.price == objective(asked, verdict.roster) - objective(asked, before)


def test_what_is_not_in_the_problem_is_refused() -> None:
    with pytest.raises(BadProblem, match="roster of ann: shift of day 1 is 'tea'"):
        Judge(ASKED, TABLE).verdict({("ann", 1): "tea"})
