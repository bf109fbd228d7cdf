"""What a supervisor may do to callers and calls, over the session with Asterisk."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.deps import CallOver
from deploy.telephony import telephony
from routing.asterisk import supervise
from routing.asterisk.session import Session
from routing.live import Call, Live, Stage, Watcher, Way


class Supervising:
    """`live` is the picture to look calls up in; `number` is shown on the telephones rung."""

    def __init__(self, session: Session, live: Callable[[], Live], number: str) -> None:
        self._session = session
        self._live = live
        self._number = number

    def supervise(self, person: str, uniqueid: str, way: Way) -> None:
        call = self._call(uniqueid, Stage.TALKING)
        with telephony():
            if watcher := self._watcher(person):
                supervise.move(self._session, watcher, way, call)
            else:
                supervise.ring(self._session, person, way, call, self._number)

    def call_help(self, person: str, number: str) -> None:
        watcher = self._watcher(person)
        if watcher is None:
            raise CallOver(f"{person} is at no call")
        with telephony():
            supervise.call_help(self._session, watcher, number)

    def let_go(self, person: str) -> None:
        with telephony():
            if watcher := self._watcher(person):
                supervise.let_go(self._session, watcher)

    def steer(self, uniqueid: str, where: str) -> None:
        call = self._call(uniqueid, Stage.WAITING)
        with telephony():
            supervise.steer(self._session, call, where)

    def _call(self, uniqueid: str, stage: Stage) -> Call:
        call = self._live().calls.get(uniqueid)
        if call is None or call.stage is not stage:
            raise CallOver(f"call {uniqueid} is not {stage.value}")
        return call

    def _watcher(self, person: str) -> Watcher | None:
        everybody = (w for call in self._live().calls.values() for w in call.watchers)
        return next((w for w in everybody if w.person == person), None)
