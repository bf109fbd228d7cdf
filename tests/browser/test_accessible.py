"""axe-core finds nothing on any page, in either language, theme and size; none scrolls sideways."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import ROOT
from tests.browser.pages import walk

AXE = ROOT / ".tools" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (rules) => (await axe.run(document, rules)).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def found(page: Page, theme: str, rules: Mapping[str, object]) -> list[str]:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    return [f"{theme}: {each}" for each in page.evaluate(RUN, rules)]


@pytest.mark.parametrize(("lang", "width", "height"), [("zh", 1440, 900), ("en", 390, 844)])
def test_no_page_shuts_anybody_out(
    browser: Browser, city_address: str, lang: str, width: int, height: int
) -> None:
    context = browser.new_context(
        base_url=city_address, viewport={"width": width, "height": height}, timezone_id="UTC"
    )
    axe = AXE.read_text()
    troubles: list[str] = []
    for name, page in walk(context, city_address, lang):
        page.evaluate(axe)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            troubles.append(f"{name}: scrolls sideways")
        faults = found(page, "light", EVERYTHING) + found(page, "dark", COLOURS)
        troubles += [f"{name}: {fault}" for fault in faults]
    context.close()
    assert not troubles, "\n".join(troubles)
