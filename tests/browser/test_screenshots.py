"""Pictures of every page, for people to look at.

They are var/shots/{page}-{zh|en}-{desktop|phone}-{light|dark}.png.
"""

import os

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import ROOT
from tests.browser.pages import walk

SHOTS = ROOT / "var" / "shots"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# Two of the four by themselves; HOTLINE_SHOTS=all for all of them.
ALL = (("zh", "desktop"), ("en", "phone"), ("zh", "phone"), ("en", "desktop"))
CHOSEN = ALL if os.environ.get("HOTLINE_SHOTS") == "all" else ALL[:2]


def shoot(page: Page, name: str) -> None:
    """In both themes; nothing is loaded anew for the second."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        path = SHOTS / f"{name}-{theme}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        assert path.stat().st_size > 5_000


@pytest.mark.parametrize(("lang", "size"), CHOSEN)
def test_pictures(browser: Browser, city_address: str, lang: str, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=city_address, viewport={"width": width, "height": height}, timezone_id="UTC"
    )
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, page in walk(context, city_address, lang):
        shoot(page, f"{name}-{lang}-{size}")
        if name == "roster-draft":
            page.locator("[hx-get$=review]").click()
            page.locator("#dialog[open]").wait_for()
            shoot(page, f"publish-{lang}-{size}")
    context.close()
