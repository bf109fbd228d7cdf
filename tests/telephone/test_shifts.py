"""Asterisk's own clock changes shifts and ends pauses. No Python is running."""

import time

from deploy.sample_city import scenario
from routing.plan import Limits, Shift
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, TELECOM, counsellor, plan, until
from tests.telephone.manager import Message, Witness

OUTSIDE = 5079  # where the carrier takes our calls
PEOPLE = tuple(counsellor(person) for person in ("anna", "bert", "cora", "dora"))


def limits(**more: int) -> Limits:
    return Limits(**{**vars(SHORT), **more})


def test_new_calls_go_to_the_new_shift_and_calls_in_progress_are_left_alone(
    exchange: Build,
) -> None:
    x = exchange(plan(), PEOPLE)
    x.phones(scenario.counsellor(ring_ms=50))
    now = int(time.time())
    boundary = now + 12
    early = [Shift(p, now - 1, boundary) for p in ("anna", "bert")]
    late = [Shift(p, boundary, boundary + 600) for p in ("cora", "dora")]
    x.roster([*early, *late])
    until(lambda: sorted(x.members()) == ["anna", "bert"])
    before = x.call([("968908", "13800000001"), ("968908", "13800000002")], stay_ms=14000)
    until(lambda: len(x.answered_by()) == 2)
    assert sorted(x.answered_by().values()) == ["anna", "bert"]
    until(lambda: sorted(x.members()) == ["cora", "dora"], what="the shift has changed")
    after = x.call([("968908", "13800000003"), ("968908", "13800000004")])
    assert after.wait().successful == 2
    assert before.wait().successful == 2
    until(lambda: len(x.events("BYE")) == 4)
    lasted = {f[1]: int(f[0]) for f in x.events("BYE")}
    first, second = [f[1] for f in x.events("ARRIVE")][:2]
    assert min(lasted[first], lasted[second]) >= boundary
    assert sorted(x.answered_by().values()) == ["anna", "bert", "cora", "dora"]


def test_more_people_than_a_line_of_the_manager_holds_come_on_duty(exchange: Build) -> None:
    people = tuple(counsellor(f"longer{n:03}") for n in range(150))
    x = exchange(plan(), people)
    x.on_duty(*(person.id for person in people))


def test_an_empty_slot_takes_everybody_off_and_one_never_written_leaves_them_on(
    exchange: Build,
) -> None:
    x = exchange(plan(limits(slot=5)), PEOPLE)
    now = int(time.time()) // 5
    x.put_table({f"{now}/0": "anna!", f"{now + 1}/0": "anna!", f"{now + 2}/0": "-"})
    until(lambda: sorted(x.members()) == ["anna"])
    until(lambda: x.members() == {}, what="the empty slot is applied")
    x.put_table({f"{n}/0": "bert!" for n in range(now + 3, now + 5)})
    until(lambda: sorted(x.members()) == ["bert"])
    until(lambda: time.time() > (now + 6) * 5 + 1, what="the table has run out")
    assert sorted(x.members()) == ["bert"]


def test_a_change_within_the_running_slot_is_applied_within_two_seconds(exchange: Build) -> None:
    x = exchange(plan(limits(slot=3600)), PEOPLE)
    slot = int(time.time()) // 3600
    x.put_table({f"{slot}/0": "anna!", f"{slot + 1}/0": "anna!"})
    until(lambda: sorted(x.members()) == ["anna"])
    x.put_table({f"{slot}/0": "cora!,dora!", f"{slot + 1}/0": "cora!,dora!"})
    until(lambda: sorted(x.members()) == ["cora", "dora"], seconds=5)


def test_several_people_on_duty_and_on_call_are_all_members(exchange: Build) -> None:
    x = exchange(plan(), PEOPLE)
    x.on_duty("anna", "bert", on_call=["cora", "dora"])
    penalties = {person: "with penalty 10 " in words for person, words in x.members().items()}
    assert penalties == {"anna": False, "bert": False, "cora": True, "dora": True}


def test_who_is_rostered_joins_by_a_code_from_the_phone_and_on_call_staff_stand_in(
    exchange: Build,
) -> None:
    x = exchange(plan(), PEOPLE)
    now = int(time.time())
    shifts = [Shift("anna", now - 1, now + 600), Shift("dora", now - 1, now + 600, on_call=True)]
    x.roster(shifts, automatic=False)
    until(lambda: sorted(x.members()) == ["dora"])
    assert "with penalty 5 " in x.members()["dora"]
    x.dial("anna", "*81")
    until(lambda: sorted(x.members()) == ["anna", "dora"])
    until(lambda: "with penalty 10 " in x.members()["dora"], what="nobody is absent any more")
    x.dial("anna", "*80")
    until(lambda: sorted(x.members()) == ["dora"])


def test_writing_time_and_pauses_end_by_themselves(exchange: Build) -> None:
    x = exchange(plan(limits(wrap_up=3)), PEOPLE)
    x.phones(scenario.counsellor(ring_ms=50))
    x.on_duty("anna")
    x.call([("968908", "13800000001")], stay_ms=4000).wait()
    until(lambda: "/lease/anna" in x.cli("database show lease"), what="she has time to write")
    assert "(In use)" in x.members()["anna"]
    until(lambda: "(Not in use)" in x.members()["anna"], what="the time to write is over")
    x.cli(f"database put lease anna {int(time.time()) + 4}|break")
    until(lambda: "(paused:break" in x.members()["anna"])
    until(lambda: "paused" not in x.members()["anna"], what="the break is over")
    assert "0 results" in x.cli("database show lease")


def leases_told(witness: Witness) -> list[Message]:
    return [event for event in witness.of("UserEvent") if event["UserEvent"] == "Lease"]


def told_of(witness: Witness) -> list[str]:
    return sorted(p for event in leases_told(witness) for p in event["Person"].split("&"))


def test_leases_that_end_in_one_second_are_told_in_as_few_events_as_hold_them(
    exchange: Build,
) -> None:
    people = tuple(counsellor(f"longer{n:03}") for n in range(110))  # more than one event holds
    x = exchange(plan(), people)
    x.on_duty(*(person.id for person in people))
    witness = Witness(x.instance.ami_port, "secret")
    try:
        ends = int(time.time()) + 15
        for person in people:
            x.cli(f"database put lease {person.id} {ends}|break")
        until(lambda: len(told_of(witness)) == len(people), what="all are told")
        assert told_of(witness) == [person.id for person in people]
        assert len(leases_told(witness)) < len(people)
        assert "/lease" not in x.cli("database show lease")
        assert "paused" not in "".join(x.members().values())
    finally:
        witness.close()


def test_members_and_pauses_are_as_before_after_a_kill(exchange: Build) -> None:
    x = exchange(plan(), PEOPLE)
    x.on_duty("anna", "bert", on_call=["dora"])
    x.cli(f"database put lease bert {int(time.time()) + 300}|break")
    until(lambda: "(paused:break" in x.members()["bert"])
    before = {person: "paused" in words for person, words in x.members().items()}
    settled = time.time() + 4  # AstDB commits lazily: what is younger than 3 s may be lost
    until(lambda: time.time() > settled)
    x.kill()
    x.start()
    until(lambda: sorted(x.members()) == sorted(before))
    until(lambda: {p: "paused" in w for p, w in x.members().items()} == before)
    assert before == {"anna": False, "bert": True, "dora": False}


def test_who_was_talking_when_asterisk_died_can_be_rung_again(exchange: Build) -> None:
    """On a mobile: that somebody talks there, Asterisk's database says, and it survives a kill."""
    anna = counsellor("anna", device="mobile", mobile="13911112222", contact=None)
    x = exchange(plan(carrier_port=OUTSIDE), (anna,))
    x.phones(scenario.counsellor(ring_ms=50, press="1"), OUTSIDE, TELECOM)
    x.on_duty("anna")
    x.call([("968908", "13800000001")], stay_ms=60000)
    until(lambda: x.answered_by())
    until(lambda: "INUSE" in x.cli("database show CustomDevstate"))
    x.kill()
    x.start()
    until(lambda: "(Not in use)" in x.members().get("anna", ""))


def test_a_call_starts_the_clock_again_when_it_is_gone(exchange: Build) -> None:
    x = exchange(plan(), PEOPLE)
    x.phones(scenario.counsellor(ring_ms=50))
    x.on_duty("anna")
    x.cli("channel request hangup all")
    until(lambda: "0 active channels" in x.cli("core show channels"), what="the clock is gone")
    old = [line for line in x.cli("dialplan show globals").splitlines() if "TICKER" in line]
    stopped = time.time() + 7
    until(lambda: time.time() > stopped)
    assert x.call([("968908", "13800000001")]).wait().successful == 1
    until(lambda: "tick@duty" in x.cli("core show channels"))
    new = [line for line in x.cli("dialplan show globals").splitlines() if "TICKER" in line]
    assert new != old


def test_three_hundred_people_in_the_queue_stay_and_leave_as_few_do(exchange: Build) -> None:
    """A variable has room for 4,095 characters: the names of 240 members, or of half as many."""
    people = [f"p{n:03}" for n in range(300)]
    x = exchange(plan(), tuple(counsellor(p) for p in people))
    x.on_duty(*people)
    x.roster_of(*people[:290])
    until(lambda: sorted(x.members()) == people[:290])
    x.cli("channel originate Local/tick@duty/n extension anchor@duty")  # a new clock
    x.roster_of(*people[:280])
    until(lambda: sorted(x.members()) == people[:280])
    x.roster_of(*people[:-1])
    until(lambda: sorted(x.members()) == people[:-1], what="the new clock adds as the old one did")
    assert len(x.events("ADDMEMBER")) == 300 + 19
    assert len(x.events("REMOVEMEMBER")) == 20
