"""What the pages may do to people's telephones and to all calls: told to Asterisk, no more."""

from __future__ import annotations

import time

from deploy.telephony import telephony
from routing.asterisk import switch
from routing.asterisk.session import Session

SIGN_IN_SECONDS = 14 * 3600


class Switchboard:
    """Raises TelephonyUnavailable when Asterisk does not answer."""

    def __init__(self, session: Session, number: str) -> None:
        """`number` is the hotline's own: who is called back sees it."""
        self._session = session
        self._number = number

    def sign_in(self, person: str) -> None:
        until = str(int(time.time()) + SIGN_IN_SECONDS)
        self._tell("signed", person, until, "Signed", Person=person, Until=until)

    def sign_out(self, person: str) -> None:
        with telephony():
            self._session.db_del("signed", person)
            self._session.user_event("Signed", Person=person, Until="0")

    def pause(self, person: str, reason: str, seconds: int) -> None:
        until = str(int(time.time()) + seconds if seconds else 0)
        event = {"Person": person, "Until": until, "Reason": reason}
        self._tell("lease", person, f"{until}|{reason}", "Lease", **event)

    def resume(self, person: str) -> None:
        """An end that lies in the past: Asterisk's own clock ends the pause within a second."""
        with telephony():
            self._session.db_put("lease", person, "1|resume")

    def call_back(self, person: str, number: str) -> None:
        """Ring the person's own telephone; who picks it up is put through to `number`."""
        with telephony():
            self._session.db_put("known", number, str(int(time.time())))
            self._session.action(
                "Originate",
                {"OWN_CALL": person},
                Channel=f"Local/{person}@leg/n",
                Context="from-counsellor",
                Exten=number,
                Priority="1",
                CallerID=f"{self._number} <{self._number}>",
                Async="true",
            )

    def mark(self, number: str, mark: str, until: int | None) -> None:
        """What [inbound] of the dialplan reads when the number calls."""
        with telephony():
            if until is None:
                self._session.db_del(mark, number)
            else:
                self._session.db_put(mark, number, str(until))

    def switch(self, tier: str | None, until: int) -> None:
        """What [wait] of the dialplan reads of every call; None: the plan's own order again."""
        with telephony():
            if tier is None:
                self._session.db_del(switch.FAMILY, switch.KEY)
            else:
                self._session.db_put(switch.FAMILY, switch.KEY, switch.entry(tier, until))

    def _tell(self, family: str, person: str, value: str, event: str, **fields: str) -> None:
        with telephony():
            self._session.db_put(family, person, value)
            self._session.user_event(event, **fields)
