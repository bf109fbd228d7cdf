"""The control plane beside a real Asterisk: alarms, drift, people who come while it runs."""

import socket
import sqlite3
import tarfile
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.backup import ASTDB, back_up
from deploy.control import Control
from deploy.drill import run_drill
from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, HangUp, Stay
from deploy.switchboard import Switchboard
from main import main
from records import presences
from records.alarms import open_alarms
from records.audit_log import entries
from records.calls import CallFilter, search
from records.people import import_people
from records.tasks import open_tasks
from routing.asterisk.process import write_files
from routing.plan import Limits
from tests.telephone.exchange import PHONES, SHORT, TELECOM, UNICOM, until
from tests.telephone.house import House, house, settled

EARLIER, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def limits(**more: int) -> Limits:
    return Limits(**{**vars(SHORT), "slot": 900, **more})


def alarms(x: House) -> list[tuple[str, str]]:
    with x.hotline.store.read() as session:
        return sorted((alarm.kind, alarm.subject) for alarm in open_alarms(session))


@contextmanager
def control_of(x: House) -> Iterator[Control]:
    """The control plane within the test, so that its jobs run when we say."""
    control = Control(x.hotline)
    control.session.start()
    assert control.session.wait_until_connected(30)
    try:
        yield control
    finally:
        control.session.stop()


def switchboard(control: Control) -> Switchboard:
    return Switchboard(control.session, control.hotline.plan.number)


def backed_up(x: House, folder: Path) -> list[str]:
    """What a backup that is made while Asterisk runs has of Asterisk's own database."""
    file = folder / f"{time.monotonic_ns()}.backup"
    back_up(x.hotline, Namespace(file=file))
    with tarfile.open(file) as packed:
        packed.extract(ASTDB, file.parent)
    with closing(sqlite3.connect(file.parent / ASTDB)) as astdb:
        return [key for (key,) in astdb.execute("SELECT key FROM astdb")]


def test_who_is_rostered_and_absent_is_an_alarm_until_signed_in_from_the_page(
    tmp_path: Path,
) -> None:
    built = House(tmp_path, ["anna", "bert"], limits=limits(sign_in_grace=1), auto=False)
    try:
        built.publish(["anna", "bert"])
        built.start_asterisk()
        with control_of(built) as control:
            control.duty.publish_duty()
            control.duty.compare()
            absent = [("not_signed_in", "anna"), ("not_signed_in", "bert")]
            assert [a for a in alarms(built) if a[0] == "not_signed_in"] == absent
            assert built.members() == {}
            switchboard(control).sign_in("anna")
            until(lambda: list(built.members()) == ["anna"], seconds=5)
            until(lambda: "anna" in control.picture.live().signed_in)
            control.duty.note_presences()
            with built.hotline.store.read() as session:
                there = presences.between(session, EARLIER, LATER)
            assert list(there) == ["anna"]
            until(lambda: "/signed/anna" in backed_up(built, tmp_path))  # written each second
            left = absent[1:]  # without another look
            until(lambda: [a for a in alarms(built) if a[0] == "not_signed_in"] == left)
            switchboard(control).pause("anna", "break", 600)
            until(lambda: "(paused:break" in built.members()["anna"], seconds=5)
            switchboard(control).resume("anna")
            until(lambda: "paused" not in built.members()["anna"], seconds=5)
            switchboard(control).sign_out("anna")
            until(lambda: built.members() == {}, seconds=5)
            until(lambda: [a for a in alarms(built) if a[0] == "not_signed_in"] == absent)
    finally:
        built.stop()


def test_hours_that_nobody_staffs_are_told_ahead(tmp_path: Path) -> None:
    built = House(tmp_path, ["anna"], limits=limits(window_hours=72))
    try:
        built.publish(["anna"], days=2)  # until tonight
        built.start_asterisk()
        with control_of(built) as control:
            control.duty.publish_duty()
            assert [kind for kind, _ in alarms(built)] == ["short_window"]
    finally:
        built.stop()


def test_members_that_were_changed_by_hand_are_mended_and_a_dead_clock_is_replaced(
    tmp_path: Path,
) -> None:
    with house(tmp_path, ["anna", "bert"], limits=limits()) as x:
        x.kill_control()
        x.cli("queue remove member Local/anna@leg/n from city")
        until(lambda: sorted(x.members()) == ["anna", "bert"], seconds=10)
        x.cli("channel request hangup all")
        until(lambda: "0 active channels" in x.cli("core show channels"))
        x.cli("queue remove member Local/anna@leg/n from city")
        with control_of(x) as control:
            assert list(x.members()) == ["bert"]
            control.duty.compare()
            assert ("drift", "anna") not in alarms(x)
            control.duty.compare()
            assert ("drift", "anna") in alarms(x)
            until(lambda: sorted(x.members()) == ["anna", "bert"], what="a new clock mends it")
            until(lambda: "anna" in control.picture.live().members)
            control.duty.compare()
            assert ("drift", "anna") not in alarms(x)


@contextmanager
def carrier_that_is_there(address: str, port: int) -> Iterator[None]:
    """Answers each question as RFC 3261 has it: with the headers that it came with."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind((address, port))
        own.settimeout(0.2)
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                try:
                    asked, asker = own.recvfrom(4096)
                except TimeoutError:
                    continue
                kept = [
                    line
                    for line in asked.decode().splitlines()
                    if line.startswith(("Via:", "From:", "To:", "Call-ID:", "CSeq:"))
                ]
                said = ["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]
                own.sendto("\r\n".join(said).encode(), asker)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def test_a_carrier_that_does_not_answer_is_an_alarm_until_it_does(tmp_path: Path) -> None:
    unicom = f"""
[[carriers]]
id = "unicom"
name = "中国联通"
address = "{UNICOM}"
port = 5079
qualify = 1
"""
    with house(tmp_path, ["anna"], limits=limits(), more=unicom) as x:
        x.kill_control()
        with control_of(x) as control:

            def gone() -> list[str]:
                control.duty.compare()
                return [subject for kind, subject in alarms(x) if kind == "carrier_gone"]

            until(lambda: gone() == ["unicom"])
            with carrier_that_is_there(UNICOM, 5079):
                until(lambda: gone() == [])


def test_the_emergency_switch_is_on_record_and_on_the_board_while_it_is_thrown(
    tmp_path: Path,
) -> None:
    with house(tmp_path, ["anna"], limits=limits()) as x:
        x.kill_control()
        common = ["--minutes", "5", "--why", "演练", "--by", "王督导"]
        with control_of(x) as control:
            for tier, wanted in (("promise", [("switch", "promise")]), ("off", [])):
                assert main([*x.hotline.arguments, "switch", tier, *common]) == 0
                control.duty.compare()
                assert [alarm for alarm in alarms(x) if alarm[0] == "switch"] == wanted
        with x.hotline.store.read() as session:
            rows = [row for row in entries(session) if row.what == "switch"]
            assert [(row.who, row.object, row.detail["why"]) for row in rows] == [
                ("王督导", "off", "演练"),
                ("王督导", "promise", "演练"),
            ]
        x.kill_asterisk()
        assert main([*x.hotline.arguments, "switch", "off", *common]) == 2


def test_a_click_on_the_board_throws_the_switch_and_one_brings_it_back(tmp_path: Path) -> None:
    with house(tmp_path, ["anna"], limits=limits()) as x:
        x.kill_control()
        x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
        with control_of(x) as control:
            switchboard(control).switch("promise", int(time.time()) + 600)
            x.call([("968908", "13800000001")], Stay(1200), HangUp()).wait()
            until(lambda: lost(x, control) == ["13800000001"], what="a call-back is promised")
            switchboard(control).switch(None, 0)
            x.call([("968908", "13800000002")], AwaitHangUp()).wait()
            until(lambda: answered(x, control) == ["13800000002"])


def test_a_drill_is_an_outage_on_purpose_and_tells_what_became_of_its_callers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with house(tmp_path, ["anna"], limits=limits()) as x:
        x.kill_control()
        with control_of(x) as control:

            def meanwhile(_seconds: float) -> None:
                x.call([("968908", "13800000001")], Stay(1200), HangUp()).wait()
                until(lambda: lost(x, control) == ["13800000001"])
                raise KeyboardInterrupt

            waits = iter((meanwhile, settled))
            asked = Namespace(tier="promise", minutes=5, why="每月演练", by="王督导")
            assert run_drill(x.hotline, asked, lambda seconds: next(waits)(seconds)) == 0
            x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
            x.call([("968908", "13800000002")], AwaitHangUp()).wait()
            until(lambda: answered(x, control) == ["13800000002"], what="it is over")
        told = capsys.readouterr().out
        assert "everything to promise, by 王督导: 每月演练" in told
        assert "1 calls: 0 answered, 1 promised a call-back, 0 lost, 0 still waiting" in told
        assert "1 callers are still to be called back" in told


def test_calling_back_rings_the_own_telephone_then_the_caller_and_closes_the_task(
    tmp_path: Path,
) -> None:
    with house(tmp_path, ["anna"], limits=limits()) as x:
        x.kill_control()
        x.call([("968908", "13800000001")], Stay(300), HangUp()).wait()
        x.phones(scenario.counsellor(ring_ms=50))
        x.phones(scenario.counsellor(talk_ms=1500), port=5079, address=TELECOM)
        with control_of(x) as control:
            until(lambda: lost(x, control) == ["13800000001"])
            switchboard(control).pause("anna", "calls", 600)
            switchboard(control).call_back("anna", "13800000001")
            until(lambda: lost(x, control) == [], what="the task is closed")
        log = (Path(x.hotline.instance.log) / "queue_log").read_text(encoding="utf-8")
        assert "|ARRIVE|2|outgoing|city|13800000001||telecom" in log
        assert "|anna|REACHED|13800000001" in log


def lost(x: House, control: Control) -> list[str]:
    control.read_ledger()
    with x.hotline.store.read() as session:
        return [task.number for task in open_tasks(session)]


def answered(x: House, control: Control) -> list[str]:
    control.read_ledger()
    with x.hotline.store.read() as session:
        wanted = CallFilter(outcome="answered")
        return [row.caller for row in search(session, wanted).rows]


@pytest.mark.parametrize("killed", [False, True])
def test_people_who_are_imported_while_it_runs_are_rung(tmp_path: Path, killed: bool) -> None:
    """Also when the control plane was killed between writing the files and telling Asterisk."""
    with house(tmp_path, ["anna"], limits=limits()) as x:
        x.kill_control()
        row = {"id": "cora", "name": "新人", "site": "first", "contact": f"sip:cora@{PHONES}:5080"}
        with x.hotline.store.session() as session:
            import_people(session, [row], {"first": "First"})
        if killed:
            write_files(x.hotline.instance, x.hotline.compiled())
        with control_of(x) as control:
            until(lambda: control.picture.live().connected)
            control.keep_installed()
            x.publish(["cora"])
            control.duty.publish_duty()
            until(lambda: list(x.members()) == ["cora"], seconds=10)
        x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
        began = time.monotonic()
        counts = x.call([("968908", "13800000001")], AwaitHangUp()).wait()
        assert counts.successful == 1
        assert time.monotonic() - began < 60
        log = (Path(x.hotline.instance.log) / "queue_log").read_text(encoding="utf-8")
        assert "|city|cora|CONNECT|" in log
