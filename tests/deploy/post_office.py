"""A mail server made by hand, on a real loopback socket, that dies, hangs and refuses as told.

By hand, because that is what is tested: a well-kept server does none of it at a chosen word.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class PostOffice:
    """`answers` are verb, or whole line -> what is said instead of yes.

    "" is silence, None an end without a word. "." is the verb that ends a letter: None there
    takes the letter, and says nothing of it.
    """

    port: int
    answers: dict[str, str | None] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)  # all that came, but for letters
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def to(self) -> list[str]:
        return [str(message["To"]) for message in self.taken]

    def serve(self, wire: socket.socket) -> None:
        with wire, wire.makefile("rb") as lines, suppress(OSError):
            if not self._say(wire, "hello", "220 ready"):
                return
            for line in lines:
                text = line.decode().strip()
                self.heard.append(text)
                verb = text if text in self.answers else text.partition(" ")[0].upper()
                if not self._answer(wire, lines, verb):
                    return

    def _answer(self, wire: socket.socket, lines: Iterator[bytes], verb: str) -> bool:
        usual = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 ok", "QUIT": "221 bye"}
        if verb != "DATA":
            return self._say(wire, verb, usual.get(verb, "250 ok")) and verb != "QUIT"
        if not self._say(wire, verb, "354 go on"):
            return False
        letter = b"".join(iter(lambda: next(lines), b".\r\n"))
        if not str(self.answers.get(".") or "").startswith(("4", "5")):
            self.taken.append(message_from_bytes(letter, policy=policy.default))
        return self._say(wire, ".", "250 taken")

    def _say(self, wire: socket.socket, verb: str, usual: str) -> bool:
        """False when the connection ends here."""
        said = self.answers.get(verb, usual)
        if said == "":
            self.over.wait(60)
        if not said:
            return False
        wire.sendall(f"{said}\r\n".encode())
        return True


@contextmanager
def post_office(tls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """One connection after the other, until the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        office = PostOffice(door.getsockname()[1])
        thread = threading.Thread(target=_open, args=(door, office, tls), daemon=True)
        thread.start()
        yield office
        office.over.set()
        door.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def _open(door: socket.socket, office: PostOffice, tls: ssl.SSLContext | None) -> None:
    while not office.over.is_set():
        with suppress(OSError):
            wire, _address = door.accept()
            office.serve(tls.wrap_socket(wire, server_side=True) if tls else wire)
