"""[mail] of hotline.toml: where mails are handed over, and who is told what by mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from config.web_hook import is_address
from records.staff_file import EMAIL

SECURITY = ("tls", "starttls", "none")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Mail:
    host: str = ""  # empty: no mail is sent
    port: int = 465
    security: str = "tls"  # from the first byte on; "starttls": asked for; "none": this machine
    authority: str = ""  # a PEM file whose certificates are trusted; empty: the system's
    user: str = ""  # empty: nobody signs in
    password_file: str = ""  # the environment's HOTLINE_MAIL_PASSWORD goes before it
    sender: str = ""
    pages: str = ""  # how people reach the pages, for the links
    reports: tuple[str, ...] = ()  # who gets the periodic summaries

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ValueError(f"port is {self.port}; it must be 1 to 65535")
        if self.security not in SECURITY:
            raise ValueError(f"security is {self.security!r}; it must be {', '.join(SECURITY)}")
        for address in self.reports:
            if not EMAIL.fullmatch(address):
                raise ValueError(f"reports is {address!r}; it must be addresses such as a@b.cn")
        if self.host:
            self._require_the_rest()

    def _require_the_rest(self) -> None:
        if self.security == "none" and self.host not in LOOPBACK:
            right = "tls or starttls, as other machines would read the mails and the password"
            raise ValueError(f"security is 'none'; it must be {right}")
        if not EMAIL.fullmatch(self.sender):
            raise ValueError(f"sender is {self.sender!r}; it must be an address such as a@b.cn")
        if not is_address(self.pages):
            right = "the address of the pages, such as https://hotline.example.cn:8443"
            raise ValueError(f"pages is {self.pages!r}; it must be {right}")

    def within(self, home: Path) -> Mail:
        """Its files are named from where the configuration's folder lies, as the data folder is."""

        def absolute(file: str) -> str:
            return str((home / file).resolve()) if file else ""

        return replace(
            self, authority=absolute(self.authority), password_file=absolute(self.password_file)
        )
