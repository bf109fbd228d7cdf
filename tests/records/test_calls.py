from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from records.calls import (
    Before,
    CallFilter,
    CallTimes,
    HourCount,
    PersonLoad,
    before,
    courses,
    figures,
    history,
    hourly,
    per_person,
    prefixes,
    search,
)
from records.figures import Figures
from records.store import Store
from records.tables import Base, CallRow, NoteRow
from tests.records.builders import NOON, after, answered, call, lost, person, statements

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def keep(store: Store, *rows: Base) -> None:
    with store.session() as session:
        session.add_all(rows)


def found(store: Store, **wanted: object) -> list[int]:
    with store.read() as session:
        page = search(session, CallFilter(**wanted))  # type: ignore[arg-type]
        assert page.total >= len(page.rows)
        return [row.serial for row in page.rows]


def test_who_has_called_before_and_whom_they_spoke_with_last(store: Store) -> None:
    keep(
        store,
        answered(1, caller="1", person="lin"),
        answered(2, caller="1", person="chen"),
        lost(3, caller="1"),
        lost(4, caller="2"),
        answered(5, caller="3", kind="callback"),
        answered(6, caller=""),
        call(7, caller="1"),
        call(8, caller="4"),
    )
    waiting = {"q-1.7": "1", "w2": "2", "w3": "3", "w": "", "q-1.8": "4"}
    with store.read() as session:
        assert before(session, waiting) == {"q-1.7": Before("chen"), "w2": Before(None)}


def test_search_is_newest_first(store: Store) -> None:
    keep(store, answered(1), lost(3), call(2))
    assert found(store) == [3, 2, 1]


def test_calls_of_the_same_second_keep_their_order(store: Store) -> None:
    keep(store, call(1, arrived_at=NOON), call(2, arrived_at=NOON))
    assert found(store) == [2, 1]


@pytest.mark.parametrize(
    ("wanted", "serials"),
    [
        ({"first": after(120)}, [4, 3, 2]),
        ({"last": after(120)}, [1]),  # what begins at `last` is not in it
        ({"first": after(60), "last": after(180)}, [2, 1]),
        ({"line": "jinjiang"}, [2]),
        ({"person": "lin"}, [1]),
        ({"outcome": "answered"}, [1]),
        ({"outcome": "open"}, [4]),
        ({"outcome": "promised"}, [2]),
        ({"kind": "test"}, [3]),
        ({"number_ends": "0002"}, [2]),
        ({"number_ends": "80002"}, []),
        ({"number_ends": "%"}, []),
        ({"number_ends": "_"}, []),
        ({"line": "city", "outcome": "answered"}, [1]),
        ({"line": ""}, [4, 3, 2, 1]),
        ({"number_ends": "\0"}, []),
        ({"line": "city\0"}, []),
        ({"page": 10**30}, []),
        ({"page": -(10**30)}, [4, 3, 2, 1]),
        ({"first": after(300), "last": after(0)}, []),
    ],
)
def test_search_finds(store: Store, wanted: dict[str, object], serials: list[int]) -> None:
    keep(
        store,
        answered(1),
        lost(2, "promised", line="jinjiang"),
        lost(3, kind="test"),
        call(4),
    )
    assert found(store, **wanted) == serials


def test_a_number_is_found_by_no_more_of_its_end_than_is_shown(store: Store) -> None:
    keep(store, answered(1, caller="12345678"), answered(2, caller="13845675678"))
    assert [found(store, number_ends=digits) for digits in ("78", "5678", "75678")] == [
        [2, 1],
        [2],
        [],
    ]


@pytest.mark.parametrize(
    ("wanted", "serials"),
    [
        ({"outcome": "connected"}, [3, 1]),
        ({"lines": frozenset({"jinjiang"})}, [2]),
        ({"lines": frozenset()}, []),
        ({"not_lines": frozenset({"jinjiang"})}, [4, 3, 1]),
        ({"utc_hour": 4}, [2, 1]),
        ({"utc_hour": 5}, [3]),
        ({"utc_hour": 23}, [4]),
        ({"prefixes": frozenset({"0595227"})}, [4]),
        ({"note_kind": "silent"}, [1]),
        ({"problem": "family"}, [3]),
        ({"levels": frozenset({"high", "crisis"})}, [3]),
        ({"levels": frozenset({"high"}), "note_kind": "silent"}, []),
    ],
)
def test_search_finds_what_a_report_counted(
    store: Store, wanted: dict[str, object], serials: list[int]
) -> None:
    keep(
        store,
        person(),
        answered(1),
        lost(2, line="jinjiang"),
        answered(60, serial=3),
        lost(4, caller="059522770001", arrived_at=NOON + 19.5 * HOUR),
    )
    noted = {1: ("silent", None, None), 3: ("ordinary", "family", "high")}
    with store.session() as session:
        for serial, (kind, problem, level) in noted.items():
            call_id = session.scalars(select(CallRow.id).where(CallRow.serial == serial)).one()
            note = NoteRow(call_id=call_id, person="lin", revision=1, submitted_at=NOON, kind=kind)
            note.problem, note.level = problem, level
            session.add(note)
        draft = session.scalars(select(CallRow.id).where(CallRow.serial == 2)).one()
        session.add(NoteRow(call_id=draft, person="lin", revision=1, kind="silent", level="high"))
    assert found(store, **wanted) == serials


def test_beginnings_of_numbers_each_once(store: Store) -> None:
    keep(store, *(call(n, caller=f"1380000{n:04}") for n in (1, 2)), call(3, caller=""))
    with store.read() as session:
        assert sorted(prefixes(session)) == ["", "1380000"]


def test_pages(sqlite_store: Store) -> None:
    keep(sqlite_store, *(call(n) for n in range(1, 6)))
    with sqlite_store.read() as session:
        pages = [search(session, CallFilter(page=n, per_page=2)) for n in (0, 1, 2, 3, 4)]
        serials = [[row.serial for row in page.rows] for page in pages]
    assert serials == [[5, 4], [5, 4], [3, 2], [1], []]
    assert {page.total for page in pages} == {5}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_takes_three_queries_however_long_it_is(store: Store, rows: int) -> None:
    keep(store, *(answered(n) for n in range(1, rows + 1)))
    with statements(store.engine) as seen, store.read() as session:
        page = search(session, CallFilter())
        people = [leg.person for row in page.rows for leg in row.legs]
    assert people == ["lin"] * rows
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) == 3


def test_legs_stay_readable_after_the_session(store: Store) -> None:
    keep(store, answered(1))
    with store.read() as session:
        page = search(session, CallFilter())
    assert [leg.rang for leg in page.rows[0].legs] == [2]


def test_instants_come_back_aware(store: Store) -> None:
    keep(store, answered(1))
    with store.read() as session:
        (row,) = search(session, CallFilter()).rows
    assert (row.arrived_at, row.answered_at) == (after(60), after(70))
    assert row.arrived_at.utcoffset() == timedelta()


def test_figures_of_nothing(store: Store) -> None:
    with store.read() as session:
        nothing = figures(session, NOON, NOON + DAY)
    assert nothing == Figures(0, 0, 0, 0, 0, 0, None, None, None, None)


def test_figures(store: Store) -> None:
    keep(
        store,
        answered(1, wait=10),
        answered(2, wait=20),  # exactly within the 20 seconds
        answered(3, wait=60),
        lost(4, "abandoned"),
        lost(5, "promised"),
        lost(6, "cutoff"),
        lost(7, "refused"),
        call(8),  # still waits: offered, and in no rate
        lost(9, kind="test"),
        answered(0, arrived_at=NOON - HOUR),
    )
    with store.read() as session:
        day = figures(session, NOON, NOON + DAY)
    assert day == Figures(
        offered=8,
        answered=3,
        abandoned=1,
        promised=1,
        cut_off=1,
        refused=1,
        answer_rate=3 / 7,
        service_level=2 / 7,
        asa_seconds=30.0,
        longest_wait_seconds=60.0,
    )


def test_who_talks_already_counts_as_answered(store: Store) -> None:
    keep(store, call(1, answered_at=after(65), person="lin"))
    with store.read() as session:
        day = figures(session, NOON, NOON + DAY)
    assert (day.offered, day.answered, day.answer_rate, day.asa_seconds) == (1, 1, 1.0, 5.0)


def test_per_person(store: Store) -> None:
    keep(
        store,
        answered(1, talk=600),
        answered(2, talk=60),
        answered(3, talk=30, person="wu"),
        call(4, answered_at=after(245), person="wu"),  # goes on: counts, with no talk yet
        lost(5),
        answered(6, kind="test"),
    )
    with store.read() as session:
        loads = per_person(session, NOON, NOON + DAY)
    assert loads == {"lin": PersonLoad(2, 660), "wu": PersonLoad(2, 30)}


def test_hourly_counts_every_hour_and_a_begun_one(store: Store) -> None:
    keep(store, answered(1), lost(59), answered(60), lost(150))
    with store.read() as session:
        day = courses(session, NOON, NOON + DAY)
    assert hourly([], NOON, NOON) == []
    assert hourly(day, NOON, NOON + 2.75 * HOUR) == [
        HourCount(NOON, 2, 1),
        HourCount(NOON + HOUR, 1, 1),
        HourCount(NOON + 2 * HOUR, 1, 0),
    ]


def test_history_is_what_demand_needs_in_order(store: Store) -> None:
    keep(store, lost(2), answered(1), call(3), lost(4, kind="test"))
    with store.read() as session:
        past = history(session, NOON, NOON + DAY)
    assert past == [
        CallTimes(after(60), after(70), after(670), "answered"),
        CallTimes(after(120), None, after(150), "abandoned"),
        CallTimes(after(180), None, None, None),
    ]
