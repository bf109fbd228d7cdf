"""Where one Asterisk lives and how it is reached: facts of the machine, not of the city."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

_SIGNS = " ;,&|\n"


@dataclass(frozen=True)
class Door:
    """An IPv4 address and port on which Asterisk listens."""

    address: str
    port: int


@dataclass(frozen=True)
class Phones:
    """How counsellors' telephones reach Asterisk, besides SIP over UDP.

    With a certificate the websocket is a secure one. `srtp` asks desk phones for encrypted media
    (SDES, RFC 4568): the keys travel in SIP, so that it needs `tls`. Browsers always encrypt.
    """

    websocket: Door | None = None
    tls: Door | None = None  # SIP over TLS
    certificate: PurePosixPath | None = None  # PEM, with its chain
    key: PurePosixPath | None = None
    srtp: bool = False
    qualify: int = 30  # seconds between two questions whether a registered telephone is there

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together; give both or none")
        if self.tls and self.certificate is None:
            raise ValueError("tls needs a certificate and its key")
        if self.srtp and self.tls is None:
            raise ValueError("srtp is True without tls; its keys would be sent in the clear")
        for name in ("certificate", "key"):
            path = str(getattr(self, name))
            if any(sign in path for sign in _SIGNS):
                raise ValueError(f"{name} is {path!r}; it must not hold a blank or any of ; , & |")


@dataclass(frozen=True)
class Instance:
    """Folders and addresses of one Asterisk. Paths must not hold blanks, `;` or `,`."""

    folder: PurePosixPath  # etc, log, db, run … are made below it
    modules: PurePosixPath  # Asterisk's own modules
    data: PurePosixPath  # Asterisk's own static data
    prompts: PurePosixPath  # announcements, and `moh` below it
    sip_address: str
    sip_port: int
    ami_port: int
    ami_secret: str
    rtp_first: int = 12000
    rtp_last: int = 13999
    phones: Phones = Phones()

    def __post_init__(self) -> None:
        for name in ("folder", "modules", "data", "prompts"):
            path = str(getattr(self, name))
            if any(sign in path for sign in _SIGNS):
                raise ValueError(f"{name} is {path!r}; it must not hold a blank or any of ; , & |")
        if not self.ami_secret.isalnum():
            raise ValueError("ami_secret must be letters and digits")

    @property
    def etc(self) -> PurePosixPath:
        return self.folder / "etc"

    @property
    def log(self) -> PurePosixPath:
        return self.folder / "log"
