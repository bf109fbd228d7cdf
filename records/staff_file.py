"""A file of people, CSV or Excel: read, and checked; every fault at once, each with its cell."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from records.excel import NotExcel, open_book
from routing.plan import Counsellor

COLUMNS = (
    "id",
    "name",
    "site",
    "qualifications",
    "hours_a_week",
    "no_nights",
    "contact",
    "mobile",
    "device",
    "email",
)
_REQUIRED = ("id", "name", "site")
EMAIL = re.compile(r"[\w.%+-]{1,64}@[a-zA-Z0-9-]{1,63}(\.[a-zA-Z0-9-]{1,63}){1,5}", re.ASCII)
# What stands on the pages may stand in a file too: the columns, and these values.
_NAMES = {
    "id": "工号",
    "name": "姓名",
    "site": "站点",
    "qualifications": "资质",
    "hours_a_week": "每周工时",
    "no_nights": "不上夜班",
    "contact": "固定地址",
    "mobile": "手机",
    "device": "话机",
    "email": "邮箱",
}
_OF_NAME = {name: column for column, name in _NAMES.items()}
_DEVICES = {"座机": "desk", "手机": "mobile"}
_QUALIFICATIONS = {
    "心理咨询师": "counsellor",
    "心理治疗师": "therapist",
    "危机干预": "crisis",
    "督导": "supervisor",
    "闽南语": "minnan",
    "未成年人": "minors",
}
YES = {"yes", "true", "1", "是"}
NO = {"", "no", "false", "0", "否"}

Row = Mapping[str, str]


class ImportErrors(Exception):
    """Everything that is wrong with a file of people; nothing was saved."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(errors))


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: "C3". `message` has "zh" and "en"."""

    cell: str
    message: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.cell}: {self.message['en']}"


class PeopleFaults(ImportErrors):
    """Faults of a file of people, or of their leave and wishes, in both languages."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__([str(fault) for fault in faults])


def read_people_file(data: bytes, name: str) -> list[dict[str, str]]:
    """The rows of a CSV (UTF-8 or GB 18030) or Excel file, by column name.

    A column may be headed as the page has it, and devices and qualifications be told so.

    Raises PeopleFaults when it is neither.
    """
    table = _excel(data, name) if name.lower().endswith(".xlsx") else _csv(data, name)
    heading, *rows = [[cell.strip() for cell in row] for row in table] or [[]]
    columns = [_OF_NAME.get(cell, cell) for cell in heading]
    found = (dict(zip(columns, [*row, *[""] * len(columns)], strict=False)) for row in rows)
    return [_told_as_ids(row) for row in found]


def _told_as_ids(row: dict[str, str]) -> dict[str, str]:
    if row.get("device") in _DEVICES:
        row["device"] = _DEVICES[row["device"]]
    if row.get("qualifications"):
        row["qualifications"] = " ".join(_words(row["qualifications"]))
    return row


def _words(text: str) -> list[str]:
    return [_QUALIFICATIONS.get(word, word) for word in re.split(r"[;；,，、\s]+", text) if word]


def _csv(data: bytes, name: str) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise _unreadable(name, "不是 CSV 文件", f"is not a CSV file ({error})") from error
    right = "is neither UTF-8 nor GB 18030 text; save it as CSV in UTF-8"
    raise _unreadable(name, "编码不是 UTF-8 或 GB 18030，请另存为 UTF-8 的 CSV", right)


def _excel(data: bytes, name: str) -> list[list[str]]:
    try:
        sheet = open_book(data).worksheets[0]
        return [[_cell(value) for value in row] for row in sheet.values]
    except (NotExcel, LookupError) as error:
        english = f"is not an Excel file ({error}); save it as .xlsx"
        raise _unreadable(name, "不是 Excel 文件，请另存为 .xlsx", english) from error


def _unreadable(name: str, chinese: str, english: str) -> PeopleFaults:
    return PeopleFaults([Fault(name, {"zh": chinese, "en": english})])


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a telephone number that Excel took for a quantity
    return "" if value is None else str(value)


# ---- what is wrong


def filled(rows: Sequence[Row], sites: Mapping[str, str]) -> dict[int, Row]:
    """The rows that are not empty, by their number in the sheet; the heading is row 1.

    A site that is told by its name (`sites` maps ids to names) is its id in them.
    """
    ids = {name: site for site, name in sites.items()}
    return {
        number: row | {"site": ids.get(row["site"], row["site"])} if "site" in row else row
        for number, row in enumerate(map(dict, rows), start=2)
        if any(row.values())
    }


def faults(rows: Mapping[int, Row], sites: Mapping[str, str]) -> list[Fault]:
    """Of `filled` rows; none when all can be saved."""
    if not rows:
        wanted = ", ".join(COLUMNS)
        english = f"the file has no rows; it must have a heading with {wanted} and people"
        return [Fault("A1", {"zh": f"没有数据；表头应为 {wanted}，下面是人员", "en": english})]
    heading = list(next(iter(rows.values())))
    found = [*_heading_faults(heading), *_doubles(rows, heading)]
    for number, row in rows.items():
        for column, message in row_faults(row, sites):
            found.append(Fault(_place(heading, column, number), message))
    return found


def _place(heading: Sequence[str], column: str, number: int) -> str:
    index = heading.index(column) if column in heading else 0
    return f"{get_column_letter(index + 1)}{number}"


def _heading_faults(heading: Sequence[str]) -> Iterator[Fault]:
    known = ", ".join(COLUMNS)
    for column in _REQUIRED:
        if column not in heading:
            english = f"the column {column} is missing; the columns are {known}"
            yield Fault("A1", {"zh": f"缺少 {column} 列；各列为 {known}", "en": english})
    for column in heading:
        if column and column not in COLUMNS:
            english = f"the column {column!r} is unknown; the columns are {known}"
            message = {"zh": f"不认识“{column}”列；各列为 {known}", "en": english}
            yield Fault(_place(heading, column, 1), message)


def _doubles(rows: Mapping[int, Row], heading: Sequence[str]) -> Iterator[Fault]:
    times = Counter(row.get("id", "") for row in rows.values())
    for number, row in rows.items():
        id_ = row.get("id", "")
        if id_ and times[id_] > 1:
            english = f"id {id_!r} is in {times[id_]} rows; it must be in one"
            chinese = f"工号“{id_}”出现 {times[id_]} 次，只能出现一次"
            yield Fault(_place(heading, "id", number), {"zh": chinese, "en": english})


_RIGHT = {
    "id": "2 至 16 位小写字母和数字",
    "name": '1 至 40 个字，不含换行和 " \\ ; | , $ { } [ ] ( ) < > &',
    "qualifications": "2 至 16 位小写字母和数字，以字母开头，多项以空格隔开",
    "contact": "如 sip:lin@10.0.0.7:5060，或留空",
    "mobile": "3 至 15 位数字；话机为手机时必填",
    "device": "desk（座机、浏览器）或 mobile（手机）",
    "hours_a_week": "0 至 168 的数",
    "no_nights": "是或否",
    "email": "如 lin@example.org，或留空",
}
_COLUMN = {"person id": "id", "person name": "name", "qualification": "qualifications"}


def row_faults(row: Row, sites: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Column and message, of one person's values."""
    known = sorted(sites)
    if row.get("site", "") not in known:
        right = f"must be one of {', '.join(known)}"
        named = "、".join(f"{site}（{sites[site]}）" for site in known)
        yield _wrong(row, "site", f"site is {row.get('site', '')!r}; it {right}", named)
    hours = row.get("hours_a_week") or "40"
    if not (re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", hours) and float(hours) <= 168):
        english = f"hours_a_week is {hours!r}; it must be a number from 0 to 168"
        yield _wrong(row, "hours_a_week", english)
    if row.get("no_nights", "").lower() not in NO | YES:
        yield _wrong(row, "no_nights", f"no_nights is {row['no_nights']!r}; it must be yes or no")
    email = row.get("email", "")
    if email and not EMAIL.fullmatch(email):
        english = f"email is {email!r}; it must be an address such as lin@example.org, or empty"
        yield _wrong(row, "email", english)
    for english in _counsellor_faults(row):
        what = english.partition(" is ")[0]
        yield _wrong(row, _COLUMN.get(what, what), english)


def _wrong(row: Row, column: str, english: str, right: str = "") -> tuple[str, dict[str, str]]:
    is_, must = row.get(column, ""), right or _RIGHT.get(column, "")
    return column, {"zh": f"{_NAMES.get(column, column)}为“{is_}”，应为 {must}", "en": english}


def _counsellor_faults(row: Row) -> Iterator[str]:
    """What the router has to say of each value by itself, and at last of all of them together."""
    values: list[dict[str, Any]] = [{field: row.get(field, "")} for field in ("id", "name")]
    values += [{"qualifications": frozenset({word})} for word in qualifications(row)]
    values += [{field: row[field]} for field in ("contact", "mobile", "device") if row.get(field)]
    found = [fault for value in values if (fault := _fault(**(_FAULTLESS | value)))]
    yield from found
    if not found and (together := _fault(**_of_counsellor(row))):
        yield together


_FAULTLESS = {"id": "aa", "name": "a", "site": "aa", "mobile": "13800138000"}


def _fault(**values: Any) -> str | None:
    try:
        Counsellor(**values)
    except ValueError as error:
        return str(error)
    return None


def qualifications(row: Row) -> list[str]:
    return sorted(set(_words(row.get("qualifications", ""))))


def _of_counsellor(row: Row) -> dict[str, Any]:
    return {
        "id": row.get("id", ""),
        "name": row.get("name", ""),
        "site": row.get("site", ""),
        "qualifications": frozenset(qualifications(row)),
        "contact": row.get("contact") or None,
        "mobile": row.get("mobile") or None,
        "device": row.get("device") or "desk",
    }
