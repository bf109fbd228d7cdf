"""Pictures of every page, for people to look at.

They are var/shots/{page}-{zh|en}-{desktop|phone}-{light|dark}.png.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from dashboard.app import create_app
from tests.browser.chromium import ROOT
from tests.browser.city import city
from tests.browser.conftest import VENDOR, running_clock, sign_in
from tests.browser.server import serving
from tests.dashboard.builders import MONDAY

SHOTS = ROOT / "var" / "shots"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
PAGES = {
    "sign-in": ("", "/sign-in"),
    "live": ("supervisor", "/live"),
    "roster-draft": ("coordinator", "/roster/2"),
    "roster-published": ("supervisor", f"/roster?first={MONDAY}"),
    "call-back": ("supervisor", "/live/task/1"),
    "call-backs": ("supervisor", "/live/tasks"),
    "line-tests": ("supervisor", "/live/lines"),
    "switch": ("supervisor", "/live/switch"),
    "assist": ("supervisor", "/live/call/c10"),
    "steer": ("supervisor", "/live/waiting/c3"),
    "crisis": ("supervisor", "/live/crisis/c10"),
    "person": ("supervisor", "/live/person/p10"),
    "call-in": ("supervisor", "/live/call-in"),
    "wall": ("supervisor", "/live/wall"),
    "calls": ("supervisor", "/calls"),
    "requests": ("coordinator", "/roster/requests"),
    "fairness": ("coordinator", "/roster/fairness?measure=hours"),
    "history": ("coordinator", "/roster/history"),
    "compare": ("coordinator", "/roster/compare?a=1&b=2"),
    "take-back": ("coordinator", "/roster/1/withdraw"),
    "needs": ("coordinator", "/roster/needs"),
    "need": ("coordinator", "/roster/needs/2/9"),
    "try-out": ("coordinator", "/roster/1/tryout"),
    "why": ("coordinator", f"/roster/why?first={MONDAY}&person=lin&day=2"),
    "sickness": ("coordinator", f"/roster/mend?first={MONDAY}"),
    "import": ("coordinator", "/roster/import"),
    "number": ("supervisor", "/calls/1/number"),
    "reports-hour": ("supervisor", "/reports"),
    "reports-line": ("supervisor", "/reports?by=line"),
    "reports-people": ("supervisor", "/reports/people"),
    "reports-official": ("supervisor", "/reports/official?first=2026-09-01&last=2026-09-30"),
    "staff": ("administrator", "/admin/people"),
    "staff-person": ("administrator", "/admin/person/lin"),
    "staff-import": ("administrator", "/admin/import"),
    "accounts": ("administrator", "/admin/accounts"),
    "settings": ("administrator", "/admin/settings"),
    "audit": ("administrator", "/admin/audit"),
    "me": ("counsellor", "/me"),
    "swap": ("counsellor", "/me/exchange?day=2026-10-01"),
    "calendar": ("counsellor", "/me/calendar"),
    "desk": ("counsellor", "/desk"),
    "handover": ("supervisor", "/handover"),
    "directory": ("coordinator", "/directory"),
    "directory-entry": ("coordinator", "/directory/1"),
}
# Two of the four by themselves; HOTLINE_SHOTS=all for all of them.
ALL = (("zh", "desktop"), ("en", "phone"), ("zh", "phone"), ("en", "desktop"))
CHOSEN = ALL if os.environ.get("HOTLINE_SHOTS") == "all" else ALL[:2]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = city(tmp_path_factory.mktemp("city"))
    deps = replace(
        made.deps,
        vendor=VENDOR,
        now=running_clock(),
        sample_logins=(
            ("supervisor", "sample-0001", "supervisor"),
            ("coordinator", "sample-0002", "coordinator"),
        ),
        pace=replace(made.deps.pace, stale=3600),
    )
    SHOTS.mkdir(parents=True, exist_ok=True)
    with serving(create_app(deps)) as running:
        yield running.address


def shoot(page: Page, name: str) -> None:
    """In both themes; nothing is loaded anew for the second."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        path = SHOTS / f"{name}-{theme}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        assert path.stat().st_size > 5_000


@pytest.mark.parametrize(("lang", "size"), CHOSEN)
def test_pictures(browser: Browser, address: str, lang: str, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, timezone_id="UTC"
    )
    page = context.new_page()
    signed_in = ""
    for name, (login, path) in PAGES.items():
        if login != signed_in:
            context.clear_cookies()
            sign_in(page, login)
            signed_in = login
        context.add_cookies([{"name": "language", "value": lang, "url": address}])
        page.goto(path)
        shoot(page, f"{name}-{lang}-{size}")
        if name == "roster-draft":
            page.locator("[hx-get$=review]").click()
            page.locator("#dialog[open]").wait_for()
            shoot(page, f"publish-{lang}-{size}")
    context.close()
