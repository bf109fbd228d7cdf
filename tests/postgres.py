"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a free loopback port."""

from __future__ import annotations

import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".tools" / "tools" / "root"
PLACES = (Path("/usr/lib/postgresql"), TOOLS / "usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "fsync": "off",  # the machine does not die in these tests, only the server
    "full_page_writes": "off",
    "timezone": "Asia/Shanghai",  # not UTC, so that an instant without a zone would be noticed
}


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine."""


@dataclass(frozen=True)
class Programs:
    """Where PostgreSQL's programs are, and what they need to run."""

    folder: Path
    environment: Mapping[str, str]


def find_programs() -> Programs:
    """Raises PostgresMissing."""
    own = os.environ.get("HOTLINE_PG_BIN")
    places = [Path(own)] if own else []
    for versions in PLACES:
        places += sorted(versions.glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return Programs(place, _environment(place))
    raise PostgresMissing(
        "these tests need PostgreSQL, and none was found in HOTLINE_PG_BIN or in "
        + " or ".join(map(str, PLACES))
        + "; run `make tools`"
    )


def _environment(place: Path) -> dict[str, str]:
    found = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    if place.is_relative_to(TOOLS):
        found["LD_LIBRARY_PATH"] = str(TOOLS / "usr/lib/x86_64-linux-gnu")
    return found


@dataclass
class Server:
    """One cluster. It refuses to run as root, so root runs it as nobody."""

    programs: Programs
    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self) -> None:
        options = ["--no-sync", "-A", "trust", "-U", "hotline", "-E", "UTF8", "--locale=C"]
        done = self._launch("initdb", *options)
        assert done.wait(60) == 0, self._log()
        lines = [f"{name} = '{value}'" for name, value in SETTINGS.items()]
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write("\n".join([*lines, f"port = {self.port}", ""]))

    def start(self) -> None:
        """Returns when it answers."""
        self._process = self._launch("postgres")
        until = time.monotonic() + 60
        while not self._answers():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)
            assert self._process.poll() is None and time.monotonic() < until, self._log()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to the server and all its processes; returns when they are gone."""
        if self._process is None:
            return
        first = self._process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        handles = [os.pidfd_open(int(pid)) for pid in children]
        self._process.kill()
        self._process.wait(30)
        self._process = None
        for handle in handles:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        for handle in handles:
            gone, _, _ = select.select([handle], [], [], 30)
            assert gone, "PostgreSQL outlived SIGKILL"
            os.close(handle)

    def database(self) -> str:
        """The address of a new and empty database."""
        name = f"hotline_{next(self._names)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hotline:unused@127.0.0.1:{self.port}/{name}"

    def address(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=hotline dbname={name}"

    def _launch(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        root = os.geteuid() == 0
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self.programs.folder / program, "-D", self.folder / "data", *arguments],
                cwd=self.folder,
                env=dict(self.programs.environment),
                user="nobody" if root else None,
                group="nogroup" if root else None,
                extra_groups=[] if root else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-3000:]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server() -> Iterator[Server]:
    """A running server that is gone afterwards. Raises PostgresMissing."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="hotline-postgres-"))
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            programs = _within_reach(programs, folder)
        made = Server(programs, folder, free_port())
        try:
            made.create()
            made.start()
            yield made
        finally:
            made.kill()
    finally:
        shutil.rmtree(folder)


def _within_reach(programs: Programs, folder: Path) -> Programs:
    """The programs, or a copy of them when they lie where only root may look."""
    if _nobody_can_run(programs.folder / "initdb"):
        return programs
    version = programs.folder.parent.name
    prefix = programs.folder.parents[4]
    copy = folder / "root"
    for part in (
        f"usr/lib/postgresql/{version}",
        "usr/share/postgresql",
        "usr/lib/x86_64-linux-gnu",
    ):
        shutil.copytree(prefix / part, copy / part, symlinks=True)
    environment = dict(programs.environment)
    environment["LD_LIBRARY_PATH"] = str(copy / "usr/lib/x86_64-linux-gnu")
    return Programs(copy / "usr/lib/postgresql" / version / "bin", environment)


def _nobody_can_run(program: Path) -> bool:
    asked = subprocess.run(
        ["test", "-x", str(program)], user="nobody", group="nogroup", extra_groups=[], check=False
    )
    return asked.returncode == 0
