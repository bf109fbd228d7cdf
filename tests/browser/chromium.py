"""A real Chromium and where it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
PLACES = (
    os.environ.get("HOTLINE_CHROMIUM", ""),
    str(ROOT / ".tools" / "tools" / "chromium"),
    "/usr/bin/chromium",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that beeps, allowed without a question, and calls within this machine.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]


def find() -> str:
    for place in PLACES:
        if place and Path(place).is_file():
            return place
    raise FileNotFoundError(f"no Chromium in {', '.join(filter(None, PLACES))}")


@contextmanager
def started() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), headless=True, args=FLAGS)
        yield browser
        browser.close()
