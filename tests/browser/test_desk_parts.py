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


def test_a_clinic_is_found_by_its_initials_and_by_keyboard_alone(desk: Page) -> None:
    desk.keyboard.press("Alt+3")
    desk.keyboard.type("dsyy")
    expect(desk.locator("#referred")).to_contain_text("示例市第三医院")
    desk.keyboard.type("x")
    expect(desk.locator("#referred")).to_contain_text("没有符合条件的资源")
