"""[web_hook] of hotline.toml: where alarms are told."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class WebHook:
    url: str = ""  # empty: nowhere

    def __post_init__(self) -> None:
        if self.url and not _is_address(self.url):
            right = "empty, or an address such as https://example.org/alarms"
            raise ValueError(f"url is {self.url!r}; it must be {right}")


def _is_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        return found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        return False
