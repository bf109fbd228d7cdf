"""Each rule on a roster that keeps it and on one that breaks it; the audit knows no solver."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from scheduler.audit import audit, objective
from scheduler.check import BadProblem
from scheduler.problem import Absence, Finding, Problem, Roster, Wish
from scheduler.rules import RULES
from scheduler.sample import sample_problem
from tests.scheduler.builders import (
    DAY,
    LAX,
    NIGHT,
    STANDBY,
    needs,
    problem,
    roster,
    worker,
)

FULL = {"ann": "ddd", "bob": "nnn"}  # somebody is there at all times
TWO = problem(worker("ann", "crisis"), worker("bob"), worker("cyd"))


def with_rules(base: Problem, **rules: object) -> Problem:
    return replace(base, rules=replace(base.rules, **rules))  # type: ignore[arg-type]


def found(name: str, asked: Problem, **rows: str) -> list[Finding]:
    cells = FULL | rows
    return [f for f in audit(asked, roster(**cells)) if f.rule == name]


def places(findings: list[Finding]) -> list[tuple[str | None, int | None, int]]:
    return [(f.worker, f.day, f.amount) for f in findings]


def test_a_roster_that_keeps_all_rules_has_no_findings() -> None:
    assert [f for f in audit(TWO, roster(**FULL)) if f.hard or f.price] == []


def test_nobody_on_duty() -> None:
    evening, morning = found("never_empty", TWO, bob="n-n")
    assert (evening.hard, evening.day, evening.hour) == (True, 1, 44)
    assert evening.message["zh"] == "20:00–24:00 无人在岗"
    assert (morning.day, morning.hour) == (2, 48)


def test_standing_by_is_not_being_on_duty() -> None:
    asked = replace(TWO, shifts=(DAY, NIGHT, STANDBY))
    assert found("never_empty", asked, ann="dbd")


def test_the_first_morning_belongs_to_the_roster_before() -> None:
    assert found("never_empty", TWO) == []  # the hours 0 to 7 of day 0


def test_never_alone() -> None:
    asked = with_rules(TWO, least_on_duty=2)
    assert found("least_on_duty", asked, cyd="ddd")[0].hour == 20
    two = replace(asked, workers=(*TWO.workers, worker("dan")))
    assert [f for f in audit(two, roster(**FULL, cyd="ddd", dan="nnn")) if f.hard] == []


def test_cover_counts_the_missing_and_prices_them() -> None:
    asked = with_rules(replace(TWO, needs=needs(3, 1, hours=range(8, 20))), price_short=1000)
    (short,) = found("cover", asked)
    assert (short.amount, short.hour, short.price, short.hard) == (2, 8, 24000, False)
    assert found("cover", asked, bob="dnn", cyd="dnn") == []


def test_cover_by_qualification() -> None:
    asked = with_rules(replace(TWO, needs=needs(1, 1, "crisis", range(20, 24))), price_short=1)
    (short,) = found("cover", asked)
    assert short.message["zh"] == "20:00–24:00 少 1 人（crisis）"
    assert found("cover", asked, ann="ndd", bob="dnn") == []


def test_cover_may_be_hard() -> None:
    asked = with_rules(
        replace(TWO, needs=needs(2, 1, hours=range(8, 20))), price_short=9, need_is_hard=True
    )
    (short,) = found("cover", asked)
    assert (short.hard, short.price) == (True, 0)


def test_crisis_people_at_all_hours() -> None:
    asked = with_rules(TWO, least_crisis=1, price_short=10)
    assert len(found("least_crisis", asked)) == 5  # three evenings, two mornings
    assert found("least_crisis", with_rules(asked, least_crisis=0)) == []


def test_a_crisis_need_is_not_priced_twice() -> None:
    asked = with_rules(TWO, least_crisis=1, price_short=10)
    both = replace(asked, needs=needs(1, 3, "crisis"))
    assert objective(asked, roster(**FULL)) == objective(both, roster(**FULL))


def test_more_than_needed() -> None:
    asked = with_rules(replace(TWO, needs=needs(1, 1, hours=range(8, 20))), price_over=2)
    assert places(found("over", asked, cyd="d--")) == [(None, 0, 1)]
    assert found("over", with_rules(asked, least_on_duty=2), cyd="d--") == []


def test_somebody_stands_by() -> None:
    asked = with_rules(replace(TWO, shifts=(DAY, NIGHT, STANDBY)), price_standby=100)
    assert sum(f.price for f in found("standby", asked, cyd="b-b")) == 2400
    assert found("standby", asked, cyd="bbb") == []
    assert found("standby", with_rules(TWO, price_standby=100)) == []


def test_rest_between_shifts() -> None:
    asked = with_rules(TWO, rest_hours=11)
    (tired,) = found("rest", asked, cyd="nd-")
    assert (tired.worker, tired.day, tired.hard) == ("cyd", 1, True)
    assert tired.message["zh"] == "夜班后接日班，间隔 0 小时，至少 11 小时"
    assert found("rest", asked, cyd="dnn") == []


def test_rest_after_the_roster_before() -> None:
    asked = with_rules(replace(TWO, history={"cyd": ("night",)}), rest_hours=11)
    assert places(found("rest", asked, cyd="d--")) == [("cyd", 0, 1)]
    assert found("rest", asked, cyd="-d-") == []


def test_standing_by_touches_work_but_not_nights() -> None:
    asked = with_rules(replace(TWO, shifts=(DAY, NIGHT, STANDBY)), rest_hours=11)
    assert found("rest", asked, cyd="dbd") == []
    assert places(found("rest", asked, cyd="nb-")) == [("cyd", 1, 1)]


def test_nights_in_a_row() -> None:
    asked = with_rules(TWO, nights_in_a_row=2)
    assert places(found("nights_in_a_row", asked)) == [("bob", 2, 1)]
    before = replace(asked, history={"bob": ("night", "night")})
    assert places(found("nights_in_a_row", before, bob="n-n")) == [("bob", 0, 1)]
    assert found("nights_in_a_row", asked, bob="nn-") == []


def test_days_in_a_row() -> None:
    asked = with_rules(TWO, days_in_a_row=2)
    assert places(found("days_in_a_row", asked, bob="---")) == [("ann", 2, 1)]
    before = replace(asked, history={"ann": ("day", "day")})
    assert places(found("days_in_a_row", before, ann="d-d", bob="---")) == [("ann", 0, 1)]
    assert found("days_in_a_row", asked, ann="dd-", bob="n-n") == []


def test_most_hours() -> None:
    asked = with_rules(TWO, overtime_month_hours=0)
    part = replace(asked, workers=(worker("ann", week_minutes=1440), *asked.workers[1:]))
    assert places(found("overtime", part)) == [("ann", None, 12)]
    assert found("overtime", asked) == []


def test_no_overtime_for_those_kept_from_nights() -> None:
    ann = worker("ann", week_minutes=1440, no_nights=True)
    asked = with_rules(replace(TWO, workers=(ann, *TWO.workers[1:])), overtime_month_hours=1000)
    assert places(found("overtime", asked)) == [("ann", None, 12)]


def test_absence() -> None:
    asked = replace(TWO, absences=(Absence("cyd", 1, 5),))
    assert places(found("absences", asked, cyd="-d-")) == [("cyd", 1, 1)]
    assert places(found("absences", asked, cyd="n--")) == [("cyd", 0, 1)]  # runs into it
    assert found("absences", asked, cyd="d--") == []


def test_fixed_cells() -> None:
    asked = replace(TWO, workers=(*TWO.workers[:2], worker("cyd", fixed={0: "day", 1: None})))
    assert places(found("fixed", asked, cyd="nd-")) == [("cyd", 0, 1), ("cyd", 1, 1)]
    assert found("fixed", asked, cyd="d-n") == []


def test_kept_from_nights() -> None:
    asked = replace(TWO, shifts=(DAY, NIGHT, STANDBY))
    asked = replace(asked, workers=(*TWO.workers[:2], worker("cyd", no_nights=True)))
    assert places(found("no_nights", asked, cyd="nbd")) == [("cyd", 0, 1), ("cyd", 1, 1)]
    assert found("no_nights", asked, cyd="ddd") == []


@pytest.mark.parametrize(
    ("wish", "row", "price"),
    [
        (Wish("cyd", 0, None), "d--", 5),
        (Wish("cyd", 0, None), "---", 0),
        (Wish("cyd", 0, None, want=False), "---", 5),
        (Wish("cyd", 0, "day", weight=3), "n--", 15),
        (Wish("cyd", 0, "day", weight=3), "d--", 0),
        (Wish("cyd", 0, "night", want=False), "n--", 5),
        (Wish("cyd", 0, "night", want=False), "---", 0),
    ],
)
def test_wishes(wish: Wish, row: str, price: int) -> None:
    asked = with_rules(replace(TWO, wishes=(wish,)), price_wish=5)
    assert objective(asked, roster(**FULL, cyd=row)) == price


def test_nights_are_shared_by_those_who_can() -> None:
    asked = with_rules(TWO, price_night_spread=30)
    assert objective(asked, roster(**FULL)) == 90
    assert objective(asked, roster(ann="dnd", bob="ndn", cyd="--n")) == 30
    away = replace(asked, absences=(Absence("ann", 0, 2),))
    assert objective(away, roster(ann="---", bob="n-n", cyd="dn-")) == 30


def test_hours_off_the_contract() -> None:
    people = (worker("ann", week_minutes=5040), worker("bob", week_minutes=5040))
    asked = with_rules(replace(TWO, workers=people), price_hours_off=1)
    assert objective(asked, roster(**FULL)) == 0
    assert [f.amount for f in found("hours_off", asked, bob="nn-")] == [12]


def test_hard_findings_come_first_and_have_no_price() -> None:
    asked = sample_problem(3, people=6, days=7)
    empty = Roster({})
    findings = audit(asked, empty)
    kinds = [finding.hard for finding in findings]
    assert kinds == sorted(kinds, reverse=True)
    assert all((f.price == 0) == f.hard for f in findings)
    assert objective(asked, empty) == sum(f.price for f in findings)


def test_every_rule_says_what_it_is() -> None:
    for rule in RULES:
        assert set(rule.sentence) == {"zh", "en"} and all(rule.sentence.values()) and rule.source
        assert all(hasattr(LAX, name) for name in rule.parameters)


def test_a_roster_with_mistakes_is_refused() -> None:
    with pytest.raises(BadProblem) as caught:
        audit(TWO, Roster({"ann": ("day",), "zed": ("x", None, None)}))
    assert list(caught.value.errors) == [
        "roster of ann: days is 1; it must be 3 cells",
        "roster of zed: worker is 'zed'; it must be a worker of the problem",
        "roster of zed: shift of day 0 is 'x'; it must be one of day, night",
    ]


def test_the_audit_knows_no_solver() -> None:
    code = "import sys, scheduler.audit; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
