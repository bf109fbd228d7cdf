"""Plots into files and into the terminal, and what is drawn of rosters, needs and simulations."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest

from deploy import panels
from deploy.plotting import Curve, Panel, check_target, in_terminal, plot
from scheduler.demand import Reasoned
from scheduler.problem import Progress
from scheduler.whatif import Estimate, Figures
from tests.scheduler.builders import LAX, needs, problem, roster, worker

WORDS = {"zh": "在岗", "en": "on duty"}
PANEL = Panel(WORDS, {"zh": "日", "en": "day"}, (Curve(WORDS, [0, 1, 2], [1, math.nan, 3]),))


@pytest.mark.slow
def test_a_file_is_a_picture_of_both_panels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.png"
    plot([PANEL, PANEL], str(file))
    data = file.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (1200, 720)
    assert capsys.readouterr().out == f"{file}\n"


def test_the_terminal_shows_the_title_and_the_name_of_each_curve(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plot([PANEL], "-")
    said = capsys.readouterr().out
    assert "on duty" in said and "day" in said and len(said.splitlines()) >= 10
    empty = Panel(WORDS, WORDS, (Curve(WORDS, [0], [math.nan]),))
    assert "on duty" in in_terminal(empty)


def test_without_a_target_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    plot([PANEL], None)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("roster.jpg", "--plot is 'roster.jpg'; it must be a file whose name ends in .png"),
        ("/nowhere/roster.png", "--plot is '/nowhere/roster.png'; its folder does not exist"),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_is_computed(
    target: str, fault: str
) -> None:
    with pytest.raises(ValueError, match="--plot is") as refused:
        check_target(target)
    assert str(refused.value).startswith(fault)


def test_cover_is_held_against_the_need() -> None:
    asked = problem(
        worker("ann"), worker("bob"), days=1, needs=needs(2, 1, hours=range(8, 10)), rules=LAX
    )
    need, there = panels.cover(asked, roster(ann="d", bob="-")).curves
    assert list(need.y) == [2, 2] + [0] * 14
    assert list(there.y) == [1] * 12 + [0] * 4
    assert need.x[0] == 8 / 24


def test_progress_begins_where_something_is_known() -> None:
    points = [Progress(0.1, None, 0), Progress(1, 90, 0), Progress(2, 80, 70)]
    objective, bound = panels.progress(points).curves
    assert (list(objective.x), list(objective.y)) == ([1, 2], [90, 80])
    assert (list(bound.x), list(bound.y)) == ([2], [70])


def test_demand_and_simulation() -> None:
    load, people = panels.demand([Reasoned(0, 1.5, 2, 3, 2, "records")]).curves
    assert (list(load.y), list(people.y)) == ([1.5], [3])
    one = Estimate(0.5, 0.1)
    callers, waits = panels.simulated([Figures(*([one] * 8))])
    assert [list(curve.y) for curve in callers.curves] == [[50], [50], [50]]
    assert list(waits.curves[0].spread) == pytest.approx([6])
