"""The pages, served by a real waitress on a free port of this machine."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask
from waitress.server import create_server

# A stream that outlives its server wakes it once more, by the number of a pipe that is closed then,
# and so writes into whatever file has that number meanwhile: a test's database was spoilt by it.
_NOWHERE = os.open(os.devnull, os.O_WRONLY)


@dataclass
class Served:
    address: str
    _server: Any

    def die(self) -> None:
        """As when the process ends: no stream goes on, no request is answered."""
        server = self._server
        for channel in list(server.active_channels.values()):
            with suppress(OSError, AttributeError):
                channel.socket.shutdown(socket.SHUT_RDWR)
        server.trigger.trigger = _NOWHERE
        with suppress(OSError):
            server.close()
        for channel in list(server.active_channels.values()):
            with suppress(OSError, AttributeError):
                channel.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(app: Flask) -> Iterator[Served]:
    server = create_server(app, host="127.0.0.1", port=0, threads=32)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    served = Served(f"http://127.0.0.1:{server.effective_port}", server)
    try:
        yield served
    finally:
        served.die()


def _run(server: Any) -> None:
    with suppress(OSError):
        server.run()
