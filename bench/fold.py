"""Manager messages: parsing alone against parsing and folding into the live picture."""

from __future__ import annotations

import time

from routing.asterisk import message, picture
from routing.fold import State, fold_all

CALLS = 4000
PACK = (
    "Event: Newchannel\r\nChannel: PJSIP/telecom-{n:08x}\r\nChannelState: 4\r\n"
    "Uniqueid: 1795485793.{n}\r\nLinkedid: 1795485793.{n}\r\nContext: from-carrier",
    "Event: QueueCallerJoin\r\nChannel: PJSIP/telecom-{n:08x}\r\nUniqueid: 1795485793.{n}\r\n"
    "Queue: city\r\nPosition: 1\r\nCount: 1\r\nChanVariable: HOTLINE=city;normal;1795485793;",
    "Event: QueueCallerLeave\r\nChannel: PJSIP/telecom-{n:08x}\r\nUniqueid: 1795485793.{n}\r\n"
    "Queue: city\r\nPosition: 1\r\nCount: 0",
    "Event: Hangup\r\nChannel: PJSIP/telecom-{n:08x}\r\nUniqueid: 1795485793.{n}\r\nCause: 16",
)


def measure() -> str:
    packs = [pack.format(n=n) for n in range(CALLS) for pack in PACK]
    began = time.perf_counter()
    messages = [message.parse(pack) for pack in packs]
    parsed = time.perf_counter()
    state = State()
    for one in messages:
        state = fold_all(state, picture.events(1795485793.0, one))
    folded = time.perf_counter()
    assert state.live.calls == {}
    parse, fold = parsed - began, folded - parsed
    rate = len(packs) / (parse + fold)
    return f"parse and fold / parse: {(parse + fold) / parse:.1f} ({rate:,.0f} messages/s)"
