"""Somebody who has a keyboard and nothing else: what is pressed, and what is in sight."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask
from playwright.sync_api import Error, Locator, Page, Response, expect
from werkzeug.exceptions import HTTPException

MOST_TABS = 250
REASON = "督导复核，已记录在案"  # where one must be given
# What is spoken of the element that has the focus.
FOCUSED = """() => {
  const e = document.activeElement;
  const own = ['A', 'BUTTON', 'SUMMARY'].includes(e.tagName) ? e.textContent : '';
  const spoken = [e.getAttribute('aria-label'), own, ...[...(e.labels ?? [])].map((label) =>
    [...label.childNodes].filter((each) => !['SELECT', 'TEXTAREA'].includes(each.nodeName))
      .map((each) => each.textContent).join(' ')), e.placeholder];
  return spoken.filter(Boolean).join(' ').replace(/\\s+/g, ' ').trim();
}"""
CHOSEN = "() => document.activeElement.selectedOptions?.[0]?.textContent.trim() ?? ''"


class Keys:
    """Presses keys on a page; `done` are the actions of `app` that it has taken since."""

    def __init__(self, page: Page, app: Flask | None = None) -> None:
        self.page = page
        self.done: set[str] = set()
        if app is not None:
            self._routes = app.url_map.bind("")
            page.on("response", self._answered)
        page.on("dialog", lambda dialog: dialog.accept())  # the browser's own question: Enter

    def _answered(self, response: Response) -> None:
        if response.request.method != "POST" or response.status >= 400:
            return
        path = "/" + response.url.split("/", 3)[3].partition("?")[0]
        try:
            self.done.add(str(self._routes.match(path, "POST")[0]))
        except HTTPException:
            return

    # ---- going

    def to(self, place: str) -> None:
        """To another page, by the palette."""
        self.page.wait_for_load_state()
        self.press("Control+k")
        expect(self.page.locator("#palette input")).to_be_focused()
        self.type(place)
        before = self.page.url
        self.press("Enter")
        self.page.wait_for_url(lambda url: url != before)

    def go(self, name: str, *, among: str = "") -> None:
        """By Tab to the control that is called so, `among` the elements of a selector."""
        self.page.wait_for_load_state()
        for _ in range(MOST_TABS):
            if name in self.focused() and (not among or self._within(among)):
                return
            self.press("Tab")
        raise AssertionError(f"Tab leads to nothing that is called {name}")

    def row(self, key: str) -> None:
        """To a row, by J."""
        wanted = self.page.locator(f"[data-key='{key}']")
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            self.press("j")
            if self.page.evaluate("document.activeElement.dataset.key") == key:
                return
        raise AssertionError(f"J leads to no row {key}")

    def focused(self) -> str:
        try:
            return str(self.page.evaluate(FOCUSED))
        except Error:  # a page is on its way
            self.page.wait_for_load_state()
            return ""

    def _within(self, selector: str) -> bool:
        return bool(self.page.evaluate("(s) => !!document.activeElement.closest(s)", selector))

    # ---- doing

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def use(self, name: str, *, among: str = "") -> None:
        """The button, link or summary that is called so. A link just put in is but a link."""
        self.go(name, among=among)
        expect(self.page.locator(".htmx-settling, .htmx-added")).to_have_count(0)
        self.press("Enter")

    def fill(self, name: str, text: str) -> None:
        self.go(name)
        self.press("Control+a")
        self.type(text)

    def pick(self, name: str, option: str) -> None:
        """In a list of choices, by the arrows."""
        self.go(name)
        self.press("Home")
        for _ in range(60):
            if option in str(self.page.evaluate(CHOSEN)):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name} has no {option}")

    def tick(self, name: str) -> None:
        self.go(name)
        self.press("Space")

    def radio(self, group: str, name: str) -> None:
        """One of a group, whose other names begin with Tab at `group`."""
        self.go(group)
        for _ in range(20):
            if name in self.focused():
                self.press("Space")
                return
            self.press("ArrowDown")
        raise AssertionError(f"beside {group} there is no {name}")

    def day(self, name: str, day: date) -> None:
        """A date, part by part, in the order of the browser's language."""
        self.go(name)
        for order in ("%Y\t%m%d", "%m%d%Y"):
            for part in day.strftime(order).split("\t"):
                self.type(part)
                self.press("ArrowRight")
            if self.page.evaluate("document.activeElement.value") == day.isoformat():
                return
            self.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
        raise AssertionError(f"{name} does not take {day}")

    def file(self, name: str, path: Path) -> None:
        self.go(name)
        with self.page.expect_file_chooser() as asked:
            self.press("Space")
        asked.value.set_files(path)

    # ---- seeing

    def sees(self, text: str, within: str = "body") -> None:
        expect(self.page.locator(within)).to_contain_text(text)

    def holds(self, name: str, text: str) -> None:
        """A field with what is written in it."""
        expect(self.page.get_by_label(name)).to_have_value(text)

    @property
    def dialog(self) -> Locator:
        return self.page.locator("#dialog[open]")

    def asked(self, text: str) -> None:
        """A dialog says so, has the focus, and can be used."""
        expect(self.dialog).to_contain_text(text)
        expect(self.page.locator("#dialog.htmx-settling, #dialog.htmx-request")).to_have_count(0)
        expect(self.page.locator("#dialog:focus-within")).to_have_count(1)

    def closed(self) -> None:
        expect(self.page.locator("#dialog[open]")).to_have_count(0)
