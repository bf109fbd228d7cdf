"""The counsellor's desk: the telephone's secret, and who calls."""

from dataclasses import replace

import pytest

from dashboard.app import create_app
from records.tables import Person
from routing.calls import Rank
from routing.live import Doing, Stage
from tests.dashboard.builders import (
    EPOCH,
    World,
    add_call,
    caller,
    member,
    picture,
)
from tests.dashboard.test_record import add_counsellor, save, trail


def test_the_secret_goes_to_its_owner_alone_and_each_time_is_on_record(hotline: World) -> None:
    add_counsellor(hotline, "chen")
    told = [hotline.client(who).get("/desk/telephone").json for who in ("counsellor", "chen")]
    assert [(t["uri"], t["name"], t["secret"], t["address"]) for t in told if t] == [
        ("sip:lin-web@localhost", "lin", "pwlin", "ws://localhost:8088/ws"),
        ("sip:chen-web@localhost", "chen", "pwchen", "ws://localhost:8088/ws"),
    ]
    assert trail(hotline) == [
        ("chen", "secret.browser", "chen"),
        ("counsellor", "secret.browser", "lin"),
    ]


@pytest.mark.parametrize(
    "change", [{"contact": "sip:lin@10.0.0.7"}, {"active": False}, {"secret": ""}], ids=str
)
def test_who_has_no_telephone_in_the_browser_is_told_so(
    hotline: World, change: dict[str, object]
) -> None:
    with hotline.store.session() as db:
        lin = db.get_one(Person, "lin")
        for name, value in change.items():
            setattr(lin, name, value)
    browser = hotline.client("counsellor")
    assert browser.get("/desk/telephone").status_code == 404
    assert " data-none" in browser.text("/desk")
    assert trail(hotline) == []


def test_where_no_browser_phones_are_open_nothing_may_be_connected_to(hotline: World) -> None:
    app = create_app(replace(hotline.deps, browser_phones=None))
    browser = replace(hotline, app=app).client("counsellor")
    assert browser.get("/desk/telephone").status_code == 404
    answer = browser.get("/desk")
    assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]


def test_only_the_desk_opens_the_microphone_and_talks_to_asterisk(hotline: World) -> None:
    browser = hotline.client("counsellor")
    desk, own = browser.get("/desk").headers, browser.get("/me").headers
    assert "connect-src 'self' ws://localhost:8088/ws;" in desk["Content-Security-Policy"]
    assert "microphone=(self)" in desk["Permissions-Policy"]
    assert "connect-src 'self';" in own["Content-Security-Policy"]
    assert "microphone=()" in own["Permissions-Policy"]


def test_an_account_without_a_person_is_told(hotline: World) -> None:
    hotline.forget_person("counsellor")
    browser = hotline.client("counsellor")
    assert "没有对应的接线员" in browser.text("/desk")
    assert browser.get("/desk/telephone").status_code == 403


def test_who_calls_is_told_with_the_calls_before_and_their_alerts(hotline: World) -> None:
    number = "13800131234"
    before = add_call(hotline, caller=number, person="chen")
    add_call(hotline, caller=number, line="shishi")
    add_counsellor(hotline, "chen")
    save(hotline.client("chen"), before)
    live = caller("a", caller=number, stage=Stage.WAITING, person="lin", rank=Rank.CRISIS)
    hotline.feed.show(picture(calls=[live], members=[member("lin", Doing.RINGING, call="a")]))
    shown = hotline.client("counsellor").text("/desk/call")
    assert 'data-line="晋江线" data-who="138****1234"' in shown
    for words in ("危机", "之前来电 2 次", "曾评为 高", "家庭关系", "石狮线"):
        assert words in shown
    assert number not in shown


def test_a_hidden_number_has_no_calls_before(hotline: World) -> None:
    add_call(hotline, caller="")
    hotline.feed.show(picture([caller("a", caller="")], [member("lin", Doing.TALKING, call="a")]))
    assert "号码隐藏，无法查之前的来电" in hotline.client("counsellor").text("/desk/call")


def test_a_wait_ends_when_the_call_is_answered(hotline: World) -> None:
    live = caller("a", stage=Stage.TALKING, person="lin", since=EPOCH - 17)
    hotline.feed.show(picture([live], [member("lin", Doing.TALKING, call="a")]))
    shown = hotline.client("counsellor").text("/desk/call")
    assert "等了 0:23" in shown and "data-up" not in shown
