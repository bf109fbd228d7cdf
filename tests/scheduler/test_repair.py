"""Repairs against the proven minimum, found another way: by the plain model of all rules."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from scheduler.audit import audit, objective
from scheduler.change import Away, NewNeed, changed, leaves, missed
from scheduler.greedy import first_roster
from scheduler.model import build
from scheduler.problem import Absence, Impossible, Problem, Roster, Solved
from scheduler.repair import _with_better, repair
from scheduler.repaired import Alternative, Move, Repaired
from scheduler.sample import sample_problem
from scheduler.solve import solve
from scheduler.standing import Standing
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, needs, problem, roster, worker

CREW = tuple(worker(name, "crisis") for name in ("ann", "bob", "cyd", "dan"))
STRICT = replace(LAX, rest_hours=11, nights_in_a_row=2, price_short=1000, price_wish=5)


def repaired(asked: Problem, table: Roster, change: Away | NewNeed, **more: object) -> Repaired:
    got = repair(asked, table, change, **{"now": 0, "seconds": 60, **more})  # type: ignore[arg-type]
    assert isinstance(got, Repaired)
    return got


def first(asked: Problem, table: Roster, change: Away | NewNeed, **more: object) -> Alternative:
    return repaired(asked, table, change, **more).alternatives[0]


BASE = problem(*CREW, days=3, rules=STRICT, needs=needs(1, 3))
TABLE = roster(ann="ddd", bob="nn-", cyd="--n", dan="---")


def test_one_free_person_takes_over() -> None:
    got = first(BASE, TABLE, Away("ann", 1, 2))
    assert got.moves == (Move("dan", 1, None, "day"), Move("dan", 2, None, "day"))
    assert (got.people, got.open_hours, got.extra, got.findings, got.least) == (
        ("dan",), 0, 0, (), True,
    )  # fmt: skip


def test_leaving_hours_open_is_the_last_alternative_with_its_price() -> None:
    asked = replace(BASE, needs=needs(2, 3, hours=range(8, 20)))
    table = roster(ann="ddd", bob="nnn", cyd="ddd", dan="---")
    asked = replace(asked, rules=replace(asked.rules, nights_in_a_row=3))
    got = repaired(asked, table, Away("cyd", 1, 1))
    assert [(a.people, a.open_hours, a.extra) for a in got.alternatives] == [
        (("dan",), 0, 0),
        ((), 12, 12_000),
    ]


def test_what_has_begun_and_what_is_locked_never_moves() -> None:
    locked = frozenset({("dan", 1), ("dan", 2)})
    got = first(BASE, TABLE, Away("ann", 1, 2), locked=locked)
    assert not locked & {(move.worker, move.day) for move in got.moves}
    assert (got.people, got.open_hours) != (("dan",), 0)
    noon = 24 * 60 + 12 * 60
    late = first(BASE, TABLE, Away("ann", 1, 2), now=noon)
    assert all(move.day == 2 or move.after == "night" for move in late.moves)
    assert late.roster.cells["ann"] == ("day", None, None)


def test_a_locked_cell_of_the_sick_person_is_given_up() -> None:
    asked = replace(BASE, workers=(worker("ann", "crisis", fixed={1: "day"}), *CREW[1:]))
    assert first(asked, TABLE, Away("ann", 1, 1)).people == ("dan",)


def test_a_night_before_the_sickness_is_missed_too() -> None:
    table = roster(ann="nn-", bob="ddd", cyd="--n", dan="---")
    got = first(BASE, table, Away("ann", 1, 2))
    assert got.moves[0] == Move("dan", 0, None, "night")
    assert got.roster.cells["ann"] == (None, None, None)


def test_notice_is_what_is_missing_to_three_days() -> None:
    standing = Standing(BASE, BASE, TABLE, 0, frozenset(), frozenset())
    cells = ((0, None, "day"), (1, "night", "day"), (1, "night", None), (3, "day", None))
    assert [standing.short_notice(*cell) for cell in cells] == [64, 40, 28, 0]


def test_a_resignation_is_an_absence_to_the_end() -> None:
    assert leaves(BASE, "bob", 1) == Away("bob", 1, 2, "离职")
    assert first(BASE, TABLE, leaves(BASE, "bob", 1)).open_hours == 0


def test_a_need_that_grows_is_met_and_one_that_shrinks_moves_nobody() -> None:
    grown = first(BASE, TABLE, NewNeed(32, 43, 2))
    assert (grown.people, grown.open_hours) == (("dan",), 0)
    shrunk = first(BASE, TABLE, NewNeed(32, 43, 0))
    assert shrunk.moves == ()


def test_a_missed_stand_by_is_found_somebody() -> None:
    asked = problem(*CREW, days=2, shifts=(DAY, NIGHT, STANDBY), rules=STRICT)
    table = roster(ann="dd", bob="nn", cyd="bb", dan="--")
    both = tuple(Move("dan", day, None, "standby") for day in (0, 1))
    assert first(asked, table, Away("cyd", 1, 1)).moves == both


def test_only_the_hole_is_filled_and_not_what_was_open_before() -> None:
    """Three are asked for and two are there: a third is nobody's loss, with stand-by shifts too."""
    asked = problem(
        *CREW,
        days=2,
        shifts=(DAY, NIGHT, STANDBY),
        rules=STRICT,
        needs=needs(3, 2, hours=range(8, 20)),
    )
    table = roster(ann="dd", bob="nn", cyd="d-", dan="--")
    got = first(asked, table, Away("cyd", 0, 0))
    assert (got.moves, got.open_hours) == ((Move("dan", 0, None, "day"),), 0)


def test_where_no_legal_repair_exists_it_says_so() -> None:
    pair = problem(*CREW[:2], days=1, rules=STRICT)
    got = repair(pair, roster(ann="d", bob="n"), Away("ann", 0, 0), now=0, seconds=30)
    assert got == Impossible(())


def test_a_rule_with_a_price_is_paid_for_by_the_repair() -> None:
    """Only bob, who comes from the night, can take the day; nobody may have two nights."""
    rules = replace(STRICT, nights_in_a_row=1)
    asked = problem(*CREW[:3], days=2, rules=rules)
    table, sick = roster(ann="dd", bob="n-", cyd="-n"), Away("ann", 1, 1)
    assert repair(asked, table, sick, now=0, seconds=30) == Impossible(())
    bought = replace(asked, rules=replace(rules, prices={"rest": 5}))
    got = first(bought, table, sick)
    assert got.moves == (Move("bob", 1, None, "day"),)
    assert (got.extra, got.findings) == (5, ())


def test_hours_that_were_worked_already_stand_in_nobodys_way() -> None:
    """Leave takes its share off ann's most hours; what she did before cannot be undone."""
    rules = replace(STRICT, overtime_month_hours=0)
    crew = (replace(CREW[0], week_minutes=1440), *CREW[1:])
    asked = replace(BASE, workers=crew, rules=rules)
    table = roster(ann="dd-", bob="nn-", cyd="--n", dan="--d")
    late = first(asked, table, Away("ann", 2, 2), now=2 * 24 * 60)
    assert [(f.rule, f.worker) for f in late.findings] == [("overtime", "ann")]
    early = first(asked, table, Away("ann", 2, 2))
    assert early.findings == ()


def test_a_rule_that_was_overridden_stays_as_it_is() -> None:
    """Nobody is on duty on the first night; that is not for the repair to mend."""
    table = roster(ann="ddd", bob="-n-", cyd="--n", dan="---")
    got = first(BASE, table, Away("ann", 2, 2))
    assert got.moves == (Move("dan", 2, None, "day"),)
    assert got.findings == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (Away("eve", 0, 1), "worker is 'eve'; it must be one of ann"),
        (Away("ann", 2, 5), "the absence is days 2 to 5; it must lie within 0 to 2"),
        (NewNeed(5, 72, 1), "the hours are 5 to 72; they must lie within 0 to 71"),
    ],
)
def test_a_change_that_cannot_be_is_refused(change: Away | NewNeed, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        repair(BASE, TABLE, change, now=0)


def test_absences_that_overlap_become_one() -> None:
    asked = replace(BASE, absences=(Absence("ann", 0, 1), Absence("bob", 0, 0)))
    assert changed(asked, Away("ann", 1, 2)).absences == (
        Absence("bob", 0, 0),
        Absence("ann", 0, 2, "病假"),
    )


@pytest.mark.slow
def test_a_larger_roster_is_mended_lawfully_and_claims_no_proof() -> None:
    asked = sample_problem(1, people=20, days=14)
    table = first_roster(asked)
    assert not any(f.hard for f in audit(asked, table))
    sick = next(w for w, row in table.cells.items() if row[5] and row[6])
    change = Away(sick, 5, 6)
    got = repaired(asked, table, change, now=5 * 24 * 60, seconds=20)
    after = changed(asked, change)
    for alternative in got.alternatives:
        assert not any(finding.hard for finding in audit(after, alternative.roster))
        assert not alternative.least
        assert all(move.day >= 5 for move in alternative.moves)
    best = got.alternatives[0].open_hours
    assert all(best <= other.open_hours for other in got.alternatives)


def test_a_second_look_counts_only_when_it_disturbs_less() -> None:
    one, two, three = (
        replace(first(BASE, TABLE, Away("ann", 1, 2)), people=people)
        for people in (("dan",), ("bob", "cyd"), ("bob", "cyd", "dan"))
    )
    assert _with_better([two, three], one) == [one, two]
    assert _with_better([one, two], three) == [one, two]


def proven_minimum(asked: Problem, table: Roster, change: Away) -> tuple[int, ...]:
    """Open hours, people and shifts: the plain model of all rules, its hours counted anew.

    Empty where no legal roster exists.
    """
    after = changed(asked, change)
    gone = missed(asked, table, change)
    standing = Standing(asked, after, table, 0, frozenset(), gone)
    model = build(after)
    cp, x = model.cp, model.x
    touched = {w.id: cp.new_bool_var("") for w in after.workers}
    shifts = []
    for worker_ in after.workers:
        for day, before in enumerate(table.cells[worker_.id]):
            if (worker_.id, day) in gone:
                continue
            differs = cp.new_bool_var("")
            for kind in after.shifts:
                published = int(kind.id == before)
                cp.add(x[worker_.id, day, kind.id] == published).only_enforce_if(~differs)
            cp.add_implication(differs, touched[worker_.id])
            shifts.append(differs)
    opened = []
    for (pieces, day, kind_, least), hours in standing.floors.items():
        able = [w.id for w in after.workers if kind_ is None or kind_ in w.qualifications]
        short = cp.new_int_var(0, least, "")
        for piece in pieces:
            there = [x[w, day - o, s] for w in able for s, o in piece if day >= o]
            cp.add(short >= least - sum(there))
        opened.append(hours * short)
    best = []
    for level in (sum(opened), sum(touched.values()), sum(shifts)):
        cp.minimize(level)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        status = solver.solve(cp)
        if status == cp_model.INFEASIBLE:
            return ()
        assert status == cp_model.OPTIMAL
        best.append(round(solver.objective_value))
        cp.add(level == best[-1])
    return tuple(best)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_a_sickness_changes_no_more_than_the_proven_minimum(seed: int) -> None:
    draw = random.Random(seed)
    asked = sample_problem(seed, people=draw.randint(8, 9), days=4)
    made = solve(asked, seconds=30, workers=1, work=0.1, seed=seed)
    assert isinstance(made, Solved)
    working = [w for w, row in made.roster.cells.items() if any(row[1:])]
    begin = draw.randint(1, 2)
    change = Away(draw.choice(working), begin, begin + draw.randint(0, 1))
    minimum = proven_minimum(asked, made.roster, change)
    if not minimum:
        assert repair(asked, made.roster, change, now=0, seconds=60) == Impossible(())
        return
    got = first(asked, made.roster, change)
    assert got.least
    assert (got.open_hours, len(got.people), len(got.moves)) == minimum
    after = changed(asked, change)
    assert got.findings == ()
    assert not any(finding.hard for finding in audit(after, got.roster))
    assert (got.price, got.extra) == (
        objective(after, got.roster),
        objective(after, got.roster) - objective(asked, made.roster),
    )
