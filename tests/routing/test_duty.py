from hypothesis import given
from hypothesis import strategies as st

from routing import duty
from routing.plan import Shift

SLOT = 900


def test_a_shift_fills_its_slots_and_the_rest_is_nobody() -> None:
    found = duty.table([Shift("lin", 900, 2700)], 0, SLOT, 1, frozenset())
    assert found == {"0/0": "-", "1/0": "lin", "2/0": "lin", "3/0": "-", "4/0": "-"}


def test_marks_say_who_needs_no_sign_in_and_who_is_on_call() -> None:
    shifts = [Shift("lin", 0, 900), Shift("chen", 0, 900), Shift("wang", 0, 900, on_call=True)]
    found = duty.table(shifts, 0, SLOT, 0, frozenset({"chen"}))
    assert found == {"0/0": "chen!,lin,wang~"}


def test_a_shift_that_has_begun_is_on_from_now() -> None:
    assert duty.table([Shift("lin", 0, 7200)], 3600, SLOT, 0, frozenset()) == {"4/0": "lin"}


@given(st.integers(1, 900))
def test_a_long_slot_is_split_below_what_asterisk_reads(people: int) -> None:
    shifts = [Shift(f"person{n:04}", 0, 900) for n in range(people)]
    found = duty.table(shifts, 0, SLOT, 0, frozenset())
    assert all(len(text) <= duty.CHUNK for text in found.values())
    assert sorted(",".join(found.values()).split(",")) == [s.person for s in shifts]
    assert list(found) == [f"0/{n}" for n in range(len(found))]


def test_changes_begin_with_the_running_slot_and_remove_the_past() -> None:
    wanted = {"4/0": "lin", "5/0": "chen", "6/0": "lin"}
    real = {"3/0": "lin", "4/0": "wang", "6/0": "lin"}
    found = duty.changes(wanted, real, 4 * SLOT, SLOT)
    assert found == [
        duty.Change("4/0", "lin"),
        duty.Change("3/0", None),
        duty.Change("5/0", "chen"),
    ]


@given(
    st.dictionaries(st.integers(0, 9).map(lambda n: f"{n}/0"), st.sampled_from(["a", "b", "-"])),
    st.dictionaries(st.integers(0, 9).map(lambda n: f"{n}/0"), st.sampled_from(["a", "b", "-"])),
)
def test_applying_the_changes_makes_the_real_table_the_wanted_one(
    wanted: dict[str, str], real: dict[str, str]
) -> None:
    result = dict(real)
    for change in duty.changes(wanted, real, 0, SLOT):
        if change.value is None:
            del result[change.key]
        else:
            result[change.key] = change.value
    assert result == wanted


def test_empty_stretches_are_joined_and_on_call_staff_do_not_fill_them() -> None:
    wanted = {"0/0": "lin", "1/0": "-", "2/0": "wang~", "3/0": "lin!", "4/0": "-"}
    assert duty.empty_hours(wanted, SLOT) == [
        duty.EmptyHour(900, 2700),
        duty.EmptyHour(3600, 4500),
    ]


def test_drift_tells_the_machine_from_the_people() -> None:
    now = duty.rostered({"0/0": "chen!,lin,wang~,wu"}, 10, SLOT)
    found = duty.drift(now, frozenset({"chen", "lin", "old"}), frozenset({"lin"}))
    assert found == duty.Drift(
        missing=frozenset({"wang"}), surplus=frozenset({"old"}), absent=frozenset({"wu"})
    )
