"""What the pages may do to callers who are on the line: asked of Asterisk."""

from __future__ import annotations

import time
from dataclasses import replace

from deploy.telephony import telephony
from routing.asterisk import transfer
from routing.asterisk.dialplan.words import QUEUE
from routing.asterisk.picture import hotline_text
from routing.asterisk.session import Session
from routing.calls import Rank
from routing.live import Call


class Callers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def hand_on(self, channel: str, by: str, person: str, tier: str) -> None:
        with telephony():
            for name, value in transfer.variables(by, person, tier).items():
                self._session.action("Setvar", Channel=channel, Variable=name, Value=value)
            there = transfer.CONTEXT
            self._session.action(
                "Redirect", Channel=channel, Context=there, Exten="s", Priority="1"
            )

    def endanger(self, call: Call) -> None:
        """On the channel, on record, in the live picture: as if the caller had pressed the key."""
        crisis = Rank.CRISIS.value
        hotline = hotline_text(replace(call, rank=Rank.CRISIS))
        with telephony():
            told = {"RANK": crisis, "_HOTLINE": hotline, "CHANNEL(accountcode)": hotline}
            for name, value in told.items():
                self._session.action("Setvar", Channel=call.channel, Variable=name, Value=value)
            self._session.action(
                "QueueLog", Queue=QUEUE, Event="RANK", Uniqueid=call.uniqueid, Message=crisis
            )
            self._session.user_event("Rank", Uniqueid=call.uniqueid, Hotline=hotline)

    def consult(self, person: str, colleague: str) -> None:
        asked = transfer.asked(colleague, int(time.time()))
        with telephony():
            self._session.db_put(transfer.FAMILY, person, asked)
