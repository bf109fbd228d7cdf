"""A table as CSV or Excel. Pure: rows in, bytes out; no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 60  # characters of a column


@dataclass(frozen=True)
class Sheet:
    title: str
    heading: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_bytes(lines: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark, so that Excel opens it rightly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """One below the other, parted by an empty line."""
    lines: list[Sequence[Cell]] = []
    for sheet in sheets:
        lines += [(), *([(sheet.title,)] if len(sheets) > 1 else []), sheet.heading, *sheet.rows]
    return csv_bytes(lines[1:])


def as_excel(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.title)[:31])
    for number, line in enumerate((sheet.heading, *sheet.rows), start=1):
        for column, value in enumerate(line, start=1):
            cell = page.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with = is a name
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "B2"
    page.page_setup.fitToHeight = 0


def _widths(sheet: Sheet) -> list[int]:
    """Chinese characters are twice as wide as others."""
    columns = zip(sheet.heading, *sheet.rows, strict=True)
    return [
        min(
            WIDEST,
            2 + max(sum(1 + (sign > "\u2e7f") for sign in str(cell or "")) for cell in cells),
        )
        for cells in columns
    ]
