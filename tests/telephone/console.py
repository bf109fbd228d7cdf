"""Asterisk's console, asked over its own socket as `asterisk -rx` does, without a process each."""

from __future__ import annotations

import socket
from pathlib import PurePosixPath

from routing.asterisk.instance import Instance

LONGEST = 107  # bytes of a socket's path; Asterisk cuts what is longer
_LEVELS = 0xF6  # what begins a verbose message, which other consoles ask for; never UTF-8


def ask(instance: Instance, command: str, seconds: float = 30) -> str:
    """What Asterisk answers; "" when there is none that listens."""
    path = str(PurePosixPath(instance.folder) / "run" / "asterisk.ctl").encode()[:LONGEST]
    try:
        with socket.socket(socket.AF_UNIX) as console:
            console.settimeout(seconds)
            console.connect(path)
            console.sendall(b"cli quit after " + command.encode() + b"\0")
            said = b"".join(iter(lambda: console.recv(65536), b""))
    except (FileNotFoundError, ConnectionError):
        return ""
    _who, _newline, answer = said.partition(b"\n")
    told = (line for line in answer.splitlines(keepends=True) if line[0] < _LEVELS)
    return b"".join(told).decode()
