"""The pages over HTTPS: a real socket, a real handshake, no client that holds up another."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request

from config.listening import Tls
from deploy import web
from deploy.certificates import prepare


@dataclass(frozen=True)
class Served:
    port: int
    server: web.Server
    trusting: ssl.SSLContext

    def get(self, path: str) -> tuple[int, bytes]:
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=self.trusting)
        with closing(line):
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    app = Flask(__name__)
    app.add_url_rule("/", "here", lambda: f"{request.scheme} {request.remote_addr}")
    app.add_url_rule("/stream", "stream", lambda: (f"data: {n}\n\n" for n in range(3)))
    pair = prepare(Tls("local"), tmp_path, ("127.0.0.1",), datetime.now(UTC))
    port = free_port()
    server = web.server(app, "127.0.0.1", port, pair)

    def run() -> None:
        with suppress(OSError):
            server.run()

    threading.Thread(target=run, daemon=True).start()
    authority = tmp_path / "tls" / "authority.pem"
    yield Served(port, server, ssl.create_default_context(cafile=str(authority)))
    server.stop()


def test_a_page_comes_over_https_and_knows_who_asks(served: Served) -> None:
    assert served.get("/") == (200, b"https 127.0.0.1")
    assert served.get("/stream") == (200, b"data: 0\n\ndata: 1\n\ndata: 2\n\n")


def test_clients_that_say_nothing_hold_up_nobody(served: Served) -> None:
    with ExitStack() as silent:
        for _ in range(40):
            silent.enter_context(socket.create_connection(("127.0.0.1", served.port), 5))
        assert served.get("/") == (200, b"https 127.0.0.1")


@pytest.mark.parametrize("words", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff"])
def test_who_speaks_no_tls_is_left_without_harm(served: Served, words: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 5) as line:
        line.sendall(words)
        line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            assert b"200" not in line.recv(100)
    assert served.get("/") == (200, b"https 127.0.0.1")


def test_the_port_behind_it_answers_nobody_else(served: Served) -> None:
    inner = served.server._inner.port  # type: ignore[attr-defined]
    with closing(http.client.HTTPConnection("127.0.0.1", inner, timeout=5)) as line:
        line.request("GET", "/")
        assert line.getresponse().status == 403


def test_a_port_that_is_taken_is_told_before_anything_is_served(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        pair = prepare(Tls("local"), tmp_path, ("127.0.0.1",), datetime.now(UTC))
        with pytest.raises(OSError, match="in use"):
            web.server(Flask(__name__), "127.0.0.1", other.getsockname()[1], pair)
