"""One Asterisk process: its folders, its start, and where its own modules and data lie."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from routing.asterisk.instance import Instance

_FOLDERS = ("etc", "lib", "db", "keys/keys", "agi", "spool", "run", "log")


class AsteriskMissing(Exception):
    """No usable Asterisk on this machine."""


@dataclass(frozen=True)
class Program:
    """An installed Asterisk: what to execute, and the folders it was packaged with."""

    command: Path
    modules: Path
    data: Path


def find_program(tools: Path) -> Program:
    """The Asterisk in the project's own folder, else the machine's. Raises AsteriskMissing."""
    own = tools / "asterisk" / "asterisk"
    command = own if own.exists() else shutil.which("asterisk")
    if command is None:
        raise AsteriskMissing(f"no Asterisk in {own.parent} nor on PATH; run: make tools")
    root = tools / "asterisk" / "root" if own.exists() else Path("/")
    modules = sorted(root.glob("usr/lib/*/asterisk/modules")) or [root / "usr/lib/asterisk/modules"]
    return Program(Path(command), modules[0], root / "usr/share/asterisk")


class AsteriskSilent(Exception):
    """No Asterisk answers in this folder."""


def tell(program: Program, instance: Instance, command: str) -> str:
    """One line of Asterisk's own command line, and its answer. Raises AsteriskSilent."""
    config = str(instance.etc / "asterisk.conf")
    result = subprocess.run(
        [program.command, "-C", config, "-rx", command],
        capture_output=True,
        timeout=30,
        check=False,
    )
    if result.returncode != 0:
        said = (result.stderr or result.stdout).decode().strip()
        raise AsteriskSilent(f"Asterisk in {instance.folder} does not answer: {said}")
    return result.stdout.decode()


def write_files(instance: Instance, files: dict[str, str]) -> None:
    """Make the folders and write the files; a reader sees the old text or the new one."""
    for name in _FOLDERS:
        folder = Path(instance.folder) / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    for name, text in files.items():
        target = Path(instance.etc) / name
        draft = target.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)


def start(program: Program, instance: Instance) -> subprocess.Popen[bytes]:
    """Start Asterisk in the foreground of a session of its own: it outlives whoever started it."""
    output = (Path(instance.log) / "console").open("ab")
    return subprocess.Popen(
        [program.command, "-f", "-C", str(instance.etc / "asterisk.conf")],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        umask=0o077,  # the queue log and the database hold callers' numbers
        env={**os.environ, "LANG": "C.UTF-8"},
    )
