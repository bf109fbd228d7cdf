"""The desk beside a desk phone or a mobile: record, crisis help and transfer are there as well."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from records import notes
from records.note import Note
from routing.live import Doing, Stage
from tests.browser.conftest import enter
from tests.dashboard.builders import (
    NOW,
    SEAL,
    World,
    add_call,
    caller,
    member,
    picture,
)

TALK = caller("u1", stage=Stage.TALKING, person="lin")


@pytest.fixture
def desk(page: Page, hotline: World) -> Page:
    """lin's browser telephone is not connected; nobody calls."""
    enter(page, hotline, "counsellor", "/desk")
    expect(page.locator("#b-pass")).to_be_disabled()
    return page


def look(desk: Page) -> None:
    desk.evaluate("document.dispatchEvent(new Event('phone'))")


def talks(desk: Page, hotline: World) -> int:
    """lin has picked up a desk phone; the call's id."""
    members = [member("lin", Doing.TALKING, call="u1"), member("chen")]
    hotline.feed.show(picture([TALK], members))
    look(desk)
    expect(desk.locator("#phone-state")).to_have_text("正在座机或手机上通话")
    expect(desk.locator("#b-crisis")).to_be_enabled()
    answered = NOW - timedelta(seconds=50)
    return add_call(
        hotline, uniqueid="u1", answered_at=answered, ended_at=None, outcome=None, person="lin"
    )


def test_a_call_on_the_desk_phone_has_record_crisis_help_and_transfer(
    desk: Page, hotline: World
) -> None:
    call = talks(desk, hotline)
    expect(desk.locator("#who")).to_have_text("138****1234")
    expect(desk.locator("#what")).to_have_text("晋江线")
    desk.get_by_label("经过").fill("与母亲争执后失眠")
    expect(desk.locator("#kept")).to_contain_text("已保存")
    desk.keyboard.press("F9")
    expect(desk.locator("#b-crisis")).to_contain_text("危机已启动")
    desk.keyboard.press("F8")
    desk.get_by_role("button", name="先与陈思远商量").click()
    expect(desk.locator("#dial")).to_contain_text("拨 *84")
    desk.keyboard.press("F8")
    desk.get_by_role("button", name="直接转给陈思远").click()
    expect(desk.locator("#kept")).to_contain_text("记录一并转交")
    expect(desk.locator("#b-pass")).to_be_disabled()
    expect(desk.locator("#about")).to_have_text("接听后在这里记录")
    with desk.expect_response("**/desk/call"):
        look(desk)  # the picture is a moment behind: chen's telephone does not ring yet
    expect(desk.locator("#caller")).to_have_attribute("data-call", str(call))
    expect(desk.locator("#phone-state")).not_to_have_text("正在座机或手机上通话")
    expect(desk.locator("#open button")).to_have_count(0)
    assert [done[0] for done in hotline.actions.done] == [
        "endanger",
        "mark",
        "consult",
        "hand_on",
    ]
    with hotline.store.read() as db:
        kept = notes.by_call(db, call, SEAL)
    assert kept is not None and kept.note == Note(account="与母亲争执后失眠")


def test_help_that_was_called_stands_until_the_record_is_submitted(
    desk: Page, hotline: World
) -> None:
    talks(desk, hotline)
    desk.keyboard.press("F9")
    expect(desk.locator("#b-crisis")).to_have_text(re.compile("^危机已启动"))
    hotline.feed.show(picture([], [member("lin", Doing.WRITING)]))
    look(desk)
    expect(desk.locator("#b-crisis")).to_have_text(re.compile("^刚才的通话已启动危机"))
    desk.keyboard.press("F9")
    expect(desk.locator("#b-crisis")).to_contain_text("危机求助")
    expect(desk.locator("#b-crisis")).to_be_disabled()


def test_the_record_goes_on_after_the_call_and_begins_once(desk: Page, hotline: World) -> None:
    talks(desk, hotline)
    expect(desk.locator("#open button")).to_have_count(1)
    desk.reload()
    expect(desk.locator("#phone-state")).to_have_text("正在座机或手机上通话")
    expect(desk.locator("#open button")).to_have_count(1)
    hotline.feed.show(picture([], [member("lin", Doing.WRITING)]))
    look(desk)
    expect(desk.locator("#b-pass")).to_be_disabled()
    desk.get_by_label("经过").fill("平静")
    expect(desk.locator("#kept")).to_contain_text("已保存")
    expect(desk.locator("#open button")).to_have_count(1)
