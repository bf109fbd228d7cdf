from datetime import timedelta

from sqlalchemy.orm import Session

from records.presences import EVERY, LEASE, between, by_hour, note
from records.spans import Span
from tests.records.builders import EPOCH, NOON, after, person


def seen(db: Session) -> dict[str, list[Span]]:
    return {
        who: [Span(span.begins - EPOCH, span.ends - EPOCH) for span in spans]
        for who, spans in between(db, NOON - timedelta(days=1), NOON + timedelta(days=1)).items()
    }


def test_who_is_seen_again_is_there_all_the_while(db: Session) -> None:
    db.add_all([person("lin"), person("wu")])
    db.flush()
    for minute in range(4):
        note(db, ["lin"] if minute else ["lin", "wu"], after(60 * minute))
        db.flush()
    assert seen(db) == {"lin": [Span(0, 180)], "wu": [Span(0, 0)]}


def test_who_was_away_for_a_lease_begins_anew(db: Session) -> None:
    db.add(person("lin"))
    db.flush()
    pause = LEASE.total_seconds()
    for second in (0, pause, 2 * pause + 1):
        note(db, ["lin"], after(second))
        db.flush()
    assert seen(db) == {"lin": [Span(0, 150), Span(301, 301)]}


def test_partners_are_nobody_on_record(db: Session) -> None:
    note(db, ["sheng1"], NOON)
    assert seen(db) == {}


def test_only_what_lies_in_the_period_is_told(db: Session) -> None:
    db.add(person("lin"))
    db.flush()
    for minute in range(10):
        note(db, ["lin"], after(60 * minute))
        db.flush()
    assert between(db, after(120), after(300)) == {"lin": [Span(EPOCH + 120, EPOCH + 300)]}
    assert between(db, after(600), after(900)) == {}


def test_one_missed_look_is_no_absence() -> None:
    assert 2 * EVERY < LEASE


def test_how_many_were_there_in_each_hour() -> None:
    def at(*hours: float) -> Span:
        begins, ends = (EPOCH + int(3600 * hour) for hour in hours)
        return Span(begins, ends)

    there = {"lin": [at(0, 0.5), at(1, 3)], "wu": [at(0.5, 1), at(2.6, 3)], "chen": [at(-1, 0.25)]}
    assert by_hour(there, NOON) == {0: 1, 1: 1, 2: 1}
    assert by_hour({"lin": [at(0, 0.5)], "wu": [at(2, 2.4), at(5, 5)]}, NOON) == {0: 1, 2: 0}
