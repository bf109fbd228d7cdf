"""Hours of the week: the forecast with its reason, and what is set by hand instead."""

from pathlib import Path

import pytest

from records import week_needs
from scheduler.demand import Reasoned
from tests.dashboard.builders import World, without_tags, world

REASONS = tuple(Reasoned(hour, 1.25, 3, 4, 2, "records") for hour in range(7 * 24))


@pytest.fixture
def hotline(tmp_path: Path) -> World:
    return world(tmp_path, reasons=REASONS)


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def test_an_hour_tells_its_reason_and_is_set_and_given_back(hotline: World) -> None:
    board = hotline.client("coordinator")
    asked = text(board.text("/roster/needs/1/8"))
    assert "每周二 08:00–09:00" in asked and "话务量 1.25 爱尔兰，需 3 人接听" in asked
    assert board.post("/roster/needs/1/8", people="6").status_code == 302
    page = board.text("/roster/needs")
    assert page.count("由人设定</span>") == 1 and page.count('class="typed"') == 1
    assert "已由人设定为 6 人" in board.text("/roster/needs/1/8")
    board.post("/roster/needs/1/8", forecast="yes")
    assert 'class="typed"' not in board.text("/roster/needs")


@pytest.mark.parametrize("people", ["", "-1", "201", "many", "2.5"])
def test_what_is_no_number_of_people_is_told_and_not_kept(hotline: World, people: str) -> None:
    answer = hotline.client("coordinator").post("/roster/needs/1/8", people=people)
    assert answer.status_code == 422 and "请填 0 到 200 的整数" in answer.text
    with hotline.store.read() as db:
        assert week_needs.table(db) == {}


@pytest.mark.parametrize("path", ["/roster/needs/7/0", "/roster/needs/0/24"])
def test_there_are_no_other_hours(hotline: World, path: str) -> None:
    browser = hotline.client("coordinator")
    assert browser.get(path).status_code == 404
    assert browser.post(path, people="1").status_code == 400


def test_others_look_and_change_nothing(hotline: World) -> None:
    page = hotline.client("supervisor").text("/roster/needs")
    assert "/roster/needs/1/8" not in page and "<td>4</td>" in page
