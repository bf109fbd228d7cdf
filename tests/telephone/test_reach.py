"""Where people are rung: the desk, the mobile, another hotline."""

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from routing.asterisk import switch
from routing.plan import Limits, Partner
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, TELECOM, counsellor, plan, until

DIAL = [("968908", "13800000001")]
OUTSIDE = 5079  # where the carrier takes our calls
PROVINCE = (Partner("prov", "省热线", "059112356"),)
MOBILE = "13911112222"


def test_a_partner_line_rings_when_nobody_of_ours_is_there_or_answers(exchange: Build) -> None:
    people = (counsellor("anna", port=5081),)
    limits = Limits(**{**vars(SHORT), "missed_rings": 9})
    x = exchange(plan(limits, carrier_port=OUTSIDE, partners=PROVINCE), people)
    province = x.phones(scenario.counsellor(ring_ms=50, press="1"), OUTSIDE, TELECOM, traced=True)
    until(lambda: list(x.members()) == ["prov1"], what="it is there without any duty table")
    x.call(DIAL, stay_ms=9000).wait()
    assert list(x.answered_by().values()) == ["prov1"]
    assert int(x.events("CONNECT")[0][0]) - int(x.events("ARRIVE")[0][0]) < 8
    x.phones(scenario.silent(), port=5081)
    x.roster_of("anna")
    until(lambda: sorted(x.members()) == ["anna", "prov1"])
    x.call(DIAL, stay_ms=30000)
    until(lambda: list(x.answered_by().values()) == ["prov1"] * 2, seconds=60)
    arrived, answered = int(x.events("ARRIVE")[-1][0]), int(x.events("CONNECT")[-1][0])
    assert answered - arrived >= SHORT.on_call_tier
    assert "059112356@" in (province.folder / "messages").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "far_end",
    [
        scenario.counsellor(ring_ms=50),  # a voicemail box: picks up and presses no key
        scenario.silent(),
        scenario.refusing(486, "Busy Here"),
        scenario.refusing(404, "Not Found"),
    ],
    ids=["voicemail", "no answer", "busy", "dead number"],
)
def test_a_forwarded_leg_that_reaches_nobody_is_followed_by_the_next_person(
    exchange: Build, far_end: str
) -> None:
    people = (
        counsellor("anna", device="mobile", mobile=MOBILE, contact=None),
        counsellor("bert"),
    )
    x = exchange(plan(carrier_port=OUTSIDE), people)
    x.phones(far_end, OUTSIDE, TELECOM)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("anna", "bert")
    for n in range(2):  # whoever is asked first, anna is among them
        x.call([("968908", f"1380000000{n}")], AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["bert", "bert"]
    assert {f[3] for f in x.events("RINGNOANSWER")} <= {"anna"}


def test_a_partner_line_that_does_not_confirm_is_a_promise_in_the_end(exchange: Build) -> None:
    limits = Limits(**{**vars(SHORT), "missed_rings": 1, "missed_pause": 30})
    x = exchange(plan(limits, carrier_port=OUTSIDE, partners=PROVINCE), ())
    x.phones(scenario.counsellor(ring_ms=50), OUTSIDE, TELECOM)
    until(lambda: list(x.members()) == ["prov1"])
    x.call(DIAL, stay_ms=25000)
    until(lambda: x.events("PROMISE"))
    assert x.answered_by() == {}
    assert "(paused:missed" in x.members()["prov1"]


def test_the_switch_sends_everything_to_the_partner_line(exchange: Build) -> None:
    x = exchange(plan(carrier_port=OUTSIDE, partners=PROVINCE), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.phones(scenario.counsellor(ring_ms=50, press="1"), OUTSIDE, TELECOM)
    x.roster_of("anna")
    until(lambda: sorted(x.members()) == ["anna", "prov1"])
    for command in switch.commands("partner", 9999999999):
        x.cli(command)
    x.call(DIAL, stay_ms=8000).wait()
    assert list(x.answered_by().values()) == ["prov1"]


def test_a_counsellor_moves_from_the_desk_to_the_mobile_and_back_in_a_shift(
    exchange: Build,
) -> None:
    people = (counsellor("anna", mobile=MOBILE),)
    x = exchange(plan(carrier_port=OUTSIDE), people)
    desk = x.phones(scenario.counsellor(ring_ms=50, talk_ms=300), traced=True)
    mobile = x.phones(scenario.counsellor(ring_ms=50, press="1"), OUTSIDE, TELECOM, traced=True)
    x.on_duty("anna")

    def rung() -> tuple[int, int]:
        found = [(sipp.folder / "messages") for sipp in (desk, mobile)]
        texts = [path.read_text(encoding="utf-8") if path.exists() else "" for path in found]
        return texts[0].count("INVITE sip:anna@"), texts[1].count(f"INVITE sip:{MOBILE}@")

    x.call(DIAL, AwaitHangUp()).wait()
    assert rung() == (1, 0)
    x.dial("anna", "*82")
    until(lambda: "AT_anna=-m" in x.cli("dialplan show globals"))
    x.call(DIAL, stay_ms=8000).wait()
    assert rung() == (1, 1)
    x.dial("anna", "*83")
    until(lambda: "AT_anna=-m" not in x.cli("dialplan show globals"))
    x.call(DIAL, AwaitHangUp()).wait()
    assert rung() == (2, 1)
    assert list(x.answered_by().values()) == ["anna"] * 3


def test_who_has_no_mobile_stays_at_the_desk(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("anna")
    x.dial("anna", "*82")
    x.cli("database put device anna mobile")
    x.call(DIAL, AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["anna"]
