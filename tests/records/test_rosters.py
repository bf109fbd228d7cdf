from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from records import audit_log, rosters
from records.rosters import HardFindings, NotADraft, RosterChanged, RosterMissing, Unaudited
from records.store import Store
from records.tables import RosterRow
from scheduler.problem import Finding, Roster
from tests.records.builders import NOON, after

MONDAY = date(2026, 3, 2)
ROSTER = Roster({"lin": ("early", "early", None), "wu": (None, "night", "night")})
HARD = Finding("rest", True, "lin", 1, {"zh": "休息不足", "en": "lin rests too little"})
SOFT = Finding("wish", False, "wu", 2, {"zh": "愿望", "en": "wu wished to be free"})


def day(index: int) -> date:
    return MONDAY + timedelta(days=index)


def draft(db: Session, first: date = MONDAY, roster: Roster = ROSTER) -> RosterRow:
    return rosters.save_draft(db, first, roster, 120, 100, "wu", NOON)


def published(db: Session, minutes: int, first: date, roster: Roster = ROSTER) -> RosterRow:
    row = draft(db, first, roster)
    return rosters.publish(db, row.id, (), "wu", after(60 * minutes))


def test_a_draft_is_kept_as_it_is(store: Store) -> None:
    with store.session() as db:
        number = draft(db).id
    with store.read() as db:
        row = rosters.by_id(db, number)
        assert (row.version, row.first, row.days, row.status) == (1, MONDAY, 3, "draft")
        assert (row.objective, row.bound, row.created_by, row.created_at) == (120, 100, "wu", NOON)
        assert rosters.roster_of(row) == ROSTER


def test_a_roster_that_is_too_long(db: Session) -> None:
    draft(db, roster=Roster({"lin": (None,) * 366}))
    with pytest.raises(ValueError, match="has 367 days; it must have at most 366"):
        draft(db, roster=Roster({"lin": (None,) * 367}))


def test_versions_count_up_and_are_listed_newest_first(db: Session) -> None:
    one, two = draft(db), draft(db)
    assert [row.version for row in rosters.listing(db)] == [2, 1]
    assert rosters.latest_draft(db) is two
    rosters.publish(db, two.id, (), "wu", NOON)
    assert rosters.latest_draft(db) is one
    rosters.publish(db, one.id, (), "wu", NOON)
    assert rosters.latest_draft(db) is None


def test_a_roster_that_does_not_exist(db: Session) -> None:
    with pytest.raises(RosterMissing, match="there is no roster 7"):
        rosters.by_id(db, 7)
    with pytest.raises(RosterMissing):
        rosters.publish(db, 7, (), "wu", NOON)
    with pytest.raises(RosterMissing):
        rosters.set_cell(db, 7, "lin", MONDAY, None, "wu", NOON)


# ---- one cell


def test_a_cell_is_changed_and_the_change_is_on_record(store: Store) -> None:
    with store.session() as db:
        number = draft(db).id
    with store.session() as db:
        rosters.set_cell(db, number, "lin", day(2), "night", "chen", after(60))
    with store.read() as db:
        assert rosters.roster_of(rosters.by_id(db, number)).cells == {
            "lin": ("early", "early", "night"),
            "wu": (None, "night", "night"),
        }
        entry = audit_log.entries(db)[0]
        assert (entry.who, entry.what, entry.object) == ("chen", "roster.cell", f"roster {number}")
        assert entry.detail == {"person": "lin", "day": "2026-03-04", "from": None, "to": "night"}


def test_a_cell_of_somebody_new(db: Session) -> None:
    row = rosters.set_cell(db, draft(db).id, "chen", day(1), "early", "wu", NOON)
    assert row.cells["chen"] == [None, "early", None]


@pytest.mark.parametrize("outside", [day(-1), day(3)])
def test_a_cell_outside_of_the_roster(db: Session, outside: date) -> None:
    with pytest.raises(ValueError, match="must be from 2026-03-02 to 2026-03-04"):
        rosters.set_cell(db, draft(db).id, "lin", outside, "early", "wu", NOON)


def test_a_cell_is_read_as_it_is_and_is_empty_without_a_row(db: Session) -> None:
    number = rosters.set_cell(db, draft(db).id, "chen", day(1), "early", "wu", NOON).id
    asked = [("chen", 1), ("chen", 0), ("nobody", 1)]
    found = [rosters.the_cell(db, number, person, day(index)) for person, index in asked]
    assert found == ["early", None, None]


def test_what_is_published_is_never_edited(db: Session) -> None:
    row = published(db, 0, MONDAY)
    with pytest.raises(NotADraft, match="is published"):
        rosters.set_cell(db, row.id, "lin", MONDAY, None, "wu", NOON)
    with pytest.raises(NotADraft):
        rosters.publish(db, row.id, (), "wu", NOON)


def test_two_people_who_edit_one_draft_lose_nothing(store: Store) -> None:
    with store.session() as db:
        number = draft(db, roster=Roster({"lin": (None,) * 8, "wu": (None,) * 8})).id
    start = threading.Barrier(2)

    def fill(person: str) -> None:
        start.wait()
        for index in range(8):
            with store.session() as db:
                rosters.set_cell(db, number, person, day(index), "early", person, NOON)

    threads = [threading.Thread(target=fill, args=(person,)) for person in ("lin", "wu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as db:
        cells = rosters.by_id(db, number).cells
    assert cells == {"lin": ["early"] * 8, "wu": ["early"] * 8}


# ---- publishing


def test_publishing_says_who_and_when(db: Session) -> None:
    row = rosters.publish(db, draft(db).id, [SOFT], "chen", after(60))
    assert (row.status, row.published_by, row.published_at) == ("published", "chen", after(60))
    assert (row.override_by, row.override_reason) == (None, None)
    entry = audit_log.entries(db)[0]
    assert (entry.who, entry.what) == ("chen", "roster.publish")
    assert entry.detail == {"version": 1, "hard_findings": 0, "override_reason": ""}


def test_without_an_audit_nothing_is_published(db: Session) -> None:
    row = draft(db)
    with pytest.raises(Unaudited, match="was not audited"):
        rosters.publish(db, row.id, None, "wu", NOON, "in a hurry")
    assert row.status == "draft"


def test_what_was_changed_after_its_audit_is_not_published(db: Session) -> None:
    row = draft(db)
    rosters.set_cell(db, row.id, "lin", day(2), "night", "chen", NOON)
    with pytest.raises(RosterChanged, match="was changed meanwhile"):
        rosters.publish(db, row.id, (), "wu", NOON, "typhoon", ROSTER)
    assert row.status == "draft"
    rosters.publish(db, row.id, (), "wu", NOON, audited=rosters.roster_of(row))
    assert row.status == "published"


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_broken_hard_rules_forbid_publishing(db: Session, reason: str | None) -> None:
    row = draft(db)
    with pytest.raises(HardFindings, match="1 hard rules are broken: lin rests") as refused:
        rosters.publish(db, row.id, [SOFT, HARD], "wu", NOON, reason)
    assert refused.value.findings == (HARD,)
    assert row.status == "draft"


def test_somebody_can_answer_for_broken_rules_by_name(db: Session) -> None:
    reason = "typhoon " * 1000
    row = rosters.publish(db, draft(db).id, [HARD], "wu", NOON, reason)
    assert (row.status, row.override_by) == ("published", "wu")
    assert row.override_reason == reason.strip()
    detail = {"version": 1, "hard_findings": 1, "override_reason": reason.strip()}
    assert audit_log.entries(db)[0].detail == detail


# ---- what is in force


def test_only_what_is_published_is_in_force(db: Session) -> None:
    draft(db)
    assert rosters.published_cells(db, MONDAY, day(6)) == {}


def test_a_published_roster_day_by_day(db: Session) -> None:
    published(db, 0, MONDAY)
    assert rosters.published_cells(db, day(-1), day(6)) == {
        day(0): {"lin": "early"},
        day(1): {"lin": "early", "wu": "night"},
        day(2): {"wu": "night"},
    }
    assert rosters.published_cells(db, day(1), day(1)) == {day(1): {"lin": "early", "wu": "night"}}


def test_a_long_roster_is_in_force_to_its_last_day(db: Session) -> None:
    published(db, 0, MONDAY, Roster({"lin": ("early",) * 366}))
    assert rosters.published_cells(db, day(365), day(400)) == {day(365): {"lin": "early"}}


def test_the_latest_published_wins_each_day_that_it_has(db: Session) -> None:
    free = Roster({"lin": (None, None), "chen": ("late", None)})
    early_draft = draft(db, day(2), free)  # an older version, published last
    published(db, 0, MONDAY)
    rosters.publish(db, early_draft.id, (), "wu", after(60))
    assert rosters.published_cells(db, MONDAY, day(6)) == {
        day(0): {"lin": "early"},
        day(1): {"lin": "early", "wu": "night"},
        day(2): {"chen": "late"},
        day(3): {},  # published, and nobody works
    }
