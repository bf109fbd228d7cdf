"""What the pages weigh: no page has more than 300 KB of script, compressed."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from dashboard.app import create_app
from tests.browser.city import city
from tests.browser.conftest import VENDOR
from tests.browser.pages import PAGES
from tests.dashboard.builders import Browser

MOST = 300_000  # bytes
SCRIPT = re.compile(r'<script src="([^"]+)"')
IMPORT = re.compile(r"""(?:from|import) ?\(?['"]([^'"]+\.js)['"]""")


def loaded(browser: Browser, page: str) -> dict[str, int]:
    """Every script that a page loads, with what it imports in turn, and its compressed size."""
    wanted = SCRIPT.findall(page)
    sizes: dict[str, int] = {}
    while wanted:
        address = wanted.pop()
        if address not in sizes:
            script = browser.get(address).get_data()
            sizes[address] = len(gzip.compress(script))
            wanted += [urljoin(address, each) for each in IMPORT.findall(script.decode())]
    return sizes


def test_no_page_has_more_script_than_that(tmp_path: Path) -> None:
    made = city(tmp_path)
    made = replace(made, app=create_app(replace(made.deps, vendor=VENDOR)))
    sums = {}
    for name, (login, path) in PAGES.items():
        browser = made.client(login or None)
        sums[name] = sum(loaded(browser, browser.get(path).get_data(as_text=True)).values())
    assert {name: size for name, size in sums.items() if size > MOST} == {}
    assert sums["desk"] > sums["live"] > 10_000  # they were counted
