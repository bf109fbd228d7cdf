"""What was typed and not sent is there again: after Esc, a reload, an ended session, no network."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from records import handovers, requests
from records.requests import Asked, Kind
from records.tables import SignIn
from tests.browser.conftest import enter
from tests.dashboard.builders import NOW, PASSWORD, SEAL, TODAY, World

KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('kept'))"
TEXT = "尾号 5678 今晚再打来"


def opened(page: Page) -> None:
    page.get_by_role("button", name="写交接").click()
    expect(page.locator("#dialog textarea")).to_be_focused()


@pytest.fixture
def writing(page: Page, hotline: World) -> Page:
    """A handover note that was begun."""
    enter(page, hotline, "counsellor", "/desk")
    opened(page)
    page.keyboard.type(TEXT)
    return page


def test_a_handover_note_is_there_again_until_it_was_taken(writing: Page, hotline: World) -> None:
    page, text = writing, writing.locator("#dialog textarea")
    page.keyboard.press("Escape")
    opened(page)
    expect(text).to_have_value(TEXT)
    expect(page.locator("#dialog")).to_contain_text("上次没有送出")
    page.context.set_offline(True)
    page.get_by_role("button", name="交给下一班").click()
    expect(page.locator("#dialog [data-trouble]")).to_contain_text("服务器没有应答")
    page.context.set_offline(False)
    page.reload()
    opened(page)
    expect(text).to_have_value(TEXT)
    page.get_by_role("button", name="交给下一班").click()
    expect(page.locator("#dialog")).to_be_hidden()
    with hotline.store.read() as db:
        assert [note.text for note in handovers.recent(db, NOW, SEAL)] == [TEXT]
    opened(page)
    expect(text).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_what_somebody_else_wrote_is_not_shown(writing: Page, hotline: World) -> None:
    hotline.make_person("supervisor", "chen")
    enter(writing, hotline, "supervisor", "/desk")
    opened(writing)
    expect(writing.locator("#dialog textarea")).to_have_value("")
    assert writing.evaluate(KEPT) == ["kept:counsellor:/handover/new"]


def test_a_form_of_a_page_survives_the_end_of_the_session(page: Page, hotline: World) -> None:
    with hotline.store.session() as db:
        requests.ask(db, Asked("lin", Kind.LEAVE, TODAY, TODAY), "counsellor", NOW)
    enter(page, hotline, "coordinator", "/roster/requests")
    with hotline.store.session() as db:
        db.execute(delete(SignIn))
    page.get_by_label("不同意的理由").fill("当天只剩两人")
    page.keyboard.press("Enter")
    page.get_by_label("账号").fill("coordinator")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/roster/requests$"))
    expect(page.get_by_label("不同意的理由")).to_have_value("当天只剩两人")
    page.get_by_label("不同意的理由").press("Enter")
    expect(page.get_by_text("未同意")).to_be_visible()
    assert page.evaluate(KEPT) == []
