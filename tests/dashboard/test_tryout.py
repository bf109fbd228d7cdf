"""A roster tried out, from the page."""

from dataclasses import replace
from math import nan

from dashboard.deps import Tried
from scheduler.whatif import Estimate, Figures
from tests.dashboard.builders import World, draft, without_tags

SOME = Figures(
    Estimate(12.0, 1.0),
    Estimate(0.93, 0.01),
    Estimate(0.85, 0.01),
    Estimate(0.05, 0.01),
    Estimate(0.02, 0.01),
    Estimate(0.4, 0.05),
    Estimate(0.3, 0.02),
    Estimate(0.61, 0.03),
)
NOBODY = replace(SOME, calls=Estimate(0.0, 0.0), within=Estimate(nan, nan))


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def test_each_hour_and_all_are_told_with_their_intervals(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    hotline.actions.tried = Tried((SOME,) * 23 + (NOBODY,), SOME, 20)
    board = hotline.client("coordinator")
    page = board.post(f"/roster/{roster}/tryout", calls="replay").text
    assert hotline.actions.done == [("try_out", roster, True)]
    line = "12.0 ± 1.0 93.0 ± 1.0 85.0 ± 1.0 5.0 ± 1.0 2.0 ± 1.0 24.0 ± 3.0 61.0 ± 3.0"
    assert f"08:00 {line}" in text(page) and f"合计 {line}" in text(page)
    assert "23:00 0.0 ± 0.0 93.0 ± 1.0 –" in text(page)
    assert page.count("<rect") == 24


def test_what_stands_in_the_way_is_told(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    board = hotline.client("coordinator")
    answer = board.post(f"/roster/{roster}/tryout", calls="forecast")
    assert answer.status_code == 422 and "no calls are on record" in answer.text
    assert board.post(f"/roster/{roster}/tryout", calls="dice").status_code == 400
    assert board.post("/roster/9/tryout", calls="replay").status_code == 404
