"""A telephone written out by hand: it registers and is rung over UDP, TLS or a websocket."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import ssl
import struct
from dataclasses import dataclass, field
from typing import Protocol

SDP = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 8",
        "a=rtpmap:8 PCMA/8000",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}",
        "a=setup:active",
        "a=rtcp-mux",
        "a=sendrecv",
        "",
    ]
)


class Wire(Protocol):
    """What carries SIP messages, whole ones."""

    name: str  # in Via: UDP, TLS, WS, WSS

    def send(self, message: str) -> None: ...

    def receive(self, seconds: float) -> str:
        """The next message. Raises TimeoutError."""

    def close(self) -> None: ...


class Udp:
    name = "UDP"

    def __init__(self, address: str, to: tuple[str, int]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.connect(to)

    def send(self, message: str) -> None:
        self.socket.send(message.encode())

    def receive(self, seconds: float) -> str:
        self.socket.settimeout(seconds)
        return self.socket.recv(65536).decode()

    def close(self) -> None:
        self.socket.close()


class Stream:
    """A connection on which messages are parts of one stream."""

    socket: socket.socket

    def _more(self) -> bytes:
        found = self.socket.recv(65536)
        if not found:
            raise ConnectionError("the other side closed the line")
        return found

    def close(self) -> None:
        self.socket.close()


class Tls(Stream):
    """SIP over TLS: messages are parted by their own length."""

    name = "TLS"

    def __init__(self, to: tuple[str, int], context: ssl.SSLContext) -> None:
        plain = socket.create_connection(to, 10)
        self.socket = context.wrap_socket(plain, server_hostname=to[0])
        self._held = b""

    def send(self, message: str) -> None:
        self.socket.sendall(message.encode())

    def receive(self, seconds: float) -> str:
        self.socket.settimeout(seconds)
        while True:
            head, ends, rest = self._held.partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^(?:Content-Length|l) *: *(\d+)", head)
            size = int(length[1]) if length else 0
            if ends and len(rest) >= size:
                self._held = rest[size:]
                return (head + ends + rest[:size]).decode()
            self._held += self._more()


class Websocket(Stream):
    """RFC 6455 as far as SIP needs it: text frames, one message in each (RFC 7118)."""

    def __init__(self, to: tuple[str, int], context: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(to, 10)
        self.socket = context.wrap_socket(plain, server_hostname=to[0]) if context else plain
        self.name = "WSS" if context else "WS"
        key = base64.b64encode(os.urandom(16)).decode()
        request = [
            "GET /ws HTTP/1.1",
            f"Host: {to[0]}:{to[1]}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Protocol: sip",
            "Sec-WebSocket-Version: 13",
        ]
        self.socket.sendall(("\r\n".join(request) + "\r\n\r\n").encode())
        self._held = b""
        while b"\r\n\r\n" not in self._held:
            self._held += self._more()
        head, _, self._held = self._held.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head

    def send(self, message: str) -> None:
        data = message.encode()
        size = (
            bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        )
        self.socket.sendall(b"\x81" + size + bytes(4) + data)  # a mask of zeros

    def receive(self, seconds: float) -> str:
        self.socket.settimeout(seconds)
        while True:
            kind, data = self._frame()
            if kind in (1, 2):
                return data.decode()

    def _frame(self) -> tuple[int, bytes]:
        kind, size = self._take(2)
        if size == 126:
            (size,) = struct.unpack(">H", self._take(2))
        return kind & 0x0F, self._take(size)

    def _take(self, size: int) -> bytes:
        while len(self._held) < size:
            self._held += self._more()
        found, self._held = self._held[:size], self._held[size:]
        return found


@dataclass
class Phone:
    """`user` is the registered name: anna for a desk phone, anna-web for a browser."""

    wire: Wire
    user: str
    secret: str
    person: str = ""  # the name for the password, when it is another one
    number: int = 0
    tag: str = field(default_factory=lambda: os.urandom(4).hex())

    def register(self, *, expires: int = 300) -> int:
        """Ask, be challenged, answer. The status of the last answer."""
        first = self._ask("REGISTER", expires)
        if status(first) != 401:
            return status(first)
        return status(self._ask("REGISTER", expires, self._answer(first, "REGISTER")))

    def invite(self, dialled: str) -> int:
        """Call somebody; the status of the last answer that is no mere ringing."""
        first = self._ask("INVITE", 0, dialled=dialled)
        if status(first) != 401:
            return status(first)
        answer = self._answer(first, "INVITE", f"sip:{dialled}@127.0.0.1")
        return status(self._ask("INVITE", 0, answer, dialled=dialled))

    def rung(self, seconds: float) -> str:
        """Wait for an INVITE, and ring. Raises TimeoutError."""
        while not (message := self.wire.receive(seconds)).startswith("INVITE"):
            self._be_polite(message)
        self.wire.send(reply(message, "180 Ringing"))
        return message

    def pick_up(self, invite: str) -> None:
        self.wire.send(reply(invite, "200 OK", SDP))
        while not self.wire.receive(10).startswith("ACK"):
            pass

    def hears(self, method: str, seconds: float) -> str:
        """Wait for a request. Raises TimeoutError."""
        while not (message := self.wire.receive(seconds)).startswith(method):
            self._be_polite(message)
        self.wire.send(reply(message, "200 OK"))
        return message

    def _be_polite(self, message: str) -> None:
        if message.startswith("OPTIONS"):
            self.wire.send(reply(message, "200 OK"))

    def _ask(self, method: str, expires: int, answer: str = "", dialled: str = "") -> str:
        self.number += 1
        uri = f"sip:{dialled}@127.0.0.1" if dialled else "sip:127.0.0.1"
        here = f"sip:{self.user}@127.0.0.1"
        kind = self.wire.name
        over = "" if kind == "UDP" else f";transport={'ws' if kind[0] == 'W' else 'tls'}"
        body = SDP if dialled else ""
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{kind} phone.invalid;branch=z9hG4bK{self.tag}{self.number};rport",
            f"From: <{here}>;tag={self.tag}",
            f"To: <{uri if dialled else here}>",
            f"Call-ID: {self.tag}@phone",
            f"CSeq: {self.number} {method}",
            f"Contact: <sip:{self.user}@phone.invalid{over}>",
            f"Expires: {expires}",
            "Max-Forwards: 70",
            *([answer] if answer else []),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.wire.send("\r\n".join(lines) + "\r\n\r\n" + body)
        while True:
            found = self.wire.receive(10)
            if found.startswith("SIP/2.0") and status(found) >= 200:
                return found
            self._be_polite(found)

    def _answer(self, challenge: str, method: str, uri: str = "sip:127.0.0.1") -> str:
        nonce = header(challenge, "WWW-Authenticate", r'nonce="([^"]+)"')
        opaque = header(challenge, "WWW-Authenticate", r'opaque="([^"]+)"')
        name = self.person or self.user
        first = digest(f"{name}:asterisk:{self.secret}")
        right = digest(f"{first}:{nonce}:00000001:here:auth:" + digest(f"{method}:{uri}"))
        return (
            f'Authorization: Digest username="{name}",realm="asterisk",nonce="{nonce}",uri="{uri}",'
            f'response="{right}",algorithm=MD5,qop=auth,nc=00000001,cnonce="here",opaque="{opaque}"'
        )


def digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def status(message: str) -> int:
    return int(message.split(" ", 2)[1])


def header(message: str, name: str, pattern: str = "(.*)") -> str:
    found = re.search(rf"(?m)^{name}:.*?{pattern}", message)
    return found[1].strip() if found else ""


def reply(request: str, words: str, body: str = "") -> str:
    kept = [
        line if not line.startswith("To:") or ";tag=" in line else f"{line};tag=here"
        for line in request.split("\r\n")
        if re.match(r"(Via|From|To|Call-ID|CSeq|Record-Route):", line)
    ]
    more = ["Contact: <sip:phone@phone.invalid;transport=ws>"]
    more += ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([f"SIP/2.0 {words}", *kept, *more, f"Content-Length: {len(body)}", "", body])
