"""What comes out of the printer: the paper's size, heads on each page, everybody's name."""

from __future__ import annotations

import io
import unicodedata

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import enter
from tests.dashboard.builders import MONDAY, World, add_people, draft

SHIFTS = ("early", "mid", "late", "night", None, None, "standby")
A4, A4_LANDSCAPE, A3_LANDSCAPE = (210, 297), (297, 210), (420, 297)  # millimetres
POINT = 25.4 / 72  # millimetres
# A font has one shape for some pairs of signs, and a PDF names the other of the two.
SAME_SHAPE = str.maketrans("‒•∙⋅⻩", "–···黄")
COUNT_PRINTS = "() => { window.prints = 0; window.print = () => { window.prints += 1; }; }"


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(SAME_SHAPE).split())


def printed(page: Page) -> list[tuple[tuple[int, int], str]]:
    """Each page of paper: its size in millimetres, and its text without spaces."""
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    return [
        (
            (round(each.mediabox.width * POINT), round(each.mediabox.height * POINT)),
            plain(each.extract_text()),
        )
        for each in pages
    ]


@pytest.mark.parametrize(
    ("days", "paper", "count", "last"),
    [(28, A4_LANDSCAPE, 9, "2026-10-25"), (92, A3_LANDSCAPE, 6, "2026-12-28")],
)
def test_a_roster_of_260_people_is_whole_on_paper(
    page: Page, hotline: World, days: int, paper: tuple[int, int], count: int, last: str
) -> None:
    added = {f"z{n:03}": f"欧阳若{n:03}" for n in range(3, 260)}
    add_people(hotline.store, added.items())
    cells = {
        person: tuple(SHIFTS[(n + day) % len(SHIFTS)] for day in range(days))
        for n, person in enumerate(("lin", "chen", "huang", *added))
    }
    draft(hotline.store, cells)
    enter(page, hotline, "coordinator", "/roster")
    pages = printed(page)
    assert [size for size, _text in pages] == [paper] * count
    head = f"排班{MONDAY}–{last}·草稿v1·制表时间2026-09-30"
    assert [head in text for _size, text in pages] == [True] * count
    numbers = [f"{n}/{count}" for n in range(1, count + 1)]
    assert [n in text for n, (_size, text) in zip(numbers, pages, strict=True)] == [True] * count
    whole = "".join(text for _size, text in pages)
    names = ("林婉如", "陈思远", "黄雅萍", *added.values())
    assert {name: whole.count(name) for name in names} == dict.fromkeys(names, 1)
    assert ["早在岗/需要" in text for _size, text in pages] == [False] * (count - 1) + [True]
    assert plain("草稿，不作为上岗依据") in pages[-1][1]


@pytest.mark.parametrize(
    ("path", "paper", "words"),
    [
        ("/reports?first=2026-09-01&last=2026-09-30", A4_LANDSCAPE, "2026-09-01–2026-09-30"),
        ("/reports/people?first=2026-09-01&last=2026-09-30", A4_LANDSCAPE, "2026-09-01–2026-09-30"),
        ("/reports/official?first=2026-09-01&last=2026-09-30", A4, "2026-09-01–2026-09-30"),
        ("/handover", A4, "交接班"),
    ],
)
def test_other_papers_tell_their_period_and_when_they_were_made(
    page: Page, hotline: World, path: str, paper: tuple[int, int], words: str
) -> None:
    enter(page, hotline, "supervisor", path)
    ((size, text),) = printed(page)
    assert size == paper
    assert words in text
    assert "制表时间2026-09-30" in text
    assert text.startswith("1/1")


@pytest.mark.parametrize("path", ["/roster", "/reports", "/handover"])
def test_a_key_prints_as_the_button_does(page: Page, hotline: World, path: str) -> None:
    enter(page, hotline, "supervisor", path)
    page.evaluate(COUNT_PRINTS)
    page.keyboard.press("p")
    assert page.evaluate("window.prints") == 1
    page.get_by_role("button", name="打印 / PDF").click()
    assert page.evaluate("window.prints") == 2
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("打印 / PDF")
