"""Many small changes: what they are thought to cost is what the audit says; rules are kept."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from scheduler import anneal as annealing
from scheduler.anneal import FREE, anneal, board_of
from scheduler.audit import audit, objective
from scheduler.greedy import first_roster
from scheduler.problem import Problem, Roster, Wish
from scheduler.sample import sample_problem
from tests.scheduler.builders import DAY, LAX, NIGHT, problem, worker

pytestmark = pytest.mark.slow


def never() -> bool:
    return False


def hard(asked: Problem, roster: Roster) -> set[str]:
    return {finding.rule for finding in audit(asked, roster) if finding.hard}


@pytest.mark.parametrize(
    ("seed", "prices"), [(0, {}), (1, {}), (2, {"never_empty": 70, "least_on_duty": 30})]
)
def test_a_change_costs_what_the_audit_says(
    seed: int, prices: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annealing, "FORBIDDEN", 0)  # hard findings have no price in the audit
    asked = sample_problem(seed, people=8, days=9)
    asked = replace(asked, rules=replace(asked.rules, prices=prices, least_supervisors=seed))
    past = ("night", "early", None, "night")
    asked = replace(asked, history=dict.fromkeys([who.id for who in asked.workers], past))
    board, draw = board_of(asked, first_roster(asked)), random.Random(seed)
    for _ in range(60):
        before = objective(asked, board.roster())
        w, day = draw.randrange(8), draw.randrange(9)
        more, back = board.apply([(w, day, draw.randrange(FREE, len(asked.shifts)))])
        assert objective(asked, board.roster()) == before + more
        if draw.random() < 0.5:
            assert board.apply(back)[0] == -more
            assert objective(asked, board.roster()) == before


@pytest.mark.parametrize("seed", range(3))
def test_it_keeps_the_rules_and_gets_better(seed: int) -> None:
    asked = sample_problem(seed, people=12, days=14)
    first = first_roster(asked)
    better = anneal(asked, first, seconds=0, seed=seed, stop=never, steps=20_000)
    assert hard(asked, better) <= hard(asked, first)
    assert objective(asked, better) < objective(asked, first)


def test_legal_says_what_the_audit_says() -> None:
    """For one person and the rules about one person's days, on all changes of one cell."""
    rules = replace(LAX, rest_hours=11, nights_in_a_row=2, days_in_a_row=3)
    asked = problem(
        worker("ann", fixed={5: None}), days=7, rules=rules, history={"ann": ("night", "day")}
    )
    personal = {"rest", "nights_in_a_row", "days_in_a_row", "overtime", "fixed", "absences"}
    board, draw = board_of(asked, first_roster(asked)), random.Random(1)
    seen = set()
    for _ in range(400):
        day = draw.randrange(7)
        change = [(0, day, draw.randrange(FREE, 2))]
        _cost, back = board.apply(change)
        legal = board.allowed(change) and board.legal(0, day, day)
        seen.add(legal)
        assert legal == (not hard(asked, board.roster()) & personal)
        if not legal:
            board.apply(back)
    assert seen == {True, False}


def test_the_seed_decides_where_steps_are_counted() -> None:
    asked = sample_problem(4, people=8, days=7)
    first = first_roster(asked)
    found = [anneal(asked, first, seconds=0, seed=9, stop=never, steps=2000) for _ in range(2)]
    assert found[0] == found[1]


def test_stop_gives_what_there_is() -> None:
    asked = sample_problem(4, people=8, days=7)
    first = first_roster(asked)
    assert anneal(asked, first, seconds=100, seed=1, stop=lambda: True) == first


def test_it_grants_the_wishes_of_an_idle_town() -> None:
    people = [worker(name) for name in ("ann", "bob", "cyd", "dan")]
    wishes = tuple(Wish(person.id, 1, "night") for person in people[:2])
    rules = replace(LAX, price_wish=20)
    asked = problem(*people, days=3, shifts=(DAY, NIGHT), wishes=wishes, rules=rules)
    got = anneal(asked, first_roster(asked), seconds=0, seed=1, stop=never, steps=3000)
    assert objective(asked, got) == 0 and not hard(asked, got)
