"""What counsellors' telephones show of a caller: no more than the pages do."""

import pytest

from deploy.sample_city import scenario
from tests.telephone.conftest import Build
from tests.telephone.exchange import counsellor, plan


@pytest.mark.parametrize(
    ("caller", "shown"),
    [
        ("13800001234", "138****1234"),
        ("059522774521", "0595****4521"),
        ("22774521", "0595****4521"),
        ("+8613800001234", "138****1234"),
        ("12345", "****45"),
    ],
)
def test_a_desk_phone_shows_a_masked_number(exchange: Build, caller: str, shown: str) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    phones = x.phones(scenario.counsellor(ring_ms=50, talk_ms=300), traced=True)
    x.on_duty("anna")
    assert x.call([("968908", caller)], scenario.AwaitHangUp()).wait().successful == 1
    phones.stop()
    messages = (phones.folder / "messages").read_text(encoding="utf-8")
    assert f'From: "{shown}" <sip:{shown}@' in messages
    assert caller.removeprefix("+86") not in messages
    (arrival,) = x.events("ARRIVE")
    assert arrival[9].endswith(caller.removeprefix("+86"))  # on record as ever
