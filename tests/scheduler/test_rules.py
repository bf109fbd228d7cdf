"""Each rule on its toy: the audit against the solver's model, and whether anybody would miss it.

The names come from the registry: a rule without a toy fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from scheduler import audit as auditing
from scheduler import model as modelling
from scheduler.audit import audit, objective
from scheduler.model import Model, build
from scheduler.problem import Carried, Pair, PairKind, Problem, Roster, Solved, Wish
from scheduler.rule import Kind
from scheduler.rules import BREAKABLE, RULES
from scheduler.solve import solve
from tests.scheduler.builders import problem, roster, worker
from tests.scheduler.test_limits import limited
from tests.scheduler.test_solve import problems
from tests.scheduler.toys import PRICE, TOYS, Toy, said_of, with_price

NAMES = [rule.name for rule in RULES if rule.name != "well_formed"]


def complaints(name: str, toy: Toy) -> Iterator[str]:
    """What audit and model get wrong of the toy, as far as this rule goes."""
    kept = [f.rule for f in audit(toy.problem, toy.kept) if f.hard or f.price]
    broken = {f.rule for f in audit(toy.problem, toy.broken) if f.hard or f.price}
    if kept:
        yield f"the audit finds {kept} where all is kept"
    if broken != {name}:
        yield f"the audit finds {broken}"
    if said_of(toy.problem, toy.kept) != 0:
        yield "the model does not take what the rule allows"
    if said_of(toy.problem, toy.broken) != (None if name in BREAKABLE else toy.price):
        yield "the model lets the rule be broken"


@pytest.mark.parametrize("name", NAMES)
def test_audit_and_model_say_the_same(name: str) -> None:
    assert list(complaints(name, TOYS[name])) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_gone_from_the_audit_is_noticed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tuple(rule for rule in RULES if rule.name != name)
    monkeypatch.setattr(auditing, "RULES", others)
    assert list(complaints(name, TOYS[name])) == ["the audit finds set()"]


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_gone_from_the_model_is_noticed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(modelling.TWINS, name)
    assert list(complaints(name, TOYS[name])) == ["the model lets the rule be broken"]


def two_in_a_cell(model: Model) -> bool:
    for shift in ("day", "night"):
        model.cp.add(model.x["ann", 0, shift] == 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model.cp) == cp_model.OPTIMAL


def test_two_shifts_in_a_cell_cannot_even_be_written_down() -> None:
    """The one rule without a broken roster: its form is the roster's own."""
    asked = problem(worker("ann"), days=1, rules=TOYS["rest"].problem.rules)
    assert not two_in_a_cell(build(asked))
    loose = Model(asked)
    loose.x = {("ann", 0, name): loose.cp.new_bool_var("") for name in ("day", "night")}
    assert two_in_a_cell(loose)
    with pytest.raises(ValueError, match="days is 2; it must be 1 cells"):
        audit(asked, roster(ann="dn"))


@pytest.mark.parametrize("name", sorted(BREAKABLE))
def test_a_hard_rule_with_a_price_is_a_soft_finding_at_that_price(name: str) -> None:
    toy = TOYS[name]
    asked = with_price(toy.problem, name)
    findings = [f for f in audit(asked, toy.broken) if f.rule == name]
    assert {f.hard for f in findings} == {False}
    assert sum(f.price for f in findings) == objective(asked, toy.broken) == toy.price
    assert said_of(asked, toy.broken) == toy.price
    assert said_of(asked, toy.kept) == objective(asked, toy.kept) == 0


@pytest.mark.parametrize("name", sorted(BREAKABLE))
def test_the_solver_breaks_a_rule_for_its_price_and_not_without_one(name: str) -> None:
    toy = TOYS[name]
    asked = replace(
        toy.problem,
        wishes=tuple(
            Wish(who, day, shift)
            for who, row in toy.broken.cells.items()
            for day, shift in enumerate(row)
        ),
        rules=replace(toy.problem.rules, price_wish=100 * PRICE),
    )
    got = solve(with_price(asked, name), seconds=60, workers=1)
    assert isinstance(got, Solved)
    assert (got.roster, got.objective, got.bound) == (toy.broken, toy.price, toy.price)
    firm = solve(asked, seconds=60, workers=1)
    assert isinstance(firm, Solved) and firm.objective > toy.price
    assert not any(f.hard for f in audit(asked, firm.roster))


@settings(max_examples=40, deadline=None)
@given(st.one_of(problems(most_people=3, most_days=4), limited()), st.data())
def test_any_roster_costs_in_the_model_what_the_audit_says(
    asked: Problem, data: st.DataObject
) -> None:
    names = st.sampled_from(sorted(BREAKABLE))
    prices = data.draw(st.dictionaries(names, st.integers(0, 9)))
    who = st.sampled_from([worker.id for worker in asked.workers])
    pair = st.builds(Pair, who, who, st.sampled_from(PairKind)).filter(lambda p: p.one != p.other)
    less = st.integers(-3, 3)
    asked = replace(
        asked,
        pairs=tuple(data.draw(st.sets(pair, max_size=2))) if len(asked.workers) > 1 else (),
        carried=data.draw(
            st.dictionaries(who, st.builds(Carried, less, less, less, st.integers(-900, 900)))
        ),
        rules=replace(asked.rules, prices=prices),
    )
    cell = st.sampled_from([None, *(shift.id for shift in asked.shifts)])
    row = st.lists(cell, min_size=asked.days, max_size=asked.days).map(tuple)
    drawn = Roster({who.id: data.draw(row) for who in asked.workers})
    broken = any(finding.hard for finding in audit(asked, drawn))
    assert said_of(asked, drawn) == (None if broken else objective(asked, drawn))


def test_only_what_is_never_broken_is_hard() -> None:
    kinds = {rule.name: rule.kind for rule in RULES}
    assert {name for name, kind in kinds.items() if kind is Kind.HARD} - BREAKABLE == {
        "well_formed"
    }
