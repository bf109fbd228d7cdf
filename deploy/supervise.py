"""Keeping child processes alive: whoever dies is started again, with a growing pause between."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

LONGEST_PAUSE = 30.0
HEALTHY = 60.0  # seconds of life after which the pause begins small again


class Process(Protocol):
    """What is needed of a child process."""

    pid: int

    def poll(self) -> int | None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Adopted:
    """A process that somebody else started, known by its id."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(0.1)
        return 0


@dataclass
class Child:
    """One process to keep alive. `stop_seconds` is how long it may take to end by itself."""

    name: str
    start: Callable[[], Process]
    stop_seconds: float = 10
    process: Process | None = None
    started: float = 0
    pause: float = field(default=0.5)


def supervise(children: list[Child], stopping: Event, tell: Callable[[str], None]) -> None:
    """Start the children in order, keep them alive until `stopping`, then end them, last first."""
    try:
        while not stopping.is_set():
            for child in children:
                _look_after(child, tell)
            stopping.wait(0.3)
    finally:
        for child in reversed(children):
            stop(child)


def _look_after(child: Child, tell: Callable[[str], None]) -> None:
    now = time.monotonic()
    if child.process is None:
        child.process, child.started = child.start(), now
        return
    code = child.process.poll()
    if code is None:
        return
    lived = now - child.started
    if lived > HEALTHY:
        child.pause = 0.5
    tell(f"{child.name} ended (code {code}) after {lived:.0f} s; starting it again")
    time.sleep(child.pause)
    child.pause = min(child.pause * 2, LONGEST_PAUSE)
    child.process, child.started = child.start(), time.monotonic()


def stop(child: Child) -> None:
    """End a child: by asking, then by force."""
    process = child.process
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(child.stop_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
