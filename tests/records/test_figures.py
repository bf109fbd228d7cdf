from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from records.figures import Course, measure, measure_by
from routing.calls import Outcome
from tests.records.builders import NOON, after


def course(wait: float | None, outcome: str | None = "answered", line: str = "city") -> Course:
    return Course(line, NOON, None if wait is None else after(wait), outcome)


def test_a_handful_of_calls_counted_by_hand() -> None:
    found = measure(
        [
            course(10),
            course(20),
            course(60),
            course(None, "abandoned"),
            course(None, "promised"),
            course(None, None),  # still waits
        ]
    )
    assert (found.offered, found.answered, found.abandoned, found.promised) == (6, 3, 1, 1)
    assert found.answer_rate == 3 / 5
    assert found.service_level == 2 / 5
    assert found.abandonment == 1 / 6
    assert (found.asa_seconds, found.longest_wait_seconds) == (30, 60)


def test_the_limit_of_the_service_level_can_be_another() -> None:
    assert measure([course(10), course(20)], answer_seconds=10).service_level == 1 / 2


def test_nothing_has_no_rates() -> None:
    nothing = measure([])
    assert (nothing.answer_rate, nothing.abandonment, nothing.asa_seconds) == (None, None, None)


WAYS = st.tuples(
    st.none() | st.integers(0, 600), st.sampled_from([None, *Outcome]), st.sampled_from("abc")
)


@given(st.lists(WAYS, max_size=30))
def test_groups_add_up_to_the_whole(ways: list[tuple[int | None, Outcome | None, str]]) -> None:
    calls = [course(wait, outcome, line) for wait, outcome, line in ways]
    whole = measure(calls)
    parts = measure_by(calls, lambda one: one.line)
    assert set(parts) == {line for _, _, line in ways}
    for name in ("offered", "answered", "abandoned", "promised", "cut_off", "refused"):
        assert sum(getattr(part, name) for part in parts.values()) == getattr(whole, name)
    longest = [p.longest_wait_seconds for p in parts.values() if p.longest_wait_seconds is not None]
    assert max(longest, default=None) == whole.longest_wait_seconds


def test_a_wait_is_in_seconds() -> None:
    assert Course("city", NOON, NOON + timedelta(minutes=2), None).wait == 120
