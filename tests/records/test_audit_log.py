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
        (AuditFilter(what="roster"), ["d", "c"]),
        (AuditFilter(what="roster.publish"), ["d"]),
        (AuditFilter(object="a"), ["a"]),
        (AuditFilter(per_page=3), ["d", "c", "b"]),
        (AuditFilter(per_page=3, page=2), ["a"]),
        (AuditFilter(per_page=3, page=9), []),
    ],
)
def test_searching(db: Session, wanted: AuditFilter, objects: list[str]) -> None:
    done = [("wu", "unmask"), ("wu", "rosterx"), ("lin", "roster.cell"), ("lin", "roster.publish")]
    for number, (who, what) in enumerate(done):
        note(db, after(number), who, what, "abcd"[number], {})
    db.flush()
    assert [entry.object for entry in search(db, wanted).rows] == objects
    assert known(db) == (
        ["lin", "wu"],
        ["roster.cell", "roster.publish", "rosterx", "unmask"],
    )


def test_what_was_done_to_one_thing_is_told_in_order(db: Session) -> None:
    for number, thing in enumerate(["call 1", "call 2", "call 1"]):
        note(db, after(number), "wu", f"step {number}", thing, {})
    assert [entry.what for entry in about(db, "call 1")] == ["step 0", "step 2"]
