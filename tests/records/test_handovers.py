"""Handover between shifts: sealed, confirmed by each who comes, missed when nobody reads it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from records import handovers
from records.handovers import KEPT, LONGEST, UNREAD, HandoverMissing
from records.sealing import Seal, new_key
from tests.records.builders import NOON, after, person

SEAL = Seal([new_key()])


@pytest.fixture
def written(db: Session) -> int:
    db.add_all([person("lin"), person("chen"), person("wu")])
    db.flush()
    return handovers.write(db, "lin", " 138 尾号 5678 约定今晚再打来 ", NOON, SEAL).id


def test_who_comes_sees_it_until_it_is_confirmed(db: Session, written: int) -> None:
    (shown,) = handovers.unread(db, "chen", after(60), SEAL)
    assert (shown.by, shown.text) == ("lin", "138 尾号 5678 约定今晚再打来")
    assert handovers.confirm(db, written, "chen", after(70))
    assert not handovers.confirm(db, written, "chen", after(80))
    db.flush()
    assert handovers.unread(db, "chen", after(90), SEAL) == []
    assert [note.id for note in handovers.unread(db, "wu", after(90), SEAL)] == [written]
    assert handovers.unread(db, "lin", after(90), SEAL) == []
    assert handovers.recent(db, after(90), SEAL)[0].readers == {"chen": after(70)}


def test_what_nobody_reads_is_missed_after_a_while(db: Session, written: int) -> None:
    moments = [NOON + UNREAD - timedelta(seconds=1), NOON + UNREAD, NOON + KEPT]
    assert [len(handovers.waiting(db, at)) for at in moments] == [0, 1, 1]
    handovers.confirm(db, written, "chen", after(70))
    db.flush()
    assert handovers.waiting(db, NOON + UNREAD) == []
    assert handovers.unread(db, "wu", NOON + KEPT, SEAL) == []


def test_it_lies_encrypted(db: Session, written: int) -> None:
    row = db.execute(text("SELECT * FROM handovers")).mappings().one()
    assert "5678" not in str(dict(row))


@pytest.mark.parametrize("told", ["", "  ", "长" * (LONGEST + 1)], ids=["none", "blank", "long"])
def test_a_note_of_no_or_too_many_words_is_refused(db: Session, told: str) -> None:
    with pytest.raises(ValueError, match=f"it must have 1 to {LONGEST}"):
        handovers.write(db, "lin", told, NOON, SEAL)


def test_what_there_is_not_is_not_confirmed(db: Session) -> None:
    with pytest.raises(HandoverMissing):
        handovers.confirm(db, 7, "lin", NOON)
