"""The record of a call and crisis help: who may, what is kept, what is on record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.deps import TelephonyUnavailable
from records import alarms, users
from records.audit_log import entries
from records.sealing import Seal, new_key
from records.tables import CallRow, NoteRow
from routing.calls import Rank
from routing.live import Doing, Stage
from tests.dashboard.builders import (
    NOW,
    SEAL,
    Browser,
    World,
    add_call,
    caller,
    member,
    picture,
)

FIELDS = {"kind": "ordinary", "problem": "family", "suicidal": "6", "hopelessness": "8"}


def post(browser: Browser, path: str, body: object) -> TestResponse:
    return browser.client.post(path, json=body, headers={"X-CSRF-Token": browser.token()})


def save(browser: Browser, call: int, revision: int = 1, **fields: str) -> TestResponse:
    return post(browser, f"/desk/notes/{call}", {"revision": revision, "fields": FIELDS | fields})


def trail(hotline: World) -> list[tuple[str, str, str]]:
    with hotline.store.read() as db:
        return [(row.who, row.what, row.object) for row in entries(db)]


def add_counsellor(hotline: World, person: str) -> None:
    with hotline.store.session() as db:
        users.add_user(db, person, person, "counsellor", "no hash", person)


def test_the_call_is_found_by_when_it_was_answered(hotline: World) -> None:
    mine, _other = add_call(hotline), add_call(hotline, person="chen")
    browser = hotline.client("counsellor")
    with hotline.store.read() as db:
        row = db.get_one(CallRow, mine)
        assert row.answered_at is not None
        answered = row.answered_at.timestamp()
    assert browser.get(f"/desk/find?answered={answered + 3}").json == {"call": mine}
    assert browser.get("/desk/find?answered=1000").json == {"call": None}
    for wrong in ("", "?answered=x", "?answered=-1", "?answered=1e300", "?answered=nan"):
        assert browser.get(f"/desk/find{wrong}").status_code == 400


def test_a_draft_comes_back_after_a_reload(hotline: World) -> None:
    call = add_call(hotline)
    browser = hotline.client("counsellor")
    assert save(browser, call, 2, account="说不想再撑了").status_code == 200
    (draft,) = browser.get("/desk/drafts").json or []
    assert (draft["call"], draft["revision"], draft["who"]) == (call, 2, "138****1234")
    assert draft["fields"] == FIELDS | {
        "account": "说不想再撑了",
        "actions": "",
        "follow_up": "",
    }


def test_a_newer_draft_is_never_overwritten(hotline: World) -> None:
    call = add_call(hotline)
    browser = hotline.client("counsellor")
    assert save(browser, call, 5, account="new").status_code == 200
    assert save(browser, call, 4, account="old").status_code == 409
    assert (browser.get("/desk/drafts").json or [])[0]["fields"]["account"] == "new"


def test_submitting_asks_for_what_is_lacking_and_ends_the_draft(hotline: World) -> None:
    call = add_call(hotline)
    browser = hotline.client("counsellor")
    save(browser, call)
    refused = post(browser, f"/desk/notes/{call}/submit", {})
    assert (refused.status_code, refused.json) == (422, {"fault": "actions"})
    save(browser, call, 2, actions="已做安全约定")
    assert post(browser, f"/desk/notes/{call}/submit", {}).status_code == 200
    assert browser.get("/desk/drafts").json == []
    assert post(browser, f"/desk/notes/{call}/submit", {}).status_code == 409
    assert save(browser, call, 9).status_code == 409
    assert ("counsellor", "note.submit", f"call {call}") in trail(hotline)


def test_another_one_s_call_is_not_written_about(hotline: World) -> None:
    call = add_call(hotline, person="chen")
    browser = hotline.client("counsellor")
    assert save(browser, call).status_code == 403
    assert save(browser, 999).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"revision": "1", "fields": {}}, 400),
        ({"revision": 1, "fields": []}, 400),
        ({"revision": 1, "fields": {"suicidal": "11"}}, 422),
        ({"revision": 1, "fields": {"kind": "odd"}}, 422),
        ({"revision": 1, "fields": {"follow_up": "soon"}}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(hotline: World, body: Any, status: int) -> None:
    call = add_call(hotline)
    browser = hotline.client("counsellor")
    assert post(browser, f"/desk/notes/{call}", body).status_code == status
    assert browser.get("/desk/drafts").json == []


def test_a_record_is_read_by_supervisors_its_writer_and_who_talks_with_the_caller(
    hotline: World,
) -> None:
    add_counsellor(hotline, "chen")
    call = add_call(hotline, person="chen", caller="13800131234")
    save(hotline.client("chen"), call, account="与母亲争执")
    path = f"/desk/notes/{call}/read"
    assert "与母亲争执" in hotline.client("supervisor").text(path)
    assert "与母亲争执" in hotline.client("chen").text(path)
    assert hotline.client("counsellor").get(path).status_code == 403
    hotline.feed.show(picture([caller("a")], [member("lin", Doing.TALKING, call="a")]))
    assert "与母亲争执" in hotline.client("counsellor").text(path)
    readers = [who for who, what, _ in trail(hotline) if what == "note.read"]
    assert readers == ["counsellor", "chen", "supervisor"]
    assert hotline.client("supervisor").get("/desk/notes/999/read").status_code == 404


def test_danger_is_told_at_once_and_taken_back(hotline: World) -> None:
    call = add_call(hotline, answered_at=NOW - timedelta(seconds=30), ended_at=None)
    answered = (NOW - timedelta(seconds=30)).timestamp()
    browser = hotline.client("counsellor")
    for _ in range(2):  # pressed twice, or sent twice: once
        body = {"on": True, "answered": answered}
        assert post(browser, "/desk/crisis", body).status_code == 204
    assert open_kinds(hotline) == [("crisis_help", "lin")]
    shown = hotline.client("supervisor").text("/live")
    assert "危机求助：林婉如" in shown
    week = int((NOW + timedelta(days=7)).timestamp())
    assert post(browser, "/desk/crisis", {"on": False, "answered": answered}).status_code == 204
    assert open_kinds(hotline) == []
    on, off = ("mark", "13800131234", "crisis", week), ("mark", "13800131234", "crisis", None)
    assert hotline.actions.done == [on, on, off]
    assert trail(hotline) == [("counsellor", "crisis", f"call {call}")] * 2


def test_danger_raises_the_rank_of_the_call_that_goes_on_once(hotline: World) -> None:
    add_call(hotline, answered_at=NOW, ended_at=None)
    for rank in (Rank.NORMAL, Rank.CRISIS):
        talk = caller("u1", stage=Stage.TALKING, person="lin", rank=rank)
        hotline.feed.show(picture([talk], [member("lin", Doing.TALKING, call="u1")]))
        browser = hotline.client("counsellor")
        post(browser, "/desk/crisis", {"on": True, "answered": NOW.timestamp()})
    ranked = [action for action in hotline.actions.done if action[0] == "endanger"]
    assert ranked == [("endanger", "u1")]


def test_the_alarm_ends_when_the_record_is_submitted_and_the_number_stays_flagged(
    hotline: World,
) -> None:
    call = add_call(hotline, answered_at=NOW, ended_at=NOW + timedelta(minutes=1))
    browser = hotline.client("counsellor")
    post(browser, "/desk/crisis", {"on": True, "answered": NOW.timestamp()})
    save(browser, call, actions="督导已联系 120")
    assert open_kinds(hotline) == [("crisis_help", "lin")]
    assert post(browser, f"/desk/notes/{call}/submit", {}).status_code == 200
    assert open_kinds(hotline) == []
    assert [action[0] for action in hotline.actions.done] == ["mark"]


def test_danger_is_told_though_the_telephone_system_is_silent(hotline: World) -> None:
    add_call(hotline, answered_at=NOW, ended_at=NOW + timedelta(minutes=1))
    hotline.actions.failure = TelephonyUnavailable()
    answer = post(
        hotline.client("counsellor"), "/desk/crisis", {"on": True, "answered": NOW.timestamp()}
    )
    assert answer.status_code == 503, "the page asks again, for the mark on the number"
    assert open_kinds(hotline) == [("crisis_help", "lin")]


def test_nothing_is_changed_without_the_session_s_token(hotline: World) -> None:
    browser = hotline.client("counsellor")
    body = {"on": True, "answered": NOW.timestamp()}
    assert browser.client.post("/desk/crisis", json=body).status_code == 400
    assert open_kinds(hotline) == []


def open_kinds(hotline: World) -> list[tuple[str, str]]:
    with hotline.store.read() as db:
        return [(alarm.kind, alarm.subject) for alarm in alarms.open_alarms(db)]


def test_texts_of_records_lie_encrypted(hotline: World) -> None:
    call = add_call(hotline)
    save(hotline.client("counsellor"), call, account="说不想再撑了")
    with hotline.store.read() as db:
        row = db.get_one(NoteRow, call)
        assert "不想" not in str(row.sealed)
        assert "不想" in SEAL.open(str(row.sealed))


def test_a_record_of_another_key_is_told_and_not_overwritten(hotline: World) -> None:
    call = add_call(hotline)
    save(hotline.client("counsellor"), call, account="a")
    app = create_app(replace(hotline.deps, seal=Seal([new_key()])))
    answer = replace(hotline, app=app).client("supervisor").get(f"/desk/notes/{call}/read")
    assert (answer.status_code, "记录无法解密" in answer.text) == (500, True)


def test_the_list_of_calls_leads_to_the_records_that_may_be_read(hotline: World) -> None:
    call, other = add_call(hotline), add_call(hotline)
    save(hotline.client("counsellor"), call)
    links = {f"/desk/notes/{number}/read" for number in (call, other)}
    shown = {who: hotline.client(who).text("/calls") for who in ("supervisor", "administrator")}
    assert {link for link in links if link in shown["supervisor"]} == {f"/desk/notes/{call}/read"}
    assert not any(link in shown["administrator"] for link in links)
