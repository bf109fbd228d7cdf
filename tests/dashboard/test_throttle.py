from datetime import timedelta

from dashboard.throttle import Throttle
from tests.dashboard.builders import NOW


def test_the_first_failures_cost_nothing() -> None:
    throttle = Throttle(free=3, first=30)
    for _ in range(2):
        throttle.failed("a", NOW)
    assert throttle.wait("a", NOW) == 0


def test_each_further_failure_doubles_the_wait_up_to_the_most() -> None:
    throttle = Throttle(free=3, first=30, most=100)
    waits = []
    for _ in range(6):
        throttle.failed("a", NOW)
        waits.append(throttle.wait("a", NOW))
    assert waits == [0, 0, 31, 61, 101, 101]


def test_the_wait_ends_by_itself() -> None:
    throttle = Throttle(free=1, first=30)
    throttle.failed("a", NOW)
    assert throttle.wait("a", NOW + timedelta(seconds=30)) == 0


def test_one_key_does_not_hold_up_another() -> None:
    throttle = Throttle(free=1)
    throttle.failed("a", NOW)
    assert throttle.wait("b", NOW) == 0


def test_success_forgives() -> None:
    throttle = Throttle(free=1)
    throttle.failed("a", NOW)
    throttle.succeeded("a")
    assert throttle.wait("a", NOW) == 0


def test_old_failures_are_forgotten() -> None:
    throttle = Throttle(free=2, first=30, forget=60)
    throttle.failed("a", NOW)
    throttle.failed("a", NOW + timedelta(seconds=61))
    assert throttle.wait("a", NOW + timedelta(seconds=61)) == 0
