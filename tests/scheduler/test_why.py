"""Reasons for cells and hours, each of them the audit's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.audit import audit, objective
from scheduler.greedy import first_roster
from scheduler.problem import Absence, Wish
from scheduler.sample import sample_problem
from scheduler.swap import with_cells
from scheduler.why import Candidate, Place, Shortage, Why
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, needs, problem, roster, worker

CREW = (worker("ann", "crisis"), worker("bob"), worker("cyd"), worker("dan"), worker("eve"))
RULES = replace(LAX, rest_hours=11, price_wish=7, price_short=100)
ASKED = problem(
    *CREW,
    days=2,
    rules=RULES,
    absences=(Absence("dan", 1, 1),),
    wishes=(Wish("cyd", 1, None),),
    needs=needs(2, 2, hours=range(8, 20)),
)
TABLE = roster(ann="dd", bob="nn", cyd="--", dan="d-", eve="--")
WHY = Why(ASKED, TABLE)


def rules(candidate: Candidate) -> set[str]:
    return {finding.rule for finding in candidate.broken}


def test_who_could_take_a_cell_at_what_price_and_why_the_others_cannot() -> None:
    told = WHY.cell("ann", 1)
    assert told.shift == "day"
    assert told.without is not None
    assert {f.rule for f in told.without.broken} == {"never_empty"}
    prices = [(c.worker, c.instead_of, c.price) for c in told.others]
    assert prices == [
        ("eve", None, 0),
        ("cyd", None, 7),
        ("bob", "night", None),
        ("dan", None, None),
    ]
    assert [rules(c) for c in told.others[2:]] == [{"rest"}, {"absences"}]
    assert told.cheaper == ()


def test_where_somebody_would_be_cheaper_it_says_so() -> None:
    asked = replace(ASKED, wishes=(Wish("ann", 1, None, weight=2),))
    told = Why(asked, TABLE).cell("ann", 1)
    assert [(c.worker, c.price) for c in told.cheaper] == [("cyd", -14), ("eve", -14)]


def test_a_free_day_needs_no_reason() -> None:
    told = WHY.cell("cyd", 0)
    assert (told.shift, told.without, told.others) == (None, None, ())


def test_an_hour_tells_what_is_missing_what_it_costs_and_why() -> None:
    told = WHY.hour(24 + 9)
    assert told.there == ("ann",)
    assert told.shortages == (Shortage(None, 2, 1, 100),)
    assert told.shortages[0].missing == 1
    best = [(c.worker, c.shift, c.price) for c in told.others]
    assert best == [
        ("eve", "day", -1200),
        ("cyd", "day", 7 - 1200),
        ("bob", "day", None),
        ("dan", "day", None),
    ]


def test_people_with_a_qualification_are_counted_by_themselves() -> None:
    asked = replace(ASKED, rules=replace(RULES, least_crisis=1, least_on_duty=1))
    told = Why(asked, TABLE).hour(22)
    assert told.shortages == (Shortage(None, 1, 1, 0), Shortage("crisis", 1, 0, 100))


SUPERVISED = problem(
    worker("ann", "supervisor"),
    worker("bob"),
    worker("cyd", "supervisor"),
    days=1,
    shifts=(DAY, NIGHT, STANDBY),
    rules=replace(LAX, least_supervisors=1, price_supervisor=50, price_standby=9),
)


def test_a_supervisor_is_missing_who_stands_by_or_is_on_duty() -> None:
    told = Why(SUPERVISED, roster(ann="-", bob="d", cyd="-")).hour(9)
    reach = Shortage("supervisor", 1, 0, 50, Place.REACH)
    assert told.shortages == (reach, Shortage(None, 1, 0, 9, Place.STANDBY))
    assert [(c.worker, c.shift) for c in told.others] == [("ann", "standby"), ("cyd", "standby")]


def test_the_rule_that_is_asked_about_decides_who_is_named() -> None:
    why = Why(SUPERVISED, roster(ann="-", bob="d", cyd="-"))
    named = {rule: {c.worker for c in why.hour(9, rule).others} for rule in ("cover", "standby")}
    assert named == {"cover": {"ann", "cyd"}, "standby": {"ann", "bob", "cyd"}}


def test_where_only_supervisors_are_missing_nobody_else_is_named() -> None:
    asked = replace(SUPERVISED, shifts=(DAY, NIGHT))
    told = Why(asked, roster(ann="-", bob="-", cyd="d")).hour(21)
    assert told.shortages == (Shortage("supervisor", 1, 0, 50, Place.REACH),)
    assert [(c.worker, c.shift) for c in told.others] == [("ann", "night"), ("cyd", "night")]
    off = Why(asked, roster(ann="-", bob="-", cyd="d")).off_duty(21)
    assert [(c.worker, c.shift) for c in off] == [
        ("ann", "night"),
        ("bob", "night"),
        ("cyd", "night"),
    ]


def test_what_is_not_on_the_roster_is_refused() -> None:
    with pytest.raises(ValueError, match="worker is 'zoe'"):
        WHY.cell("zoe", 0)
    with pytest.raises(ValueError, match="day is 2; it must be 0 to 1"):
        WHY.hour(48)


def test_every_price_is_that_of_the_whole_audit() -> None:
    asked = sample_problem(3, 12, days=7)
    table = first_roster(asked)
    person = next(w for w, row in table.cells.items() if row[2] == "early")
    told = Why(asked, table).cell(person, 2)
    assert len(told.others) > 5
    before = [f for f in audit(asked, table) if f.hard]
    for other in told.others:
        given = with_cells(asked, table, {(person, 2): None, (other.worker, 2): "early"})
        new = [f for f in audit(asked, given) if f.hard and f not in before]
        assert bool(new) == (other.price is None)
        if other.price is not None:
            assert objective(asked, given) - objective(asked, table) == other.price
