from dashboard.plots import HEIGHT, WIDTH, columns, line
from dashboard.shapes import Bar


def test_columns_of_two_groups_fill_the_height_of_the_highest() -> None:
    found = columns([4, 0], [2, 0])
    assert found.top == 4
    assert found.outer == (Bar(72.0, 0.0, 336.0, HEIGHT),)
    assert found.inner == (Bar(144.0, HEIGHT / 2, 192.0, HEIGHT / 2),)


def test_nothing_is_drawn_of_nothing() -> None:
    assert columns([], []).outer == ()
    assert line([], 1) == ""


def test_a_line_is_broken_where_nothing_was_measured() -> None:
    quarter = WIDTH / 8
    assert line([1, 0, None, 0.5], 1) == (
        f"M{quarter} 2.0h0L{3 * quarter} {float(HEIGHT)}h0M{7 * quarter} 61.0h0"
    )
