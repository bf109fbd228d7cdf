import re
from pathlib import Path

import pytest

from dashboard.security import HEADERS, policy
from tests.dashboard.builders import World, draft

PAGES = ("/sign-in", "/live", "/roster", "/roster/1", "/nowhere", "/static/css/base.css")
FILES = sorted(Path("dashboard/templates").rglob("*.html"))


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(hotline: World, path: str) -> None:
    draft(hotline.store, {"lin": ("early",) * 7})
    answer = hotline.client("supervisor").get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    answer.close()


def test_nothing_but_our_own_files_may_run() -> None:
    told = policy()
    assert "unsafe" not in told and "http" not in told and "data:" not in told
    assert told.startswith("default-src 'none'")


def test_pages_are_not_kept_by_caches(hotline: World) -> None:
    assert hotline.client("supervisor").get("/live").headers["Cache-Control"] == "no-store"


def test_only_the_named_scripts_of_others_are_served(hotline: World) -> None:
    browser = hotline.client()
    script = browser.get("/static/vendor/htmx.min.js")
    assert script.status_code == 200
    script.close()
    assert browser.get("/static/vendor/records.db").status_code == 404


@pytest.mark.parametrize("file", FILES, ids=str)
def test_templates_hold_no_inline_scripts_or_styles(file: Path) -> None:
    source = file.read_text()
    assert not re.search(
        r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=\"|javascript:", source
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", source)
