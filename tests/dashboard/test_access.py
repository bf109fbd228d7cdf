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
    ("GET", "/roster/1/review"): {K},
    ("POST", "/roster/1/review"): {K},
    ("GET", "/calls"): {S, C, A},
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
    ("GET", "/me"): {S, C},
    ("GET", "/me/state"): {S, C},
    ("GET", "/me/tasks"): {S, C},
    ("POST", "/me/sign-in"): {S, C},
    ("POST", "/me/sign-out"): {S, C},
    ("POST", "/me/pause"): {S, C},
    ("POST", "/me/resume"): {S, C},
}
PUBLIC = {"static", "vendor", "account.sign_in_page", "account.sign_in", "account.language"}


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


def test_parts_of_pages_lead_to_the_sign_in_page_by_themselves(hotline: World) -> None:
    answer = hotline.client().get("/roster/progress", **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_route_without_roles_stops_the_application(tmp_path: Path) -> None:
    app = create_app(world(tmp_path).deps)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    with pytest.raises(access.UndeclaredRoute, match="forgotten"):
        access.check_declared(app)


@pytest.mark.parametrize(
    ("role", "links"),
    [
        (S, ["/live", "/desk", "/me", "/roster", "/calls"]),
        (K, ["/live", "/roster"]),
        (C, ["/desk", "/me", "/roster", "/calls"]),
        (A, ["/live", "/roster", "/calls"]),
    ],
)
def test_the_navigation_offers_what_the_table_allows(
    hotline: World, role: str, links: list[str]
) -> None:
    page = hotline.client(role).text("/roster?first=2026-09-28")
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert [
        path for path in ("/live", "/desk", "/me", "/roster", "/calls") if f'"{path}"' in nav
    ] == links
