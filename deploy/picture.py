"""The live picture, as long as the control plane runs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from routing.events import Event
from routing.fold import State, fold_all
from routing.live import Live


class Picture:
    """The live picture, shared by the session that changes it and the pages that wait for it.

    `on_signed_in` is called when somebody has signed in or out; it must not take long.
    """

    def __init__(self, on_signed_in: Callable[[], None] = lambda: None) -> None:
        self._state = State()
        self._version = 0
        self._changed = threading.Condition()
        self._on_signed_in = on_signed_in

    def take(self, events: list[Event]) -> None:
        with self._changed:
            before = self._state.live.signed_in
            self._state = fold_all(self._state, events)
            self._version += 1
            self._changed.notify_all()
        if self._state.live.signed_in != before:
            self._on_signed_in()

    def live(self) -> Live:
        return self._state.live

    def wait_for_change(self, version: int, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, seconds)
            return self._version
