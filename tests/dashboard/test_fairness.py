"""Nights, weekends, holidays and hours over months, of what was published."""

from datetime import date

import pytest

from dashboard.shapes import Bar, bars
from tests.dashboard.builders import MONDAY, World, draft, without_tags

AUGUST = date(2026, 8, 31)


@pytest.fixture
def months(hotline: World) -> World:
    """Three days around the end of August, and the week in which October begins."""
    draft(hotline.store, {"lin": ("night",) * 3, "chen": ("early",)}, first=AUGUST, publish=True)
    week: tuple[str | None, ...] = ("night", None, None, "late", None, "mid", "standby")
    draft(hotline.store, {"lin": week, "chen": (None,) * 7}, first=MONDAY, publish=True)
    return hotline


def row(page: str, name: str) -> list[str]:
    found = page[page.index(f'<th scope="row">{name}</th>') :]
    return without_tags(found[: found.index("<svg")]).split()


@pytest.mark.parametrize(
    ("measure", "lin", "chen"),
    [
        ("nights", ["1", "3", "0", "▴4"], ["0", "0", "0", "0"]),
        ("weekends", ["0", "0", "1", "1"], ["0", "0", "0", "0"]),
        ("holidays", ["0", "0", "2", "2"], ["0", "0", "0", "0"]),
        ("hours", ["8", "24", "16", "▴48"], ["8", "0", "0", "8"]),
    ],
)
def test_counts_month_by_month(
    months: World, measure: str, lin: list[str], chen: list[str]
) -> None:
    months.clock.advance(2 * 86400)  # October
    page = months.client("coordinator").text(f"/roster/fairness?measure={measure}&months=3")
    assert row(page, "林婉如")[1:] == lin
    assert row(page, "陈思远")[1:] == chen


def test_the_mean_and_the_spread_are_told(months: World) -> None:
    months.clock.advance(2 * 86400)
    page = months.client("supervisor").text("/roster/fairness?measure=nights")
    assert "每人平均 1.3，最多与最少相差 4" in page


@pytest.mark.parametrize("query", ["measure=luck", "months=7", "months=x"])
def test_nonsense_is_refused(hotline: World, query: str) -> None:
    code = hotline.client("supervisor").get(f"/roster/fairness?{query}").status_code
    assert code == (200 if query == "months=x" else 400)


def test_bars_are_stacked_and_the_longest_fills_the_width() -> None:
    drawn = bars([(1, 3), (0, 2)], 3.0)
    assert drawn.parts == (
        (Bar(0.0, 2, 150.0, 16), Bar(150.0, 2, 450.0, 16)),
        (Bar(0.0, 2, 0.0, 16), Bar(0.0, 2, 300.0, 16)),
    )
    assert drawn.mean == 450.0
