"""One test call: out through a carrier to a line's number, and back in by the telephone network.

No header of ours survives the network, so the call identifies itself by a secret that stands in
Asterisk's database for a minute and is sent as tones once the call is answered ([test]).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from routing.asterisk.session import ActionFailed
from routing.line_tests import Result, Seen, room
from routing.plan import Carrier, Line

# Entries of Asterisk's database: what is under way, how dialling ended, as what it came back.
FAMILY, CALL, DIALLED, CAME = "test", "call", "dialled", "came"
SIGN = "*"  # no key of a caller's is this one
DIGITS = 6
VALID = 60  # seconds
RINGING = 20  # seconds
HEARD = 6  # seconds from the last tone until all have reached us, or never will
LOOK = 0.25  # seconds between two looks

FULL = "FULL"  # instead of a DIALSTATUS: the carrier was not asked
# What DIALSTATUS means; anything else is no answer. ANSWER: hung up with the last tone.
_ENDS = {
    "CHANUNAVAIL": Result.REFUSED,
    "CONGESTION": Result.REFUSED,
    FULL: Result.FULL,
    "ANSWER": None,
}


class Telephone(Protocol):
    """What is needed of routing.asterisk.session.Session."""

    def originate(
        self,
        channel: str,
        variables: Mapping[str, str] | None = None,
        *,
        answer_seconds: float = 60.0,
        **fields: str,
    ) -> object: ...

    def db_put(self, family: str, key: str, value: str) -> None: ...

    def db_get(self, family: str, key: str) -> str | None: ...

    def db_del(self, family: str, key: str) -> None: ...


def new_token(chance: random.Random) -> str:
    return SIGN + "".join(chance.choice("0123456789") for _ in range(DIGITS))


def call_line(
    telephone: Telephone,
    line: Line,
    carriers: Iterable[Carrier],
    token: str,
    now: Callable[[], float],
    wait: Callable[[float], None],
) -> Seen:
    """Calls the line by the first carrier that takes it, and waits for the call to come back.

    A carrier that has no channels to spare is left out.

    `now` in epoch seconds. Raises AmiError when Asterisk cannot be asked.
    """
    refused: list[str] = []
    carrier, full = "", False
    for way in carriers:
        carrier = way.id
        entry = f"{token}|{int(now()) + VALID}|{line.id}|{carrier}"
        telephone.db_put(FAMILY, CALL, entry)
        try:
            failure = _send(telephone, line, way, token)
            if failure is None:
                return _await(telephone, line, carrier, tuple(refused), token, now, wait)
        finally:
            telephone.db_del(FAMILY, CALL)
        if failure is Result.UNANSWERED:
            return Seen(failure, carrier, refused_by=tuple(refused))
        if failure is Result.FULL:
            full = True
        else:
            refused.append(carrier)
    if full:
        return Seen(Result.FULL, "", refused_by=tuple(refused))
    return Seen(Result.REFUSED, carrier, refused_by=tuple(refused))


def _send(telephone: Telephone, line: Line, carrier: Carrier, token: str) -> Result | None:
    """None: it was answered, and the tones are sent."""
    try:
        telephone.originate(
            "Local/call@test-out/n",
            {
                "WAY": f"PJSIP/{carrier.prefix}{line.number}@{carrier.id}",
                "TRUNK": carrier.id,
                "ROOM": room(carrier),
                "TOKEN": token,
            },
            answer_seconds=RINGING + 20,
            Context="test-out",
            Exten="sent",
            Priority="1",
            Timeout=str((RINGING + 10) * 1000),
        )
    except ActionFailed:
        sent, _, status = (telephone.db_get(FAMILY, DIALLED) or "").partition("|")
        return _ENDS.get(status, Result.UNANSWERED) if sent == token else Result.UNANSWERED
    return None


def _await(
    telephone: Telephone,
    line: Line,
    carrier: str,
    refused: tuple[str, ...],
    token: str,
    now: Callable[[], float],
    wait: Callable[[float], None],
) -> Seen:
    deadline = now() + HEARD
    while now() < deadline:
        sent, _, back = (telephone.db_get(FAMILY, CAME) or "").partition("|")
        if sent == token:
            came_as = back.partition("|")[0]
            result = Result.PASSED if came_as == line.id else Result.ELSEWHERE
            return Seen(result, carrier, came_as, refused)
        wait(LOOK)
    return Seen(Result.UNHEARD, carrier, refused_by=refused)
