"""Rosters as files, and leave and wishes from Excel."""

import io
from datetime import date, datetime, timedelta

import pytest
from openpyxl import Workbook, load_workbook

from records import people
from tests.dashboard.builders import MONDAY, World, draft

DAY = datetime(2026, 10, 2)  # noqa: DTZ001 - a date as Excel has it


def workbook(*rows: tuple[str | datetime, ...]) -> bytes:
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "absences"
    for row in (("person", "first", "last", "reason"), *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(hotline: World, data: bytes, name: str = "假期.xlsx") -> tuple[int, str]:
    browser = hotline.client("coordinator")
    answer = browser.client.post(
        "/roster/import",
        data={"file": (io.BytesIO(data), name)},
        headers={"X-CSRF-Token": browser.token()},
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_the_grid_goes_out_as_excel(hotline: World) -> None:
    draft(hotline.store, {"lin": ("early", None)}, publish=True)
    answer = hotline.client("supervisor").get(f"/roster/export?format=xlsx&first={MONDAY}")
    assert f'filename="roster-{MONDAY}.xlsx"' in answer.headers["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].values)
    lin = next(row for row in rows if row[0] == "lin")
    assert lin[:5] == ("lin", "林婉如", "市区", "早", None)


def test_a_draft_goes_out_as_csv_and_calendar(hotline: World) -> None:
    roster = draft(hotline.store, {"lin": ("early", None)})
    browser = hotline.client("coordinator")
    assert "林婉如" in browser.text(f"/roster/export?format=csv&roster={roster}")
    assert "BEGIN:VEVENT" in browser.text(f"/roster/export?format=ics&roster={roster}")
    assert browser.get(f"/roster/export?format=exe&roster={roster}").status_code == 400


def test_the_form_names_who_and_which_shifts_there_are_and_comes_in_again(hotline: World) -> None:
    data = hotline.client("coordinator").get("/roster/import.xlsx").data
    book = load_workbook(io.BytesIO(data))
    assert list(book["absences"].values) == [("person", "first", "last", "reason")]
    assert ("lin", "林婉如") in book["people"].values and ("early", "早") in book["shifts"].values
    book["absences"].append(("lin", DAY, DAY, "年假"))
    filled = io.BytesIO()
    book.save(filled)
    code, page = send(hotline, filled.getvalue())
    assert code == 200 and "已导入 1 段请假、0 条意愿" in page


def test_leave_comes_in(hotline: World) -> None:
    code, page = send(hotline, workbook(("lin", DAY, DAY + timedelta(days=2), "年假")))
    assert code == 200 and "已导入 1 段请假、0 条意愿" in page
    with hotline.store.read() as db:
        found = people.absences(db, MONDAY, date(2026, 10, 31))
        assert [(row.person, str(row.first), row.reason) for row in found] == [
            ("lin", "2026-10-02", "年假")
        ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            workbook(("nobody", "2026-10-02", "2026-10-04", ""), ("lin", "soon", "", "")),
            "absences!B3 first 为“soon”，应为日期，如 2026-12-24",
        ),
        (workbook(("nobody", DAY, DAY, "")), "absences!A2 person 为“nobody”，应为在册人员的工号"),
        (b"no workbook", "不是 Excel 文件，请另存为 .xlsx"),
    ],
)
def test_whatever_is_wrong_is_told_with_its_cell_and_nothing_kept(
    hotline: World, data: bytes, words: str
) -> None:
    code, page = send(hotline, data)
    assert code == 422 and words in page and "没有导入任何内容" in page
    with hotline.store.read() as db:
        assert people.absences(db, MONDAY, date(2027, 12, 31)) == []


def test_a_form_without_a_file_asks_for_one(hotline: World) -> None:
    answer = hotline.client("coordinator").post("/roster/import")
    assert answer.status_code == 422 and "请选择一个 .xlsx 文件" in answer.text
