"""Two people who must not be together, or of whom the one works only beside the other."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from scheduler.audit import audit, objective
from scheduler.check import check
from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew
from scheduler.columns.engine import search
from scheduler.columns.first import first_crew
from scheduler.columns.grid import Unsuited
from scheduler.greedy import first_roster
from scheduler.problem import Pair, PairKind, Problem, Solved
from scheduler.sample import sample_problem
from scheduler.solve import never, solve
from scheduler.solve import no_report as ignore
from scheduler.swap import Judge
from tests.scheduler.builders import LAX, problem, roster, worker
from tests.scheduler.columns.city import small_city
from tests.scheduler.columns.test_hours import optimum

FREE = replace(LAX, round_the_clock=False)
ANN, BOB, CYD = (worker(name) for name in ("ann", "bob", "cyd"))
APART = Pair("ann", "bob")
BESIDE = Pair("ann", "bob", PairKind.TOGETHER)


def asked(*pairs: Pair, days: int = 2) -> Problem:
    return replace(problem(ANN, BOB, CYD, days=days, rules=FREE), pairs=pairs)


def test_the_finding_names_both_and_the_hours() -> None:
    found = audit(asked(APART), roster(ann="n-", bob="n-", cyd="nn"))[0]
    assert (found.rule, found.worker, found.day, found.hour, found.hours) == (
        "apart",
        "ann",
        0,
        20,
        4,
    )
    assert found.message == {
        "zh": "20:00–24:00 与BOB同时在岗",
        "en": "20:00–24:00: on duty together with BOB",
    }
    alone = audit(asked(BESIDE), roster(ann="d-", bob="n-", cyd="dd"))[0]
    assert alone.message == {"zh": "BOB没有同一个日班", "en": "日 without BOB"}


def test_a_give_away_that_brings_them_together_is_unlawful() -> None:
    judge = Judge(asked(APART, BESIDE), roster(ann="-n", bob="dn", cyd="n-"))
    found = judge.verdict({("ann", 0): "night", ("cyd", 0): None})
    assert [(f.rule, f.day) for f in found.broken] == [("together", 0)]
    assert judge.verdict({("bob", 1): None}).broken[0].rule == "together"
    gone = Judge(asked(APART), roster(ann="d-", bob="--", cyd="--")).verdict({("bob", 0): "day"})
    assert [f.rule for f in gone.broken] == ["apart"]


def test_mistakes_are_told_all_at_once() -> None:
    pairs = (Pair("ann", "eve"), Pair("bob", "bob"), APART, APART)
    assert check(asked(*pairs)) == [
        "pair 0: worker is 'eve'; it must be the id of a worker",
        "pair 1: the other is 'bob'; it must be somebody else than bob",
        "pair of ann and bob: the number of those kept apart is 2; it must be 1",
    ]


def test_the_first_roster_without_a_solver_keeps_them() -> None:
    city = sample_problem(1, people=12, days=7)
    a, b, c, d = (w.id for w in city.workers[:4])
    paired = replace(city, pairs=(Pair(a, b), Pair(c, d, PairKind.TOGETHER)))
    rules = {f.rule for f in audit(paired, first_roster(paired)) if f.hard}
    assert not rules & {"apart", "together"}


PAIRS = (Pair("w0", "w1"), Pair("w2", "w3", PairKind.TOGETHER))


@pytest.mark.slow
@pytest.mark.parametrize("prices", [{}, {"apart": 2, "together": 5}])
@pytest.mark.parametrize("seed", [1, 4])
def test_both_solvers_keep_them(seed: int, prices: dict[str, int]) -> None:
    city = small_city(seed, people=5)
    paired = replace(city, pairs=PAIRS, rules=replace(city.rules, prices=prices))
    best = optimum(paired)
    got = search(paired, seconds=1000, workers=1, report=ignore, stop=never, work=1.0)
    assert [f for f in audit(paired, got.roster) if f.hard] == []
    assert got.objective == objective(paired, got.roster)
    # The mixture does not know who must be together: what is found may be some percent above.
    assert got.bound <= best <= got.objective <= best * 1.05
    plain = solve(paired, seconds=60, workers=1)
    assert isinstance(plain, Solved) and plain.objective == best


@pytest.mark.parametrize("seed", [1, 4])
def test_being_alone_is_in_the_price_by_which_rosters_are_compared(seed: int) -> None:
    city = small_city(seed, people=5)
    pairs = (Pair("w1", "w2", PairKind.TOGETHER), Pair("w3", "w2", PairKind.TOGETHER))
    paired = replace(city, pairs=pairs, rules=replace(city.rules, prices={"together": 5}))
    grid = build_grid(paired)
    crew = first_crew(replace(grid, beside=()), Random(seed), lambda _who: None)
    alone = grid.roster(crew.cells)
    assert "together" in {finding.rule for finding in audit(paired, alone)}
    assert Crew(grid, crew.cells).cost == objective(paired, alone)


def test_two_who_work_only_beside_each_other_go_to_the_other_solver() -> None:
    both = (BESIDE, Pair("bob", "ann", PairKind.TOGETHER))
    with pytest.raises(Unsuited, match="people who work only beside each other"):
        build_grid(asked(*both))
