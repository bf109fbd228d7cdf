"""The session with Asterisk's manager interface: a connection that is kept alive.

Three threads: the wire's reader parses and enqueues and does nothing else; the session's own
thread connects, takes the snapshot, and hands live events on; callers of `action` wait in theirs.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from asterisk.ami import SimpleAction

from routing.asterisk import picture
from routing.asterisk.message import Message, UnsafeValue, require_safe
from routing.asterisk.wire import (
    ActionFailed,
    ActionTimeout,
    AmiError,
    Done,
    NotConnected,
    Timeouts,
    Wire,
    ends_list,
    ends_originate,
    headers,
    is_response,
)
from routing.events import Alive, Disconnected, Event

__all__ = [
    "ActionFailed",
    "ActionTimeout",
    "AmiError",
    "Message",
    "NotConnected",
    "Session",
    "Timeouts",
    "UnsafeValue",
]

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
USUAL = Timeouts()


class Session:
    """A connection to Asterisk that comes back by itself.

    `on_picture` gets live events in order, a snapshot first after each connection; `on_state` is
    told of each change; `on_message` gets every event as it came. All three run in the session's
    thread: they may call `action`, and what they raise is logged and ends nothing.
    """

    def __init__(
        self,
        address: str,
        port: int,
        user: str,
        secret: str,
        *,
        on_picture: Callable[[list[Event]], None],
        clock: Callable[[], float],
        on_state: Callable[[bool], None] = lambda connected: None,
        on_message: Callable[[Message], None] = lambda message: None,
        queue_name: str = "city",
        timeouts: Timeouts = USUAL,
        backlog: int = 100_000,
    ) -> None:
        """Messages not yet handed on may be `backlog`; beyond it a fresh snapshot is cheaper."""
        self._endpoint = (address, port)
        self._user, self._secret = user, secret
        self._on_picture, self._on_state, self._on_message = on_picture, on_state, on_message
        self._clock = clock
        self._queue_name = queue_name
        self._timeouts = timeouts
        self._backlog = backlog
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._lock = threading.Lock()
        self._wire: Wire | None = None  # for stop
        self._open: Wire | None = None  # the same once logged in, for asking
        self._thread = threading.Thread(target=self._run, name="ami-session", daemon=True)
        self.fault = ""  # why the last attempt failed, or the last connection ended

    # ---- life

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the connection and the threads. Whoever waits for an answer gets NotConnected."""
        self._stopping.set()
        with self._lock:
            if self._wire is not None:
                self._wire.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def connected(self) -> bool:
        """Logged in, and the snapshot has been handed on."""
        return self._ready.is_set()

    @property
    def unanswered(self) -> int:
        """How many actions wait for their answers now."""
        wire = self._open
        return wire.unanswered if wire else 0

    def wait_until_connected(self, seconds: float) -> bool:
        return self._ready.wait(seconds)

    # ---- asking

    def action(
        self,
        name: str,
        variables: Mapping[str, str] | None = None,
        *,
        answer_seconds: float | None = None,
        **fields: str,
    ) -> Message:
        """One action's response. Raises NotConnected, ActionTimeout, ActionFailed, UnsafeValue."""
        return self._ask(name, variables, fields, is_response, answer_seconds)[0]

    def listing(
        self, name: str, *, answer_seconds: float | None = None, **fields: str
    ) -> list[Message]:
        """The events that answer a listing action, without its first and its last message."""
        return self._ask(name, None, fields, ends_list, answer_seconds)[1:-1]

    def originate(
        self,
        channel: str,
        variables: Mapping[str, str] | None = None,
        *,
        answer_seconds: float = 60.0,
        **fields: str,
    ) -> Message:
        """Calls `channel`, waits until it has answered or failed: its own OriginateResponse."""
        wanted = {"Channel": channel, "Async": "true", **fields}
        answers = self._ask("Originate", variables, wanted, ends_originate, answer_seconds)
        if answers[-1].get("Response") != "Success":
            raise ActionFailed("Originate", f"reason {answers[-1].get('Reason')}")
        return answers[-1]

    def db_put(self, family: str, key: str, value: str) -> None:
        self.action("DBPut", Family=family, Key=key, Val=value)

    def db_get(self, family: str, key: str) -> str | None:
        try:
            return self.listing("DBGet", Family=family, Key=key)[0].get("Val")
        except ActionFailed as refusal:
            if refusal.message != "Database entry not found":
                raise
            return None

    def db_del(self, family: str, key: str) -> None:
        """Deletes; what is not there is deleted already."""
        try:
            self.action("DBDel", Family=family, Key=key)
        except ActionFailed:  # Asterisk says the same of an absent key and of a failure
            if self.db_get(family, key) is not None:
                raise

    def db_tree(self, family: str, seconds: float | None = None) -> dict[str, str]:
        """All of a family: key without the family -> value; `seconds` for a very long one."""
        answers = self.listing("DBGetTree", answer_seconds=seconds, Family=family)
        return picture.tree(family, answers)

    def user_event(self, name: str, **fields: str) -> None:
        """Tells every session. Who changes a lease or a sign-in tells it once it is written."""
        self._ask("UserEvent", None, {"UserEvent": name, **fields}, is_response, None)

    def command(self, text: str) -> str:
        """What the command line answers."""
        return "\n".join(self.action("Command", Command=text).all("Output"))

    def reload(self, module: str) -> None:
        self.action("Reload", Module=module)

    def getvar(self, name: str, channel: str | None = None) -> str:
        """A global variable or function, or one of a channel's."""
        fields = {"Variable": name} if channel is None else {"Variable": name, "Channel": channel}
        return self._ask("Getvar", None, fields, is_response, None)[0].get("Value")

    def _ask(
        self,
        name: str,
        variables: Mapping[str, str] | None,
        fields: Mapping[str, str],
        done: Done,
        seconds: float | None,
    ) -> list[Message]:
        action = SimpleAction(name, **fields)
        action.variables = dict(variables or {})
        wire = self._open
        if wire is None:
            require_safe(headers(action))
            raise NotConnected(f"{name}: {self.fault or 'there is no connection yet'}")
        return wire.ask(action, done, self._timeouts.answer if seconds is None else seconds)

    # ---- the session's thread

    def _run(self) -> None:
        pause = self._timeouts.first_pause
        while not self._stopping.is_set():
            try:
                self._serve()
            except AmiError as fault:
                self.fault = str(fault)
                _log.info("Asterisk's manager: %s", fault)
            if self._ready.is_set():
                pause = self._timeouts.first_pause
                self._tell_lost()
            self._stopping.wait(pause)
            pause = min(2 * pause, self._timeouts.longest_pause)

    def _serve(self) -> None:
        """One connection from its beginning to its end, which is an AmiError."""
        inbox: queue.Queue[tuple[float, Message | None]] = queue.Queue()
        wire = self._new_wire(inbox)
        try:
            wire.login(self._user, self._secret)
            self._open = wire
            self._hand_on([self._snapshot()])
            self._ready.set()
            _call(self._on_state, True)
            self._pump(inbox)
            raise NotConnected(wire.fault)
        finally:
            with self._lock:
                self._wire = self._open = None
            wire.close()
            wire.join()

    def _new_wire(self, inbox: queue.Queue[tuple[float, Message | None]]) -> Wire:
        def enqueue(message: Message | None) -> None:
            if inbox.qsize() >= self._backlog:
                raise NotConnected(f"{self._backlog} messages are waiting to be handed on")
            inbox.put((self._clock(), message))

        def end() -> None:
            inbox.put((self._clock(), None))

        wire = Wire(*self._endpoint, self._timeouts, enqueue, end)
        with self._lock:
            if self._stopping.is_set():
                raise NotConnected("stopped")
            self._wire = wire
        return wire

    def _snapshot(self) -> Event:
        """What is true now. Events that are older may come later; `routing.fold` bears that."""
        return picture.snapshot(
            self._clock(),
            queue=self.listing("QueueStatus", Queue=self._queue_name),
            channels=self.listing("CoreShowChannels"),
            leases=self.db_tree("lease"),
            signed=self.db_tree("signed"),
        )

    def _pump(self, inbox: queue.Queue[tuple[float, Message | None]]) -> None:
        """Hands on whatever has gathered, as one batch, until the connection ends."""
        while True:
            batch = [inbox.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < 1000:
                    batch.append(inbox.get_nowait())
            events: list[Event] = []
            for at, message in batch:
                if message is None:
                    self._hand_on(events)
                    return
                if message.name:
                    _call(self._on_message, message)
                events += picture.events(at, message, self._queue_name) or [Alive(int(at))]
            self._hand_on(_without_repeats(events))

    def _hand_on(self, events: list[Event]) -> None:
        if events:
            _call(self._on_picture, events)

    def _tell_lost(self) -> None:
        self._ready.clear()
        self._hand_on([Disconnected(int(self._clock()))])
        _call(self._on_state, False)


def _call(listener: Callable[[_T], None], argument: _T) -> None:
    try:
        listener(argument)
    except Exception:  # noqa: BLE001  # a listener's fault, whatever it is, ends nothing
        _log.exception("a listener of Asterisk's session raised")


def _without_repeats(events: list[Event]) -> list[Event]:
    """One sign of life in a batch is enough."""
    return [e for i, e in enumerate(events) if not isinstance(e, Alive) or i == len(events) - 1]
