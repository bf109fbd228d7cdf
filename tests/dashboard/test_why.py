"""Why a cell is as it is, on the roster board."""

import pytest

from dashboard.why import reasons
from scheduler.problem import Finding
from tests.dashboard.builders import MONDAY, World, add_people, draft, without_tags

WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", None, None, "night", None, None),
    "chen": ("early", None, "late", None, None, None, None),
    "huang": ("late", "night", None, "early", None, None, None),
}


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def test_a_cell_is_explained_by_who_else_could_have_it(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    page = hotline.client("coordinator").text(f"/roster/why?roster={roster}&person=lin&day=1")
    shown = text(page)
    assert "林婉如 9月29日 周二 早" in shown
    assert "没有这一班会怎样" in shown
    assert "还有 1 人可以合法接替" in shown
    able, unable = page.split("<details>")
    assert "陈思远" in able and "黄雅萍" not in able
    assert "黄雅萍" in unable and "间隔 8 小时，至少 11 小时" in unable


def test_only_a_shortage_has_its_mark() -> None:
    found = [
        Finding("rest", True, "lin", 1, {"zh": "间隔 8 小时", "en": "8 h of rest"}),
        Finding("cover", False, None, 1, {"zh": "少 1 人", "en": "1 short"}, hour=32, price=9),
        Finding("over", False, None, 1, {"zh": "多 1 人", "en": "1 too many"}, hour=33, price=2),
        Finding("over", False, None, 1, {"zh": "多 1 人", "en": "1 too many"}, hour=34, price=2),
    ]
    assert [(each.shape, each.price) for each in reasons(tuple(found))] == [
        ("rule", 0),
        ("short", 9),
        ("note", 4),
    ]


def test_what_is_in_force_is_explained_too_and_a_free_day_needs_no_reason(hotline: World) -> None:
    draft(hotline.store, WEEK, publish=True)
    path = f"/roster/why?first={MONDAY}&person=lin&day=2"
    assert "这一天休息" in hotline.client("supervisor").text(path)


def test_who_has_left_is_no_longer_part_of_the_problem(hotline: World) -> None:
    add_people(hotline.store, [("zeng", "曾小满")])
    roster = draft(hotline.store, WEEK | {"gone": ("early",) * 7})
    path = f"/roster/why?roster={roster}&person=gone&day=0"
    assert "已不在职" in hotline.client("coordinator").text(path)


def test_an_hour_names_who_is_missing_and_who_could_be_there(hotline: World) -> None:
    hotline.actions.findings = (
        Finding("cover", False, None, 1, {"zh": "早班少 1 人", "en": "early: 1 short"}, hour=32),
    )
    roster = draft(hotline.store, WEEK)
    board = hotline.client("coordinator")
    link = f"/roster/why-hour?hour=32&amp;rule=cover&amp;roster={roster}"
    assert f'hx-get="{link}"' in board.text(f"/roster/{roster}")
    shown = text(board.text(link.replace("&amp;", "&")))
    assert "9月29日 周二 08:00–09:00 在岗：林婉如" in shown
    assert "▾ 接线员 1/2 少 1 人" in shown and "能做危机干预的人 0/1 少 1 人" in shown
    assert "有 1 人可以合法补上 姓名 改动 代价变化 陈思远 休 → 改为 早" in shown
    for wrong in ("-1", "168", "x"):
        path = f"/roster/why-hour?hour={wrong}&roster={roster}"
        assert board.get(path).status_code == 400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("roster=1&person=lin&day=7", 400),
        ("roster=1&person=lin", 400),
        ("roster=1&person=nobody&day=0", 400),
        ("person=lin&day=0", 400),
        ("roster=9&person=lin&day=0", 404),
    ],
)
def test_nonsense_is_not_explained(hotline: World, query: str, code: int) -> None:
    draft(hotline.store, WEEK)
    assert hotline.client("coordinator").get(f"/roster/why?{query}").status_code == code
