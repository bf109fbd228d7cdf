from routing import watch
from routing.duty import Drift, EmptyHour
from routing.plan import Shift

NOBODY: frozenset[str] = frozenset()


def test_absence_is_an_alarm_after_the_grace_and_until_the_shift_ends() -> None:
    shifts = [Shift("lin", 1000, 2000), Shift("chen", 1000, 2000)]
    absent = frozenset({"lin"})
    assert watch.not_signed_in(absent, shifts, 1299, 300) == {}
    assert watch.not_signed_in(absent, shifts, 1300, 300) == {"lin": {"since": 1000}}
    assert watch.not_signed_in(absent, shifts, 2000, 300) == {}


def test_empty_hours_count_only_as_far_as_rosters_are_published() -> None:
    found = [EmptyHour(0, 900), EmptyHour(3600, 9000), EmptyHour(10000, 11000)]
    assert watch.empty_hours(found, 7200) == [(0, 900), (3600, 7200)]


def test_a_window_that_is_not_filled_is_an_alarm() -> None:
    assert watch.short_window(72 * 3600, 0, 72) == {}
    assert watch.short_window(3600, 0, 72) == {"window": {"ends": 3600, "wanted": 259200}}


def test_drift_is_an_alarm_when_it_stays() -> None:
    drift = Drift(frozenset({"lin"}), frozenset({"old"}), NOBODY)
    assert watch.drifted(drift, None) == {}
    assert watch.drifted(drift, Drift(NOBODY, NOBODY, NOBODY)) == {}
    assert watch.drifted(drift, Drift(frozenset({"lin", "wu"}), NOBODY, NOBODY)) == {
        "lin": {"fault": "missing"}
    }
    assert watch.drifted(drift, drift) == {"lin": {"fault": "missing"}, "old": {"fault": "surplus"}}


def test_little_free_space_is_an_alarm() -> None:
    assert watch.low_disk(2**30, 2**30) == {}
    assert watch.low_disk(5 * 2**20, 2**30) == {"disk": {"free_mb": 5}}
