import html
import io
import re

import pytest
from openpyxl import Workbook
from werkzeug.test import TestResponse

from dashboard.staff_import import LARGEST
from records import audit_log, people
from tests.dashboard.builders import Browser, World, without_tags

HEADING = ["id", "name", "site", "qualifications", "mobile"]
Row = list[str | int | None]
GOOD: list[Row] = [
    ["lin", "林婉如", "jj", "counsellor", 13800138000],
    ["wu", "吴景行", "qz", "counsellor", None],
]
BAD: list[Row] = [["lin", "林婉如", "nowhere", "", None], ["wu", "", "qz", "Crisis", "12"]]


def workbook(rows: list[Row]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.worksheets[0].append(HEADING)
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def send(browser: Browser, data: bytes, name: str = "人员.xlsx") -> TestResponse:
    return browser.client.post(
        "/admin/import",
        data={"file": (io.BytesIO(data), name)},
        headers={"X-CSRF-Token": browser.token()},
        content_type="multipart/form-data",
    )


def ids(hotline: World) -> list[str]:
    with hotline.store.read() as db:
        return [person.id for person in people.people(db)]


def test_a_preview_changes_nothing_and_confirming_it_does(hotline: World) -> None:
    browser = hotline.client("administrator")
    answer = send(browser, workbook(GOOD))
    page = answer.get_data(as_text=True)
    text = " ".join(without_tags(page).split())
    assert answer.status_code == 200
    assert "lin 林婉如 站点 市区 → 晋江" in text and "手机 – → 13800138000" in text
    assert "wu 吴景行 新增" in text
    assert ids(hotline) == ["chen", "huang", "lin"]
    hidden = dict(re.findall(r'type="hidden" name="(name|data|sure)" value="([^"]*)"', page))
    hidden = {key: html.unescape(value) for key, value in hidden.items()}
    assert browser.post("/admin/import", **hidden).status_code == 303
    assert ids(hotline) == ["chen", "huang", "lin", "wu"]
    with hotline.store.read() as db:
        (entry,) = audit_log.entries(db)
    assert (entry.what, entry.object, entry.detail) == ("people.import", "人员.xlsx", {"rows": 2})


def test_every_fault_is_told_at_once_with_its_cell(hotline: World) -> None:
    answer = send(hotline.client("administrator"), workbook(BAD))
    text = " ".join(without_tags(answer.get_data(as_text=True)).split())
    assert answer.status_code == 422
    assert "4 处要改" in text
    for cell in (
        "C2 站点为“nowhere”，应为 jj（晋江）、qz（市区）",
        "B3 姓名为“”，应为 1 至 40 个字",
        "D3 资质为“Crisis”，应为 2 至 16 位",
        "E3 手机为“12”，应为 3 至 15 位数字",
    ):
        assert cell in text
    assert ids(hotline) == ["chen", "huang", "lin"]


def test_faults_in_english(hotline: World) -> None:
    page = send(hotline.client("administrator", "en"), workbook(BAD)).get_data(as_text=True)
    assert "site is &#39;nowhere&#39;; it must be one of jj, qz" in page


def test_the_same_again_says_that_nothing_changes(hotline: World) -> None:
    browser = hotline.client("administrator")
    same = browser.get("/admin/people.xlsx").data
    page = send(browser, same).get_data(as_text=True)
    assert "没有要改的" in page and 'name="sure"' not in page


@pytest.mark.parametrize("data", [b"", b"PK but no Excel"])
def test_another_kind_of_file(hotline: World, data: bytes) -> None:
    answer = send(hotline.client("administrator"), data, "x.xlsx")
    assert (answer.status_code, "不是 Excel 文件" in answer.get_data(as_text=True)) == (422, True)


def test_a_file_that_is_too_large(hotline: World) -> None:
    answer = send(hotline.client("administrator"), b"x" * (LARGEST + 1), "x.csv")
    assert (answer.status_code, "文件超过 300 KB" in answer.get_data(as_text=True)) == (422, True)


def test_no_file_at_all(hotline: World) -> None:
    browser = hotline.client("administrator")
    assert browser.post("/admin/import").status_code == 400
    assert browser.post("/admin/import", name="x.csv", data="%%").status_code == 400
