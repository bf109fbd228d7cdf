"""The referral directory on the pages: who finds, who keeps, what is on record."""

import pytest

from tests.dashboard.builders import World
from tests.dashboard.test_record import trail

FIELDS = {"kind": "clinic", "name": "示例市第三医院", "phone": "0595-1234567"}


@pytest.mark.parametrize("keeper", ["coordinator", "administrator"])
def test_an_entry_is_added_changed_and_removed_on_record(hotline: World, keeper: str) -> None:
    browser = hotline.client(keeper)
    answer = browser.post_part("/directory/new", **FIELDS)
    assert answer.headers["HX-Trigger"] == "directory, done"
    assert "示例市第三医院" in hotline.client("counsellor").text("/directory?q=dsyy")
    assert 'value="0595-1234567"' in browser.text("/directory/1")
    answer = browser.post("/directory/1", **FIELDS | {"name": "示例中医院"})
    assert answer.headers["Location"] == "/directory", "without scripts it is a page"
    shown = hotline.client("counsellor").text("/directory")
    assert "示例中医院" in shown and "第三" not in shown
    browser.post("/directory/1/remove")
    assert "没有符合条件的资源" in hotline.client("counsellor").text("/directory")
    changes = [(who, what) for who, what, thing in trail(hotline) if thing == "directory 1"]
    assert changes == [(keeper, f"directory.{what}") for what in ("remove", "change", "add")]


def test_a_bad_entry_comes_back_as_it_was_typed(hotline: World) -> None:
    answer = hotline.client("coordinator").post("/directory/new", **FIELDS | {"phone": "无"})
    assert answer.status_code == 422
    assert "请检查：电话" in answer.text and "示例市第三医院" in answer.text
    assert trail(hotline) == []


def test_who_only_searches_is_offered_no_change(hotline: World) -> None:
    hotline.client("coordinator").post("/directory/new", **FIELDS)
    shown = hotline.client("counsellor").text("/directory")
    assert "修改" not in shown and "新增" not in shown


def test_what_there_is_not_is_told(hotline: World) -> None:
    browser = hotline.client("coordinator")
    assert browser.get("/directory/9").status_code == 404
    assert browser.post("/directory/9", **FIELDS).status_code == 404
    assert browser.get("/directory?kind=odd").status_code == 400
    assert browser.post("/directory/new", **FIELDS | {"kind": "odd"}).status_code == 400
