from routing.line_tests import Result, Seen, in_turn
from routing.plan import Carrier

TELECOM, MOBILE, UNICOM = (
    Carrier(name, name, f"10.0.0.{n}") for n, name in enumerate(("telecom", "mobile", "unicom"))
)


def test_each_carrier_has_its_turn_and_the_others_follow() -> None:
    all_three = (TELECOM, MOBILE, UNICOM)
    assert in_turn(all_three, 0) == all_three
    assert in_turn(all_three, 1) == (MOBILE, UNICOM, TELECOM)
    assert in_turn(all_three, 5) == (UNICOM, TELECOM, MOBILE)
    assert in_turn((TELECOM,), 7) == (TELECOM,)


def test_only_a_call_that_came_back_as_its_line_has_passed() -> None:
    passed = [result for result in Result if Seen(result, "telecom").passed]
    assert passed == [Result.PASSED]
