from dataclasses import replace
from datetime import date, timedelta

from records import rosters
from records.planning import latest, merged, problem_for, unknown_in_pairs, with_fixed
from records.store import Store
from records.tables import AbsenceRow, WishRow
from scheduler.problem import (
    Absence,
    Carried,
    Pair,
    Problem,
    Roster,
    Rules,
    ShiftType,
    Wish,
    Worker,
)
from tests.records.builders import NOON, person

MONDAY = date(2026, 11, 23)
STAFF = {"lin", "chen"}


def leave(person: str, first: int, last: int, reason: str = "leave") -> AbsenceRow:
    days = (MONDAY + timedelta(days=n) for n in (first, last))
    return AbsenceRow(person=person, first=next(days), last=next(days), reason=reason)


def wish(number: int, person: str, day: int, shift: str | None, weight: int = 1) -> WishRow:
    on = MONDAY + timedelta(days=day)
    return WishRow(id=number, person=person, day=on, shift=shift, want=True, weight=weight)


def test_fixed_cells_are_those_of_people_and_shifts_that_there_are() -> None:
    asked = Problem(
        MONDAY, 3, (ShiftType("early", "早", 420, 480),), (Worker("lin", "林", "a"),), ()
    )
    fixed = with_fixed(asked, {"lin": {0: "early", 1: None, 2: "gone"}, "old": {0: "early"}})
    assert [worker.fixed for worker in fixed.workers] == [{0: "early", 1: None}]


def test_leave_that_overlaps_or_touches_becomes_one_and_is_cut_to_the_horizon() -> None:
    rows = [leave("lin", 3, 5), leave("lin", -4, 1), leave("lin", 6, 40), leave("chen", 4, 4)]
    assert merged(rows, MONDAY, 28, STAFF) == (
        Absence("chen", 4, 4),
        Absence("lin", 0, 1),
        Absence("lin", 3, 27),
    )


def test_leave_of_somebody_who_has_left_or_outside_the_horizon_is_none() -> None:
    assert merged([leave("old", 0, 3), leave("lin", -9, -2)], MONDAY, 28, STAFF) == ()


def test_of_the_same_wish_the_last_counts_and_unknown_shifts_are_dropped() -> None:
    rows = [
        wish(2, "lin", 1, "early", weight=3),
        wish(1, "lin", 1, "early"),
        wish(3, "lin", 1, "gone"),
        wish(4, "old", 1, "early"),
        wish(5, "chen", 2, None),
    ]
    assert latest(rows, MONDAY, STAFF, {"early"}) == (
        Wish("lin", 1, "early", weight=3),
        Wish("chen", 2, None),
    )


SHIFTS = (ShiftType("early", "早", 420, 480), ShiftType("night", "夜", 1380, 480, night=True))


def test_the_months_before_count_on_and_pairs_of_those_who_are_there(store: Store) -> None:
    """lin had both nights; of the second chen, who was on leave, has no share."""
    pairs = (Pair("lin", "chen"), Pair("lin", "gone"))
    rules = Rules(pairs=pairs)
    with store.session() as db:
        db.add_all([person("lin", week_minutes=0), person("chen", week_minutes=0)])
        db.flush()
        db.add(leave("chen", 1, 1))
        cells = Roster({"lin": ("night", "night"), "chen": ("early", None)})
        row = rosters.save_draft(db, MONDAY, cells, None, None, "chief", NOON)
        rosters.publish(db, row.id, (), "chief", NOON)
    with store.read() as db:
        monday = MONDAY + timedelta(days=14)
        asked = problem_for(db, monday, 7, SHIFTS, (), rules)
        alone = problem_for(db, monday, 7, SHIFTS, (), replace(rules, carry_months=0))
    assert asked.pairs == pairs[:1]
    assert asked.carried == {"lin": Carried(0, 0, 0, 960), "chen": Carried(0, 0, 0, 480)}
    assert alone.carried == {}


def test_people_in_pairs_whom_nobody_knows_are_named_and_those_who_have_left_are_not(
    store: Store,
) -> None:
    pairs = (Pair("lin", "chen"), Pair("lin", "old"), Pair("lim", "x9"))
    with store.session() as db:
        db.add_all([person("lin"), person("chen"), person("old", active=False)])
    with store.read() as db:
        found = unknown_in_pairs(db, Rules(pairs=pairs))
    assert found == [
        {
            "zh": "rules.toml pairs[2].one：没有人员“lim”；是否应为 lin？",
            "en": "rules.toml pairs[2].one: is 'lim', whom nobody knows; did you mean lin?",
        },
        {
            "zh": "rules.toml pairs[2].other：没有人员“x9”；应为人员名册中的工号",
            "en": "rules.toml pairs[2].other: is 'x9', whom nobody knows; "
            "it must be the id of somebody among the people",
        },
    ]
