"""Explanations against what the audit says of every roster there is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings

from scheduler.conflict import Search
from scheduler.explain import Explanation, Possible, explain
from scheduler.explained import lines, step_words
from scheduler.parts import Part
from scheduler.problem import Absence, Finding, Need, OutOfTime, Problem
from scheduler.rules import BREAKABLE, RULES
from scheduler.sample import sample_problem
from scheduler.sheet import Sheet
from scheduler.ways import Step
from tests.scheduler.builders import LAX, problem, worker
from tests.scheduler.conflicts import CONFLICTS
from tests.scheduler.test_solve import problems, rosters

pytestmark = pytest.mark.slow


def explained(asked: Problem) -> Explanation:
    got = explain(asked, seconds=30)
    assert isinstance(got, Explanation) and got.complete
    return got


def name(part: Part) -> tuple[str, str | int, int]:
    if part.hours:
        return part.rule, part.hours[0], len(part.hours)
    return part.rule, part.people[0], part.days[-1]


@dataclass(frozen=True)
class Judged:
    """A roster as the audit sees it."""

    sheet: Sheet
    hard: tuple[Finding, ...]

    def broken(self, parts: tuple[Part, ...]) -> frozenset[Part]:
        return frozenset(filter(self._breaks, parts))

    def _breaks(self, part: Part) -> bool:
        if part.hours:
            least = part.least or 0
            return any(self.sheet.fewest(hour, part.qualification) < least for hour in part.hours)
        days = (None, part.days[-1])
        return any(
            (f.rule, f.worker) == (part.rule, part.people[0]) and f.day in days for f in self.hard
        )

    def only(self, part: Part) -> bool:
        """Whether it breaks nothing but that, or a stronger demand for the same hours."""
        if part.hours:
            return all(f.hour is not None and f.hour in part.hours for f in self.hard)
        return all((f.rule, f.worker) == (part.rule, part.people[0]) for f in self.hard)


def every(asked: Problem) -> list[Judged]:
    found = []
    for roster in rosters(asked):
        sheet = Sheet(asked, roster)
        findings = (f for rule in RULES for f in rule.judge(sheet))
        found.append(Judged(sheet, tuple(f for f in findings if f.hard)))
    return found


def test_there_are_twenty() -> None:
    assert len(CONFLICTS) >= 20


@pytest.mark.parametrize("case", CONFLICTS)
def test_the_one_minimal_conflict_is_named_exactly(case: str) -> None:
    asked, expected = CONFLICTS[case]
    (conflict,) = explained(asked).conflicts
    assert {name(part) for part in conflict.parts} == expected
    assert (conflict.minimal, conflict.smallest, conflict.unique) == (True, True, True)


@pytest.mark.slow
@pytest.mark.parametrize("case", CONFLICTS)
def test_it_is_one_by_the_audit_of_every_roster(case: str) -> None:
    """Each roster breaks one of the parts; and some roster breaks that one alone, and no other
    hard rule but a stronger demand for the same hours: so every conflict contains it."""
    asked, _ = CONFLICTS[case]
    (conflict,) = explained(asked).conflicts
    judged = every(asked)
    assert all(one.broken(conflict.parts) for one in judged)
    for part in conflict.parts:
        alone = [one for one in judged if one.broken(conflict.parts) == {part}]
        assert any(one.only(part) for one in alone), part


@pytest.mark.parametrize("case", CONFLICTS)
def test_a_rule_with_a_price_stands_in_nobodys_way(case: str) -> None:
    """Each rule of a conflict at a price leaves a roster. Two are asked for where somebody is."""
    asked, expected = CONFLICTS[case]
    for rule in {rule for rule, _, _ in expected} & BREAKABLE:
        prices = {rule: 1} | ({"least_on_duty": 1} if rule == "never_empty" else {})
        bought = replace(asked, rules=replace(asked.rules, prices=prices))
        assert explain(bought, seconds=30) == Possible()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(problems(most_people=2, most_days=3))
def test_impossible_is_what_brute_force_calls_impossible(asked: Problem) -> None:
    judged = every(asked)
    got = explain(asked, seconds=30)
    if any(not one.hard for one in judged):
        assert got == Possible()
        return
    assert isinstance(got, Explanation)
    for index, conflict in enumerate(got.conflicts):
        seen = {one.broken(conflict.parts) for one in judged}
        assert frozenset() not in seen
        assert conflict.minimal
        if index == 0:
            assert all(frozenset({part}) in seen for part in conflict.parts)


def test_the_smallest_of_several_conflicts_comes_first() -> None:
    fixed = worker("ann", fixed={0: "night", 1: "day"})
    asked = problem(
        fixed, worker("bob", fixed={1: "day"}), worker("cyd"), worker("dan"),
        days=2, rules=replace(LAX, rest_hours=11, need_is_hard=True),
        needs=(Need(33, 9),),
    )  # fmt: skip
    sizes = [len(conflict.parts) for conflict in explained(asked).conflicts]
    assert sizes == [1, 3]


def test_a_minimal_conflict_gives_way_to_a_smaller_one() -> None:
    fixed = worker("ann", fixed={0: "night", 1: "day"})
    away = worker("bob", fixed={0: "day"})
    asked = problem(
        fixed, away, worker("cyd"), worker("dan"), worker("eve"),
        days=2, rules=replace(LAX, rest_hours=11), absences=(Absence("bob", 0, 0),),
    )  # fmt: skip
    search = Search(asked, lambda: 30.0)
    own = [part for part in search.parts if part.people == ("ann",) or part.rule == "never_empty"]
    large = search.minimal(own)
    assert len(large) == 3
    small = search.smallest(large, search.parts)
    assert {(part.rule, part.people) for part in small} == {
        ("fixed", ("bob",)),
        ("absences", ("bob",)),
    }


def ways(asked: Problem) -> list[list[str]]:
    return [[step_words(asked, s)["en"] for s in way.steps] for way in explained(asked).ways]


def test_the_cheapest_ways_out_are_a_person_more_or_a_fourth_night() -> None:
    crew = [worker(n, "crisis") for n in ("ann", "bob", "cyd")]
    crew[1] = replace(crew[1], no_nights=True)
    crew[2] = replace(crew[2], no_nights=True)
    asked = problem(
        *crew,
        days=1,
        rules=replace(LAX, nights_in_a_row=3, need_is_hard=True, least_crisis=1),
        history={"ann": ("night",) * 3},
    )
    got = explained(asked)
    assert [way.price for way in got.ways] == [105, 200]
    assert all(way.cheapest for way in got.ways[:2])
    assert ways(asked)[:2] == [
        ["1 more crisis-qualified person for 夜 on Mon 09-28"],
        ["let ANN work 4 nights in a row, Mon 09-28 (house rule: 3)"],
    ]
    assert step_words(asked, got.ways[0].steps[0])["zh"] == (
        "9月28日（周一）夜班另找 1 名危机干预人员"
    )


def test_every_way_out_leads_out() -> None:
    """With the fixed cells unlocked that the way names, a roster exists."""
    asked, _ = CONFLICTS["fixed on leave"]
    first = explained(asked).ways[0]
    assert [(s.part and s.part.rule, s.amount) for s in first.steps] == [("fixed", 1)]
    unlocked = tuple(replace(w, fixed={}) for w in asked.workers)
    assert explain(replace(asked, workers=unlocked), seconds=10) == Possible()


def test_the_protection_of_pregnant_people_is_never_given_up() -> None:
    asked, _ = CONFLICTS["all kept from nights"]
    steps = [step for way in explained(asked).ways for step in way.steps]
    assert {step.part for step in steps} == {None}


def test_an_hour_without_a_shift_asks_for_a_shift() -> None:
    asked, _ = CONFLICTS["an hour that no shift covers"]
    assert ways(asked) == [["have a shift that covers Mon 09-28 20:00–21:00"]]


def test_the_same_rule_about_many_days_is_one_sentence() -> None:
    asked = problem(worker("ann"), worker("bob"), days=3)
    parts = [Part("rest", ("ann",), (0, 1)), Part("rest", ("ann",), (1, 2))]
    parts += [Part("never_empty", hours=(8, 9), least=1), Part("never_empty", hours=(33,), least=1)]
    assert [words["en"] for words in lines(asked, parts)] == [
        "Mon 09-28 08:00–10:00, Tue 09-29 09:00–10:00: somebody must be on duty",
        "ANN: at least 0 h of rest between shifts, Mon 09-28 to Wed 09-30",
    ]
    assert [words["zh"] for words in lines(asked, parts)][1] == (
        "ANN：9月28日（周一）至9月30日（周三）两班之间至少休息 0 小时"
    )


def test_a_rule_without_words_of_its_own_says_its_sentence() -> None:
    asked = problem(worker("ann"))
    (said,) = lines(asked, [Part("standby", ("ann",), (0,))])
    assert said["en"].startswith("ANN Where there are stand-by shifts")
    words = step_words(asked, Step(1, 1, Part("other", ("ann",), (0,))))
    assert words["en"] == "ANN: let other give way"


def test_every_conflict_and_way_has_words() -> None:
    for asked, _ in CONFLICTS.values():
        got = explained(asked)
        said = [w for c in got.conflicts for w in lines(asked, c.parts)]
        said += [step_words(asked, step) for way in got.ways for step in way.steps]
        assert said and all(set(w) == {"zh", "en"} and "{" not in "".join(w.values()) for w in said)


def test_a_roster_that_exists_needs_no_explanation() -> None:
    assert explain(sample_problem(1, 8, days=7), seconds=20) == Possible()


def test_without_time_nothing_is_claimed() -> None:
    asked, _ = CONFLICTS["fixed on leave"]
    assert explain(asked, seconds=0) == OutOfTime(0)
