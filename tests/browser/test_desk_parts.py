"""The desk's parts around the telephone in a real browser: handover, referrals, call-backs."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from records import directory, handovers
from records.directory import Entry, Kind
from tests.browser.conftest import enter
from tests.dashboard.builders import NOW, SEAL, World, add_task


@pytest.fixture
def desk(page: Page, hotline: World) -> Page:
    """A colleague has left a note, somebody is to be called back, one clinic is known."""
    with hotline.store.session() as db:
        handovers.write(db, "chen", "尾号 5678 今晚再打来", NOW - timedelta(hours=1), SEAL)
        clinic = Entry(Kind.CLINIC, "示例市第三医院", "0595-0000001")
        directory.add(db, clinic, NOW)
    add_task(hotline, reason="followup")
    enter(page, hotline, "counsellor", "/desk")
    return page


def test_a_handover_is_read_and_confirmed_and_another_one_written(
    desk: Page, hotline: World
) -> None:
    panel = desk.locator("#p-handover")
    expect(panel).to_contain_text("尾号 5678 今晚再打来")
    panel.get_by_role("button", name="的交接已阅读").click()
    expect(panel).to_contain_text("没有未读的交接")
    panel.get_by_role("button", name="写交接").click()
    desk.locator("dialog textarea").fill("夜里平静")
    desk.get_by_role("button", name="交给下一班").click()
    expect(desk.locator("#dialog")).not_to_be_visible()
    with hotline.store.read() as db:
        found = handovers.recent(db, NOW + timedelta(minutes=5), SEAL)
    assert [(note.by, note.text, list(note.readers)) for note in found] == [
        ("lin", "夜里平静", []),
        ("chen", "尾号 5678 今晚再打来", ["lin"]),
    ]


def test_a_clinic_is_found_by_its_initials_and_by_keyboard_alone(desk: Page) -> None:
    desk.keyboard.press("Alt+3")
    desk.keyboard.type("dsyy")
    expect(desk.locator("#referred")).to_contain_text("示例市第三医院")
    desk.keyboard.type("x")
    expect(desk.locator("#referred")).to_contain_text("没有符合条件的资源")


def test_a_follow_up_is_called_back_from_the_desk(desk: Page, hotline: World) -> None:
    desk.locator("#p-tasks").get_by_role("link", name="处理").click()
    expect(desk.locator("#dialog")).to_contain_text("之前约好今天通个话")
    desk.get_by_role("button", name="立即回拨").click()
    expect(desk.locator("#dialog")).to_contain_text("您的话机即将振铃")
    assert hotline.actions.done == [("call_back", "lin", "13800135678")]
