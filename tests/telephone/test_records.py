"""Call records are exactly once, whatever is killed when: a real Asterisk, SIPp's own counts."""

import random
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from records.alarms import open_alarms
from records.tables import CallRow, Gap, Task
from routing.plan import Limits
from tests.telephone.exchange import SHORT, until
from tests.telephone.house import House, house, settled

CALLS = 2000
KILLS = 10
LINES = tuple((f"old{n}", f"227700{n:02}") for n in range(1, 27))


def limits(**more: int) -> Limits:
    return Limits(**{**vars(SHORT), "slot": 900, **more})


def count(x: House, *conditions: object) -> int:
    with x.hotline.store.read() as session:
        wanted = select(func.count()).select_from(CallRow).where(*conditions)  # type: ignore[arg-type]
        return session.scalar(wanted) or 0


def test_2000_calls_while_the_control_plane_is_killed_ten_times(tmp_path: Path) -> None:
    people = [f"p{n:03}" for n in range(120)]
    roomy = {"calls_per_second": CALLS, "waiting": CALLS}  # nobody is to be turned away
    patient = limits(on_duty_tier=100, on_call_tier=200, missed_rings=99, **roomy)
    with house(tmp_path, people, limits=patient, lines=LINES) as x:
        x.phones(scenario.counsellor(ring_ms=100, talk_ms=2000))
        numbers = ["968908", *(number for _, number in LINES)]
        lines = [(numbers[n % 27], f"139{n:08}") for n in range(CALLS)]
        run = x.call(lines, AwaitHangUp(), rate=20, limit=280)
        chance = random.Random(4)
        for _ in range(KILLS):
            settled(chance.uniform(3, 9))
            x.kill_control()
            x.start_control()
        counts = run.wait()
        assert (counts.created, counts.successful, counts.failed) == (CALLS, CALLS, 0)
        ended = CallRow.outcome.is_not(None)
        until(lambda: count(x, ended) == CALLS, seconds=90, what="all calls are on record")
        assert count(x) == CALLS
        with x.hotline.store.read() as session:
            recorded = session.execute(select(CallRow.caller, CallRow.line)).all()
            outcomes = Counter(session.scalars(select(CallRow.outcome)))
            answered_by = set(session.scalars(select(CallRow.person)))
            assert session.scalar(select(func.count()).select_from(Gap)) == 0
        line_of = {"968908": "city", **{number: line for line, number in LINES}}
        assert sorted(map(tuple, recorded)) == [(caller, line_of[n]) for n, caller in lines]
        assert outcomes == {"answered": CALLS}
        assert answered_by <= set(people)


def test_asterisk_dies_and_comes_back_and_who_was_cut_off_is_called_back(tmp_path: Path) -> None:
    people = ["anna", "bert"]
    with house(tmp_path, people, limits=limits(wrap_up=300)) as x:
        x.phones(scenario.counsellor(ring_ms=50))
        x.call([("968908", "13800000001")], stay_ms=4000).wait()
        until(lambda: "|wrapup" in x.cli("database show lease"))
        x.call([("968908", "13800000002"), ("968908", "13800000003")], stay_ms=60000)
        until(
            lambda: count(x, CallRow.answered_at.is_not(None)) == 2, what="two have been answered"
        )
        settled(4)  # AstDB: what is younger than 3 s may be lost
        leases = x.cli("database show lease")
        x.kill_asterisk()
        until(lambda: alarms(x) == ["disconnected"], what="the control plane has noticed")
        x.start_asterisk()
        until(lambda: sorted(x.members()) == people, seconds=60, what="members are as before")
        assert x.cli("database show lease") == leases
        until(lambda: alarms(x) == [], seconds=60, what="the alarm is over")
        until(
            lambda: count(x, CallRow.outcome == "cutoff") == 2, what="two are on record as cut off"
        )
        with x.hotline.store.read() as session:
            tasks = session.scalars(select(Task)).all()
        assert sorted(t.number for t in tasks if t.reason == "cutoff") == [
            "13800000002",
            "13800000003",
        ]


def alarms(x: House) -> list[str]:
    with x.hotline.store.read() as session:
        return [alarm.kind for alarm in open_alarms(session) if alarm.kind == "disconnected"]


def test_a_full_disk_leaves_a_counted_gap(tmp_path: Path) -> None:
    with house(tmp_path, ["anna", "bert"], limits=limits()) as x:
        x.phones(scenario.counsellor(ring_ms=50, talk_ms=200))
        log = Path(x.hotline.instance.log) / "queue_log"
        x.call([("968908", "13800000001")], AwaitHangUp()).wait()
        until(lambda: count(x, CallRow.outcome == "answered") == 1)
        x.kill_control()  # it would read the endless zeros of /dev/full; a full disk has none
        kept = log.with_name("kept")
        log.rename(kept)
        log.symlink_to("/dev/full")  # every write fails as on a full disk
        x.cli("logger reload")
        lost = [("968908", f"1380000001{n}") for n in range(5)]
        assert x.call(lost, AwaitHangUp()).wait().successful == 5
        log.unlink()
        kept.rename(log)
        x.cli("logger reload")
        x.start_control()
        x.call([("968908", "13800000002")], AwaitHangUp()).wait()
        until(lambda: count(x, CallRow.outcome == "answered") == 2, what="records go on")
        with x.hotline.store.read() as session:
            gaps = session.scalars(select(Gap)).all()
        assert [(gap.kind, gap.after_serial, gap.count) for gap in gaps] == [("missing", 1, 5)]


def test_what_is_recorded_is_purged_from_the_disk_and_old_numbers_from_asterisk(
    tmp_path: Path,
) -> None:
    with house(tmp_path, ["anna"], limits=limits(), more="[retention]\nnumbers = 30") as x:
        x.phones(scenario.counsellor(ring_ms=50, talk_ms=1200))
        x.call([("968908", "13812345678")], AwaitHangUp()).wait()
        until(lambda: count(x, CallRow.outcome == "answered") == 1)
        folder = Path(x.hotline.instance.log)
        assert (folder / "queue_log").stat().st_mode & 0o777 == 0o600
        x.kill_control()
        from deploy.control import Control

        control = Control(x.hotline)
        control.session.start()
        assert control.session.wait_until_connected(30)
        until(lambda: _purged(control, folder), what="the number is gone from the log")
        for mark in ("known/13800000009 1", "spoke/13800000009 anna|1", "crisis/13800000009 1"):
            x.cli(f"database put {mark.replace('/', ' ')}")
        control.clear_old()
        left = x.cli("database show")
        assert "13800000009" not in left
        assert "/known/13812345678" in left and "/spoke/13812345678" in left
        control.session.stop()
        x.call([("968908", "13800000002")], AwaitHangUp()).wait()
        control.read_ledger()
        assert count(x) == 2


def _purged(control: object, folder: Path) -> bool:
    control.purge_ledger()  # type: ignore[attr-defined]
    return not any(b"13812345678" in path.read_bytes() for path in folder.glob("queue_log*"))


def test_a_published_roster_reaches_the_queue_within_two_seconds(tmp_path: Path) -> None:
    with house(tmp_path, ["anna", "bert"], limits=limits()) as x:
        from deploy.control import Control

        control = Control(x.hotline)
        control.session.start()
        assert control.session.wait_until_connected(30)
        x.publish(["bert"])
        control.duty.publish_duty()
        until(lambda: sorted(x.members()) == ["bert"], seconds=5)
        control.session.stop()
