"""Clients of the live board's stream, in a process of their own, as cheap as Python can be.

They take nothing apart: they look for the keys of callers in the bytes as these come. A browser
does more with them, on a machine of its own.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

_MARKS = (b'data-key=\\"w-', b'data-key=\\"t-')  # a caller's row, in a text of JSON
_KEY = 40  # bytes that a mark and its key have at most


@dataclass
class Seen:
    """`calls`: client and call -> when it was first seen, in seconds of the monotonic clock."""

    calls: dict[tuple[int, bytes], float] = field(default_factory=dict)
    received: int = 0  # bytes
    cpu: float = 0  # seconds


class Boards:
    """So many clients, from now on until `stop`."""

    def __init__(self, port: int, cookie: str, clients: int) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._here, there = spawning.Pipe()
        wanted = (port, cookie, clients, there)
        self._process = spawning.Process(target=_follow, args=wanted, daemon=True)
        self._process.start()
        there.close()  # so that a process that failed is heard of
        assert self._here.recv() == "ready"

    def stop(self) -> Seen:
        self._here.send("over")
        seen: Seen = self._here.recv()
        self._process.join()
        return seen


def _follow(port: int, cookie: str, clients: int, parent: Connection) -> None:
    chosen, seen = selectors.DefaultSelector(), Seen()
    held = dict.fromkeys(range(clients), b"")  # the end of what came last
    for number in range(clients):
        chosen.register(_open(port, cookie), selectors.EVENT_READ, number)
    chosen.register(parent, selectors.EVENT_READ, None)
    parent.send("ready")
    began = time.process_time()
    while _read(chosen, held, seen):
        pass
    seen.cpu = time.process_time() - began
    parent.send(seen)


def _read(chosen: selectors.BaseSelector, held: dict[int, bytes], seen: Seen) -> bool:
    """Takes what has come; False when it is over."""
    for key, _ in chosen.select():
        if key.data is None:
            return False
        stream: Any = key.fileobj
        data = stream.recv(1 << 17)
        now = time.monotonic()
        seen.received += len(data)
        text = held[key.data] + data
        held[key.data] = text[-_KEY:]
        for call in _calls(text):
            seen.calls.setdefault((key.data, call), now)
    return True


def _calls(text: bytes) -> Iterator[bytes]:
    """The calls whose keys stand there to their ends."""
    for mark in _MARKS:
        at = text.find(mark)
        while at >= 0:
            begin = at + len(mark)
            end = text.find(b"\\", begin, begin + _KEY)
            if end >= 0:
                yield text[begin:end]
            at = text.find(mark, begin)


def _open(port: int, cookie: str) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), 30)
    one.sendall(
        f"GET /live/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    )
    assert b" 200 " in one.recv(65536).split(b"\r\n")[0]
    return one
