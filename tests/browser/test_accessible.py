"""axe-core finds nothing on any page or dialog, in either language; none scrolls sideways."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import ROOT
from tests.browser.pages import walk

AXE = ROOT / ".tools" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async ([where, rules]) =>
 (await axe.run(where, rules)).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # off unless asked for
    "resultTypes": ["violations"],
}
# What opens a dialog of the server's; once it is open it can be looked at.
OPENERS = "[hx-get][hx-target='#dialog']:not(#b-pass)"  # handing on needs a caller on the line
OPEN = "dialog[open]:not(.htmx-settling, .htmx-request)"


def dialogs(page: Page, seen: set[str]) -> Iterator[str]:
    """Opens each dialog of the page not `seen` yet, by its address without numbers and ids."""
    for number, address in enumerate(
        page.eval_on_selector_all(OPENERS, "all => all.map((each) => each.getAttribute('hx-get'))")
    ):
        kind = re.sub(r"\?.*|/c?p?\d+|(?<=/lines|/sites)/\w+", "", address)
        if kind not in seen:
            seen.add(kind)
            page.locator(OPENERS).nth(number).evaluate("each => each.click()")
            page.locator(OPEN).wait_for()
            yield kind
            page.keyboard.press("Escape")
    for key in {"?", "Control+k"} - seen if page.locator("#keys, #palette").count() == 2 else ():
        seen.add(key)
        page.keyboard.press(key)
        page.locator(OPEN).wait_for()
        yield key
        page.keyboard.press("Escape")


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
    seen: set[str] = set()
    for name, page in walk(context, city_address, lang):
        if page.evaluate("document.documentElement.scrollWidth") > width:
            troubles.append(f"{name}: scrolls sideways")
        page.evaluate(axe)
        troubles += [f"{name}: {fault}" for fault in page.evaluate(RUN, ["html", RULES])]
        for dialog in dialogs(page, seen):
            found = page.evaluate(RUN, [OPEN, RULES])
            troubles += [f"{dialog} on {name}: {fault}" for fault in found]
    context.close()
    assert len(seen) > 15
    assert not troubles, "\n".join(troubles)
