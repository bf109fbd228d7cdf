"""A coordinator's keys come faster than the server answers, and faster than a page loads."""

from datetime import timedelta

from playwright.sync_api import Page, Route, expect

from records import rosters
from tests.browser.conftest import enter
from tests.dashboard.builders import MONDAY, NOW, World, draft

IDLE: dict[str, tuple[str | None, ...]] = {"chen": (None,) * 7, "lin": (None,) * 7}
# Whether a cell was chosen already in the first frame that showed the grid.
FIRST_FRAME = """requestAnimationFrame(function look() {
  if (!document.querySelector('.grid td')) requestAnimationFrame(look);
  else document.documentElement.dataset.heard = document.querySelector('.grid td.sel') !== null;
})"""


def saved(hotline: World, roster: int) -> tuple[dict[str, list[str | None]], object]:
    with hotline.store.read() as db:
        row = rosters.by_id(db, roster)
        return row.cells, row.pins


def pressed_before_the_answer(page: Page, *keys: str) -> None:
    """The first key's request is held until all of them were pressed."""
    held: list[Route] = []
    page.route("**/cell", lambda route: held.append(route), times=1)
    with page.expect_request("**/cell"):
        page.keyboard.press(keys[0])
    for key in keys[1:]:
        page.keyboard.press(key)
    held[0].continue_()


def test_keys_that_come_before_an_answer_are_done_in_their_order(
    page: Page, hotline: World
) -> None:
    roster = draft(hotline.store, IDLE)
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-0").click()
    pressed_before_the_answer(
        page, *("1", "Space", "2", "Space", "3", "Space", "ArrowRight", "1", "Space")
    )
    expect(page.locator("#c-lin-1.lock")).to_have_attribute("data-shift", "early")
    expect(page.locator("#c-lin-0.lock")).to_have_attribute("data-shift", "late")
    expect(page.locator("#c-lin-1")).to_be_focused()
    lin = ["late", "early", *[None] * 5]
    assert saved(hotline, roster) == ({"chen": [None] * 7, "lin": lin}, {"lin": [0, 1]})


def test_what_is_not_answered_yet_can_be_taken_back(page: Page, hotline: World) -> None:
    roster = draft(hotline.store, IDLE)
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-0").click()
    pressed_before_the_answer(page, "1", "2", "Control+z", "ArrowRight", "4")
    expect(page.locator("#c-lin-1")).to_have_attribute("data-shift", "night")
    assert saved(hotline, roster)[0]["lin"] == ["early", "night", *[None] * 5]


def test_a_request_that_failed_holds_up_no_other(page: Page, hotline: World) -> None:
    draft(hotline.store, IDLE)
    enter(page, hotline, "coordinator", "/roster")
    page.locator("#c-lin-0").click()
    page.route("**/cell", lambda route: route.abort(), times=1)
    page.keyboard.press("1")
    expect(page.locator("#trouble")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#c-lin-0")).to_have_attribute("data-shift", "mid")


def test_a_page_hears_its_keys_before_it_is_shown(page: Page, hotline: World) -> None:
    """What had the focus before the scripts came is what they change: no other person's cell."""
    roster = draft(hotline.store, IDLE)
    held: list[Route] = []
    enter(page, hotline, "coordinator", "/me")
    page.add_init_script(FIRST_FRAME)
    page.route("**/grid.js", lambda route: held.append(route))
    page.goto("/roster", wait_until="commit")
    page.locator("#c-lin-3").focus()
    held[0].continue_()
    expect(page.locator("html")).to_have_attribute("data-heard", "true")
    page.keyboard.press("Space")
    expect(page.locator("#c-lin-3.lock")).to_be_visible()
    assert saved(hotline, roster)[1] == {"lin": [3]}


def test_keys_pressed_before_a_colleague_s_change_was_seen_overwrite_nothing(
    page: Page, hotline: World
) -> None:
    roster = draft(hotline.store, IDLE)
    enter(page, hotline, "coordinator", "/roster")
    with hotline.store.session() as db:
        for day in (0, 1):
            rosters.set_cell(db, roster, "lin", MONDAY + timedelta(days=day), "night", "wu", NOW)
    page.locator("#c-lin-0").click()
    pressed_before_the_answer(page, "1", "2", "ArrowRight", "3", "ArrowRight", "1")
    expect(page.locator("#c-lin-2")).to_have_attribute("data-shift", "early")
    told = page.locator("#moved p")
    expect(told).to_contain_text(["9月28日 已在别处改为 夜，没有保存您的 中", "9月29日"])
    assert saved(hotline, roster)[0]["lin"] == ["night", "night", "early", *[None] * 4]
    page.locator("#c-lin-0").click()
    page.keyboard.press("1")
    expect(page.locator("#c-lin-0")).to_have_attribute("data-shift", "early")
    expect(told).to_have_count(1)
