from dashboard import shapes
from dashboard.board import Hour
from dashboard.shapes import Bar, curve, strip


def hour(
    n: int,
    need: int | None = None,
    rostered: int = 0,
    answered: int = 0,
    there: int | None = None,
) -> Hour:
    return Hour(n, need, rostered, there, answered, answered, now=n == 14, future=n > 14)


def test_the_highest_bar_fills_the_strip() -> None:
    drawn = strip([hour(0, need=4, rostered=2, answered=1), hour(14)])
    assert drawn.needs == (Bar(4, 6.0, 32, 58.0),)
    assert drawn.answered == (Bar(14, 49.5, 12, 14.5),)
    assert drawn.rostered == "M0 35.0L40 35.0L40 64.0L80 64.0"
    assert drawn.now == 560


def test_who_was_there_is_drawn_up_to_now() -> None:
    drawn = strip([hour(0, rostered=1, there=2), hour(1, rostered=1, there=0), hour(2)])
    assert drawn.there == "M0 6.0L40 6.0L40 64.0L80 64.0"


def test_an_empty_day_draws_no_bars() -> None:
    drawn = strip([hour(n) for n in range(24)])
    assert (drawn.needs, drawn.answered) == ((), ())


def test_no_curve_before_the_first_roster() -> None:
    assert curve(()) is None
    assert curve(((1.0, None, 5),)) is None


def test_the_curve_falls_in_steps_and_the_bound_rises() -> None:
    drawn = curve(((0.0, None, 0), (5.0, 100, 0), (10.0, 60, 50)))
    assert drawn is not None
    assert drawn.objective == "M150.0 4.0L300.0 4.0L300.0 29.6L300.0 29.6"
    assert drawn.bound.startswith("M0.0 68.0L150.0 68.0")
    assert drawn.gap.startswith(drawn.objective) and drawn.gap.endswith("Z")


def test_one_point_is_enough() -> None:
    assert curve(((0.0, 7, 7),)) is not None
    assert shapes.HOUR_WIDTH == 40
