from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.alarms import clear_alarm, open_alarms, raise_alarm, settle, settle_stretches
from records.store import Store
from records.tables import Alarm
from tests.records.builders import NOON, after


def subjects(db: Session) -> list[tuple[str, str]]:
    return [(alarm.kind, alarm.subject) for alarm in open_alarms(db)]


def test_an_alarm_is_raised_once_and_cleared_once(db: Session) -> None:
    assert raise_alarm(db, "absent", "lin", {"since": "08:00"}, NOON)
    assert not raise_alarm(db, "absent", "lin", {"since": "09:00"}, after(60))
    (alarm,) = open_alarms(db)
    assert (alarm.detail, alarm.raised_at, alarm.cleared_at) == ({"since": "08:00"}, NOON, None)
    assert clear_alarm(db, "absent", "lin", after(90))
    assert not clear_alarm(db, "absent", "lin", after(91))
    assert (open_alarms(db), alarm.cleared_at) == ([], after(90))


def test_an_alarm_can_come_back(db: Session) -> None:
    raise_alarm(db, "absent", "lin", {}, NOON)
    clear_alarm(db, "absent", "lin", after(1))
    assert raise_alarm(db, "absent", "lin", {}, after(2))
    assert len(db.scalars(select(Alarm)).all()) == 2


def test_open_alarms_are_newest_first(db: Session) -> None:
    raise_alarm(db, "absent", "lin", {}, NOON)
    raise_alarm(db, "empty_hour", "20:00", {}, after(60))
    raise_alarm(db, "absent", "wu", {}, NOON)
    assert subjects(db) == [("empty_hour", "20:00"), ("absent", "wu"), ("absent", "lin")]


def test_settling_makes_the_open_alarms_of_a_kind_what_is_wanted(db: Session) -> None:
    raise_alarm(db, "absent", "lin", {}, NOON)
    raise_alarm(db, "absent", "wu", {}, NOON)
    raise_alarm(db, "empty_hour", "20:00", {}, NOON)
    settle(db, "absent", {"wu": {}, "chen": {"shift": "早"}}, after(60))
    assert sorted(subjects(db)) == [("absent", "chen"), ("absent", "wu"), ("empty_hour", "20:00")]
    settle(db, "absent", {}, after(120))
    assert subjects(db) == [("empty_hour", "20:00")]


def stretches(db: Session) -> list[tuple[int, int, int]]:
    """Id and stretch of what is open, the earliest first."""
    found = [(a.id, a.detail["begins"], a.detail["ends"]) for a in open_alarms(db)]
    return sorted(found, key=lambda stretch: stretch[1])


def test_a_stretch_that_goes_on_or_shrinks_is_the_same_alarm(db: Session) -> None:
    settle_stretches(db, "empty_hour", [(0, 1800), (7200, 9000)], NOON)
    (first, *_), (second, *_) = stretches(db)
    settle_stretches(db, "empty_hour", [(900, 1800), (7200, 9900)], after(900))
    assert stretches(db) == [(first, 900, 1800), (second, 7200, 9900)]
    assert subjects(db) == [("empty_hour", "7200"), ("empty_hour", "900")]
    settle_stretches(db, "empty_hour", [(9000, 10800)], after(1800))
    assert stretches(db) == [(second, 9000, 10800)]
    settle_stretches(db, "empty_hour", [], after(2700))
    assert stretches(db) == []


def test_a_stretch_that_begins_earlier_or_is_split_off_is_news(db: Session) -> None:
    settle_stretches(db, "empty_hour", [(3600, 7200)], NOON)
    ((told, *_),) = stretches(db)
    settle_stretches(db, "empty_hour", [(2700, 7200)], after(1))
    ((earlier, *_),) = stretches(db)
    assert earlier != told
    settle_stretches(db, "empty_hour", [(2700, 3600), (5400, 7200)], after(2))
    assert [id_ == earlier for id_, *_ in stretches(db)] == [True, False]
    settle_stretches(db, "empty_hour", [(0, 900), (2700, 3600), (5400, 6300)], after(3))
    assert len(stretches(db)) == 3


def test_a_new_stretch_may_begin_where_another_one_did(db: Session) -> None:
    settle_stretches(db, "empty_hour", [(0, 7200)], NOON)
    settle_stretches(db, "empty_hour", [(3600, 7200)], after(1))
    settle_stretches(db, "empty_hour", [(0, 900), (3600, 7200)], after(2))
    assert [stretch[1:] for stretch in stretches(db)] == [(0, 900), (3600, 7200)]


def test_the_database_itself_keeps_an_open_alarm_single(store: Store) -> None:
    """Two processes may look at the same moment, and both find none."""
    with pytest.raises(IntegrityError), store.session() as db:
        for _ in range(2):
            db.add(Alarm(kind="absent", subject="lin", detail={}, raised_at=NOON))
