"""A whole roster from Excel: first what changes and what the audit says, then a draft."""

from __future__ import annotations

import base64
import io
import re

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from records import audit_log, rosters
from scheduler.problem import Finding
from tests.dashboard.builders import MONDAY, Browser, World, draft, without_tags

PLACE = "/roster/import-roster"
CELLS: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", None),
    "chen": (None, "night", "night"),
}


@pytest.fixture
def board(hotline: World) -> Browser:
    draft(hotline.store, CELLS, publish=True)
    return hotline.client("coordinator")


def changed(board: Browser, **cells: str) -> bytes:
    """What is exported of the roster in force, with other values in some cells."""
    data = board.get(f"/roster/export?format=xlsx&first={MONDAY}").data
    book, out = load_workbook(io.BytesIO(data)), io.BytesIO()
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(out)
    return out.getvalue()


def send(board: Browser, data: bytes) -> TestResponse:
    return board.client.post(
        PLACE,
        data={"file": (io.BytesIO(data), "九月.xlsx")},
        headers={"X-CSRF-Token": board.token()},
    )


def text(answer: TestResponse) -> str:
    return " ".join(without_tags(answer.text).split())


def versions(hotline: World) -> int:
    with hotline.store.read() as db:
        return len(rosters.listing(db))


def test_it_says_who_changes_and_what_the_audit_finds_and_saves_nothing(
    hotline: World, board: Browser
) -> None:
    finding = Finding("rest", True, "lin", 1, {"zh": "间隔不足", "en": "too little rest"})
    hotline.actions.findings = (finding,)
    answer = send(board, changed(board, E4="夜"))  # the rows are those of chen, huang, lin
    assert answer.status_code == 200
    assert "与现行排班的差别" in answer.text and "林婉如 9月29日 早 → 改为 夜" in text(answer)
    assert "规则 1" in text(answer) and "间隔不足" in answer.text and "陈思远" not in text(answer)
    assert versions(hotline) == 1


def test_confirmed_it_is_a_draft_on_record_and_nobodys_duty_yet(
    hotline: World, board: Browser
) -> None:
    data = changed(board, E4="夜")
    kept = re.search(r'name="data" value="([^"]+)"', send(board, data).text)
    assert kept is not None and base64.b64decode(kept[1]) == data
    answer = board.post(PLACE, name="九月.xlsx", data=kept[1], sure="1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/roster/2")
    with hotline.store.read() as db:
        row = rosters.by_id(db, 2)
        assert (row.status, row.first, row.days, row.why) == (
            "draft",
            MONDAY,
            28,
            "从表格导入：九月.xlsx",
        )
        assert row.cells["lin"][:3] == ["early", "night", None]
        assert rosters.published_cells(db, MONDAY, MONDAY)[MONDAY]["lin"] == "early"
        assert [entry.what for entry in audit_log.entries(db)][:2] == [
            "roster.import",
            "roster.draft",
        ]


def test_who_is_not_in_the_file_keeps_what_is_in_force(hotline: World, board: Browser) -> None:
    book, out = load_workbook(io.BytesIO(changed(board))), io.BytesIO()
    book.worksheets[0].delete_rows(2)  # chen
    book.save(out)
    answer = send(board, out.getvalue())
    assert "1 人不在表中，保持现行班次" in text(answer) and "没有要改的" in answer.text
    board.post(PLACE, name="x", data=base64.b64encode(out.getvalue()).decode(), sure="1")
    with hotline.store.read() as db:
        assert rosters.by_id(db, 2).cells["chen"][:3] == [None, "night", "night"]


def test_whatever_is_wrong_is_told_at_once_and_nothing_saved(
    hotline: World, board: Browser
) -> None:
    answer = send(board, changed(board, A2="nobody", B2="", D3="X"))
    assert answer.status_code == 422
    shown = text(answer)
    assert "2 处要改" in shown and "A2 人员为“nobody”，应为在册人员的工号或姓名" in shown
    assert "D3 班次为“X”，应为 早、中、晚、夜、备，或留空" in shown
    assert versions(hotline) == 1
    assert send(board, b"x" * 500_001).status_code == 422
    assert board.post(PLACE).status_code == 400
