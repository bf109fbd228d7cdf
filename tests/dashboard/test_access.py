"""Every route for every role. What the table allows is written out here once more."""

from pathlib import Path

import pytest
from flask import Flask

from dashboard import access
from dashboard.app import create_app
from tests.dashboard.builders import ROLES, World, draft, world

S, K, C, A = ROLES
# (method, path): who may; nobody signed in may use none of these
EXPECTED = {
    ("GET", "/"): {S, K, C, A},
    ("POST", "/sign-out"): {S, K, C, A},
    ("GET", "/live"): {S, K, A},
    ("GET", "/live/stream"): {S, K, A},
    ("GET", "/live/wall"): {S, K, A},
    ("GET", "/live/lines"): {S, K, A},
    ("GET", "/live/switch"): {S},
    ("POST", "/live/switch"): {S},
    ("POST", "/live/switch/off"): {S},
    ("GET", "/live/call/1.1"): {S},
    ("POST", "/live/call/1.1/listen"): {S},
    ("POST", "/live/call/let-go"): {S},
    ("GET", "/live/crisis/1.1"): {S},
    ("POST", "/live/crisis/1.1"): {S},
    ("POST", "/live/crisis/1.1/help/110"): {S},
    ("POST", "/live/crisis/1.1/note"): {S},
    ("POST", "/live/crisis/1.1/end"): {S},
    ("GET", "/live/waiting/1.1"): {S},
    ("GET", "/live/person/lin"): {S},
    ("GET", "/live/call-in"): {S},
    ("POST", "/live/call-in/lin"): {S},
    ("POST", "/live/person/lin/pause"): {S},
    ("POST", "/live/person/lin/resume"): {S},
    ("POST", "/live/waiting/1.1/up"): {S},
    ("GET", "/live/task/1"): {S, C},
    ("POST", "/live/task/1/call"): {S, C},
    ("POST", "/live/task/1/unreached"): {S, C},
    ("GET", "/live/tasks"): {S},
    ("POST", "/live/tasks"): {S},
    ("POST", "/live/task/1"): {S},
    ("GET", "/roster"): {S, K, C, A},
    ("GET", "/roster/1"): {S, K, A},
    ("GET", "/roster/progress"): {S, K, A},
    ("POST", "/roster/generate"): {K},
    ("POST", "/roster/stop"): {K},
    ("POST", "/roster/copy"): {K},
    ("POST", "/roster/1/cell"): {K},
    ("GET", "/roster/1/effects"): {K},
    ("POST", "/roster/1/pin"): {K},
    ("GET", "/roster/1/review"): {K},
    ("POST", "/roster/1/review"): {K},
    ("GET", "/roster/why"): {S, K, A},
    ("GET", "/roster/why-hour"): {S, K, A},
    ("GET", "/roster/mend"): {K},
    ("POST", "/roster/mend"): {K},
    ("POST", "/roster/mend/choose"): {K},
    ("GET", "/roster/requests"): {K},
    ("GET", "/roster/fairness"): {S, K, A},
    ("GET", "/roster/history"): {S, K, A},
    ("GET", "/roster/1/tryout"): {S, K, A},
    ("POST", "/roster/1/tryout"): {K},
    ("GET", "/roster/needs"): {S, K, A},
    ("GET", "/roster/needs/0/8"): {K},
    ("POST", "/roster/needs/0/8"): {K},
    ("GET", "/roster/export"): {S, K, A},
    ("GET", "/roster/import"): {K},
    ("GET", "/roster/import.xlsx"): {K},
    ("POST", "/roster/import"): {K},
    ("GET", "/roster/import-roster"): {K},
    ("POST", "/roster/import-roster"): {K},
    ("GET", "/roster/compare"): {S, K, A},
    ("GET", "/roster/1/withdraw"): {K},
    ("POST", "/roster/1/withdraw"): {K},
    ("POST", "/roster/exchanges/1/approve"): {K},
    ("POST", "/roster/exchanges/1/refuse"): {K},
    ("POST", "/roster/requests/leave"): {K},
    ("POST", "/roster/requests/1/grant"): {K},
    ("POST", "/roster/requests/1/refuse"): {K},
    ("GET", "/reports"): {S, K, A},
    ("GET", "/reports/people"): {S, K, A},
    ("GET", "/reports/official"): {S, K, A},
    ("GET", "/reports/kept/summary-2026-08.xlsx"): {S, K, A},
    ("GET", "/admin/people"): {A},
    ("GET", "/admin/people.xlsx"): {A},
    ("GET", "/admin/person"): {A},
    ("POST", "/admin/person"): {A},
    ("GET", "/admin/person/chen"): {A},
    ("POST", "/admin/person/chen"): {A},
    ("POST", "/admin/person/chen/active"): {A},
    ("POST", "/admin/person/chen/secret"): {A},
    ("GET", "/admin/import"): {A},
    ("POST", "/admin/import"): {A},
    ("GET", "/admin/accounts"): {A},
    ("GET", "/admin/account"): {A},
    ("POST", "/admin/account"): {A},
    ("GET", "/admin/account/99"): {A},
    ("POST", "/admin/account/99"): {A},
    ("POST", "/admin/account/99/password"): {A},
    ("GET", "/admin/settings"): {A},
    ("GET", "/admin/lines"): {A},
    ("POST", "/admin/lines"): {A},
    ("GET", "/admin/sites/jj"): {A},
    ("POST", "/admin/sites/jj"): {A},
    ("GET", "/admin/audit"): {A},
    ("GET", "/calls"): {S, C, A},
    ("GET", "/calls/1/number"): {S},
    ("POST", "/calls/1/number"): {S},
    ("GET", "/calls/1/recording"): {S},
    ("POST", "/calls/1/recording"): {S},
    ("GET", "/calls/1/sound"): {S},
    ("GET", "/calls/1/mark"): {S, C},
    ("POST", "/calls/1/mark"): {S, C},
    ("GET", "/desk"): {S, C},
    ("GET", "/desk/telephone"): {S, C},
    ("GET", "/desk/call"): {S, C},
    ("GET", "/desk/drafts"): {S, C},
    ("GET", "/desk/find"): {S, C},
    ("POST", "/desk/notes/1"): {S, C},
    ("POST", "/desk/notes/1/submit"): {S, C},
    ("GET", "/desk/notes/1/read"): {S, C},
    ("POST", "/desk/crisis"): {S, C},
    ("GET", "/desk/transfer"): {S, C},
    ("POST", "/desk/transfer"): {S, C},
    ("POST", "/desk/consult"): {S, C},
    ("GET", "/handover"): {S, C},
    ("GET", "/handover/unread"): {S, C},
    ("GET", "/handover/new"): {S, C},
    ("POST", "/handover/new"): {S, C},
    ("POST", "/handover/1/read"): {S, C},
    ("GET", "/directory"): {S, K, C, A},
    ("GET", "/directory/new"): {K, A},
    ("POST", "/directory/new"): {K, A},
    ("GET", "/directory/1"): {K, A},
    ("POST", "/directory/1"): {K, A},
    ("POST", "/directory/1/remove"): {K, A},
    ("GET", "/me"): {S, C},
    ("GET", "/me/state"): {S, C},
    ("GET", "/me/tasks"): {S, C},
    ("POST", "/me/sign-in"): {S, C},
    ("POST", "/me/sign-out"): {S, C},
    ("POST", "/me/pause"): {S, C},
    ("POST", "/me/resume"): {S, C},
    ("GET", "/me/exchange"): {S, C},
    ("POST", "/me/exchange"): {S, C},
    ("GET", "/me/exchanges"): {S, C},
    ("POST", "/me/exchange/1/answer"): {S, C},
    ("POST", "/me/exchange/1/withdraw"): {S, C},
    ("GET", "/me/requests"): {S, C},
    ("POST", "/me/requests/leave"): {S, C},
    ("POST", "/me/requests/wish"): {S, C},
    ("POST", "/me/requests/1/withdraw"): {S, C},
    ("GET", "/me/notices"): {S, C},
    ("GET", "/me/calendar"): {S, C},
    ("POST", "/me/calendar"): {S, C},
    ("POST", "/me/calendar/revoke"): {S, C},
    ("POST", "/me/notices"): {S, C},
}
PUBLIC = {"static", "vendor", "account.sign_in_page", "account.sign_in", "account.language"}
PUBLIC |= {"me.calendar"}


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = world(tmp_path_factory.mktemp("city"))
    draft(made.store, {"lin": (None,) * 7})
    made.make_person(S, "chen")
    return made


def endpoint(app: Flask, method: str, path: str) -> str:
    return str(app.url_map.bind("").match(path, method)[0])


def test_the_table_here_names_every_route_that_is_not_public(hotline: World) -> None:
    named = {endpoint(hotline.app, method, path) for method, path in EXPECTED}
    assert named | PUBLIC == {rule.endpoint for rule in hotline.app.url_map.iter_rules()}
    assert {e for e, roles in access.ALLOWED.items() if not roles} == PUBLIC


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_its_routes_and_no_other(hotline: World, role: str) -> None:
    browser = hotline.client(role)
    reached = set()
    for method, path in EXPECTED:
        answer = browser.get(path) if method == "GET" else browser.post(path)
        if answer.status_code not in (401, 403):
            reached.add((method, path))
        answer.close()
        if path == "/sign-out":
            browser.sign_in(role)
    assert reached == {route for route, roles in EXPECTED.items() if role in roles}


def test_nobody_reaches_nothing_but_the_sign_in_page(hotline: World) -> None:
    browser = hotline.client()
    for method, path in EXPECTED:
        answer = browser.get(path) if method == "GET" else browser.post(path)
        led_away = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        assert led_away or answer.status_code == 401, (method, path)


def test_a_form_of_an_ended_session_leads_to_the_sign_in_page_and_back(hotline: World) -> None:
    came_from = {"Referer": "http://localhost/roster/requests?a=b"}
    answer = hotline.client().client.post(
        "/roster/requests/1/refuse", data={"reason": "当天只剩两人", "csrf": "x"}, headers=came_from
    )
    there = "/sign-in?next=/roster/requests"
    assert (answer.status_code, answer.headers["Location"]) == (303, there)


def test_parts_of_pages_lead_to_the_sign_in_page_by_themselves(hotline: World) -> None:
    where = {"HX-Request": "true", "HX-Current-URL": "http://localhost/roster?first=2026-09-28"}
    answer = hotline.client().get("/roster/progress", **where)
    there = "/sign-in?next=/roster"
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, there)


def test_a_route_without_roles_stops_the_application(tmp_path: Path) -> None:
    app = create_app(world(tmp_path).deps)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    with pytest.raises(access.UndeclaredRoute, match="forgotten"):
        access.check_declared(app)


@pytest.mark.parametrize(
    ("role", "links"),
    [
        (S, ["/live", "/desk", "/me", "/roster", "/calls", "/reports"]),
        (K, ["/live", "/roster", "/reports"]),
        (C, ["/desk", "/me", "/roster", "/calls"]),
        (A, ["/live", "/roster", "/calls", "/reports", "/admin/people"]),
    ],
)
def test_the_navigation_offers_what_the_table_allows(
    hotline: World, role: str, links: list[str]
) -> None:
    page = hotline.client(role).text("/roster?first=2026-09-28")
    nav = page[page.index("<nav") : page.index("</nav>")]
    paths = ("/live", "/desk", "/me", "/roster", "/calls", "/reports", "/admin/people")
    assert [path for path in paths if f'"{path}"' in nav] == links
