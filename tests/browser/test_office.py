"""Reports and administration in a real browser, by keyboard where there are keys."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from records import audit_log, people
from tests.browser.conftest import enter
from tests.dashboard.builders import SEAL, World, add_call


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


def test_a_file_is_previewed_and_then_imported(page: Page, hotline: World, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("id,name,site\nwu,吴景行,nowhere\n", "utf-8")
    enter(page, hotline, "administrator", "/admin/import")
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="先看会改变什么").click()
    expect(page.get_by_role("row", name="C2")).to_contain_text("应为 jj、qz")
    file.write_text("id,name,site\nwu,吴景行,qz\n", "utf-8")
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="先看会改变什么").click()
    page.get_by_role("button", name="的名义导入").click()
    expect(page.get_by_role("cell", name="吴景行", exact=True)).to_be_visible()


def test_a_number_is_shown_for_a_reason_and_the_dialog_closes(page: Page, hotline: World) -> None:
    add_call(hotline, caller="13800135678")
    enter(page, hotline, "supervisor", "/calls")
    page.get_by_role("link", name="查看 138****5678 的号码").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("理由").fill("家属请求，需要核对")
    dialog.get_by_role("button", name="的名义查看").click()
    expect(dialog.get_by_text("13800135678")).to_be_visible()
    dialog.get_by_role("button", name="关闭").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("13800135678")).to_have_count(0)
    with hotline.store.read() as db:
        assert [entry.what for entry in audit_log.entries(db)] == ["unmask"]


def test_a_recording_is_played(page: Page, hotline: World) -> None:
    call = add_call(hotline)
    folder = hotline.deps.recordings
    folder.mkdir()
    (folder / f"{call}.sealed").write_bytes(SEAL.close_bytes(b"\xd5" * 16_000))  # two seconds
    enter(page, hotline, "supervisor", "/calls")
    page.get_by_role("link", name="的录音").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("理由").fill("督导复核危机来电")
    dialog.get_by_role("button", name="的名义收听").click()
    sound = dialog.locator("audio")
    expect(sound).to_have_js_property("duration", 2)
    expect(sound).to_have_js_property("error", None)
