"""Swaps on a counsellor's own page, from the proposal to the roster in force."""

from datetime import date

import pytest

from records import exchanges, people, rosters, users
from records.exchanges import State
from tests.dashboard.builders import MONDAY, World, draft, without_tags

WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", "early", "early", None, None, None),
    "chen": ("late", "late", "late", None, "late", None, None),
    "huang": (None, None, None, None, None, "mid", None),
}
THURSDAY, SATURDAY = "2026-10-01", "2026-10-03"


@pytest.fixture
def city(hotline: World) -> World:
    with hotline.store.session() as db:
        users.add_user(db, "huang", "黄雅萍", "counsellor", "-", "huang")
    draft(hotline.store, WEEK, publish=True)
    return hotline


def text(page: str) -> str:
    return " ".join(without_tags(page).split())


def states(hotline: World) -> list[str]:
    with hotline.store.read() as db:
        return [row.state for row in exchanges.everybody_s(db, hotline.clock.now())]


def rows_in_force(hotline: World, *people: str) -> list[list[str | None]]:
    with hotline.store.read() as db:
        newest = next(row for row in rosters.listing(db) if row.status == "published")
        return [list(newest.cells[person]) for person in people]


def propose(hotline: World, other: str, *days: str) -> int:
    answer = hotline.client("counsellor").post("/me/exchange", day=list(days), **{"with": other})
    return answer.status_code


def test_a_shift_that_has_not_begun_leads_to_its_exchange(city: World) -> None:
    page = city.client("counsellor").text("/me")
    assert f'href="/me/exchange?day={THURSDAY}"' in page
    assert 'href="/me/exchange?day=2026-09-30"' not in page


def test_colleagues_are_offered_with_what_stands_in_the_way(city: World) -> None:
    page = city.client("counsellor").text(f"/me/exchange?day={THURSDAY}")
    lawful, unlawful = page.split("</li>")[:2]
    assert "黄雅萍" in lawful and "请对方替班" in lawful
    assert "陈思远" in unlawful and "<button" not in unlawful and "休息" in text(unlawful)


def test_leave_and_who_is_kept_from_nights_is_not_told_to_colleagues(city: World) -> None:
    with city.store.session() as db:
        friday = date(2026, 10, 2)
        people.add_absence(db, "huang", date(2026, 10, 1), friday, "手术")
        people.by_id(db, "chen").no_nights = True  # type: ignore[union-attr]
    draft(city.store, WEEK | {"lin": (None,) * 5 + ("night", None)}, publish=True)
    own = city.client("counsellor")
    asked = own.text("/me/exchange?day=2026-10-03")
    assert "其中一人不能上这一班" in asked and "不安排夜班" not in asked
    draft(city.store, WEEK, publish=True)
    asked = own.text(f"/me/exchange?day={THURSDAY}")
    assert "其中一人不能上这一班" in asked and "请假" not in asked
    refused = own.post("/me/exchange", day=THURSDAY, **{"with": "huang"})
    assert refused.status_code == 409 and "其中一人不能上这一班" in refused.text


def test_other_days_of_a_colleague_are_offered(city: World) -> None:
    shown = text(city.client("counsellor").text(f"/me/exchange?day={THURSDAY}&with=huang"))
    assert "黄雅萍 接您的这一班" in shown and "10月3日 周六 中 您接 提出对换" in shown
    first, last = (MONDAY.replace(month=10, day=each) for each in (1, 3))
    busy = {"lin": ("early", None, "late"), "huang": (None, None, "mid")}
    draft(city.store, busy, first=first, publish=True)
    page = city.client("counsellor").text(f"/me/exchange?day={first}&with=huang")
    assert "这一期没有可以对换的班" in page and str(last) not in page


def test_both_agree_the_coordinator_approves_and_it_is_in_force(city: World) -> None:
    assert propose(city, "huang", THURSDAY, SATURDAY) == 302
    asked = city.client("huang").text("/me/exchanges")
    assert "林婉如 与您" in text(asked) and "同意" in asked
    answered = city.client("huang").post("/me/exchange/1/answer", answer="yes").text
    assert "双方同意，待排班员审批" in answered
    assert rows_in_force(city, "lin") == [list(WEEK["lin"])]
    board = city.client("coordinator")
    waiting = text(board.text("/roster/requests"))
    assert "林婉如 ↔ 黄雅萍" in waiting and "不违反规则" in waiting and "申请 1 待审批" in waiting
    assert board.post("/roster/exchanges/1/approve").status_code == 302
    assert states(city) == [State.APPROVED]
    assert rows_in_force(city, "lin", "huang") == [
        ["early", "early", "early", None, None, "mid", None],
        [None, None, None, "early", None, None, None],
    ]
    assert city.actions.done == [("duty_changed",)]
    assert "已生效" in city.client("counsellor").text("/me/exchanges")


def test_where_the_city_wants_it_a_lawful_swap_needs_nobody_else(city: World) -> None:
    object.__setattr__(city.deps, "exchanges_automatic", True)
    propose(city, "huang", THURSDAY)
    assert "已生效" in city.client("huang").post("/me/exchange/1/answer", answer="yes").text
    assert rows_in_force(city, "huang")[0][3] == "early"
    with city.store.read() as db:
        made = rosters.listing(db)[0]
        assert (made.published_by, made.why) == ("huang", "换班：林婉如 ↔ 黄雅萍，10月1日")


def test_what_the_rules_forbid_is_not_proposed(city: World) -> None:
    answer = city.client("counsellor").post("/me/exchange", day=THURSDAY, **{"with": "chen"})
    assert answer.status_code == 409 and "换班会违反规则" in answer.text
    assert states(city) == []


@pytest.mark.parametrize(
    ("other", "days", "code"),
    [
        ("huang", ("2026-09-28",), 409),  # has begun
        ("huang", ("2026-10-04",), 400),  # nobody has anything
        ("lin", (THURSDAY,), 400),
        ("nobody", (THURSDAY,), 400),
        ("huang", (), 400),
        ("huang", ("2027-01-01",), 404),
    ],
)
def test_nonsense_is_not_proposed(
    city: World, other: str, days: tuple[str, ...], code: int
) -> None:
    assert propose(city, other, *days) == code
    assert states(city) == []


def test_the_other_may_decline_and_the_proposer_think_again(city: World) -> None:
    propose(city, "huang", THURSDAY)
    propose(city, "huang", THURSDAY, SATURDAY)
    declined = city.client("huang").post("/me/exchange/1/answer", answer="no").text
    assert "对方不同意" in declined
    withdrawn = city.client("counsellor").post("/me/exchange/2/withdraw").text
    assert "已撤回" in withdrawn
    assert city.client("huang").post("/me/exchange/2/answer", answer="yes").status_code == 409


def test_what_was_not_answered_in_time_is_shown_as_lapsed(city: World) -> None:
    propose(city, "huang", THURSDAY)
    city.clock.advance(2 * 86400)
    shown = city.client("huang").text("/me/exchanges")
    assert "已过期" in shown and "<button" not in shown


def test_nobody_answers_for_another(city: World) -> None:
    propose(city, "huang", THURSDAY)
    own = city.client("counsellor")
    assert own.post("/me/exchange/1/answer", answer="yes").status_code == 404
    assert city.client("huang").post("/me/exchange/1/withdraw").status_code == 404
    assert own.post("/me/exchange/9/withdraw").status_code == 404
    assert states(city) == [State.PROPOSED]


def test_a_roster_that_has_moved_since_is_told_and_not_overwritten(city: World) -> None:
    propose(city, "huang", THURSDAY)
    city.client("huang").post("/me/exchange/1/answer", answer="yes")
    moved = WEEK | {"lin": ("early", "early", "early", None, None, None, None)}
    draft(city.store, moved, publish=True)
    board = city.client("coordinator")
    assert "不能再批准" in board.text("/roster/requests")
    answer = board.post("/roster/exchanges/1/approve")
    assert answer.status_code == 409 and "有变动" in answer.text
    assert rows_in_force(city, "huang") == [list(WEEK["huang"])]
    refused = board.post("/roster/exchanges/1/refuse", reason="排班已改")
    assert refused.status_code == 302
    assert "排班已改" in city.client("counsellor").text("/me/exchanges")


def test_a_refusal_needs_a_reason(city: World) -> None:
    propose(city, "huang", THURSDAY)
    city.client("huang").post("/me/exchange/1/answer", answer="yes")
    assert city.client("coordinator").post("/roster/exchanges/1/refuse").status_code == 422
    assert states(city) == [State.ACCEPTED]
