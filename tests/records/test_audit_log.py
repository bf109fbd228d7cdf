from __future__ import annotations

from sqlalchemy.orm import Session

from records.audit_log import entries, note
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
