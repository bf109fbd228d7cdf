from __future__ import annotations

from pathlib import Path

import pytest

from config.loading import load_hotline
from config.web_hook import WebHook
from tests.config.test_loading import HOTLINE, errors, loaded, without_line


def with_table(body: str) -> str:
    return f"{HOTLINE}\n[web_hook]\n{body}\n"


def test_addresses_are_read_and_none_is_usual(tmp_path: Path) -> None:
    both = 'url = "https://example.org/a"\nrosters = "https://example.org/b"'
    assert loaded(tmp_path, with_table(both)).web_hook == WebHook(
        "https://example.org/a", "https://example.org/b"
    )
    assert loaded(tmp_path, HOTLINE).web_hook == WebHook("", "")


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "http://a:b/",
        "https://example.org/钩子",
        "https://example.org/a b",
    ],
)
def test_what_is_no_address_is_told_with_its_place(tmp_path: Path, url: str) -> None:
    (found,) = errors(load_hotline, tmp_path, with_table(f'url = "{url}"'))
    right = "it must be empty, or an address such as https://example.org/alarms"
    assert without_line(found) == f"web_hook.url: is {url!r}; {right}"
