"""The web server: waitress, and where there is a certificate, TLS in front of it.

waitress speaks no TLS. Here a loop takes the handshake and passes the bytes on, to a port on
loopback that answers nobody else; waitress stays the one server that the pages know.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol, cast

import waitress
from flask import Flask

from deploy.certificates import Pair

THREADS = 272  # each of the live pages' streams (dashboard.deps.Pace) holds one
CONNECTIONS = 1000
BEHIND = 256 * 1024  # bytes that may wait for a client; a live page further behind misses pictures
HANDSHAKE_SECONDS = 10.0  # a client that takes longer is left
CHUNK = 65536

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class Server(Protocol):
    def run(self) -> None:
        """Serve until SystemExit is raised in this thread."""

    def stop(self) -> None: ...


def server(app: Flask, address: str, port: int, pair: Pair | None) -> Server:
    """Bound to its address already. Raises OSError when that is taken."""
    if pair is None:
        return _Plain(app, address, port)
    return _Secure(app, address, port, pair)


class _Plain:
    def __init__(self, app: Application, address: str, port: int) -> None:
        self._server = waitress.create_server(
            app,
            host=address,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            outbuf_high_watermark=BEHIND,
            asyncore_use_poll=True,
            ident="hotline",
        )
        self.port = int(self._server.effective_port)

    def run(self) -> None:
        self._server.run()

    def stop(self) -> None:
        self._server.close()


class _Secure:
    def __init__(self, app: Flask, address: str, port: int, pair: Pair) -> None:
        self._callers: dict[str, str] = {}  # a port on loopback -> the client's address
        self._inner = _Plain(_known_only(app, self._callers), "127.0.0.1", 0)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(pair.certificate, pair.key)
        self._socket = socket.create_server((address, port))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = asyncio.Event()

    def run(self) -> None:
        threading.Thread(target=lambda: asyncio.run(self._front()), daemon=True).start()
        self._inner.run()

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._inner.stop()

    async def _front(self) -> None:
        self._loop = asyncio.get_running_loop()
        front = await asyncio.start_server(
            self._pass_on,
            sock=self._socket,
            ssl=self._context,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
        )
        async with front:
            await self._over.wait()

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter) -> None:
        client = cast("tuple[str, int]", writer.get_extra_info("peername"))[0]
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._inner.port)
        port = str(inner_writer.get_extra_info("sockname")[1])
        self._callers[port] = client
        pumps = (_pump(reader, inner_writer), _pump(inner_reader, writer))
        tasks = [asyncio.create_task(pump) for pump in pumps]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            del self._callers[port]
            inner_writer.close()
            writer.close()


async def _pump(source: StreamReader, target: StreamWriter) -> None:
    """Until one side ends."""
    with suppress(ConnectionError, ssl.SSLError):
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()


def _known_only(app: Flask, callers: dict[str, str]) -> Application:
    """The application as the client sees it: its own address, by https. Others are refused."""

    def outer(environ: Environ, start: Any) -> Iterable[bytes]:
        client = callers.get(str(environ.get("REMOTE_PORT", "")))
        if client is None:
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"this port is not for others\n"]
        environ.update({"REMOTE_ADDR": client, "wsgi.url_scheme": "https"})
        return app(environ, start)

    return outer
