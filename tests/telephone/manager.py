"""Asterisk's manager events, read by nothing of ours: the witness in telephone tests."""

from __future__ import annotations

import socket
import threading

from routing.asterisk.base import AMI_USER

Message = dict[str, str]


class Witness:
    """Collects all events from now on. `events` grows while it listens."""

    def __init__(self, port: int, secret: str) -> None:
        self.events: list[Message] = []
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.settimeout(None)  # a quiet exchange is no failure
        self._send({"Action": "Login", "Username": AMI_USER, "Secret": secret})
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _send(self, fields: Message) -> None:
        text = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        self._socket.sendall(f"{text}\r\n".encode())

    def _listen(self) -> None:
        pending = b""
        while data := self._socket.recv(65536):
            *blocks, pending = (pending + data).split(b"\r\n\r\n")
            for block in blocks:
                self.heard(_message(block.decode()))

    def heard(self, event: Message) -> None:
        self.events.append(event)

    def of(self, *names: str) -> list[Message]:
        return [event for event in list(self.events) if event.get("Event") in names]

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._socket.close()


def _message(block: str) -> Message:
    return dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
