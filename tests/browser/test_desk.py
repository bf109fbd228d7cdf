"""The counsellor's desk on a real Asterisk: a call is answered in the browser; nothing is lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from records import notes
from records.sealing import Seal
from records.tables import NoteRow
from routing.plan import Limits
from tests.browser.desk import add_user, answer, at_desk, hears_both_ways, rung
from tests.browser.test_screenshots import SHOTS
from tests.telephone.exchange import SHORT, until
from tests.telephone.house import House, house

pytestmark = pytest.mark.telephone


@pytest.fixture
def real(tmp_path: Path) -> Iterator[House]:
    limits = Limits(**{**vars(SHORT), "slot": 900, "ring": 15})
    with house(tmp_path, ["anna"], limits=limits, registering=["anna"]) as x:
        add_user(x, "anna", "林婉如")
        yield x


@pytest.fixture
def desk(real: House, browser: Browser) -> Iterator[Page]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with at_desk(real, browser, "anna") as page:
        yield page


def kept(real: House) -> dict[str, object]:
    """The one note on record, opened."""
    keys = json.loads((real.hotline.data / "secrets.json").read_text())
    with real.hotline.store.read() as session:
        row = session.scalars(select(NoteRow)).one_or_none()
        found = row and notes.by_call(session, row.call_id, Seal([keys["notes"]]))
        return vars(found.note) | {"submitted": found.submitted} if found else {}


def test_the_call_goes_on_and_the_draft_is_kept_when_the_web_server_dies(
    real: House, desk: Page
) -> None:
    rung(real, desk)
    answer(desk)
    expect(desk.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    real.kill_control()
    desk.get_by_label("经过").fill("说不想再撑了")
    expect(desk.locator("#kept")).to_contain_text("已存在本机，服务器没有应答", timeout=20_000)
    hears_both_ways(desk)
    assert kept(real)["account"] == ""
    real.start_control()
    expect(desk.locator("#kept")).to_contain_text("已保存", timeout=40_000)
    assert kept(real)["account"] == "说不想再撑了"
    hears_both_ways(desk)


def test_a_reload_in_the_middle_of_a_note_loses_nothing(real: House, desk: Page) -> None:
    rung(real, desk)
    answer(desk)
    desk.get_by_label("经过").fill("第一句")
    expect(desk.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.get_by_label("经过").fill("第一句，第二句还没有送出")
    desk.reload()
    expect(desk.get_by_label("经过")).to_have_value("第一句，第二句还没有送出", timeout=15_000)
    expect(desk.locator("#phone-state")).to_have_text("话机就绪", timeout=20_000)
    until(lambda: kept(real).get("account") == "第一句，第二句还没有送出")


def test_a_second_page_is_no_second_telephone(real: House, desk: Page) -> None:
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#phone-state")).to_have_text("话机在另一个标签页里")
    desk.close()
    expect(other.locator("#phone-state")).to_have_text("话机就绪", timeout=20_000)


def test_over_https_the_browser_registers_on_a_secure_websocket(
    tmp_path: Path, browser: Browser
) -> None:
    limits = Limits(**{**vars(SHORT), "slot": 900, "ring": 15})
    secure = '[tls]\ncertificate = "local"'
    with house(tmp_path, ["anna"], limits=limits, registering=["anna"], more=secure) as x:
        add_user(x, "anna", "林婉如")
        with at_desk(x, browser, "anna", scheme="https") as page:
            cookies = {each["name"]: each["secure"] for each in page.context.cookies()}
            assert cookies["hotline"] is True
            rung(x, page)
            answer(page)
            hears_both_ways(page)
