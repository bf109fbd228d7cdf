"""A sickness told on the board: alternatives, and the chosen one as a draft."""

from datetime import timedelta

import pytest

from records import audit_log, people, planning, rosters
from scheduler.change import Away
from scheduler.problem import Finding, Impossible, OutOfTime, Problem, Roster, Rules
from scheduler.repaired import Alternative, Move, Repaired
from scheduler.solving import Died
from tests.dashboard.builders import MONDAY, SHIFTS, TODAY, World, draft, without_tags

WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", "early", None, "night", None, "early"),
    "chen": (None, None, "late", None, None, None, None),
}
FORM = {"first": str(MONDAY), "person": "lin", "begins": str(TODAY), "ends": str(TODAY)}
ALONE = Finding("least_on_duty", True, None, 2, {"zh": "只有 1 人在岗", "en": "one person alone"})


def problem(hotline: World) -> Problem:
    with hotline.store.read() as db:
        return planning.problem_for(db, MONDAY, 7, SHIFTS, (), Rules())


def way(hotline: World, *moves: Move, least: bool = True, open_hours: int = 0) -> Alternative:
    return Alternative(
        roster=Roster({}),
        moves=moves,
        people=tuple(sorted({move.worker for move in moves})),
        open_hours=open_hours,
        notice=66,
        price=140,
        extra=40,
        findings=(ALONE,) if open_hours else (),
        least=least,
    )


@pytest.fixture
def published(hotline: World) -> World:
    draft(hotline.store, WEEK, publish=True)
    filled = way(hotline, Move("huang", 2, None, "early"))
    left_open = way(hotline, least=False, open_hours=8)
    hotline.actions.mended = Repaired(problem(hotline), (filled, left_open))
    return hotline


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def test_the_dialog_asks_who_and_when_and_begins_today(published: World) -> None:
    page = published.client("coordinator").text(f"/roster/mend?first={MONDAY}")
    assert f'name="begins" value="{TODAY}"' in page and "林婉如" in page


def test_alternatives_come_with_price_people_and_what_they_break(published: World) -> None:
    shown = text(published.client("coordinator").post("/roster/mend", **FORM).text)
    now = (2 * 24 + 14) * 60 + 32
    assert published.actions.done == [("repair", Away("lin", 2, 2), now)]
    assert "2 个办法，牵动最少的在前" in shown
    assert "牵动 1 人 1 个班 已证最少" in shown
    assert "代价变化 +40 分 · 没有空缺 · 通知比三天短，共差 66 小时" in shown
    assert "9月30日 黄雅萍 休 → 改为 早" in shown
    assert "不动别人，留空" in shown and "▾ 空缺 8 人时" in shown and "只有 1 人在岗" in shown


def test_the_chosen_way_is_a_draft_and_the_sickness_on_record(published: World) -> None:
    browser = published.client("coordinator")
    answer = browser.post("/roster/mend/choose", **FORM, move="huang|2|early")
    made = int(answer.headers["Location"].rsplit("/", 1)[1])
    with published.store.read() as db:
        row = rosters.by_id(db, made)
        assert (row.status, row.first, row.days) == ("draft", MONDAY, 7)
        assert row.cells["lin"] == ["early", "early", None, None, "night", None, "early"]
        assert row.cells["huang"] == [None, None, "early", None, None, None, None]
        away = people.absences(db, TODAY, TODAY)
        assert [(a.person, a.first, a.last, a.reason) for a in away] == [
            ("lin", TODAY, TODAY, "病假")
        ]
        assert [e.what for e in audit_log.entries(db)][:2] == ["roster.draft", "absence.add"]


def test_a_sickness_that_goes_beyond_the_period_is_cut_for_it_and_kept_for_the_record(
    published: World,
) -> None:
    ends = TODAY + timedelta(days=30)
    published.client("coordinator").post("/roster/mend/choose", **FORM | {"ends": str(ends)})
    with published.store.read() as db:
        assert rosters.latest_draft(db).cells["lin"] == ["early", "early"] + [None] * 5  # type: ignore[union-attr]
        assert people.absences(db, ends, ends)[0].last == ends


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"person": ""}, "请选择一位在职人员"),
        ({"ends": str(MONDAY)}, "最后一天不能早于第一天"),
        (
            {"begins": "2026-12-01", "ends": "2026-12-02"},
            "不在已发布的 2026-09-28 至 2026-10-04 之内",
        ),
    ],
)
def test_what_is_wrong_with_the_form_is_told_and_nothing_kept(
    published: World, change: dict[str, str], words: str
) -> None:
    browser = published.client("coordinator")
    answer = browser.post("/roster/mend", **FORM | change)
    assert answer.status_code == 422 and words in answer.text
    assert browser.post("/roster/mend/choose", **FORM | change).status_code == 400
    with published.store.read() as db:
        assert rosters.latest_draft(db) is None and people.absences(db, MONDAY, TODAY) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Impossible(()), "没有合法的改法"),
        (OutOfTime(0), "时间内没有算出改法"),
        (Died({"zh": "", "en": ""}, -9), "计算进程意外终止"),
    ],
)
def test_no_way_is_told_in_words(
    published: World, found: Impossible | OutOfTime | Died, words: str
) -> None:
    published.actions.mended = found
    answer = published.client("coordinator").post("/roster/mend", **FORM)
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize("move", ["nobody|2|early", "huang|7|early", "huang|2|noon", "huang", ""])
def test_moves_that_are_none_change_nothing(published: World, move: str) -> None:
    answer = published.client("coordinator").post("/roster/mend/choose", **FORM, move=move)
    assert answer.status_code == 400
    with published.store.read() as db:
        assert rosters.latest_draft(db) is None


def test_where_nothing_is_published_there_is_nothing_to_mend(hotline: World) -> None:
    browser = hotline.client("coordinator")
    assert browser.get(f"/roster/mend?first={MONDAY}").status_code == 400
