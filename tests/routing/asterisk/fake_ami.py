"""A manager interface made by hand, on a real loopback socket: it answers, stays silent or hangs up
as a test wants it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

DEADLINE = 10.0  # seconds; no test waits so long unless it fails
BANNER = "Asterisk Call Manager/11.0.0\r\n"
SILENCE = ""

T = TypeVar("T")


class Seen(Generic[T]):
    """What happened, in order; a test waits until it is what it should be."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self._changed = threading.Condition()

    def add(self, item: T) -> None:
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[list[T]], bool]) -> list[T]:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.items), DEADLINE), self.items
            return list(self.items)


@dataclass(frozen=True)
class Action:
    """An action as it came over the wire."""

    headers: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.headers)[name]

    @property
    def name(self) -> str:
        return self["Action"]


def success(**headers: str) -> str:
    return message(Response="Success", ActionID="{id}", **headers)


def refusal(text: str) -> str:
    return message(Response="Error", ActionID="{id}", Message=text)


def listing(*items: str) -> str:
    start = success(EventList="start", Message="Result will follow")
    end = message(Event="ListComplete", ActionID="{id}", EventList="Complete")
    return start + "".join(items) + end


def message(**headers: str) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"


USUAL = {
    "Login": success(Message="Authentication accepted"),
    "Ping": success(Ping="Pong"),
    "QueueStatus": listing(),
    "CoreShowChannels": listing(),
    "DBGetTree": listing(),
}


@dataclass
class FakeAmi:
    """`answers` are by action name; `{id}` in them is the action's id; SILENCE answers nothing."""

    answers: Mapping[str, str] = field(default_factory=dict)
    banners: list[str] = field(default_factory=list)  # of the first connections; then the usual one
    actions: Seen[Action] = field(default_factory=Seen)
    peers: Seen[socket.socket] = field(default_factory=Seen)

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        # Small, so that what a client sends does not vanish into buffers.
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        port: int = self._door.getsockname()[1]
        return port

    def say(self, text: str) -> None:
        """To the latest connection."""
        self.peers.items[-1].sendall(text.encode())

    def hang_up(self) -> None:
        _end(self.peers.items[-1])

    def close(self) -> None:
        _end(self._door)
        self._threads[0].join()
        for peer in self.peers.items:
            _end(peer)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._door.accept()
                banner = self.banners.pop(0) if self.banners else BANNER
                peer.sendall(banner.encode())
                self.peers.add(peer)
                if banner == SILENCE:
                    _end(peer)
                thread = threading.Thread(target=self._converse, args=(peer,))
                self._threads.append(thread)
                thread.start()

    def _converse(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            for action in self._read(peer):
                self.actions.add(action)
                answer = self.answers.get(action.name, USUAL.get(action.name, success()))
                peer.sendall(answer.replace("{id}", action["ActionID"]).encode())

    def _read(self, peer: socket.socket) -> Iterator[Action]:
        data = b""
        while True:
            chunk = peer.recv(4096)
            if not chunk:
                return
            *packs, data = (data + chunk).split(b"\r\n\r\n")
            for pack in packs:
                lines = (line.split(": ", 1) for line in pack.decode().split("\r\n"))
                yield Action(tuple((name, value) for name, value in lines))


def _end(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


@contextmanager
def fake_ami(**answers: str) -> Iterator[FakeAmi]:
    server = FakeAmi(answers)
    try:
        yield server
    finally:
        server.close()
