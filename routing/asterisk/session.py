"""The session with Asterisk's manager interface (AMI): asterisk-ami's client, mended, kept alive.

Three threads: the library's reader parses and enqueues and does nothing else; the session's own
thread connects, takes the snapshot, and hands live events on; callers of `action` wait in theirs.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from asterisk.ami import AMIClient, SimpleAction

from routing.asterisk import picture
from routing.asterisk.message import Message, UnsafeValue, parse, require_safe
from routing.live import Alive, Disconnected, Event

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
_BANNER = re.compile(r"Asterisk *Call *Manager/", re.IGNORECASE)
_BUFFER = 65536


class AmiError(Exception):
    """Something went wrong between us and Asterisk."""


class NotConnected(AmiError):
    """There is no connection, or it ended before the answer came."""


class ActionTimeout(AmiError):
    """Asterisk did not answer in time. The action may have been carried out nevertheless."""


class ActionFailed(AmiError):
    """Asterisk answered and said no; the message is Asterisk's own."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(f"{action}: {message}")
        self.message = message


@dataclass(frozen=True)
class Timeouts:
    """All in seconds."""

    answer: float = 5.0  # for one action
    silence: float = 10.0  # nothing heard for so long, a ping halfway through included: the end
    first_pause: float = 0.5  # before the second attempt to connect; doubled from then on
    longest_pause: float = 15.0


Done = Callable[[Message], bool]
_T = TypeVar("_T")


def _is_response(message: Message) -> bool:
    return bool(message.response)


def _ends_list(message: Message) -> bool:
    refused = message.response not in ("", "Success")
    return refused or message.get("EventList").lower() in ("complete", "cancelled")


def _ends_originate(message: Message) -> bool:
    return message.response == "Error" or message.name == "OriginateResponse"


class _Answer:
    """What has come for one action. Filled by the reader, awaited by the asker."""

    def __init__(self, done: Done) -> None:
        self._done = done
        self._messages: list[Message] = []
        self._over = threading.Event()
        self._complete = False

    def take(self, message: Message) -> None:
        if self._complete:
            return
        self._messages.append(message)
        if self._done(message):
            self._complete = True
            self._over.set()

    def abandon(self) -> None:
        self._over.set()

    def wait(self, action: str, seconds: float) -> list[Message]:
        if not self._over.wait(seconds):
            raise ActionTimeout(f"{action}: no answer within {seconds:g} s")
        if not self._complete:
            raise NotConnected(f"{action}: the connection ended before the answer came")
        for message in self._messages:
            if message.response not in ("", "Success", "Goodbye"):
                raise ActionFailed(action, _reason(message))
        return self._messages


def _reason(message: Message) -> str:
    output = "\n".join(message.all("Output"))
    return output or message.get("Message") or "refused"


def _headers(action: SimpleAction) -> list[tuple[str, str]]:
    variables = [("Variable", f"{name}={value}") for name, value in action.variables.items()]
    return [("Action", action.name), *action.keys.items(), *variables]


class _Wire(AMIClient):  # type: ignore[misc]  # the library has no types
    """One connection, used once. Whatever of the library's client is defective is replaced here."""

    def __init__(
        self,
        address: str,
        port: int,
        timeouts: Timeouts,
        on_message: Callable[[Message], None],
        on_end: Callable[[], None],
    ) -> None:
        # The library's time-out is the socket's: half of the silence, then a ping, then the rest.
        super().__init__(address, port, timeout=timeouts.silence / 2, buffer_size=_BUFFER)
        self._timeouts = timeouts
        self._on_message = on_message
        self._on_end = on_end
        self._answers: dict[str, _Answer] = {}
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._ended = False
        self.fault = "the connection was closed"

    def next_action_id(self) -> str:
        """OriginateResponse goes to every session, so ids must differ everywhere."""
        return uuid.uuid4().hex

    def connect(self) -> None:
        try:
            super().connect()
        except OSError as fault:
            raise NotConnected(f"{self._address}:{self._port}: {fault}") from fault

    def send_action(self, action: SimpleAction, callback: None = None) -> list[Message]:
        """Sends and waits; so `login` of the library does, too."""
        return self.ask(action, _is_response, self._timeouts.answer)

    def ask(self, action: SimpleAction, done: Done, seconds: float) -> list[Message]:
        require_safe(_headers(action))
        key = action.keys["ActionID"] = self.next_action_id()
        answer = _Answer(done)
        with self._lock:
            if self._ended:
                raise NotConnected(f"{action.name}: {self.fault}")
            self._answers[key] = answer
        try:
            self.send(action)
            return answer.wait(action.name, seconds)
        finally:
            with self._lock:
                del self._answers[key]

    def send(self, pack: SimpleAction) -> None:
        data = f"{pack}\r\n".encode()
        with self._sending:
            try:
                self._socket.sendall(data)
            except OSError as fault:
                self.close()  # part of it may be on its way: nothing can follow it
                raise NotConnected(f"{pack.name}: {fault}") from fault

    def listen(self) -> None:
        """The reader thread, from the banner to the end, which is always told."""
        try:
            packs = self._next_pack()
            banner = next(packs, "")
            if not _BANNER.match(banner):
                self.fault = f"this is not Asterisk's manager: it began with {banner[:80]!r}"
                return
            for pack in packs:
                self.fire_recv_pack(pack)
        except (OSError, AmiError) as fault:
            self.fault = str(fault)
        finally:
            self._end()

    def _next_pack(self) -> Iterator[str]:
        data, mark, pinged = bytearray(), b"\r\n", False
        while not self.finished.is_set():
            try:
                chunk = self._socket.recv(_BUFFER)
            except TimeoutError:
                self._break_silence(pinged)
                pinged = True
                continue
            if not chunk:
                return
            pinged = False
            seen = max(0, len(data) - len(mark) + 1)
            data += chunk
            while (end := data.find(mark, seen)) >= 0:
                yield data[:end].decode(errors="replace")
                del data[: end + len(mark)]
                mark, seen = b"\r\n\r\n", 0

    def _break_silence(self, pinged: bool) -> None:
        if pinged:
            raise NotConnected(f"nothing was heard for {self._timeouts.silence:g} s")
        self.send(SimpleAction("Ping", ActionID=self.next_action_id()))

    def fire_recv_pack(self, pack: str) -> None:
        message = parse(pack)
        with self._lock:
            answer = self._answers.get(message.get("ActionID"))
        # A UserEvent that an action asked for carries the action's id, and is news like any other.
        if answer is None or message.name == "UserEvent":
            self._on_message(message)
        else:
            answer.take(message)

    def _end(self) -> None:
        self.close()
        with self._lock:
            self._ended = True
            for answer in self._answers.values():
                answer.abandon()
        self._on_end()

    def close(self) -> None:
        """Wakes the reader (closing alone would not), which then ends. May be called twice."""
        if self.finished is not None:
            self.finished.set()
        with contextlib.suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread is None and self._socket is not None:
            self._socket.close()

    def join(self) -> None:
        """Waits for the reader and gives the socket back."""
        if self._thread is not None:
            self._thread.join()
        if self._socket is not None:
            self._socket.close()


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
        timeouts: Timeouts = Timeouts(),
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
        self._wire: _Wire | None = None  # for stop
        self._open: _Wire | None = None  # the same once logged in, for asking
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
        return len(wire._answers) if wire else 0

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
        return self._ask(name, variables, fields, _is_response, answer_seconds)[0]

    def listing(
        self, name: str, *, answer_seconds: float | None = None, **fields: str
    ) -> list[Message]:
        """The events that answer a listing action, without its first and its last message."""
        return self._ask(name, None, fields, _ends_list, answer_seconds)[1:-1]

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
        answers = self._ask("Originate", variables, wanted, _ends_originate, answer_seconds)
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
        self._ask("UserEvent", None, {"UserEvent": name, **fields}, _is_response, None)

    def command(self, text: str) -> str:
        """What the command line answers."""
        return "\n".join(self.action("Command", Command=text).all("Output"))

    def reload(self, module: str) -> None:
        self.action("Reload", Module=module)

    def getvar(self, name: str, channel: str | None = None) -> str:
        """A global variable or function, or one of a channel's."""
        fields = {"Variable": name} if channel is None else {"Variable": name, "Channel": channel}
        return self._ask("Getvar", None, fields, _is_response, None)[0].get("Value")

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
            require_safe(_headers(action))
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

    def _new_wire(self, inbox: queue.Queue[tuple[float, Message | None]]) -> _Wire:
        def enqueue(message: Message | None) -> None:
            if inbox.qsize() >= self._backlog:
                raise NotConnected(f"{self._backlog} messages are waiting to be handed on")
            inbox.put((self._clock(), message))

        def end() -> None:
            inbox.put((self._clock(), None))

        wire = _Wire(*self._endpoint, self._timeouts, enqueue, end)
        with self._lock:
            if self._stopping.is_set():
                raise NotConnected("stopped")
            self._wire = wire
        return wire

    def _snapshot(self) -> Event:
        """What is true now. Events that are older may come later; `routing.live` bears that."""
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
