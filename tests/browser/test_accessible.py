"""axe-core finds nothing on any page, in either language; none scrolls sideways."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import ROOT
from tests.browser.pages import walk

AXE = ROOT / ".tools" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (rules) => (await axe.run(document, rules)).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # off unless asked for
    "resultTypes": ["violations"],
}


@pytest.mark.parametrize(
    ("lang", "theme", "width", "height"), [("zh", "light", 1440, 900), ("en", "dark", 390, 844)]
)
def test_no_page_shuts_anybody_out(
    browser: Browser,
    city_address: str,
    lang: str,
    theme: Literal["light", "dark"],
    width: int,
    height: int,
) -> None:
    context = browser.new_context(
        base_url=city_address,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    axe = AXE.read_text()
    troubles: list[str] = []
    for name, page in walk(context, city_address, lang):
        if page.evaluate("document.documentElement.scrollWidth") > width:
            troubles.append(f"{name}: scrolls sideways")
        page.evaluate(axe)
        troubles += [f"{name}: {fault}" for fault in page.evaluate(RUN, RULES)]
    context.close()
    assert not troubles, "\n".join(troubles)
