"""One connection to Asterisk's manager interface (AMI): asterisk-ami's client, mended.

The library's reader thread parses and enqueues and does nothing else; whoever asks waits in the own
thread for what comes with the action's id.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from asterisk.ami import AMIClient, SimpleAction

from routing.asterisk.message import Message, parse, require_safe

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


def is_response(message: Message) -> bool:
    return bool(message.response)


def ends_list(message: Message) -> bool:
    refused = message.response not in ("", "Success")
    return refused or message.get("EventList").lower() in ("complete", "cancelled")


def ends_originate(message: Message) -> bool:
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


def headers(action: SimpleAction) -> list[tuple[str, str]]:
    variables = [("Variable", f"{name}={value}") for name, value in action.variables.items()]
    return [("Action", action.name), *action.keys.items(), *variables]


class Wire(AMIClient):  # type: ignore[misc]  # the library has no types
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

    @property
    def unanswered(self) -> int:
        """How many actions wait for their answers now."""
        return len(self._answers)

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
        return self.ask(action, is_response, self._timeouts.answer)

    def ask(self, action: SimpleAction, done: Done, seconds: float) -> list[Message]:
        require_safe(headers(action))
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
