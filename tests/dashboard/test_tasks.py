"""Call-backs in the pages: the dialog, calling at once, closing, and many at the same time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from dashboard.deps import TelephonyUnavailable
from records import audit_log, users
from records.store import Store
from records.tables import CallRow, NoteRow, Task, TaskCall
from records.tasks import open_tasks
from tests.dashboard.builders import NOW, World, add_task, without_tags, world

WHY = "对方已在别处得到帮助"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def hotline(tmp_path: Path) -> World:
    """The supervisor has a telephone too."""
    made = world(tmp_path)
    with made.store.session() as db:
        supervisor = users.by_login(db, "supervisor")
        assert supervisor is not None
        supervisor.person_id = "chen"
    return made


def stored(store: Store, task_id: int) -> Task:
    with store.session() as db:
        return db.get_one(Task, task_id)


def noted(hotline: World) -> list[tuple[str, str, str]]:
    with hotline.store.read() as db:
        return sorted((e.who, e.what, e.object) for e in audit_log.entries(db))


def words(html: str) -> str:
    return " ".join(without_tags(html).split())


# ---- what is seen


def test_the_board_says_who_rang_how_often_and_what_was_tried(hotline: World) -> None:
    add_task(
        hotline,
        rank="crisis",
        attempts=3,
        lost_at=NOW - timedelta(minutes=4),
        tries=2,
        assigned_to="chen",
    )
    add_task(hotline, "")
    page = words(hotline.client("supervisor").text("/live"))
    text = "138****5678 危机 已承诺回拨 · 来电 3 次 · 最近 14:28 · 已回拨 2 次未接通 · 交给 陈思远"
    assert text in page
    assert "号码隐藏 已承诺回拨 · 最近 14:32 · 没有号码，只能由督导关闭" in page


def test_hundreds_of_tasks_do_not_fill_the_board(hotline: World) -> None:
    for number in range(33):
        add_task(hotline, f"138001356{number:02}")
    page = hotline.client("supervisor").text("/live")
    assert page.count('data-key="task-') == 30
    assert "另有 3 条" in page and "33 条待回" in page


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", ["接电话的可能是家人", "我晚一点再打来"]), ("en", ["A relative may answer", "later"])],
)
def test_the_dialog_says_what_may_be_said(hotline: World, lang: str, said: list[str]) -> None:
    task = add_task(hotline)
    page = hotline.client("counsellor", lang).text(f"/live/task/{task}")
    assert all(each in page for each in said)
    assert "138****5678" in page and "13800135678" not in page
    assert "968908" in words(page)[words(page).index("138****5678") :]


def test_a_counsellor_sees_own_tasks_and_those_of_nobody(hotline: World) -> None:
    mine, free = add_task(hotline, assigned_to="lin"), add_task(hotline, "13900000001")
    other = add_task(hotline, "13900000002", assigned_to="chen")
    browser = hotline.client("counsellor")
    for path in ("/me", "/me/tasks"):
        page = browser.text(path)
        assert [f'"/live/task/{n}"' in page for n in (mine, free, other)] == [True, True, False]
    assert browser.get(f"/live/task/{other}").status_code == 404
    assert browser.post(f"/live/task/{other}/call").status_code == 404
    assert browser.post(f"/live/task/{other}/unreached", minutes="30").status_code == 404
    assert hotline.actions.done == []


# ---- calling back


@pytest.mark.parametrize(("role", "person"), [("counsellor", "lin"), ("supervisor", "chen")])
def test_one_action_rings_the_own_telephone(hotline: World, role: str, person: str) -> None:
    task = add_task(hotline)
    browser = hotline.client(role)
    answer = browser.client.post(
        f"/live/task/{task}/call", headers={"X-CSRF-Token": browser.token(), **HTMX}
    )
    assert "您的话机即将振铃" in answer.text and "13800135678" not in answer.text
    assert hotline.actions.done == [("call_back", person, "13800135678")]
    assert noted(hotline) == [(role, "task.call_back", f"task {task}")]
    row = stored(hotline.store, task)
    assert (row.assigned_to, row.closed_at) == (person, None)
    assert browser.post(f"/live/task/{task}/call").headers["Location"] == f"/live/task/{task}"


def test_without_a_telephone_nothing_is_called_and_the_page_says_why(tmp_path: Path) -> None:
    hotline = world(tmp_path)
    task = add_task(hotline)
    browser = hotline.client("supervisor")
    page = browser.text(f"/live/task/{task}")
    assert "您的账号没有话机" in page and f"/live/task/{task}/call" not in page
    answer = browser.post(f"/live/task/{task}/call")
    assert (answer.status_code, "您的账号没有话机" in answer.text) == (409, True)
    assert hotline.actions.done == [] and noted(hotline) == []


def test_a_telephone_system_that_does_not_answer_changes_nothing(hotline: World) -> None:
    task = add_task(hotline)
    hotline.actions.failure = TelephonyUnavailable()
    assert hotline.client("counsellor").post(f"/live/task/{task}/call").status_code == 503
    assert stored(hotline.store, task).assigned_to is None and noted(hotline) == []


def test_who_has_no_number_is_not_called(hotline: World) -> None:
    task = add_task(hotline, "")
    browser = hotline.client("supervisor")
    page = browser.text(f"/live/task/{task}")
    assert "无法回拨" in page
    assert f"{task}/call" not in page and "/unreached" not in page
    assert browser.post(f"/live/task/{task}/call").status_code == 409
    assert browser.post(f"/live/task/{task}/unreached", minutes="30").status_code == 409
    assert hotline.actions.done == []
    assert browser.post(f"/live/task/{task}", reason=WHY, seen="1").status_code == 302


def test_not_reached_leaves_the_task_open_and_due_again(hotline: World) -> None:
    task = add_task(hotline)
    browser = hotline.client("counsellor")
    assert browser.post(f"/live/task/{task}/unreached", minutes="7").status_code == 422
    answer = browser.post(f"/live/task/{task}/unreached", minutes="60")
    assert answer.status_code == 302
    row = stored(hotline.store, task)
    assert (row.tries, row.tried_by, row.closed_at) == (1, "counsellor", None)
    assert row.due_at == NOW + timedelta(minutes=60)
    page = words(browser.text(f"/live/task/{task}"))
    assert "已回拨 1 次未接通" in page and "上次回拨：林婉如 14:32" in page


# ---- closing


def test_a_supervisor_closes_a_call_back_with_a_reason(hotline: World) -> None:
    task = add_task(hotline)
    browser = hotline.client("supervisor")
    assert f'hx-get="/live/task/{task}"' in browser.text("/live")
    answer = browser.post(f"/live/task/{task}", reason=WHY, seen="1")
    assert answer.status_code == 302
    assert noted(hotline) == [("supervisor", "task.close", f"task {task}")]
    assert stored(hotline.store, task).closing == WHY
    assert "没有待回拨的来电" in browser.text("/live")
    assert browser.get(f"/live/task/{task}").status_code == 404


@pytest.mark.parametrize("reason", ["", "好的", "     x     "])
def test_a_call_back_is_not_closed_without_a_reason(hotline: World, reason: str) -> None:
    task = add_task(hotline)
    answer = hotline.client("supervisor").post(f"/live/task/{task}", reason=reason, seen="1")
    assert (answer.status_code, "没有理由不能关闭" in answer.text) == (422, True)
    assert stored(hotline.store, task).closed_at is None


def test_who_has_rung_again_is_looked_at_again(hotline: World) -> None:
    task = add_task(hotline, attempts=2)
    browser = hotline.client("supervisor")
    answer = browser.post(f"/live/task/{task}", reason=WHY, seen="1")
    assert (answer.status_code, "又打来过" in answer.text) == (409, True)
    assert browser.post(f"/live/task/{task}", reason=WHY).status_code == 400
    assert stored(hotline.store, task).closed_at is None


def test_a_counsellor_closes_nothing(hotline: World) -> None:
    task = add_task(hotline)
    browser = hotline.client("counsellor")
    assert 'name="reason"' not in browser.text(f"/live/task/{task}")
    assert browser.post(f"/live/task/{task}", reason=WHY, seen="1").status_code == 403


def test_a_dialog_that_is_done_closes_itself(hotline: World) -> None:
    task = add_task(hotline)
    browser = hotline.client("supervisor")
    answer = browser.client.post(
        f"/live/task/{task}/unreached",
        data={"minutes": "30"},
        headers={"X-CSRF-Token": browser.token(), **HTMX},
    )
    assert (answer.headers["HX-Trigger"], answer.headers["HX-Reswap"]) == ("done", "none")


# ---- many at once


@pytest.fixture
def outage(hotline: World) -> list[int]:
    """Three were cut off, one of them long ago; one was promised something."""
    hour = timedelta(hours=1)
    return [
        add_task(hotline, "13900000001", reason="cutoff"),
        add_task(hotline, "13900000002", reason="cutoff"),
        add_task(hotline, "13900000003", reason="cutoff", created_at=NOW - 5 * hour),
        add_task(hotline, "13900000004"),
    ]


def test_tasks_are_found_by_reason_and_time_and_all_selected(
    hotline: World, outage: list[int]
) -> None:
    browser = hotline.client("supervisor")
    assert browser.text("/live/tasks").count(" checked") == 0
    page = browser.text(
        "/live/tasks?reason=cutoff&first=2026-09-30T14:00&last=2026-09-30T15:00&all=1"
    )
    assert [f'value="{n}-1" checked' in page for n in outage] == [True, True, False, False]
    assert "13900000001" not in page
    for bad in ("reason=whatever", "first=yesterday"):
        assert browser.get(f"/live/tasks?{bad}").status_code == 400


def test_many_are_closed_with_one_reason(hotline: World, outage: list[int]) -> None:
    browser = hotline.client("supervisor")
    chosen = [f"{n}-1" for n in outage[:2]] + [f"{outage[2]}-9"]
    answer = browser.post("/live/tasks?reason=cutoff", change="close", reason=WHY, task=chosen)
    there = answer.headers["Location"]
    assert "reason=cutoff" in there
    page = words(browser.text(there))
    assert "已处理 2 条；1 条其间有变化，没有改动" in page
    assert noted(hotline) == [("supervisor", "task.close", f"task {n}") for n in outage[:2]]
    with hotline.store.read() as db:
        assert {task.id for task in open_tasks(db)} == set(outage[2:])


def test_many_without_a_reason_stay_and_stay_selected(hotline: World, outage: list[int]) -> None:
    browser = hotline.client("supervisor")
    answer = browser.post("/live/tasks", change="close", reason="ok", task=[f"{outage[1]}-1"])
    assert (answer.status_code, "没有理由不能关闭" in answer.text) == (422, True)
    assert f'value="{outage[1]}-1" checked' in answer.text and answer.text.count(" checked") == 1
    assert noted(hotline) == []


def test_many_are_given_to_somebody(hotline: World, outage: list[int]) -> None:
    browser = hotline.client("supervisor")
    chosen = [f"{n}-1" for n in outage]
    answer = browser.post("/live/tasks", change="assign", person="lin", task=chosen)
    assert answer.status_code == 302
    assert {stored(hotline.store, n).assigned_to for n in outage} == {"lin"}
    assert len(noted(hotline)) == 4
    answer = browser.post("/live/tasks", change="assign", person="", task=chosen)
    assert (answer.status_code, "请选择接线员" in answer.text) == (422, True)


@pytest.mark.parametrize("form", [{"change": "burn"}, {"change": "close", "task": "x"}])
def test_a_form_that_makes_no_sense_is_refused(hotline: World, form: dict[str, str]) -> None:
    assert hotline.client("supervisor").post("/live/tasks", **form).status_code == 400


def test_the_list_asks_as_often_for_many_as_for_one(hotline: World, outage: list[int]) -> None:
    counted: list[str] = []
    browser = hotline.client("supervisor")
    event.listen(hotline.store.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    browser.text("/live/tasks")
    assert len(counted) == 3


# ---- follow-ups


def test_a_follow_up_has_its_record_at_hand_and_words_of_its_own(hotline: World) -> None:
    task = add_task(hotline, reason="followup")
    with hotline.store.session() as db:
        call = db.get_one(Task, task).call_id
        db.add(TaskCall(task_id=task, call_id=call, reason="followup"))
        db.add(NoteRow(call_id=call, person="lin", revision=1, kind="silent", problem="family"))
    counsellor = hotline.client("counsellor")
    shown = counsellor.text(f"/live/task/{task}")
    assert "之前约好今天通个话" in shown and "未接来电，现在" not in shown
    assert f'href="/desk/notes/{call}/read"' in shown
    assert counsellor.get(f"/desk/notes/{call}/read").status_code == 200
    with hotline.store.session() as db:
        db.get_one(Task, task).assigned_to = "chen"
        db.get_one(CallRow, call).person = "chen"
    assert counsellor.get(f"/desk/notes/{call}/read").status_code == 403
