"""[web_hook] of hotline.toml: where alarms are told, and changes of people's shifts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class WebHook:
    url: str = ""  # of alarms; empty: nowhere
    rosters: str = ""  # of what a publication changes for somebody; empty: nowhere

    def __post_init__(self) -> None:
        for name, example in (("url", "alarms"), ("rosters", "rosters")):
            url = getattr(self, name)
            if url and not is_address(url):
                right = f"empty, or an address such as https://example.org/{example}"
                raise ValueError(f"{name} is {url!r}; it must be {right}")


def is_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        usual = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
        return usual and re.fullmatch(r"[!-~]+", url) is not None  # RFC 3986: ASCII, no blanks
    except ValueError:
        return False
