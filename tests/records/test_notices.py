from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from records import audit_log, notices, rosters
from records.notices import Told, changes
from records.rosters import NothingLeft, NotPublished, RosterMissing
from records.store import Store
from scheduler.problem import Roster
from tests.records.builders import NOON, after

MONDAY = NOON.date() - timedelta(days=NOON.weekday()) + timedelta(days=7)
FIRST = Roster({"lin": ("early", "early", None), "wu": (None, "night", "night")})
SECOND = Roster({"lin": ("early", "late", None), "wu": (None, "night", "night")})


def published(db: Session, minutes: int, roster: Roster = FIRST, first: date = MONDAY) -> int:
    row = rosters.save_draft(db, first, roster, None, None, "wu", NOON)
    return rosters.publish(db, row.id, (), "wu", after(60 * minutes)).id


def test_only_days_whose_shift_is_another_one_are_told_and_none_that_are_over() -> None:
    before = {MONDAY: {"lin": "early"}, MONDAY + timedelta(days=1): {"lin": "late"}}
    now = {MONDAY: {"lin": "night"}, MONDAY + timedelta(days=1): {"lin": "late", "wu": "early"}}
    tuesday = str(MONDAY + timedelta(days=1))
    assert changes(before, now, MONDAY) == {
        "lin": {str(MONDAY): ["early", "night"]},
        "wu": {tuesday: [None, "early"]},
    }
    assert changes(before, now, MONDAY + timedelta(days=1)) == {"wu": {tuesday: [None, "early"]}}
    assert changes(before, before, MONDAY) == {}


def test_who_has_other_duties_after_a_publication_is_told(db: Session) -> None:
    one, two = published(db, 1), published(db, 2, SECOND)
    assert [row.person for row in notices.of_roster(db, one)] == ["lin", "wu"]
    (told,) = notices.of_roster(db, two)
    tuesday = str(MONDAY + timedelta(days=1))
    assert (told.person, told.changes) == ("lin", {tuesday: ["early", "late"]})


def test_what_came_after_the_page_was_shown_is_not_acknowledged(db: Session) -> None:
    one = published(db, 1)
    seen = notices.unread(db, "lin")[-1].id
    two = published(db, 2, SECOND)
    notices.acknowledge(db, "lin", seen, "lin", after(300))
    assert [row.roster_id for row in notices.unread(db, "lin")] == [two]
    assert notices.counts(db) == {one: Told(2, 1), two: Told(1, 0)}
    assert audit_log.entries(db)[0].what == "roster.acknowledge"
    notices.acknowledge(db, "lin", seen, "lin", after(400))
    assert len([e for e in audit_log.entries(db) if e.what == "roster.acknowledge"]) == 1


def test_what_is_taken_back_leaves_what_was_before_in_force_and_tells_it(db: Session) -> None:
    published(db, 1)
    two = published(db, 2, SECOND)
    rosters.withdraw(db, two, "wu", after(240), "弄错了")
    tuesday = MONDAY + timedelta(days=1)
    assert rosters.published_cells(db, tuesday, tuesday)[tuesday]["lin"] == "early"
    assert [row.changes for row in notices.of_roster(db, two)] == [
        {str(tuesday): ["early", "late"]},
        {str(tuesday): ["late", "early"]},
    ]
    entry = audit_log.entries(db)[0]
    assert (entry.what, entry.who, entry.detail["reason"]) == ("roster.withdraw", "wu", "弄错了")
    with pytest.raises(NotPublished):
        rosters.withdraw(db, two, "wu", after(300), "弄错了")
    with pytest.raises(RosterMissing):
        rosters.withdraw(db, 99, "wu", after(300), "弄错了")


def test_days_are_left_without_anybody_only_by_force(store: Store) -> None:
    with store.session() as db:
        one = published(db, 1)
    with pytest.raises(NothingLeft) as left, store.session() as db:
        rosters.withdraw(db, one, "wu", after(120), "弄错了")
    assert left.value.days[0] == MONDAY
    with store.session() as db:
        assert rosters.by_id(db, one).status == "published"
        rosters.withdraw(db, one, "wu", after(120), "弄错了", forced=True)
    with store.read() as db:
        assert rosters.published_cells(db, MONDAY, MONDAY + timedelta(days=6)) == {}
