"""The counsellor's desk on a real Asterisk: a call is answered in the browser; nothing is lost."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from records import notes
from records.sealing import Seal
from records.tables import AuditEntry, CallRow, NoteRow
from routing.plan import Limits
from tests.browser.desk import PACKETS, add_user, answer, at_desk, hears_both_ways, rung
from tests.browser.test_screenshots import SHOTS, shoot
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


def ranks(real: House) -> list[str]:
    with real.hotline.store.read() as session:
        return list(session.scalars(select(CallRow.rank)))


def test_a_caller_is_answered_in_the_browser_and_the_record_is_kept(
    real: House, desk: Page
) -> None:
    rung(real, desk)
    expect(desk.locator("#who")).to_have_text("138****5678")
    expect(desk.locator("#what")).to_have_text("总线")
    shoot(desk, "desk-ringing-zh-desktop")
    answer(desk)
    hears_both_ways(desk)
    shoot(desk, "desk-talking-zh-desktop")
    assert desk.evaluate(PACKETS)["energy"] > 0.01, "the caller's tone is heard, not silence"
    desk.keyboard.press("F6")
    expect(desk.locator("#b-mute")).to_have_text(re.compile("已静音"))
    desk.keyboard.press("F6")
    desk.keyboard.press("F9")
    expect(desk.locator("#b-crisis")).to_have_attribute("aria-pressed", "true")
    until(lambda: [a for a in real.alarms() if a[0] == "crisis_help"] == [("crisis_help", "anna")])
    expect(desk.locator("#caller")).to_contain_text("危机", timeout=15_000)
    until(lambda: ranks(real) == ["crisis"], what="the call that goes on ranks so, on record")
    desk.keyboard.press("Alt+1")
    desk.keyboard.press("ArrowRight")
    desk.locator("#f-hopelessness").get_by_text("8", exact=True).click()
    desk.get_by_text("家庭关系").click()
    expect(desk.locator("#level b")).to_have_text("高")
    expect(desk.locator("#lacks")).to_have_text("还差：处置")
    desk.get_by_label("经过").fill("与母亲争执后失眠")
    expect(desk.locator("#kept")).to_contain_text("已保存", timeout=15_000)
    desk.keyboard.press("F4")
    expect(desk.locator("#phone-state")).to_have_text("话机就绪")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_label(re.compile("^处置"))).to_be_focused()
    desk.keyboard.type("已做安全约定")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#kept")).to_have_text("已提交", timeout=15_000)
    assert [alarm for alarm in real.alarms() if alarm[0] == "crisis_help"] == []
    expect(desk.locator("#b-crisis")).to_have_attribute("aria-pressed", "false")
    found = kept(real)
    assert (found["submitted"], found["problem"]) == (True, "family")
    assert (found["hopelessness"], found["account"]) == (8, "与母亲争执后失眠")
    assert desk.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('note'))") == []
    with real.hotline.store.read() as session:
        done = {row.what for row in session.scalars(select(AuditEntry))}
    assert done >= {"secret.browser", "crisis", "note.submit"}


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


def test_the_headset_is_heard_before_the_shift(real: House, desk: Page) -> None:
    desk.get_by_role("button", name="试听耳机与麦克风").click()
    expect(desk.locator("#phone-state")).to_have_text("试音：请说话，您会听到自己")
    hears_both_ways(desk)
    assert desk.evaluate(PACKETS)["energy"] > 0.001, "one's own beeps come back"
    expect(desk.locator("#phone-state")).to_have_text("话机就绪", timeout=15_000)
    assert kept(real) == {}


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
