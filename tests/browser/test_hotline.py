"""The whole loop before one's eyes: a real call is answered, and the live board shows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboard.passwords import hash_password
from deploy.sample_city import scenario
from records import users
from routing.plan import Limits
from tests.telephone.exchange import SHORT
from tests.telephone.house import House, house

pytestmark = pytest.mark.telephone
PASSWORD = "a password of the test"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[House]:
    limits = Limits(**{**vars(SHORT), "slot": 900, "wrap_up": 0})
    with house(tmp_path, ["anna", "bert"], limits=limits) as x:
        with x.hotline.store.session() as session:
            users.add_user(session, "dudao", "曾怀瑾", "supervisor", hash_password(PASSWORD))
        yield x


def test_the_board_shows_a_real_call_and_the_death_of_asterisk(
    real: House, browser: Browser
) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"http://{real.hotline.facts.listen.web}/live")
    page.fill("input[name=login]", "dudao")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    people = page.locator(".tiles")
    expect(people.get_by_text("人anna")).to_be_visible(timeout=20_000)
    real.phones(scenario.counsellor(ring_ms=1000))
    real.call([("0595968908", "13812345678")], stay_ms=45_000)
    expect(page.get_by_text("138****5678").first).to_be_visible(timeout=20_000)
    expect(people.get_by_text("通话").first).to_be_visible(timeout=20_000)
    real.kill_asterisk()
    expect(page.get_by_text("失去联系").first).to_be_visible(timeout=30_000)
    real.start_asterisk()
    expect(page.get_by_text("失去联系").first).to_be_hidden(timeout=60_000)
    expect(page.get_by_text("待回拨").first).to_be_visible()
    expect(page.get_by_text("138****5678").first).to_be_visible(timeout=30_000)
    page.close()
