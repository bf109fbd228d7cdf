import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from dashboard.deps import RosterRun, RosterRunning
from records import rosters
from scheduler.phase import Phase
from scheduler.problem import Finding
from tests.dashboard.builders import MONDAY, NOW, TODAY, World, add_people, draft, without_tags

REST = Finding(
    "rest", True, "lin", 1, {"zh": "夜班后接早班，间隔 0 小时", "en": "early right after night"}
)
WISH = Finding("wish", False, "chen", 2, {"zh": "本人希望休息", "en": "asked for a free day"})


def cells(hotline: World, roster: int) -> dict[str, list[str | None]]:
    with hotline.store.read() as db:
        row = rosters.by_id(db, roster)
        return {person: list(shifts) for person, shifts in row.cells.items()}


def cell(page: str, person: str, day: int) -> str:
    found = re.search(rf'<td id="c-{person}-{day}".*?</td>', page)
    assert found is not None
    return found[0]


def test_a_coordinator_goes_on_with_the_draft(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    answer = hotline.client("coordinator").get("/roster")
    assert answer.headers["Location"] == f"/roster/{roster}"


def test_others_see_what_is_published(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 7}, publish=True)
    draft(hotline.store, {"lin": ("night",) * 7})
    page = hotline.client("counsellor").text("/roster")
    assert ">早<" in cell(page, "lin", 0).replace("\n", "")
    assert "data-edit" not in page and "草稿" not in page


def test_a_period_without_a_roster_is_empty_and_says_so(hotline: World) -> None:
    page = hotline.client("supervisor").text("/roster?first=2027-01-04")
    assert "尚未排班" in page and "这一期还没有排班" in page
    assert hotline.client("supervisor").get("/roster?first=soon").status_code == 400


def test_a_period_with_a_draft_leads_to_it(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 7})
    newest = draft(hotline.store, {"lin": ("early",) * 7})
    link = f'href="/roster/{newest}">打开草稿 v2</a>'
    board = hotline.client("coordinator")
    last = MONDAY + timedelta(days=6)
    for first, leads in ((MONDAY, True), (last, True), (last + timedelta(days=1), False)):
        assert (link in board.text(f"/roster?first={first}")) is leads
    assert link not in hotline.client("counsellor").text(f"/roster?first={MONDAY}")


def test_findings_stand_in_the_cell_with_frame_title_and_text(hotline: World) -> None:
    hotline.actions.findings = (REST, WISH)
    roster = draft(hotline.store, {"lin": ("night", "early"), "chen": (None, None, "mid")})
    page = hotline.client("coordinator").text(f"/roster/{roster}")
    broken = cell(page, "lin", 1)
    assert 'class="e rule"' in broken
    assert 'title="夜班后接早班，间隔 0 小时"' in broken
    assert '<span class="vh"> 夜班后接早班，间隔 0 小时</span>' in broken
    assert 'class="m wish"' in cell(page, "chen", 2)
    assert 'data-goto="c-lin-1"' in page
    assert "规则 1，缺人 0，意愿 1，其他 0" in page


def test_an_edited_cell_is_saved_and_its_row_cover_and_findings_come_back(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7, "chen": ("mid",) * 7})
    hotline.actions.findings = (REST,)
    browser = hotline.client("coordinator")
    part = browser.post(f"/roster/{roster}/cell", person="lin", day="2", shift="night").text
    assert cells(hotline, roster)["lin"][2] == "night"
    assert '<tr id="row-lin" hx-swap-oob="true">' in part and "row-chen" not in part
    assert 'data-shift="night"' in cell(part, "lin", 2)
    assert '<tfoot id="cover" hx-swap-oob="true">' in part
    assert '<div id="findings" hx-swap-oob="innerHTML">' in part and "间隔 0 小时" in part


def test_a_cell_that_a_colleague_has_changed_meanwhile_stays_and_is_told(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    path, browser = f"/roster/{roster}/cell", hotline.client("coordinator")
    browser.post(path, person="lin", day="2", shift="night", was="early")
    answer = browser.post_part(path, person="lin", day="2", shift="", was="early")
    assert answer.status_code == 422
    assert cells(hotline, roster)["lin"][2] == "night"
    assert 'data-shift="night"' in cell(answer.text, "lin", 2)
    told = without_tags(answer.text.partition('<div id="moved"')[2].partition(">")[2])
    said = "".join(told.split())
    assert said == "林婉如9月30日已在别处改为夜，没有保存您的休；要改请再按一次。"


def test_what_both_wanted_is_no_matter(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    path, browser = f"/roster/{roster}/cell", hotline.client("coordinator")
    browser.post(path, person="lin", day="2", shift="", was="early")
    assert browser.post(path, person="lin", day="2", shift="", was="early").status_code == 200
    assert browser.post(path, person="lin", day="2", shift="late", was="").status_code == 200
    assert cells(hotline, roster)["lin"][2] == "late"


def test_a_cell_is_cleared(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    hotline.client("coordinator").post(f"/roster/{roster}/cell", person="lin", day="0", shift="")
    assert cells(hotline, roster)["lin"][:2] == [None, "early"]


def test_a_person_without_a_row_yet_can_be_rostered(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    hotline.client("coordinator").post(
        f"/roster/{roster}/cell", person="chen", day="3", shift="late"
    )
    assert cells(hotline, roster)["chen"][3] == "late"


@pytest.mark.parametrize(
    "form",
    [
        {"person": "lin", "day": "7", "shift": "early"},
        {"person": "lin", "day": "-1", "shift": "early"},
        {"person": "lin", "day": "x", "shift": "early"},
        {"person": "lin", "day": "0", "shift": "noon"},
        {"person": "nobody", "day": "0", "shift": "early"},
    ],
)
def test_nonsense_changes_nothing(hotline: World, form: dict[str, str]) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    answer = hotline.client("coordinator").post(f"/roster/{roster}/cell", **form)
    assert answer.status_code == 400
    assert cells(hotline, roster) == {"lin": ["early"] * 7}


def test_what_is_published_is_not_edited_but_copied(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 28}, publish=True)
    browser = hotline.client("coordinator")
    form = {"person": "lin", "day": "0", "shift": "late"}
    assert browser.post(f"/roster/{roster}/cell", **form).status_code == 409
    copied = browser.post("/roster/copy", first=str(MONDAY)).headers["Location"]
    assert browser.post(f"{copied}/cell", **form).status_code == 200
    assert cells(hotline, roster)["lin"][0] == "early"


def test_a_clean_roster_is_published_at_once(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    browser = hotline.client("coordinator")
    assert "没有待处理的事项" in browser.text(f"/roster/{roster}/review")
    answer = browser.post(f"/roster/{roster}/review")
    assert answer.headers["Location"] == f"/roster/{roster}"
    assert hotline.actions.done == [("publish", roster, "coordinator", None)]
    assert "已发布" in browser.text(f"/roster/{roster}")


def test_hard_findings_need_a_written_reason(hotline: World) -> None:
    hotline.actions.findings = (REST,)
    roster = draft(hotline.store, {"lin": ("night", "early")})
    browser = hotline.client("coordinator")
    review = browser.text(f"/roster/{roster}/review")
    assert (
        'name="reason"' in review and "间隔 0 小时" in review and "以 施以宁 的名义发布" in review
    )
    refused = browser.post(f"/roster/{roster}/review", reason="急 ")
    assert refused.status_code == 422 and 'name="reason"' in refused.text
    with hotline.store.read() as db:
        assert rosters.published_cells(db, MONDAY, MONDAY) == {}
    reason = "两人同时生病，已与本人确认"
    assert browser.post(f"/roster/{roster}/review", reason=reason).status_code == 302
    assert hotline.actions.done[-1] == ("publish", roster, "coordinator", reason)
    with hotline.store.read() as db:
        row = rosters.by_id(db, roster)
        assert (row.override_by, row.override_reason) == ("coordinator", reason)


def test_the_review_counts_what_changes(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 7}, publish=True)
    roster = draft(hotline.store, {"lin": ("early",) * 5 + ("late",) * 2})
    review = hotline.client("coordinator").text(f"/roster/{roster}/review")
    assert "与现行排班相差 2 格" in review


def test_the_review_names_what_came_into_force_since_the_draft_was_made(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    draft(hotline.store, {"lin": ("late",)}, publish=True, at=NOW + timedelta(minutes=1))
    later = MONDAY + timedelta(days=7)
    draft(hotline.store, {"lin": ("late",)}, first=later, publish=True, at=NOW + timedelta(hours=1))
    review = hotline.client("coordinator").text(f"/roster/{roster}/review")
    assert "现在发布会以草稿为准" in review and "<li>v2" in review and "<li>v3" not in review


def test_what_waits_and_who_has_not_read_is_told_on_the_board(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early",) * 7, "chen": ("late",) * 7}, publish=True)
    hotline.client("counsellor").post("/me/requests/leave", begins=str(TODAY), ends=str(TODAY))
    page = hotline.client("coordinator").text(f"/roster?first={MONDAY}")
    assert "2 人未确认变动" in page and '<b class="badge">1' in page


def test_computing_is_started_watched_and_stopped(hotline: World) -> None:
    browser = hotline.client("coordinator")
    part = browser.post("/roster/generate", first="2026-10-05", days="28", seconds="60").text
    assert hotline.actions.done == [
        ("start_roster", MONDAY + timedelta(days=7), 28, 60.0, "coordinator", {})
    ]
    assert 'hx-trigger="every 1s"' in part and "正在寻找第一个可行的排班" in part
    hotline.actions.run = RosterRun(True, ((1.0, 2210, 820), (192.0, 1284, 1221)), phase=Phase.DIVE)
    part = browser.text("/roster/progress")
    text = " ".join(without_tags(part).split())
    assert "计算中 3:12 逐格确定" in text and "目标值 1284 下界 1221 差距 4.9%" in text
    assert '<path class="obj" d="M' in part
    browser.post("/roster/stop")
    assert hotline.actions.done[-1] == ("stop_roster",)


def test_locked_cells_are_kept_by_the_next_computation(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early", None, "night"), "chen": (None, "mid", None)})
    board = hotline.client("coordinator")
    for person, day in (("lin", "1"), ("lin", "2"), ("chen", "1"), ("chen", "1")):
        part = board.post(f"/roster/{roster}/pin", person=person, day=day).text
    assert "已锁定" not in cell(part, "chen", 1)
    page = board.text(f"/roster/{roster}")
    assert 'class="n lock"' in cell(page, "lin", 2) and "已锁定" in cell(page, "lin", 1)
    assert f'name="first" value="{MONDAY}"' in page and 'max="92" value="3"' in page
    tuesday = MONDAY + timedelta(days=1)
    form = {"first": str(tuesday), "days": "2", "seconds": "60", "roster": str(roster)}
    board.post("/roster/generate", **form)
    fixed = {"lin": {0: None, 1: "night"}}
    assert hotline.actions.done == [("start_roster", tuesday, 2, 60.0, "coordinator", fixed)]
    for wrong in ({"person": "nobody", "day": "0"}, {"person": "lin", "day": "3"}):
        assert board.post(f"/roster/{roster}/pin", **wrong).status_code == 400
    published = draft(hotline.store, {"lin": ("early",)}, publish=True)
    assert board.post(f"/roster/{published}/pin", person="lin", day="0").status_code == 409


def test_the_end_is_told_with_the_way_to_the_result(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early",) * 7})
    hotline.actions.run = RosterRun(False, ((1.0, 9, 9),), draft_id=roster)
    part = hotline.client("coordinator").text("/roster/progress")
    assert f'href="/roster/{roster}"' in part and "every 1s" not in part


def test_the_conflict_is_told_in_words(hotline: World) -> None:
    message = {"zh": "找不到可行的排班", "en": "There is no feasible roster"}
    hotline.actions.run = RosterRun(False, message=message, findings=(REST,))
    assert "夜班后接早班" in hotline.client("coordinator").text("/roster/progress")
    english = hotline.client("coordinator", "en").text("/roster/progress")
    assert "There is no feasible roster" in english and "early right after night" in english


@pytest.mark.parametrize(
    "form",
    [
        {"first": "2026-10-05", "days": "0", "seconds": "60"},
        {"first": "2026-10-05", "days": "28", "seconds": "86400"},
        {"first": "tomorrow", "days": "28", "seconds": "60"},
    ],
)
def test_nonsense_is_not_computed(hotline: World, form: dict[str, str]) -> None:
    assert hotline.client("coordinator").post("/roster/generate", **form).status_code == 400
    assert hotline.actions.done == []


def test_one_computation_at_a_time(hotline: World) -> None:
    hotline.actions.failure = RosterRunning()
    answer = hotline.client("coordinator").post(
        "/roster/generate", first="2026-10-05", days="28", seconds="60"
    )
    assert answer.status_code == 409 and "正在计算排班" in answer.text


def test_today_and_weekends_are_marked(hotline: World) -> None:
    page = hotline.client("supervisor").text("/roster")
    head = page[page.index("<thead>") : page.index("</thead>")]
    today = head[head.index(" today") : head.index(" today") + 40]
    assert f"<b>{TODAY.day}</b>" in today
    assert "<i>节</i><b>10/1</b>四" in head
    assert "<i>班</i><b>10</b>六" in head


def test_a_year_whose_holidays_are_unknown_is_told(hotline: World) -> None:
    assert "法定节假日安排未知" in hotline.client("supervisor").text("/roster?first=2031-01-06")
    assert "法定节假日安排未知" not in hotline.client("supervisor").text("/roster")


@pytest.mark.parametrize("people", [1, 3])
def test_the_grid_asks_as_often_for_many_as_for_one(hotline: World, people: int) -> None:
    add_people(hotline.store, [(f"new{n}", "新人") for n in range(people)])
    for _ in range(people):
        roster = draft(hotline.store, {f"new{n}": ("early",) * 7 for n in range(people)})
    browser = hotline.client("coordinator")
    counted: list[str] = []
    event.listen(hotline.store.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    browser.text(f"/roster/{roster}")
    assert len(counted) == 9
