"""Every page that somebody can come to, with whose it is; and walking them all."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import sign_in
from tests.dashboard.builders import MONDAY

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
    "import-roster": ("coordinator", "/roster/import-roster"),
    "mark": ("supervisor", "/calls/1/mark"),
    "number": ("supervisor", "/calls/1/number"),
    "reports-hour": ("supervisor", "/reports"),
    "reports-line": ("supervisor", "/reports?by=line"),
    "reports-people": ("supervisor", "/reports/people"),
    "reports-official": ("supervisor", "/reports/official?first=2026-09-01&last=2026-09-30"),
    "staff": ("administrator", "/admin/people"),
    "staff-person": ("administrator", "/admin/person/lin"),
    "staff-import": ("administrator", "/admin/import"),
    "accounts": ("administrator", "/admin/accounts"),
    "account": ("administrator", "/admin/account"),
    "settings": ("administrator", "/admin/settings"),
    "line": ("administrator", "/admin/lines/jinjiang"),
    "site": ("administrator", "/admin/sites"),
    "audit": ("administrator", "/admin/audit"),
    "me": ("counsellor", "/me"),
    "swap": ("counsellor", "/me/exchange?day=2026-10-01"),
    "calendar": ("counsellor", "/me/calendar"),
    "desk": ("counsellor", "/desk"),
    "handover": ("supervisor", "/handover"),
    "handover-new": ("supervisor", "/handover/new"),
    "not-found": ("supervisor", "/nowhere"),
    "directory": ("coordinator", "/directory"),
    "directory-entry": ("coordinator", "/directory/1"),
}


def walk(context: BrowserContext, address: str, lang: str) -> Iterator[tuple[str, Page]]:
    """Each page of the table, opened by whom it is for."""
    page, signed_in = context.new_page(), ""
    for name, (login, path) in PAGES.items():
        if login != signed_in:
            page.goto("about:blank")  # else what it asks for by itself leads to the sign-in page
            context.clear_cookies()
            sign_in(page, login)
            signed_in = login
        context.add_cookies([{"name": "language", "value": lang, "url": address}])
        page.goto(path)
        yield name, page
