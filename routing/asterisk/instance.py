"""Where one Asterisk lives and how it is reached: facts of the machine, not of the city."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


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

    def __post_init__(self) -> None:
        for name in ("folder", "modules", "data", "prompts"):
            path = str(getattr(self, name))
            if any(sign in path for sign in " ;,&|\n"):
                raise ValueError(f"{name} is {path!r}; it must not hold a blank or any of ; , & |")
        if not self.ami_secret.isalnum():
            raise ValueError("ami_secret must be letters and digits")

    @property
    def etc(self) -> PurePosixPath:
        return self.folder / "etc"

    @property
    def log(self) -> PurePosixPath:
        return self.folder / "log"
