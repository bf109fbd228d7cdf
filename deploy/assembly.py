"""What every command is built from: the configuration, the folders, the secrets, the store."""

from __future__ import annotations

import fcntl
import json
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from config import listening, loading
from config.loading import RulesFile
from deploy import certificates
from records import people, sealing
from records.store import Store, open_store
from routing.asterisk.compile import compile_plan
from routing.asterisk.instance import Door, Instance, Phones
from routing.asterisk.process import find_program
from routing.plan import Plan

ZONE = ZoneInfo("Asia/Shanghai")
_KEYS: dict[str, Callable[[], str]] = {
    "ami": lambda: secrets.token_hex(24),
    "web": lambda: secrets.token_hex(24),
    "notes": sealing.new_key,  # several, parted by blanks, when an older one must still open
}


class PortTaken(Exception):
    """Something else uses an address that the hotline needs."""


class FolderTaken(Exception):
    """Another process of the hotline works on the same data folder."""


@dataclass(frozen=True)
class Hotline:
    """One city's hotline on this machine."""

    root: Path
    facts: loading.Hotline
    rules: RulesFile
    file: Path  # hotline.toml
    arguments: tuple[str, ...]  # the options that name the two files, for child processes

    @property
    def plan(self) -> Plan:
        return self.facts.plan

    @property
    def data(self) -> Path:
        return self.facts.data

    @property
    def tools(self) -> Path:
        return self.root / ".tools"

    @property
    def url(self) -> str:
        return self.facts.database or f"sqlite:///{self.data / 'hotline.db'}"

    @cached_property
    def store(self) -> Store:
        """Opened on first use, and brought up to date. Raises StoreError."""
        make_folder(self.data)
        return open_store(self.url)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The secrets of this installation, made on first use; the file is its owner's alone."""
        make_folder(self.data)
        path = self.data / "secrets.json"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text("{}", encoding="utf-8")
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        new = {name: make() for name, make in _KEYS.items() if name not in found}
        if new:
            draft = path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(found | new), encoding="utf-8")
            draft.replace(path)
        return found | new

    @cached_property
    def instance(self) -> Instance:
        program = find_program(self.tools)
        listen = self.facts.listen
        return Instance(
            folder=PurePosixPath(self.data / "asterisk"),
            modules=PurePosixPath(program.modules),
            data=PurePosixPath(program.data),
            prompts=PurePosixPath(self.data / "prompts"),
            sip_address=listen.sip_address,
            sip_port=listen.sip_port,
            ami_port=listen.ami_port,
            ami_secret=self.keys["ami"],
            rtp_first=listen.rtp_first,
            rtp_last=listen.rtp_last,
            phones=self._phones(),
        )

    def _phones(self) -> Phones:
        listen, pair = self.facts.listen, certificates.place(self.facts.tls, self.data)
        return Phones(
            websocket=_door(listen.browser_phones),
            tls=_door(listen.sip_tls),
            certificate=PurePosixPath(pair.certificate) if pair else None,
            key=PurePosixPath(pair.key) if pair else None,
            srtp=self.facts.telephones.srtp,
            qualify=self.facts.telephones.qualify,
        )

    def with_facts(self, facts: loading.Hotline) -> Hotline:
        """The same installation by another reading of its file; an open store stays the one."""
        other = replace(self, facts=facts)
        if "store" in vars(self):
            vars(other)["store"] = self.store
        return other

    def certificate(self) -> certificates.Pair | None:
        """Ready to be used; None when everything is plain. Raises CertificateFault."""
        tls = self.facts.tls
        names = listening.names(self.facts.listen, tls)
        return certificates.prepare(tls, self.data, names, datetime.now(UTC))

    def compiled(self) -> dict[str, str]:
        """Asterisk's files for the plan and the people on record."""
        with self.store.read() as session:
            counsellors = people.counsellors(session)
        return compile_plan(self.plan, counsellors, self.instance)


def _door(text: str) -> Door | None:
    return Door(*listening.split(text)) if text else None


def load(root: Path, hotline: Path, rules: Path) -> Hotline:
    """Read and check the configuration. Raises ConfigErrors with everything that is wrong."""
    facts = loading.load_hotline(hotline)
    rules_file = loading.load_rules(rules)
    loading.check_together(facts, rules_file)
    arguments = ("--hotline", str(hotline), "--rules", str(rules))
    return Hotline(root, facts, rules_file, hotline, arguments)


def make_folder(folder: Path) -> None:
    """Raises PermissionError in plain words."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise PermissionError(
            f"cannot write the data folder {folder}: {reason};"
            " give its owner the right, or name another in hotline.toml: [data] folder"
        ) from error


def hold(path: Path) -> object:
    """A lock that lasts as long as what is returned lives. Raises FolderTaken."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise FolderTaken(
            f"the hotline is running already on {path.parent}; stop it first (Ctrl-C there)"
        ) from error
    return file


def require_free(address: str, port: int, kind: socket.SocketKind, what: str) -> None:
    """Raises PortTaken when the address cannot be listened on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise PortTaken(
                f"{what} needs {address}:{port}, which another program uses ({error.strerror});"
                " end that program, or give another port in hotline.toml: [listen]"
            ) from error
