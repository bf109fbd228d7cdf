from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from records.figures import Course
from records.note import PROBLEMS, Kind, Level
from records.origins import Origin
from records.summary import Told, first_call, summarise, summary
from records.tables import CallRow, NoteRow
from tests.records.builders import NOON, after, answered, call, lost, person

DAY = timedelta(days=1)


def note(call: CallRow, **fields: object) -> NoteRow:
    values: dict[str, object] = {
        "call_id": call.id,
        "person": "lin",
        "revision": 1,
        "submitted_at": after(9000),
        "kind": "ordinary",
    }
    return NoteRow(**(values | fields))


def test_the_form_counted_by_hand(db: Session) -> None:
    calls = [
        answered(1, caller="059522770001"),
        answered(2, caller="02162525000"),
        answered(3, caller=""),
        answered(4, caller="059522770001"),
        lost(5, caller="059522770002"),
        lost(6, kind="test"),
        answered(7, arrived_at=NOON + DAY),
    ]
    db.add_all(
        [
            person("lin", qualifications=["counsellor", "crisis"]),
            person("wu", qualifications=["therapist"]),
            person("gone", active=False),
            *calls,
        ]
    )
    db.flush()
    db.add_all(
        [
            note(calls[0], problem="family", level="high"),
            note(calls[1], problem="suicide", level="crisis"),
            note(calls[2], kind="silent"),
            note(calls[3], kind="repeated", submitted_at=None),  # a draft says nothing yet
        ]
    )
    db.flush()
    found = summary(db, NOON, NOON + DAY, "0595")
    assert (found.figures.offered, found.figures.answered) == (5, 4)
    assert found.figures.answer_rate == 4 / 5
    assert found.origins == {Origin.LOCAL: 3, Origin.ELSEWHERE: 1, Origin.UNKNOWN: 1}
    assert {kind: n for kind, n in found.kinds.items() if n} == {Kind.ORDINARY: 2, Kind.SILENT: 1}
    assert {name: n for name, n in found.problems.items() if n} == {"family": 1, "suicide": 1}
    assert {level: n for level, n in found.levels.items() if n} == {Level.HIGH: 1, Level.CRISIS: 1}
    assert (found.danger, found.difficult, found.unwritten) == (2, 1, 1)
    assert found.staff == {"counsellor": 1, "crisis": 1, "therapist": 1}


def test_the_records_begin_with_their_first_call(db: Session) -> None:
    assert first_call(db) is None
    db.add_all([call(2), call(1)])
    db.flush()
    assert first_call(db) == after(60)


TOLD = st.builds(
    Told,
    st.builds(Course, st.just("city"), st.just(NOON), st.just(NOON), st.just("answered")),
    st.sampled_from(["", "059522770001", "02162525000"]),
    st.none() | st.sampled_from([kind.value for kind in Kind]),
    st.none() | st.sampled_from(PROBLEMS),
    st.none() | st.sampled_from([level.value for level in Level]),
)


@given(st.lists(TOLD, max_size=20))
def test_every_call_is_counted_once_in_each_part(told: list[Told]) -> None:
    found = summarise(told, "0595", {})
    assert sum(found.origins.values()) == found.figures.offered == len(told)
    assert sum(found.kinds.values()) + found.unwritten == len(told)
    assert sum(found.problems.values()) == sum(1 for each in told if each.problem)
    assert found.danger <= sum(found.levels.values())
