"""First paint of every page of the sample city, on loopback: with an empty cache, and again.

The pages, their data and the browser are those of the browser tests; nothing else is measured.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from playwright.sync_api import CDPSession, Page

from dashboard.app import create_app
from tests.browser import chromium
from tests.browser.city import city
from tests.browser.conftest import VENDOR, running_clock
from tests.browser.pages import PAGES, walk
from tests.browser.server import serving
from tests.dashboard.builders import World

TIMES = 3
GOAL = 1000  # milliseconds to the first paint
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const found = list.getEntriesByName('first-contentful-paint');
  if (found.length) done(found[0].startTime);
}).observe({ type: 'paint', buffered: true }))"""


def _painted(page: Page) -> float:
    """Milliseconds from asking for the page to its first paint with contents."""
    page.reload()
    return float(page.evaluate(PAINTED))


def _both(page: Page, devtools: CDPSession) -> tuple[float, float]:
    """The median with an empty cache, and with a full one."""
    found = []
    for empty in (True, False):
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": empty})
        found.append(median(_painted(page) for _ in range(TIMES)))
    return found[0], found[1]


def _answered(made: World, login: str, path: str) -> float:
    """Milliseconds of processor that the server needs for the page."""
    client = made.client(login or None)
    client.get(path)
    began = time.process_time()
    for _ in range(TIMES):
        client.get(path)
    return 1000 * (time.process_time() - began) / TIMES


def _lines(folder: Path) -> Iterator[str]:
    made = city(folder)
    deps = replace(made.deps, vendor=VENDOR, now=running_clock(), wait=time.sleep)
    made = replace(made, deps=deps, app=create_app(deps))
    slow, ratios = [], []
    with chromium.started() as browser, serving(made.app) as served:
        context = browser.new_context(base_url=served.address, locale="zh-CN")
        devtools = None
        for name, page in walk(context, served.address, "zh"):
            devtools = devtools or context.new_cdp_session(page)
            first, again = _both(page, devtools)
            took = _answered(made, *PAGES[name])
            ratios.append(first / again)
            slow += [name] if max(first, again) > GOAL else []
            yield (
                f"  {name:<18} first {first:>5.0f} ms, again {again:>5.0f} ms, ratio"
                f" {first / again:.2f}, the server's processor {took:>4.0f} ms"
            )
        context.close()
    yield (
        f"  {len(ratios)} pages, first/again {median(ratios):.2f} in the middle;"
        f" over {GOAL} ms: {', '.join(slow) or 'none'}"
    )


def measure() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return "\n" + "\n".join(_lines(Path(folder)))
