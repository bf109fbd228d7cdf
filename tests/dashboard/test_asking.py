"""Leave and wishes: asked for on one's own page, decided on the board, part of the next problem."""

from datetime import date, timedelta

import pytest

from records import planning
from scheduler.problem import Absence, Rules, Wish
from tests.dashboard.builders import MONDAY, SHIFTS, TODAY, World, draft, without_tags

FRIDAY = date(2026, 10, 2)
LEAVE = {"begins": str(FRIDAY), "ends": "2026-10-04", "reason": "回老家"}
WISH = {"day": str(FRIDAY), "shift": "night", "want": "no"}


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def test_leave_that_is_granted_enters_the_next_problem(hotline: World) -> None:
    draft(hotline.store, {"lin": (None,) * 4 + ("late", None, None)}, publish=True)
    own = hotline.client("counsellor")
    assert "请假： 10月2日 – 10月4日 回老家 待审批" in text(
        own.post("/me/requests/leave", **LEAVE).text
    )
    board = hotline.client("coordinator")
    waiting = text(board.text("/roster/requests"))
    assert "林婉如 请假： 10月2日 – 10月4日 回老家" in waiting and "这几天已排 1 班" in waiting
    assert board.post("/roster/requests/1/grant").status_code == 302
    with hotline.store.read() as db:
        problem = planning.problem_for(db, MONDAY, 28, SHIFTS, (), Rules())
    assert problem.absences == (Absence("lin", 4, 6, "回老家"),)
    assert "已同意" in own.text("/me/requests")
    page = board.text("/roster/requests")
    mend = f"/roster/mend?first={FRIDAY}&amp;person=lin&amp;begins={FRIDAY}&amp;ends=2026-10-04"
    assert f'href="{mend}"' in page
    assert f'name="ends" value="{LEAVE["ends"]}"' in board.text(mend.replace("&amp;", "&"))


@pytest.mark.parametrize(
    ("form", "wish", "words"),
    [
        (WISH, Wish("lin", 4, "night", want=False), "10月2日 周五 希望不上夜班"),
        (WISH | {"want": "yes"}, Wish("lin", 4, "night"), "10月2日 周五 希望上夜班"),
        (WISH | {"shift": "free", "want": "yes"}, Wish("lin", 4, None), "10月2日 周五 希望休息"),
    ],
)
def test_a_wish_that_is_granted_has_its_price(
    hotline: World, form: dict[str, str], wish: Wish, words: str
) -> None:
    assert words in text(hotline.client("counsellor").post("/me/requests/wish", **form).text)
    hotline.client("coordinator").post("/roster/requests/1/grant")
    with hotline.store.read() as db:
        assert planning.problem_for(db, MONDAY, 28, SHIFTS, (), Rules()).wishes == (wish,)


def test_what_is_refused_comes_back_with_the_reason(hotline: World) -> None:
    own, board = hotline.client("counsellor"), hotline.client("coordinator")
    own.post("/me/requests/leave", **LEAVE)
    assert board.post("/roster/requests/1/refuse", reason="").status_code == 422
    board.post("/roster/requests/1/refuse", reason="当天只剩两人")
    assert "未同意 当天只剩两人" in text(own.text("/me/requests"))
    assert board.post("/roster/requests/1/grant").status_code == 409
    assert board.post("/roster/requests/7/grant").status_code == 404
    with hotline.store.read() as db:
        assert planning.problem_for(db, MONDAY, 28, SHIFTS, (), Rules()).absences == ()


def test_one_may_think_again_until_it_is_decided(hotline: World) -> None:
    own = hotline.client("counsellor")
    own.post("/me/requests/wish", **WISH)
    assert "已撤回" in own.post("/me/requests/1/withdraw").text
    assert own.post("/me/requests/1/withdraw").status_code == 409
    assert "没有待审批的请假与意愿" in hotline.client("coordinator").text("/roster/requests")


def test_the_coordinator_enters_leave_for_somebody(hotline: World) -> None:
    board = hotline.client("coordinator")
    assert board.post("/roster/requests/leave", person="chen", **LEAVE).status_code == 302
    assert "陈思远 请假： 10月2日 – 10月4日 回老家 已同意" in text(board.text("/roster/requests"))
    with hotline.store.read() as db:
        problem = planning.problem_for(db, MONDAY, 28, SHIFTS, (), Rules())
    assert problem.absences == (Absence("chen", 4, 6, "回老家"),)
    for wrong in ({"person": "nobody"}, {"person": "chen", "ends": "2026-09-01"}):
        assert board.post("/roster/requests/leave", **LEAVE | wrong).status_code == 422


@pytest.mark.parametrize(
    ("path", "form", "code", "words"),
    [
        ("leave", LEAVE | {"begins": str(TODAY - timedelta(days=1))}, 422, "日子已经过去"),
        ("leave", LEAVE | {"ends": str(TODAY)}, 422, "最后一天不能早于第一天"),
        ("leave", LEAVE | {"ends": "2028-01-01"}, 422, "最后一天不能早于第一天"),
        ("leave", LEAVE | {"ends": ""}, 400, ""),
        ("wish", WISH | {"shift": "noon"}, 400, ""),
        ("wish", WISH | {"day": "soon"}, 400, ""),
    ],
)
def test_what_cannot_be_is_told(
    hotline: World, path: str, form: dict[str, str], code: int, words: str
) -> None:
    answer = hotline.client("counsellor").post(f"/me/requests/{path}", **form)
    assert answer.status_code == code and words in answer.text
    assert "没有待审批" in hotline.client("coordinator").text("/roster/requests")
