"""A shift is swapped, and at its boundary the telephone of the one who took it rings."""

import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from deploy.sample_city import scenario
from records import duty, exchanges, planning, rosters, swap_table
from records.store import open_store
from scheduler.problem import Roster, Rules, ShiftType
from tests.records.builders import person
from tests.telephone.conftest import Build
from tests.telephone.exchange import counsellor, plan, until

NOON = 12 * 3600
SHIFTS = (ShiftType("early", "早", 8 * 60, 240), ShiftType("late", "晚", 12 * 60, 240))
NOBODY_NEEDED = Rules(least_on_duty=0, least_crisis=0, round_the_clock=False)
STAFF = ("anna", "bert", "cora")


def where_it_is_noon(boundary: int) -> tzinfo:
    """The roster's shifts begin at full minutes: there, the boundary is one."""
    of_day = boundary % 86400
    return timezone(timedelta(seconds=NOON - of_day))


def test_a_shift_is_swapped_and_the_one_who_took_it_rings_from_its_beginning(
    exchange: Build, tmp_path: Path
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'records.db'}")
    x = exchange(plan(), tuple(counsellor(each) for each in STAFF))
    x.phones(scenario.counsellor(ring_ms=50))
    boundary = int(time.time()) + 14
    zone, at = where_it_is_noon(boundary), datetime.fromtimestamp(boundary, UTC)
    today = at.astimezone(zone).date()
    with store.session() as db:
        db.add_all([person(each) for each in STAFF])
        db.flush()
        published = Roster({"anna": ("early",), "bert": ("late",), "cora": (None,)})
        row = rosters.save_draft(db, today, published, None, None, "chief", at)
        rosters.publish(db, row.id, (), "chief", at)
        problem = planning.problem_for(db, today, 1, SHIFTS, (), NOBODY_NEEDED)
    now = NOON // 60 - 1
    with store.session() as db:
        table = swap_table.table(db, problem, now)
        asked = exchanges.propose(db, table, "bert", "cora", [today], "bert", at)
        exchanges.answer(db, asked.id, "cora", True, "cora", at)
        exchanges.approve(db, asked.id, problem, now, {}, "chief", at)
    with store.read() as db:
        x.roster(duty.shifts_between(db, SHIFTS, today, today, zone))
    store.close()
    until(lambda: sorted(x.members()) == ["anna"])
    assert x.call([("968908", "13800000001")]).wait().successful == 1
    until(lambda: sorted(x.members()) == ["cora"], what="the shift has changed")
    assert time.time() >= boundary
    assert x.call([("968908", "13800000002")]).wait().successful == 1
    until(lambda: sorted(x.answered_by().values()) == ["anna", "cora"])
