import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Page, expect

from dashboard.app import create_app
from dashboard.deps import Pace
from tests.browser import chromium
from tests.browser.city import city
from tests.browser.keys import Keys
from tests.browser.server import Served, serving
from tests.dashboard.builders import NOW, PASSWORD, World, world

VENDOR = chromium.ROOT / ".tools" / "npm" / "pages"
QUICK = Pace(gap=0.05, beat=0.3, quiet=2, stale=3600)

expect.set_options(timeout=8_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


def running_clock() -> Callable[[], datetime]:
    """Begins at the tests' moment and goes on from there, as the browser's own clock does."""
    begun = time.monotonic()
    return lambda: NOW + timedelta(seconds=time.monotonic() - begun)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.started() as started:
        yield started


@pytest.fixture
def hotline(tmp_path: Path) -> World:
    """The small city of the other tests, with real time between pictures and the real htmx."""
    made = world(tmp_path)
    deps = replace(made.deps, vendor=VENDOR, pace=QUICK, now=running_clock(), wait=time.sleep)
    return replace(made, deps=deps, app=create_app(deps))


@pytest.fixture
def served(hotline: World) -> Iterator[Served]:
    with serving(hotline.app) as running:
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """An empty page at the application's address; it must cause no error until the end."""
    context = browser.new_context(base_url=served.address, locale="zh-CN", timezone_id="UTC")
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            troubles.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield opened
    context.close()
    assert troubles == []


@pytest.fixture
def keys(page: Page, hotline: World, request: pytest.FixtureRequest) -> Iterator[Keys]:
    """At its end everything that the test's mark `does` names has been done."""
    made = Keys(page, hotline.app)
    yield made
    assert set(request.node.get_closest_marker("does").args) - made.done == set()


@pytest.fixture(scope="session")
def city_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the large city is served, for what looks at all pages and changes nothing."""
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
    with serving(create_app(deps)) as running:
        yield running.address


def sign_in(page: Page, login: str, to: str = "/") -> None:
    """By the form, as people do."""
    page.goto(f"/sign-in?next={to}")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def enter(page: Page, hotline: World, login: str, path: str = "/") -> None:
    """As somebody who has signed in before."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(hotline.app)
    assert serializer is not None
    address = str(page.context.request.get("/sign-in").url).removesuffix("/sign-in")
    value = str(serializer.dumps(hotline.session_of(login)))
    page.context.add_cookies([{"name": "hotline", "value": value, "url": address}])
    page.goto(path)
