"""The first roster: at once, and legal where there are enough people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.audit import audit
from scheduler.check import check_roster
from scheduler.greedy import first_roster
from scheduler.problem import Limits
from scheduler.sample import sample_problem, sample_staff

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("people", [12, 24])
def test_a_usual_problem_gets_a_legal_roster(people: int) -> None:
    asked = sample_problem(1, people)
    assert [f for f in audit(asked, first_roster(asked)) if f.hard] == []


def test_fixed_cells_and_history_are_respected() -> None:
    asked = sample_problem(1)
    head, *others = asked.workers
    fixed = replace(head, fixed={0: "late", 1: None, 5: "night"})
    past: dict[str, tuple[str | None, ...]] = {worker.id: ("night",) for worker in others[:5]}
    asked = replace(asked, workers=(fixed, *others), history=past, absences=())
    findings = audit(asked, first_roster(asked))
    assert {f.rule for f in findings if f.hard} <= {"least_on_duty"}


def test_it_is_a_roster_whatever_the_problem() -> None:
    asked = sample_problem(1, people=1, days=3)
    assert check_roster(asked, first_roster(asked)) == []


def test_the_sample_is_the_same_for_the_same_seed() -> None:
    assert sample_problem(4) == sample_problem(4) != sample_problem(5)


def test_sample_staff() -> None:
    staff = sample_staff(1, ("s1", "s2"), 24)
    assert [worker.id for worker in staff][:2] == ["c201", "c202"]
    assert len({worker.name for worker in staff}) == 24
    assert sum("crisis" in worker.qualifications for worker in staff) == 12
    with pytest.raises(ValueError, match="at least one site"):
        sample_staff(1, ())


def test_limits_of_single_people_are_kept() -> None:
    asked = sample_problem(1, 24)
    limits = Limits(most_of={"night": 2}, most_minutes=4800, most_days_in_a_row=3, most_weekends=2)
    staff = tuple(replace(w, limits=limits) if n % 2 else w for n, w in enumerate(asked.workers))
    asked = replace(asked, workers=staff, absences=())
    broken = {f.rule for f in audit(asked, first_roster(asked)) if f.hard}
    assert broken <= {"least_on_duty", "never_empty", "crisis"}


def test_a_fixed_weekend_is_one_of_those_allowed() -> None:
    asked = sample_problem(1, 24)
    saturdays = [day for day in range(asked.days) if asked.day(day).weekday() == 5]
    staff = tuple(
        replace(w, limits=Limits(most_weekends=1), fixed={saturdays[n % len(saturdays)]: "late"})
        for n, w in enumerate(asked.workers)
    )
    asked = replace(asked, workers=staff, absences=())
    assert "weekends" not in {f.rule for f in audit(asked, first_roster(asked))}
