"""Reports and administration in a real browser, by keyboard where there are keys."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from records import people
from tests.browser.conftest import enter
from tests.dashboard.builders import World, add_call


def test_a_figure_leads_to_its_calls_and_the_table_comes_as_a_file(
    page: Page, hotline: World
) -> None:
    add_call(hotline)
    add_call(hotline, outcome="abandoned", answered_at=None, person=None, line="shishi")
    enter(page, hotline, "supervisor", "/reports?by=line")
    page.locator("h1").click()
    for _ in range(3):
        page.keyboard.press("j")
    expect(page.locator("tr[data-row]").nth(2)).to_be_focused()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert [row[:3] for row in csv.reader(file)][3] == ["石狮线", "1", "0"]
    page.locator("tr[data-row]").nth(2).locator("a").first.click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page.get_by_label("线路")).to_have_value("shishi")


def test_a_person_is_changed_in_a_dialog_that_keeps_what_was_typed(
    page: Page, hotline: World
) -> None:
    enter(page, hotline, "administrator", "/admin/people")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("工号")).to_have_value("chen")
    dialog.locator("[name=device]").select_option("mobile")
    dialog.get_by_label("姓名").fill("陈静远")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_role("alert").filter(has_text="话机为手机时必填")).to_be_visible()
    expect(dialog.get_by_label("姓名")).to_have_value("陈静远")
    dialog.locator("[name=mobile]").fill("13800138000")
    dialog.locator("[name=mobile]").press("Enter")
    expect(page.get_by_role("cell", name="陈静远", exact=True)).to_be_visible()
    with hotline.store.read() as db:
        chen = people.by_id(db, "chen")
        assert chen is not None and (chen.mobile, chen.device) == ("13800138000", "mobile")
