"""Marking a caller's number: who may, on the record, and never without a reason."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.deps import TelephonyUnavailable
from records import audit_log
from tests.dashboard.builders import NOW, World, add_call, world

WHY = "一天内来电四十次，辱骂接线员"


@pytest.fixture
def hotline(tmp_path: Path) -> World:
    return world(tmp_path)


def form(mark: str, days: int = 7, reason: str = WHY) -> dict[str, str]:
    return {"mark": mark, "days": str(days), "reason": reason}


def until(days: int) -> int:
    return int((NOW + timedelta(days=days)).timestamp())


def noted(hotline: World) -> list[tuple[str, str, str, str]]:
    with hotline.store.read() as db:
        found = [e for e in audit_log.entries(db) if e.what == "mark"]
    return [(e.who, e.object, e.detail["mark"], e.detail["reason"]) for e in found]


def test_a_supervisor_limits_a_number_until_a_day_with_a_reason(hotline: World) -> None:
    call = add_call(hotline, caller="13800135678", person="chen")
    supervisor = hotline.client("supervisor")
    page = supervisor.text(f"/calls/{call}/mark")
    assert "138****5678" in page and "13800135678" not in page
    assert supervisor.post(f"/calls/{call}/mark", **form("limited")).status_code == 303
    assert hotline.actions.done == [
        ("mark", "13800135678", "crisis", None),
        ("mark", "13800135678", "limited", until(7)),
    ]
    assert noted(hotline) == [("supervisor", f"call {call}", "limited", WHY)]


def test_marks_are_taken_away(hotline: World) -> None:
    call = add_call(hotline, caller="13800135678", person="chen")
    hotline.client("supervisor").post(f"/calls/{call}/mark", **form("none", 1))
    assert hotline.actions.done == [
        ("mark", "13800135678", "crisis", None),
        ("mark", "13800135678", "limited", None),
    ]


def test_a_counsellor_tells_of_danger_for_the_own_caller_only(hotline: World) -> None:
    mine = add_call(hotline, caller="13800135678", person="lin")
    others = add_call(hotline, caller="13800135679", person="chen")
    counsellor = hotline.client("counsellor")
    assert counsellor.post(f"/calls/{others}/mark", **form("crisis")).status_code == 403
    assert counsellor.post(f"/calls/{mine}/mark", **form("limited")).status_code == 400
    assert hotline.actions.done == []
    assert counsellor.post(f"/calls/{mine}/mark", **form("crisis", 3)).status_code == 303
    assert ("mark", "13800135678", "crisis", until(3)) in hotline.actions.done


def test_nothing_is_marked_without_a_reason(hotline: World) -> None:
    call = add_call(hotline, caller="13800135678", person="chen")
    answer = hotline.client("supervisor").post(f"/calls/{call}/mark", **form("limited", 7, " 坏 "))
    assert answer.status_code == 422
    assert "没有理由不能标记" in answer.get_data(as_text=True)
    assert hotline.actions.done == [] and noted(hotline) == []


def test_nothing_is_on_record_that_did_not_reach_the_telephones(hotline: World) -> None:
    call = add_call(hotline, caller="13800135678", person="chen")
    hotline.actions.failure = TelephonyUnavailable("no connection")
    assert (
        hotline.client("supervisor").post(f"/calls/{call}/mark", **form("limited")).status_code
        == 503
    )
    assert noted(hotline) == []


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_others_may_not(hotline: World, role: str) -> None:
    call = add_call(hotline, caller="13800135678", person="chen")
    assert hotline.client(role).get(f"/calls/{call}/mark").status_code == 403


def test_a_hidden_number_cannot_be_marked(hotline: World) -> None:
    call = add_call(hotline, caller="", person="chen")
    assert hotline.client("supervisor").get(f"/calls/{call}/mark").status_code == 409


def test_the_button_stands_where_there_is_a_number_and_the_right(hotline: World) -> None:
    shown = add_call(hotline, caller="13800135678", person="chen")
    hidden = add_call(hotline, caller="", person="chen")
    page = hotline.client("supervisor").text("/calls")
    assert f"/calls/{shown}/mark" in page and f"/calls/{hidden}/mark" not in page
    assert f"/calls/{shown}/mark" not in hotline.client("administrator").text("/calls")
