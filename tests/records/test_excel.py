"""Damaged files, and files that are small and would fill the memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from records.excel import MOST_BYTES, NotExcel, open_book

SHEET = "xl/worksheets/sheet1.xml"


def a_book() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = "工号"
    book.save(out)
    return out.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """The same with another text of its sheet."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(a_book())) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == SHEET else data)
    return out.getvalue()


def merging(area: str) -> bytes:
    cells = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'.encode()
    return with_sheet(lambda text: text.replace(b"</sheetData>", cells))


def test_a_book_is_opened() -> None:
    assert open_book(a_book()).worksheets[0]["A1"].value == "工号"
    merged = open_book(merging("A1:B2")).worksheets[0].merged_cells.ranges
    assert [str(area) for area in merged] == ["A1:B2"]


def test_whatever_is_wrong_in_a_file_it_is_opened_or_refused() -> None:
    good, refused = a_book(), 0
    for place in range(0, len(good), 3):
        try:
            open_book(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])
        except NotExcel:
            refused += 1
    assert refused > len(good) // 6


def test_what_is_small_and_unpacks_to_too_much_is_refused_before_that() -> None:
    blanks = b" " * MOST_BYTES
    bomb = with_sheet(lambda text: text.replace(b"<sheetData>", blanks + b"<sheetData>"))
    assert len(bomb) < MOST_BYTES // 100
    with pytest.raises(NotExcel, match="bytes unpacked, and may have 10000000"):
        open_book(bomb)


def test_a_merged_sheet_is_refused_before_each_cell_is_made() -> None:
    with pytest.raises(NotExcel, match="17179869184 cells are merged; there may be 100000"):
        open_book(merging("A1:XFD1048576"))
