"""`main.py run`: everything on this machine, kept alive until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from config.listening import split
from deploy import prompts
from deploy.applying import keep_applied
from deploy.assembly import Hotline, hold, require_free
from deploy.sample_city.logins import SAMPLE_LOGINS
from deploy.sample_city.seed import seed
from deploy.supervise import Adopted, Child, Process, supervise
from routing.asterisk import process
from routing.asterisk.install import difference, installed

SOLVER_SECONDS = 25.0


def tell(message: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {message}", flush=True)


def run_everything(hotline: Hotline, *, city: bool) -> int:
    """Set up what is missing, start all parts, keep them alive until Ctrl-C.

    Raises PortTaken, FolderTaken, StoreError … before anything is started.
    """
    store = hotline.store
    lock = hold(hotline.data / "run.lock")
    asterisk = Asterisk(hotline)
    asterisk.require_free_ports()
    hotline.certificate()
    if city:
        seed(hotline, tell, SOLVER_SECONDS)
    made = prompts.build(
        hotline.facts.prompt_texts,
        hotline.plan,
        Path(hotline.instance.prompts),
        hotline.root / "config" / "prompts",
        hotline.tools,
    )
    if made:
        tell(f"announcements made: {len(made)}")
    asterisk.install()
    store.close()
    children = [
        Child("Asterisk", asterisk.start),
        Child("control plane", _part(hotline, "control", sample=city)),
    ]
    if city:
        children.append(Child("sample city", _part(hotline, "city")))
    stopping = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    _greet(hotline, city)
    supervise(children, stopping, tell)
    tell("stopped")
    del lock
    return 0


@dataclass
class Asterisk:
    """This hotline's Asterisk process: adopted when it outlived an earlier start, or started."""

    hotline: Hotline

    @property
    def _pid_file(self) -> Path:
        return Path(self.hotline.instance.folder) / "pid"

    def _running(self) -> Adopted | None:
        """The process of our pid file, when it is alive and is that Asterisk."""
        try:
            pid = int(self._pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        ours = str(self.hotline.instance.etc).encode() in command
        return Adopted(pid) if ours else None

    def require_free_ports(self) -> None:
        listen = self.hotline.facts.listen
        require_free(listen.web_address, listen.web_port, socket.SOCK_STREAM, "the dashboard")
        if self._running() is not None:
            return
        require_free(listen.sip_address, listen.sip_port, socket.SOCK_DGRAM, "Asterisk (SIP)")
        require_free("127.0.0.1", listen.ami_port, socket.SOCK_STREAM, "Asterisk's manager")
        for door, what in (
            (listen.sip_tls, "Asterisk (SIP over TLS)"),
            (listen.browser_phones, "Asterisk (browsers' telephones)"),
        ):
            if door:
                require_free(*split(door), socket.SOCK_STREAM, what)

    def install(self) -> None:
        """The compiled files on the disk. A running Asterisk keeps what it has loaded."""
        if self._running() is not None:
            tell("Asterisk is running already; it goes on with its calls")
            return
        change = difference(self.hotline.compiled(), installed(self.hotline.instance))
        process.write_files(self.hotline.instance, change.files)
        keep_applied(self.hotline)

    def start(self) -> Process:
        running = self._running()
        if running is not None:
            return running
        program = process.find_program(self.hotline.tools)
        child = process.start(program, self.hotline.instance)
        self._pid_file.write_text(str(child.pid))
        return child


def _part(hotline: Hotline, command: str, *, sample: bool = False) -> Callable[[], Process]:
    """A part that ends with us: it reads its standard input, which we hold open."""

    def start() -> Process:
        log = (hotline.data / f"{command}.log").open("ab")
        os.fchmod(log.fileno(), 0o600)
        more = ["--sample"] if sample else []
        return subprocess.Popen(
            [
                *(sys.executable, str(hotline.root / "main.py"), *hotline.arguments),
                *(command, "--while-stdin-open", *more),
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=hotline.root,
            start_new_session=True,  # Ctrl-C is for us alone; we end it in order
        )

    return start


def _greet(hotline: Hotline, city: bool) -> None:
    listen = hotline.facts.listen
    scheme = "https" if hotline.facts.tls.certificate else "http"
    tell(f"{hotline.plan.name} {hotline.plan.number}: {scheme}://{listen.web}/")
    if city:
        tell("sample city: callers and counsellors are simulated, their calls are real. Sign in as")
        for login, password, role in SAMPLE_LOGINS:
            print(f"            {role:<14} {login:<8}  {password}", flush=True)
    tell(f"logs are in {hotline.data}; Ctrl-C stops everything")
