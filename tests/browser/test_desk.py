"""The counsellor's desk on a real Asterisk: a call is answered in the browser; nothing is lost."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dashboard.passwords import hash_password
from deploy.sample_city.scenario import AwaitHangUp
from records import notes, users
from records.sealing import Seal
from records.tables import AuditEntry, CallRow, NoteRow
from routing.plan import Limits
from tests.browser.test_screenshots import SHOTS, shoot
from tests.telephone.exchange import SHORT, until
from tests.telephone.house import House, house

pytestmark = pytest.mark.telephone
PASSWORD = "a password of the test"
# Remembers each connection of the page, so that its packets can be counted.
WITNESS = """
const Real = RTCPeerConnection; window.seen = [];
window.RTCPeerConnection = class extends Real {
  constructor(...all) { super(...all); seen.push(this); }
};
"""
PACKETS = """async () => {
  const found = { in: 0, out: 0 };
  for (const each of seen) for (const row of (await each.getStats()).values()) {
    if (row.type === 'inbound-rtp') {
      found.in += row.packetsReceived;
      found.energy = row.totalAudioEnergy;
    }
    if (row.type === 'outbound-rtp') found.out += row.packetsSent;
  }
  return found;
}"""


@pytest.fixture
def real(tmp_path: Path) -> Iterator[House]:
    limits = Limits(**{**vars(SHORT), "slot": 900, "ring": 15})
    with house(tmp_path, ["anna"], limits=limits, registering=["anna"]) as x:
        with x.hotline.store.session() as session:
            password = hash_password(PASSWORD)
            users.add_user(session, "anna", "林婉如", "counsellor", password, "anna")
        yield x


@pytest.fixture
def desk(real: House, browser: Browser) -> Iterator[Page]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.add_init_script(WITNESS)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"http://{real.hotline.facts.listen.web}/sign-in?next=/desk")
    page.fill("input[name=login]", "anna")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#phone-state")).to_have_text("话机就绪", timeout=20_000)
    yield page
    context.close()
    assert troubles == []


def rung(real: House, page: Page, number: str = "13812345678") -> None:
    """Somebody calls, speaks a tone, and stays until the hotline hangs up."""
    tone = real.folder / "tone.alaw"
    tone.write_bytes(bytes((0x2A, 0xAA) * 4000))  # a square wave of 4 kHz, loud
    real.call([("968908", number)], AwaitHangUp(), media=str(tone))
    expect(page.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)


def answer(page: Page) -> None:
    page.keyboard.press("F2")
    expect(page.locator("#phone-state")).to_have_text("正在通话")


def hears_both_ways(page: Page) -> None:
    """From now on, two seconds of packets arrive in each direction."""
    before = page.evaluate(PACKETS)

    def flowing() -> bool:
        now = page.evaluate(PACKETS)
        return bool(now["in"] > before["in"] + 100 and now["out"] > before["out"] + 100)

    until(flowing, what=f"sound in both directions, beyond {before}")


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
        with x.hotline.store.session() as session:
            password = hash_password(PASSWORD)
            users.add_user(session, "anna", "林婉如", "counsellor", password, "anna")
        context = browser.new_context(locale="zh-CN", ignore_https_errors=True)
        page = context.new_page()
        page.add_init_script(WITNESS)
        page.goto(f"https://{x.hotline.facts.listen.web}/sign-in?next=/desk")
        page.fill("input[name=login]", "anna")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#phone-state")).to_have_text("话机就绪", timeout=20_000)
        assert [
            cookie["secure"] for cookie in context.cookies() if cookie["name"] == "hotline"
        ] == [True]
        rung(x, page)
        answer(page)
        hears_both_ways(page)
        context.close()
