"""Calls that were forwarded to us, calls that came round, and calls that we send out."""

import re

from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp, HangUp, Stay
from deploy.sample_city.sipp import Sipp
from routing.plan import Carrier, Line
from tests.telephone.conftest import Build
from tests.telephone.exchange import TELECOM, UNICOM, counsellor, plan, until

OLD = (Line("old", "老热线", "22770001"), Line("older", "更老的线", "22770002"))
MOBILE = "13911112222"
OUTSIDE = 5079  # where the carriers take our calls

# Header lines of a call to 968908 -> the line that it is recorded with.
FORWARDED = {
    "Diversion: <sip:22770001@pbx.example>;reason=unconditional": "old",
    'Diversion: "a, b;c" <sip:+8659522770002@pbx.example>;reason=user-busy;counter=1': "older",
    "Diversion: <tel:+8659522770001>;reason=no-answer": "old",
    # The latest comes first: 22770001 was dialled, and went by the hospital's switchboard.
    "Diversion: <sip:22991000@pbx>;reason=x\nDiversion: <sip:059522770001@pbx>;reason=y": "old",
    "History-Info: <sip:22770002@pbx>;index=1, <sip:968908@pbx>;index=1.1": "older",
    "History-Info: <sip:22770002@pbx>;index=1\nHistory-Info: <sip:968908@x>;index=1.1": "older",
    "Diversion: <sip:22991000@pbx>;reason=x": "city",
    "Diversion: ${SHELL(reboot)}": "city",
    "Diversion: <sip:)22770001x,}@pbx>": "old",
}


def test_a_forwarded_call_keeps_the_line_that_was_dialled_first(exchange: Build) -> None:
    x = exchange(plan(lines=OLD), (counsellor("anna"),))
    for n, headers in enumerate(FORWARDED):
        caller = f"1380000000{n}"
        x.call([("968908", caller)], Stay(300), HangUp(), headers=headers).wait()
    until(lambda: len(x.events("BYE")) == len(FORWARDED))
    assert {f[9]: f[7] for f in x.events("ARRIVE")} == {
        f"1380000000{n}": line for n, line in enumerate(FORWARDED.values())
    }


def test_a_number_that_forwarding_has_hidden_is_hidden_not_the_switchboards(
    exchange: Build,
) -> None:
    x = exchange(plan(lines=OLD), (counsellor("anna"),))
    own = ["22991000", "059522991000", "+8659522770001", "968908", "0595968908", "+86595968908"]
    x.call([("968908", n) for n in own], Stay(300), HangUp()).wait()
    until(lambda: len(x.events("BYE")) == len(own))
    assert [f[9] for f in x.events("ARRIVE")] == [""] * len(own)


def test_a_call_that_came_round_is_promised_a_call_back_and_not_sent_out_again(
    exchange: Build,
) -> None:
    people = (counsellor("anna", device="mobile", mobile=MOBILE, contact=None),)
    x = exchange(plan(lines=OLD, carrier_port=OUTSIDE), people)
    x.phones(scenario.counsellor(ring_ms=50, press="1"), port=OUTSIDE, address=TELECOM)
    x.on_duty("anna")
    chain = "\n".join(f"Diversion: <sip:0591{n}@pbx>" for n in range(5))
    came_round = [
        {"headers": "X-Hotline: 968908"},
        {"headers": f"Diversion: <sip:{MOBILE}@pbx>;reason=unconditional"},
        {"headers": "Diversion: <sip:968908@pbx>;reason=unconditional"},
        {"headers": chain},
        {"hops": 3},
    ]
    for n, more in enumerate(came_round):
        x.call([("968908", f"1380000000{n}")], Stay(9000), HangUp(), **more)  # type: ignore[arg-type]
    until(lambda: len(x.events("BYE")) == len(came_round))
    assert sorted(f[5:7] for f in x.events("PROMISE")) == [
        [f"1380000000{n}", "loop"] for n in range(len(came_round))
    ]
    assert x.answered_by() == {}
    x.call([("968908", "13800000009")], Stay(8000), HangUp())
    until(lambda: list(x.answered_by().values()) == ["anna"], what="others do reach her")


def test_a_call_that_came_round_is_still_served_by_a_desk_phone(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    x.phones(scenario.counsellor(talk_ms=300))
    x.on_duty("anna")
    x.call([("968908", "13800000001")], AwaitHangUp(), headers="X-Hotline: 968908").wait()
    assert list(x.answered_by().values()) == ["anna"]


def test_another_carrier_takes_what_the_first_refuses(exchange: Build) -> None:
    people = (
        counsellor("anna", device="mobile", mobile=MOBILE, contact=None),
        counsellor("bob"),
    )
    unicom = Carrier("unicom", "联通", UNICOM, OUTSIDE)
    x = exchange(plan(carrier_port=OUTSIDE, carriers=[unicom]), people)
    refusing = x.phones(scenario.refusing(), port=OUTSIDE, address=TELECOM, traced=True)
    taking = x.phones(
        scenario.counsellor(ring_ms=50, press="1", talk_ms=1500),
        port=OUTSIDE,
        address=UNICOM,
        traced=True,
    )
    x.on_duty("anna")
    x.call([("968908", "13800000001")], AwaitHangUp()).wait()
    assert list(x.answered_by().values()) == ["anna"]
    assert x.events("RINGNOANSWER") == []
    assert (_served(refusing), _served(taking)) == (1, 1)


def test_who_has_called_is_called_back_by_the_carrier_that_takes_it(exchange: Build) -> None:
    unicom = Carrier("unicom", "联通", UNICOM, OUTSIDE)
    x = exchange(plan(carrier_port=OUTSIDE, carriers=[unicom]), (counsellor("bob"),))
    x.call([("968908", "13800000001")], Stay(300), HangUp()).wait()
    until(lambda: len(x.events("BYE")) == 1)
    x.phones(scenario.refusing(), port=OUTSIDE, address=TELECOM)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=500), port=OUTSIDE, address=UNICOM)
    x.dial("bob", "13800000001")
    until(lambda: len(x.events("BYE")) == 2)
    assert [f[3] for f in x.events("SITECONNECT")] == ["bob"]


def test_nobody_dials_a_number_that_neither_plan_nor_call_knows(exchange: Build) -> None:
    x = exchange(plan(carrier_port=OUTSIDE), (counsellor("anna"),))
    carrier = x.phones(scenario.counsellor(), port=OUTSIDE, address=TELECOM, traced=True)
    x.dial("anna", "0088216123456")
    assert x.events("ARRIVE") == []
    messages = (x.folder / "asterisk/log/messages").read_text()
    assert "anna may not dial a number ending in 56" in messages
    assert "0088216123456" not in messages
    assert _served(carrier) == 0


def _served(phones: Sipp) -> int:
    """How many calls came to these phones."""
    phones.stop()
    messages = (phones.folder / "messages").read_text(encoding="utf-8")
    return len(set(re.findall(r"^INVITE .*?^Call-ID: (\S+)", messages, re.MULTILINE | re.DOTALL)))
