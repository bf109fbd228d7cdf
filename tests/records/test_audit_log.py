from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from records.audit_log import AuditFilter, about, entries, known, note, search
from tests.records.builders import NOON, after


def test_the_latest_entries_come_first(db: Session) -> None:
    for number in range(3):
        note(db, after(number), "wu", "unmask", f"call {number}", {"reason": "回拨"})
    assert [entry.object for entry in entries(db)] == ["call 2", "call 1", "call 0"]
    assert [entry.object for entry in entries(db, limit=1)] == ["call 2"]


def test_an_entry_says_who_did_what_to_what_and_why(db: Session) -> None:
    note(db, NOON, "wu", "unmask", "call 7", {"reason": "回拨"})
    (entry,) = entries(db)
    assert (entry.at, entry.who, entry.what, entry.object, entry.detail) == (
        NOON,
        "wu",
        "unmask",
        "call 7",
        {"reason": "回拨"},
    )


@pytest.mark.parametrize(
    ("wanted", "objects"),
    [
        (AuditFilter(), ["d", "c", "b", "a"]),
        (AuditFilter(first=after(1), last=after(3)), ["c", "b"]),
        (AuditFilter(who="wu"), ["b", "a"]),
        (AuditFilter(what="call"), ["d", "c"]),
        (AuditFilter(what="call.handed"), ["d"]),
        (AuditFilter(object="a"), ["a"]),
        (AuditFilter(per_page=3), ["d", "c", "b"]),
        (AuditFilter(per_page=3, page=2), ["a"]),
        (AuditFilter(per_page=3, page=9), []),
    ],
)
def test_searching(db: Session, wanted: AuditFilter, objects: list[str]) -> None:
    done = [("wu", "unmask"), ("wu", "call_in"), ("lin", "call.asked"), ("lin", "call.handed")]
    for number, (who, what) in enumerate(done):
        note(db, after(number), who, what, "abcd"[number], {})
    db.flush()
    assert [entry.object for entry in search(db, wanted).rows] == objects
    assert known(db) == (
        ["lin", "wu"],
        ["call.asked", "call.handed", "call_in", "unmask"],
    )


def test_what_was_done_to_one_thing_is_told_in_order(db: Session) -> None:
    for number, (what, thing) in enumerate([("pause", "a"), ("resume", "b"), ("resume", "a")]):
        note(db, after(number), "wu", what, thing, {})
    assert [entry.what for entry in about(db, "a")] == ["pause", "resume"]


def test_what_the_pages_have_no_word_for_is_on_record_all_the_same(db: Session) -> None:
    note(db, NOON, "wu", "unmasked", "call 7", {"call": 7})
    (entry,) = entries(db)
    assert (entry.what, entry.detail) == ("unmasked", {"call": 7})
