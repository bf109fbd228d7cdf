"""Letters: made once, tried at growing intervals, given up; `lin` has an address, `wu` has none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from records import letters, notices
from records.letters import Way
from records.tables import LetterRow, NoticeRow, Person
from tests.records.builders import NOON, after, person
from tests.records.test_notices import FIRST, SECOND, published


@pytest.fixture
def told(db: Session) -> Session:
    """Two publications: the first changed what lin and wu have, the second lin's alone."""
    db.add_all([person(email="lin@example.org"), person("wu")])
    published(db, 1, FIRST)
    published(db, 2, SECOND)
    return db


def waiting(db: Session, way: Way = Way.MAIL, seconds: float = 0) -> list[tuple[int, str]]:
    """Which notice, counted from 1, and where to."""
    notice = {id_: n for n, id_ in enumerate(db.scalars(select(NoticeRow.id).order_by("id")), 1)}
    return [
        (notice[row.notice_id or 0], row.address) for row in letters.due(db, way, after(seconds))
    ]


def made(db: Session) -> list[LetterRow]:
    return list(db.scalars(select(LetterRow).order_by(LetterRow.id)))


def test_each_notice_becomes_one_letter_where_there_is_an_address(told: Session) -> None:
    for _ in range(2):
        letters.address_notices(told, Way.MAIL, NOON)
    assert waiting(told) == [(1, "lin@example.org"), (3, "lin@example.org")]
    letters.address_notices(told, Way.HOOK, NOON)
    assert waiting(told, Way.HOOK) == [(1, ""), (2, ""), (3, "")]


def test_what_has_been_read_or_is_of_long_ago_is_no_news(told: Session) -> None:
    letters.address_notices(told, Way.MAIL, NOON)
    notices.acknowledge(told, "lin", made(told)[0].notice_id or 0, "lin", NOON)
    assert waiting(told) == [(3, "lin@example.org")]
    letters.address_notices(told, Way.HOOK, after(90) + letters.GIVEN_UP)
    assert waiting(told, Way.HOOK, 9e5) == [(3, "")]


def test_who_leaves_is_told_nothing(told: Session) -> None:
    told.get_one(Person, "lin").active = False
    letters.address_notices(told, Way.MAIL, NOON)
    assert waiting(told) == []


def test_a_try_is_on_record_before_it_is_made_and_the_waits_grow(told: Session) -> None:
    letters.address_notices(told, Way.MAIL, NOON)
    waits = []
    row = made(told)[0]
    for _ in range(8):
        begun = row.due_at
        letters.begin(told, row.id, begun)
        waits.append((row.due_at - begun) / timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert waiting(told) == [(3, "lin@example.org")], "nobody else tries it meanwhile"


def test_what_was_taken_is_never_sent_again(told: Session) -> None:
    letters.address_notices(told, Way.MAIL, NOON)
    sent = made(told)[0].id
    letters.begin(told, sent, NOON)
    letters.note_sent(told, sent, after(1))
    assert waiting(told, seconds=90_000) == [(3, "lin@example.org")]


def test_a_dead_server_delays_all_and_two_days_of_it_end_the_tries(told: Session) -> None:
    letters.address_notices(told, Way.MAIL, NOON)
    rows = made(told)
    letters.begin(told, rows[0].id, NOON)
    letters.note_trouble(told, [row.id for row in rows], NOON, "no route to host")
    assert [(row.tries, row.due_at, row.trouble) for row in rows] == [
        (1, after(60), "no route to host")
    ] * 2
    letters.note_trouble(told, [rows[0].id], NOON + letters.GIVEN_UP, "no route to host")
    assert [row.failed_at for row in rows] == [NOON + letters.GIVEN_UP, None]


def test_a_refused_address_is_tried_again_when_it_was_put_right(told: Session) -> None:
    letters.address_notices(told, Way.MAIL, NOON)
    letters.note_refused(told, made(told)[0].id, NOON, "550 no such user")
    letters.address_notices(told, Way.MAIL, NOON)
    assert waiting(told) == [(3, "lin@example.org")]
    told.get_one(Person, "lin").email = "lin.jing@example.org"
    letters.address_notices(told, Way.MAIL, NOON)
    assert waiting(told) == [(1, "lin.jing@example.org"), (3, "lin@example.org")]


def test_a_summary_goes_once_to_each_address(db: Session) -> None:
    for _ in range(2):
        letters.address_report(db, "summary-2026-W39.xlsx", ["a@b.cn", "c@d.cn", "a@b.cn"], NOON)
    assert [(row.report, row.address) for row in letters.due(db, Way.MAIL, NOON)] == [
        ("summary-2026-W39.xlsx", "a@b.cn"),
        ("summary-2026-W39.xlsx", "c@d.cn"),
    ]
