"""An Excel file, opened: what is none, or would fill the memory, is refused before that."""

from __future__ import annotations

import io
import re
import zlib
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.cell_range import CellRange

MOST_BYTES = 10_000_000  # unpacked: a thousand people for half a year; cells take 30 times as much
MOST_MERGED = 100_000  # cells: openpyxl makes each of them
_MERGED = re.compile(rb"mergeCell\s[^>]*?ref\s*=\s*[\"']([^\"']+)")
# What a damaged file makes of zipfile, of the parser of XML, and of openpyxl.
_FAULTS = (
    BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    SyntaxError,
)


class NotExcel(Exception):
    """The file cannot be read; the message says why."""


def open_book(data: bytes) -> Workbook:
    """With the values that formulas had when it was saved. Raises NotExcel."""
    try:
        _weigh(data)
        return load_workbook(io.BytesIO(data), data_only=True)
    except _FAULTS as error:
        raise NotExcel(str(error) or type(error).__name__) from error


def _weigh(data: bytes) -> None:
    """Raises ValueError for what is too large; no part is unpacked further than it says itself."""
    with ZipFile(io.BytesIO(data)) as packed:
        size = sum(part.file_size for part in packed.infolist())
        if size > MOST_BYTES:
            raise ValueError(f"it has {size} bytes unpacked, and may have {MOST_BYTES}")
        sheets = [name for name in packed.namelist() if name.endswith(".xml")]
        merged = sum(_merged(packed.read(name)) for name in sheets)
        if merged > MOST_MERGED:
            raise ValueError(f"{merged} cells are merged; there may be {MOST_MERGED}")


def _merged(sheet: bytes) -> int:
    return sum(_cells(area.decode("ascii")) for area in _MERGED.findall(sheet))


def _cells(area: str) -> int:
    size = CellRange(area).size
    return size["rows"] * size["columns"]
