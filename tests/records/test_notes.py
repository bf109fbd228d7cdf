"""The record of a call: drafts, their order, who may write, and what is encrypted."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from records import notes
from records.note import PROBLEMS, Kind, Level, Note, from_form, level_of, to_form
from records.notes import NoteChanged, NoteMissing, NoteRefused
from records.sealing import Seal, new_key
from records.tables import CallRow, LegRow, Person
from tests.records.builders import after, call, person

SEAL = Seal([new_key()])
WHOLE = Note(
    problem="family",
    suicidal=6,
    hopelessness=8,
    actions="已做安全约定",
    account="与母亲争执",
    follow_up=date(2026, 3, 4),
)


def answered(db: Session, number: int = 1, *, who: str = "lin", **fields: object) -> int:
    if db.get(Person, "lin") is None:
        db.add_all([person("lin"), person("chen")])
        db.flush()
    row = call(number, **({"person": who, "answered_at": after(60 * number + 20)} | fields))
    db.add(row)
    db.flush()
    return row.id


def save(
    db: Session, call_id: int, revision: int = 1, note: Note = WHOLE, who: str = "lin"
) -> object:
    return notes.save(db, call_id, who, revision, note, after(99), SEAL)


def test_a_draft_comes_back_as_it_was_and_its_texts_lie_encrypted(db: Session) -> None:
    number = answered(db)
    save(db, number)
    kept = notes.by_call(db, number, SEAL)
    assert kept is not None
    assert (kept.note, kept.revision, kept.submitted) == (WHOLE, 1, False)
    assert kept.note.level is Level.HIGH
    db.flush()
    row = db.execute(text("SELECT * FROM call_notes")).mappings().one()
    assert (row["problem"], row["suicidal"], row["level"]) == ("family", 6, "high")
    assert not any(word in str(dict(row)) for word in ("安全约定", "母亲"))


def test_an_older_revision_never_writes_over_a_newer_one(db: Session) -> None:
    number = answered(db)
    save(db, number, 3)
    save(db, number, 3, WHOLE)
    with pytest.raises(NoteChanged):
        save(db, number, 2, Note(account="old"))
    kept = notes.by_call(db, number, SEAL)
    assert kept is not None
    assert (kept.note, kept.revision) == (WHOLE, 3)


def test_what_was_submitted_stays(db: Session) -> None:
    number = answered(db)
    save(db, number)
    assert notes.submit(db, number, "lin", after(100), SEAL).submitted
    with pytest.raises(NoteChanged):
        save(db, number, 9)
    with pytest.raises(NoteChanged):
        notes.submit(db, number, "lin", after(101), SEAL)
    assert notes.drafts(db, "lin", SEAL) == []


@pytest.mark.parametrize(
    ("note", "lacks"),
    [
        (Note(), ("problem", "suicidal", "hopelessness")),
        (Note(kind=Kind.SILENT), ()),
        (Note(problem="sleep", suicidal=0, hopelessness=3), ()),
        (replace(WHOLE, actions=""), ("actions",)),
        (replace(WHOLE, suicidal=None), ("suicidal",)),
    ],
)
def test_what_is_not_whole_is_not_submitted(
    db: Session, note: Note, lacks: tuple[str, ...]
) -> None:
    number = answered(db)
    save(db, number, 1, note)
    assert note.lacks() == lacks
    if lacks:
        with pytest.raises(ValueError, match=" ".join(lacks)):
            notes.submit(db, number, "lin", after(100), SEAL)
    else:
        assert notes.submit(db, number, "lin", after(100), SEAL).submitted


def test_nobody_writes_about_another_one_s_call(db: Session) -> None:
    number = answered(db)
    with pytest.raises(NoteRefused):
        save(db, number, who="chen")
    with pytest.raises(NoteMissing):
        save(db, 99)
    save(db, number)
    with pytest.raises(NoteRefused):
        save(db, number, 5, who="chen")


def test_a_call_that_was_handed_on_is_found_by_its_later_answer(db: Session) -> None:
    number = answered(db, who="chen")
    db.add(LegRow(call_id=number, person="chen", at=after(900), rang=3, outcome="answered"))
    db.flush()
    found = notes.call_of(db, "chen", after(905))
    assert found is not None
    assert found.id == number


def test_the_record_goes_with_the_call(db: Session) -> None:
    number = answered(db)
    save(db, number, 3)
    db.get_one(CallRow, number).person = "chen"
    with pytest.raises(NoteRefused):
        save(db, number, 4)
    with pytest.raises(NoteChanged):
        notes.save(db, number, "chen", 9, WHOLE, after(99), SEAL, unseen=True)
    save(db, number, 4, who="chen")
    assert [kept.call.id for kept in notes.drafts(db, "chen", SEAL)] == [number]
    assert notes.drafts(db, "lin", SEAL) == []


def test_drafts_are_one_s_own_the_newest_call_first(db: Session) -> None:
    first, second = answered(db, 1), answered(db, 2)
    save(db, first)
    save(db, second)
    save(db, answered(db, 3, who="chen"), who="chen")
    assert [kept.call.id for kept in notes.drafts(db, "lin", SEAL)] == [second, first]


def test_the_call_is_found_by_when_it_was_answered(db: Session) -> None:
    first, second = answered(db, 1), answered(db, 2)  # at 80 and 140 seconds
    answered(db, 3, who="chen")
    found = [notes.call_of(db, "lin", after(seconds)) for seconds in (75, 112, 139, 229, 231)]
    assert [row and row.id for row in found] == [first, second, second, second, None]


def test_the_call_before_is_not_taken_for_one_that_is_not_on_record_yet(db: Session) -> None:
    first = answered(db, 1, ended_at=after(100))  # answered at 80 seconds
    found = [notes.call_of(db, "lin", after(seconds)) for seconds in (80, 101, 103, 120)]
    assert [row and row.id for row in found] == [first, first, None, None]


def test_earlier_calls_of_a_number_tell_what_was_found_but_no_text(db: Session) -> None:
    number, over = "13800131234", after(9000)
    first = answered(db, 1, caller=number, ended_at=over)
    second = answered(db, 2, caller=number, ended_at=over)
    answered(db, 3, caller="13900000000", ended_at=over)
    answered(db, 4, caller=number, ended_at=None)
    save(db, first)
    found = notes.previous(db, number)
    assert [(b.call.id, b.level, b.kind) for b in found] == [
        (second, None, None),
        (first, "high", "ordinary"),
    ]
    assert notes.previous(db, "") == ()


@given(
    st.builds(
        Note,
        kind=st.sampled_from(Kind),
        problem=st.sampled_from(("", *PROBLEMS)),
        suicidal=st.none() | st.integers(0, 10),
        hopelessness=st.none() | st.integers(0, 10),
        actions=st.text(max_size=50),
        account=st.text(max_size=50),
        follow_up=st.none() | st.dates(),
    )
)
def test_a_form_says_the_same_there_and_back(note: Note) -> None:
    assert from_form(to_form(note)) == note


@given(st.integers(0, 10), st.integers(0, 10))
def test_more_of_either_never_lowers_the_level(suicidal: int, hopelessness: int) -> None:
    order = [None, *Level]
    here = order.index(level_of(suicidal, hopelessness))
    if suicidal < 10:
        assert order.index(level_of(suicidal + 1, hopelessness)) >= here
    if hopelessness < 10:
        assert order.index(level_of(suicidal, hopelessness + 1)) >= here


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"suicidal": "11"}, "suicidal is 11; it must be 0 to 10"),
        ({"hopelessness": "-2"}, "hopelessness is -1; it must be 0 to 10"),
        ({"problem": "weather"}, "problem is 'weather'; it must be one of"),
        ({"kind": "odd"}, "'odd' is not a valid Kind"),
        ({"follow_up": "soon"}, "Invalid isoformat string: 'soon'"),
        ({"account": "a" * 10_001}, "account is too long; it must be 10000 characters at most"),
    ],
)
def test_a_wrong_field_is_told(fields: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_form(fields)
