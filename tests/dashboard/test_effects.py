"""What a change of a draft would do, shown before it is saved."""

import re
from datetime import timedelta

import pytest

from records import people
from tests.dashboard.builders import MONDAY, World, draft, without_tags

WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", None, None, "night", None, None),
    "chen": ("early", None, "late", None, None, None, None),
    "huang": ("late", "night", None, "early", None, None, None),
}


def effects(hotline: World, roster: int, query: str) -> list[str]:
    """The choices, a line each and without their sources, then what is said of all of them."""
    page = hotline.client("coordinator").text(f"/roster/{roster}/effects?{query}")
    page = re.sub("<details.*?</details>", "", page)
    items, said = page.split("</ul>")
    lines = [*items.split("<li")[1:], said]
    return [" ".join(without_tags(f"<li{line}").split()) for line in lines]


def test_each_choice_tells_its_rules_its_cover_and_its_fairness(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    *choices, said = effects(hotline, roster, "person=huang&day=2")
    assert [line.split()[:2] for line in choices] == [
        ["1", "早"],
        ["2", "中"],
        ["3", "晚"],
        ["4", "夜"],
        ["5", "备"],
    ]
    early, night, standby = choices[0], choices[3], choices[4]
    assert early.startswith("1 早 -8 分 违反规则")
    assert "违反规则 夜班后接早班，间隔 0 小时，至少 11 小时" in early
    assert "消除：07:00–15:00 无人在岗" in early
    assert "工时 24→32 平均 21.3" in early and "合同" not in early
    assert "夜班 1→2 平均 0.7" in night
    assert standby.endswith("消除：08:00–20:00 无人备班")
    assert said == "黄雅萍 9月30日：怎么改都会违反规则"


def test_what_a_cell_has_is_no_choice_and_a_day_off_is_one(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    *choices, _said = effects(hotline, roster, "person=chen&day=2")
    assert [line.split()[0] for line in choices] == ["1", "2", "4", "5", "0"]
    assert choices[-1].startswith("0 休")


def test_each_reason_leads_to_its_rule_and_the_source_of_it(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    page = hotline.client("coordinator").text(f"/roster/{roster}/effects?person=huang&day=2")
    assert "至少 11 小时 依据 rest 两班之间休息不少于规定小时数" in " ".join(
        without_tags(page).split()
    )
    reasons = page.count('class="sw rule"') + page.count("▾ ") + page.count("消除：")
    assert page.count("<summary>依据</summary>") == page.count("<cite ") == reasons > 0


def test_an_exchange_is_judged_as_one_change(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    query = "person=lin&day=3&other_person=huang&other_day=3"
    exchange, said = effects(hotline, roster, query)
    assert exchange.startswith("代价不变")
    lin, huang = exchange.removeprefix("代价不变 林婉如 ").split(" 黄雅萍 ")
    assert lin == "节假 1→2 平均 0.7 工时 24→32 平均 21.3"
    assert huang == "节假 1→0 平均 0.7 工时 24→16 平均 21.3"
    assert said.startswith("林婉如 10月1日 ↔ 黄雅萍 10月1日：")


def test_two_wishes_of_one_day_are_told_apart(hotline: World) -> None:
    with hotline.store.session() as db:
        people.add_wish(db, "chen", MONDAY + timedelta(days=1), "late", True, 2)
        people.add_wish(db, "chen", MONDAY + timedelta(days=1), None, True, 3)
    roster = draft(hotline.store, WEEK)
    late = effects(hotline, roster, "person=chen&day=1")[2]
    assert late.startswith("3 晚")
    assert "▾ 本人希望休息" in late
    assert "消除：本人希望排晚班" in late


def test_one_person_s_own_exchange_moves_no_count(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    query = "person=huang&day=2&other_person=huang&other_day=0"
    exchange, _said = effects(hotline, roster, query)
    assert "黄雅萍" not in exchange and "工时" not in exchange


@pytest.mark.parametrize(
    "query", ["person=gone&day=0", "person=lin&day=0&other_person=gone&other_day=0"]
)
def test_who_has_left_is_said_to_be_rostered_no_longer(hotline: World, query: str) -> None:
    roster = draft(hotline.store, WEEK | {"gone": ("early",) * 7})
    page = hotline.client("coordinator").text(f"/roster/{roster}/effects?{query}")
    assert without_tags(page).strip() == "此人已不在职，不再参加排班。"


def test_nothing_is_changed_by_looking(hotline: World) -> None:
    roster = draft(hotline.store, WEEK)
    client = hotline.client("coordinator")
    before = client.text(f"/roster/{roster}")
    effects(hotline, roster, "person=huang&day=2")
    assert client.text(f"/roster/{roster}") == before


@pytest.mark.parametrize(
    "query",
    ["", "person=nobody&day=0", "person=lin&day=7", "person=lin&day=-1", "person=lin&day=x"],
)
def test_a_cell_that_is_not_there_is_refused(hotline: World, query: str) -> None:
    roster = draft(hotline.store, WEEK)
    client = hotline.client("coordinator")
    assert client.get(f"/roster/{roster}/effects?{query}").status_code == 400
    other = query.replace("person", "other_person").replace("day", "other_day")
    path = f"/roster/{roster}/effects?person=lin&day=0&{other or 'other_person='}"
    assert client.get(path).status_code == 400


def test_what_is_published_has_no_effects(hotline: World) -> None:
    roster = draft(hotline.store, WEEK, publish=True)
    path = f"/roster/{roster}/effects?person=lin&day=0"
    assert hotline.client("coordinator").get(path).status_code == 409
