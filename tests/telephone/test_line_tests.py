"""Test calls through the old numbers, by way of a second Asterisk that is the telephone network."""

import datetime
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from deploy.assembly import Hotline
from deploy.control import Control, jobs
from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, HangUp, Press, Stay
from main import main
from records.alarms import open_alarms
from records.tables import CallRow
from records.tasks import open_tasks
from routing.asterisk.base import AMI_USER
from routing.asterisk.line_test import call_line
from routing.asterisk.session import Session
from routing.line_tests import Result, Seen
from routing.plan import Carrier, Limits, Line
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, UNICOM, Exchange, counsellor, plan, until
from tests.telephone.house import House, house
from tests.telephone.network import Network, brought_back

OUTSIDE = 5079  # where the carriers take our calls
OLD, OLDER = Line("old", "老热线", "22770001"), Line("older", "更老的线", "22770002")
UNICOM_TRUNK = Carrier("unicom", "联通", UNICOM, OUTSIDE)
TOKEN = "*204816"


@contextmanager
def network(near: Exchange | Hotline, numbers: dict[str, str] | None = None) -> Iterator[Network]:
    made = Network(near.instance, near.plan, OUTSIDE, numbers or {})
    try:
        made.start()
        yield made
    finally:
        made.stop()


@contextmanager
def session_of(x: Exchange) -> Iterator[Session]:
    made = Session(
        "127.0.0.1",
        x.instance.ami_port,
        AMI_USER,
        x.instance.ami_secret,
        on_picture=lambda events: None,
        clock=time.time,
    )
    made.start()
    assert made.wait_until_connected(30)
    try:
        yield made
    finally:
        made.stop()


def outcome(x: Exchange, line: Line = OLD, token: str = TOKEN) -> Seen:
    with session_of(x) as session:
        return call_line(session, line, x.plan.carriers, token, time.time, time.sleep)


def test_a_call_that_comes_back_passes_or_says_as_which_line_it_came_and_rings_nobody(
    exchange: Build,
) -> None:
    x = exchange(plan(lines=(OLD, OLDER), carrier_port=OUTSIDE), (counsellor("anna"),))
    x.phones(scenario.counsellor())
    x.on_duty("anna")
    with network(x, {"22770002": brought_back("22770001")}):
        assert outcome(x) == Seen(Result.PASSED, "telecom", "old")
        assert outcome(x, OLDER) == Seen(Result.ELSEWHERE, "telecom", "old")
        until(lambda: len(x.events("BYE")) == 2)
    came = ["inbound", "old", "22770001", "", "telecom"]
    assert [f[6:11] for f in x.events("ARRIVE")] == [came, came]
    assert [f[5:] for f in x.events("TESTED")] == [["old", "telecom"], ["older", "telecom"]]
    assert x.events("ENTERQUEUE") == x.events("RINGNOANSWER") == []
    assert x.answered_by() == {}
    assert "/test/call" not in x.cli("database show test")


def test_a_line_that_nobody_answers_or_somebody_else_does_fails(exchange: Build) -> None:
    x = exchange(plan(lines=(OLD, OLDER), carrier_port=OUTSIDE), (counsellor("anna"),))
    never = "Ringing()\n same => n,Wait(1)\n same => n,Hangup(19)"
    with network(x, {"22770001": never, "22770002": "Answer()\n same => n,Wait(30)"}):
        assert outcome(x) == Seen(Result.UNANSWERED, "telecom")
        assert outcome(x, OLDER) == Seen(Result.UNHEARD, "telecom")
    assert x.events("ARRIVE") == []


def test_a_carrier_that_refuses_is_named_and_the_next_one_tried(exchange: Build) -> None:
    x = exchange(
        plan(lines=(OLD,), carrier_port=OUTSIDE, carriers=[UNICOM_TRUNK]), (counsellor("anna"),)
    )
    refusing = x.phones(scenario.refusing(), port=OUTSIDE, address=UNICOM)
    with network(x, {"22770001": "Hangup(21)"}):
        assert outcome(x) == Seen(Result.REFUSED, "unicom", refused_by=("telecom", "unicom"))
    refusing.stop()


def test_a_test_takes_no_channel_that_a_caller_may_need(exchange: Build) -> None:
    city = plan(lines=(OLD,), carrier_port=OUTSIDE)
    city = replace(city, carriers=(replace(city.carriers[0], channels=3),))
    x = exchange(city, (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=50))
    x.on_duty("anna")
    with network(x):
        x.call([("968908", "13800000001")], AwaitHangUp())
        until(lambda: len(x.answered_by()) == 1)
        assert outcome(x) == Seen(Result.PASSED, "telecom", "old")
        x.call([("968908", "13800000002")], AwaitHangUp())
        until(lambda: len(x.events("ENTERQUEUE")) == 2)
        assert outcome(x) == Seen(Result.FULL, "")
    assert len(x.events("TESTED")) == 1


def test_a_caller_whom_forwarding_hid_behind_our_number_is_served_during_a_test(
    exchange: Build,
) -> None:
    keys = {"": "normal", "1": "crisis", "*1": "crisis", "*999999": "normal"}
    people = tuple(counsellor(f"anna{n}") for n in range(len(keys)))
    x = exchange(plan(lines=(OLD,)), people)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty(*(person.id for person in people))
    x.cli(f"database put test call {TOKEN}|{int(time.time()) + 60}|old|telecom")
    calls = [
        x.call([("22770001", "968908")], *([Press(pressed)] if pressed else []), AwaitHangUp())
        for pressed in keys
    ]
    assert [call.wait().successful for call in calls] == [1] * len(keys)
    assert len(x.answered_by()) == len(keys)
    assert [f[5] for f in x.events("RANK")] == ["crisis"] * list(keys.values()).count("crisis")
    assert x.events("TESTED") == []


def test_a_test_whose_tones_are_lost_has_hung_up_before_anybody_is_rung(exchange: Build) -> None:
    x = exchange(plan(lines=(OLD,)), (counsellor("anna"),))
    x.phones(scenario.counsellor())
    x.on_duty("anna")
    x.cli(f"database put test call {TOKEN}|{int(time.time()) + 60}|old|telecom")
    seconds = 0.5 + len(TOKEN) * 0.35 + 1  # of [test-out]: pause, tones and their gaps, pause
    x.call([("22770001", "968908")], Stay(round(seconds * 1000)), HangUp()).wait()
    until(lambda: len(x.events("BYE")) == 1)
    assert x.events("ENTERQUEUE") == []


def test_a_test_and_a_hidden_caller_at_the_same_moment_do_not_disturb_each_other(
    exchange: Build,
) -> None:
    x = exchange(plan(lines=(OLD,), carrier_port=OUTSIDE), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("anna")
    slow = {"22770001": brought_back(after=2)}
    with network(x, slow), ThreadPoolExecutor(1) as pool:
        test = pool.submit(outcome, x)
        until(lambda: TOKEN in x.cli("database show test"), what="the test is under way")
        caller = x.call([("22770001", "968908")], AwaitHangUp())
        assert test.result(60) == Seen(Result.PASSED, "telecom", "old")
        assert caller.wait().successful == 1
    assert list(x.answered_by().values()) == ["anna"]
    assert len(x.events("ARRIVE")) == 2
    assert len(x.events("TESTED")) == 1


def test_the_secret_counts_for_a_minute_and_under_our_own_number_only(exchange: Build) -> None:
    x = exchange(plan(lines=(OLD,)), (counsellor("anna"),))
    x.cli(f"database put test call {TOKEN}|{int(time.time()) - 1}|old|telecom")
    x.call([("22770001", "968908")], Press(TOKEN), Stay(300), HangUp()).wait()
    x.cli(f"database put test call {TOKEN}|{int(time.time()) + 60}|old|telecom")
    x.call([("22770001", "13800000001")], Press(TOKEN), Stay(300), HangUp()).wait()
    until(lambda: len(x.events("BYE")) == 2)
    assert x.events("TESTED") == []


def test_the_command_tests_each_line_and_what_fails_is_an_alarm_until_it_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (("old", "22770001"), ("older", "22770002"))
    with house(tmp_path, ["anna"], limits=Limits(**{**vars(SHORT), "slot": 900}), lines=lines) as h:
        command = [*h.hotline.arguments, "test-call"]
        with network(h.hotline, {"22770001": brought_back("${DB(way/22770001)}")}) as outside:
            outside.cli("database put way 22770001 22770002")
            assert main([*command, "old", "22770002"]) == 1
            assert _alarms(h) == ["old"]
            outside.cli("database put way 22770001 22770001")
            assert main([*command, "old"]) == 0
            assert _alarms(h) == []
        assert capsys.readouterr().out.splitlines() == [
            "22770001 old, by telecom: FAILED: the call came back as line older",
            "22770002 older, by telecom: passed",
            "1 of 2 lines passed",
            "22770001 old, by telecom: passed",
            "1 of 1 lines passed",
        ]
        until(lambda: len(_ended(h)) == 3, what="the calls are on record")
        assert _ended(h) == [("older", "test"), ("older", "test"), ("old", "test")]
        with h.hotline.store.read() as db:
            assert open_tasks(db) == []


def _alarms(h: House) -> list[str]:
    with h.hotline.store.read() as db:
        return [alarm.subject for alarm in open_alarms(db) if alarm.kind == "test_call"]


def _ended(h: House) -> list[tuple[str, str]]:
    with h.hotline.store.read() as db:
        rows = db.scalars(select(CallRow).where(CallRow.ended_at.is_not(None)).order_by(CallRow.id))
        return [(row.line, row.kind) for row in rows]


def test_the_control_plane_tests_at_the_times_of_the_configuration(tmp_path: Path) -> None:
    built = House(tmp_path, ["anna"], limits=SHORT)

    def triggers(*times: datetime.time) -> set[str]:
        facts = replace(built.hotline.facts, test_times=times)
        found = jobs(Control(replace(built.hotline, facts=facts))).get_jobs()
        return {str(job.trigger) for job in found}

    added = triggers(datetime.time(3, 30), datetime.time(15, 0)) - triggers()
    built.stop()
    assert added == {"cron[hour='3', minute='30']", "cron[hour='15', minute='0']"}
