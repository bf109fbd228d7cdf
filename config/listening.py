"""Where the hotline listens, and what protects it: [listen], [tls] and [phones] of hotline.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LOCAL = "local"  # [tls] certificate: one that is made here
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a text of the configuration


@dataclass(frozen=True)
class Listen:
    """Addresses on which the hotline listens; "" where it may be left out."""

    sip: str = "127.0.0.1:5060"
    sip_tls: str = ""  # desk phones, over TLS
    browser_phones: str = "127.0.0.1:8088"  # their websocket
    web: str = "127.0.0.1:8080"
    ami_port: int = 5038
    rtp_first: int = 12000
    rtp_last: int = 13999

    def __post_init__(self) -> None:
        for name in ("sip", "web"):
            _split(f"{name} is {getattr(self, name)!r}", getattr(self, name))
        for name in ("sip_tls", "browser_phones"):
            if getattr(self, name):
                _split(f"{name} is {getattr(self, name)!r}", getattr(self, name))
        for name in ("ami_port", "rtp_first", "rtp_last"):
            port = getattr(self, name)
            if not 1 <= port <= 65535:
                raise ValueError(f"{name} is {port}; it must be a port, 1 to 65535")
        if self.rtp_last < self.rtp_first:
            raise ValueError(
                f"rtp_last is {self.rtp_last}; it must be at least rtp_first ({self.rtp_first})"
            )

    @property
    def sip_address(self) -> str:
        return split(self.sip)[0]

    @property
    def sip_port(self) -> int:
        return split(self.sip)[1]

    @property
    def web_address(self) -> str:
        return split(self.web)[0]

    @property
    def web_port(self) -> int:
        return split(self.web)[1]


@dataclass(frozen=True)
class Tls:
    """The certificate of all that other machines reach: PEM files, or "local"."""

    certificate: str = ""
    key: str = ""
    names: str = ""  # what people type to reach the pages, parted by blanks; for a local one

    def __post_init__(self) -> None:
        given = self.certificate not in ("", LOCAL)
        if given and not self.key:
            raise ValueError(f"key is {self.key!r}; it must be the file of the certificate's key")
        if self.key and not given:
            right = "empty, as there is no certificate" if not self.certificate else "empty"
            raise ValueError(f"key is {self.key!r}; it must be {right}")
        for name in self.names.split():
            if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", name):
                right = "host names or IPv4 addresses, parted by blanks"
                raise ValueError(f"names is {self.names!r}; it must be {right}")


@dataclass(frozen=True)
class Telephones:
    """Desk phones that register."""

    srtp: bool = False  # their media are encrypted; needs sip_tls
    qualify: int = 30  # seconds between two questions whether they are there; 0: never asked

    def __post_init__(self) -> None:
        if not 0 <= self.qualify <= 3600:
            raise ValueError(f"qualify is {self.qualify}; it must be 0 to 3600 seconds")


def split(text: str) -> tuple[str, int]:
    return _split(f"address is {text!r}", text)


def _split(what: str, text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})", text, re.ASCII)
    good = found and all(int(octet) < 256 for octet in found[1].split("."))
    if not found or not good or not 1 <= int(found[2]) <= 65535:
        raise ValueError(f"{what}; it must be address:port, such as 127.0.0.1:8080")
    return found[1], int(found[2])


def names(listen: Listen, tls: Tls) -> tuple[str, ...]:
    """What a local certificate has to vouch for: the names, and addresses that are listened on."""
    doors = (listen.web, listen.browser_phones, listen.sip_tls)
    addresses = [split(door)[0] for door in doors if door]
    wanted = [*tls.names.split(), *addresses]
    return tuple(dict.fromkeys(name for name in wanted if name != _EVERYWHERE))


def contradictions(listen: Listen, tls: Tls, telephones: Telephones) -> Iterator[tuple[str, str]]:
    """Place and fault. Passwords, notes and voices go over these wires."""
    for name, what in (
        ("web", "passwords and notes would be read on the way, and no microphone opens"),
        ("browser_phones", "the telephones' secrets and calls would be open to others"),
    ):
        door = getattr(listen, name)
        if door and not tls.certificate and not split(door)[0].startswith("127."):
            yield (
                f"listen.{name}",
                f"is {door!r}, which other machines reach, and there is no certificate: {what};"
                " it must be a loopback address such as 127.0.0.1:8080, or [tls] certificate must"
                f' name a file, or "{LOCAL}" to have one made here',
            )
    if listen.sip_tls and not tls.certificate:
        yield (
            "listen.sip_tls",
            f"is {listen.sip_tls!r}, and there is no certificate; [tls] certificate must name a"
            f' file, or "{LOCAL}" to have one made here',
        )
    if telephones.srtp and not listen.sip_tls:
        yield (
            "phones.srtp",
            "is True without TLS, where the keys of the sound would be sent in the clear;"
            " [listen] sip_tls must be an address such as 10.1.2.3:5061",
        )
    if tls.certificate == LOCAL and not names(listen, tls):
        yield (
            "tls.names",
            "is empty, while all addresses are listened on; it must be what people type to reach"
            " the pages, such as hotline.example.cn 10.1.2.3",
        )
