"""Nights, office hours, holidays: the dialplan beside the pure model, and what callers notice."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from routing.periods import OFFSET, Period, period_at
from routing.plan import Carrier, Limits, Line, Plan
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, TELECOM, UNICOM, Exchange, counsellor, plan, until
from tests.telephone.manager import Witness

HOLIDAYS = frozenset({date(2026, 10, 1), date(2027, 2, 8)})
MAKE_UPS = frozenset({date(2026, 10, 10)})
PERIODS = (
    Period("feast", first="2027-02-05", last="2027-02-11", greeting="新春好。"),
    Period("night", "22:00", "06:00", on_call_at_once=True),
    Period("office", "08:00", "17:30", "workdays"),
    Period("lazy", "09:00", "24:00", "restdays"),
)
OUTSIDE = 5079  # where the carriers take our calls
FORMER = "23222120"
MOMENTS = 150


def moments() -> list[int]:
    """Instants of all kinds: boundaries, a second beside them, and any others."""
    chance = random.Random(1)
    midnights = [date(2026, 9, 30) + timedelta(days=n) for n in range(140)]
    found = []
    for _ in range(MOMENTS):
        day = datetime.combine(chance.choice(midnights), datetime.min.time(), UTC)
        begins, ends = chance.choice(PERIODS).seconds
        second = chance.choice([begins, ends, begins - 1, ends - 1, chance.randrange(86400)])
        found.append(int(day.timestamp()) - OFFSET + second)
    return found


def with_periods(city: Plan, *periods: Period, lines: Sequence[Line] = ()) -> Plan:
    lines = (*city.lines, *lines)
    return replace(city, periods=periods, lines=lines, rest_days=HOLIDAYS, make_up_days=MAKE_UPS)


def test_the_dialplan_finds_the_period_that_the_model_finds(exchange: Build) -> None:
    x = exchange(with_periods(plan(), *PERIODS), ())
    for step in (
        "_X.,1,Gosub(period,s,1(${EXTEN}))",
        "_X.,2,Set(DB(probe/${EXTEN})=in-${PERIOD})",
    ):
        x.cli(f"dialplan add extension {step} into probe")
    wanted = {}
    for moment in moments():
        period = period_at(PERIODS, moment, HOLIDAYS, MAKE_UPS)
        wanted[str(moment)] = period.id if period else ""
        x.cli(f"channel originate Local/{moment}@probe application NoOp")
    until(lambda: len(probed(x)) == len(wanted), what="all are probed")
    assert probed(x) == wanted
    assert set(wanted.values()) == {"", *(period.id for period in PERIODS)}


def probed(x: Exchange) -> dict[str, str]:
    shown = x.cli("database show probe")
    return dict(re.findall(r"^/probe/(\d+)\s*: in-(\w*)", shown, re.MULTILINE))


def test_a_period_has_a_greeting_of_its_own_and_the_on_call_staff_at_once(exchange: Build) -> None:
    patient = Limits(**{**vars(SHORT), "on_duty_tier": 60, "on_call_tier": 120, "ring": 2})
    night = Period("night", greeting="夜间好。", on_call_at_once=True)
    people = (counsellor("anna", port=5081), counsellor("bert"))
    x = exchange(with_periods(plan(patient), night), people)
    x.phones(scenario.silent(), port=5081)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty("anna", on_call=["bert"])
    x.watch()
    x.call([("968908", "13800000001")], AwaitHangUp())
    until(lambda: list(x.answered_by().values()) == ["bert"])
    waited = int(x.events("CONNECT")[0][0]) - int(x.events("ARRIVE")[0][0])
    assert waited < patient.on_duty_tier
    assert "greeting-night" in x.heard()
    assert "greeting" not in x.heard()


def line_with_a_former_telephone(build: Build, period: str | None, phone: str) -> Exchange:
    """`period`: in which it rings first; `phone`: the scenario of whoever answers it."""
    line = Line("anxi", "安溪线", "22770003", old_phones=(FORMER,), old_phones_in=period)
    city = with_periods(plan(carrier_port=OUTSIDE), Period("always"), Period("never"), lines=[line])
    x = build(city, (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.phones(phone, OUTSIDE, TELECOM)
    x.on_duty("anna")
    x.call([("22770003", "13800000001")], AwaitHangUp())
    return x


@pytest.mark.parametrize(
    ("period", "presses", "who"),
    [
        (None, "1", f"o{FORMER}"),
        ("always", "1", f"o{FORMER}"),
        ("never", "1", "anna"),
        (None, "", "anna"),  # a voicemail box presses no key
    ],
)
def test_the_former_telephones_of_a_line_ring_first_and_confirm(
    exchange: Build, period: str | None, presses: str, who: str
) -> None:
    phone = scenario.counsellor(ring_ms=50, talk_ms=300 if presses else None, press=presses)
    x = line_with_a_former_telephone(exchange, period, phone)
    until(lambda: list(x.answered_by().values()) == [who])


def test_a_dead_former_telephone_loses_no_time_and_is_taken_out_of_use(exchange: Build) -> None:
    line = Line("anxi", "安溪线", "22770003", old_phones=(FORMER,))
    limits = Limits(**{**vars(SHORT), "missed_rings": 1, "missed_pause": 3, "old_phones_ring": 60})
    x = exchange(plan(limits, [line], OUTSIDE), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.phones(scenario.refusing(404, "Not Found"), OUTSIDE, TELECOM)
    x.on_duty("anna")
    witness = Witness(x.instance.ami_port, "secret")
    x.call([("22770003", "13800000001")], AwaitHangUp())
    until(lambda: list(x.answered_by().values()) == ["anna"])
    until(lambda: [reasons(witness)] == [["missed", "none"]], what="it is tried again later")
    witness.close()


def reasons(witness: Witness) -> list[str]:
    """Why the former telephone was taken out of use, and that it is not any more."""
    told = witness.of("UserEvent")
    return [e["Reason"] for e in told if e["UserEvent"] == "Lease" and e["Person"] == f"o{FORMER}"]


def with_a_second_carrier(exchange: Build, **first: int) -> Exchange:
    """Anna is on her mobile; `first` is changed of the carrier that is asked first."""
    mobile = counsellor("anna", device="mobile", mobile="13911112222", contact=None)
    unicom = Carrier("unicom", "联通", UNICOM, OUTSIDE)
    city = plan(carrier_port=OUTSIDE, carriers=[unicom])
    telecom = replace(city.carriers[0], **first)  # type: ignore[arg-type]
    return exchange(replace(city, carriers=(telecom, unicom)), (mobile,))


def test_a_carrier_whose_channels_are_taken_is_left_out(exchange: Build) -> None:
    x = with_a_second_carrier(exchange, channels=1)
    answers = scenario.counsellor(ring_ms=50, talk_ms=300, press="1")
    by_telecom = x.phones(answers, OUTSIDE, TELECOM, traced=True)
    by_unicom = x.phones(answers, OUTSIDE, UNICOM, traced=True)
    x.on_duty("anna")
    x.call([("968908", "13800000001")], AwaitHangUp())
    until(lambda: len(x.answered_by()) == 1)
    assert "INVITE" in (by_unicom.folder / "messages").read_text(encoding="utf-8")
    heard = by_telecom.folder / "messages"
    assert not heard.exists() or "INVITE" not in heard.read_text(encoding="utf-8")


def test_a_carrier_that_is_asked_and_not_there_costs_no_time(exchange: Build) -> None:
    x = with_a_second_carrier(exchange, qualify=1)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300, press="1"), OUTSIDE, UNICOM)
    x.on_duty("anna")
    asked = "dialplan eval function DEVICE_STATE(PJSIP/telecom)"
    until(lambda: "UNAVAILABLE" in x.cli(asked), what="it does not answer")
    x.call([("968908", "13800000001")], AwaitHangUp())
    until(lambda: x.answered_by(), seconds=15, what="the other carrier is asked at once")
