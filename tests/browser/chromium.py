"""A real Chromium and where it is."""

from __future__ import annotations

import math
import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

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
    # A microphone that sounds, allowed without a question, and calls within this machine.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]


MICROPHONE = 700  # hertz, what is spoken into every browser's microphone


def write_tone(path: Path) -> None:
    """A second of half loudness that swells and fades: an even one is filtered out as noise."""
    rate = 48_000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, rate, "NONE", ""))
        for n in range(rate):
            swell = math.sin(4 * math.pi * n / rate) ** 2
            value = 16_384 * swell * math.sin(2 * math.pi * MICROPHONE * n / rate)
            file.writeframesraw(int(value).to_bytes(2, "little", signed=True))


def find() -> str:
    for place in PLACES:
        if place and Path(place).is_file():
            return place
    raise FileNotFoundError(f"no Chromium in {', '.join(filter(None, PLACES))}")


@contextmanager
def started() -> Iterator[Browser]:
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        tone = Path(folder, "tone.wav")
        write_tone(tone)
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={tone}"]
        browser = playwright.chromium.launch(executable_path=find(), headless=True, args=flags)
        yield browser
        browser.close()
