import io

from openpyxl import load_workbook

from records.sheets import Sheet, as_csv, as_excel

FIRST = Sheet("日/表", ("姓名", "通数"), (("=1+1", 3), ("林", None)))
SECOND = Sheet("二", ("a",), ((-0.5,),))


def test_csv_has_a_mark_and_no_formula() -> None:
    assert as_csv([FIRST]) == "\ufeff姓名,通数\r\n'=1+1,3\r\n林,\r\n".encode()


def test_several_sheets_of_a_csv_have_their_titles() -> None:
    lines = as_csv([FIRST, SECOND]).decode("utf-8-sig").splitlines()
    assert lines == ["日/表", "姓名,通数", "'=1+1,3", "林,", "", "二", "a", "-0.5"]


def test_excel_keeps_numbers_as_numbers_and_names_as_names() -> None:
    book = load_workbook(io.BytesIO(as_excel([FIRST, SECOND])))
    assert book.sheetnames == ["日 表", "二"]
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["姓名", "通数"],
        ["=1+1", 3],
        ["林", None],
    ]
    assert (sheet["A2"].data_type, sheet["B2"].data_type) == ("s", "n")


def test_a_sheet_without_rows() -> None:
    assert load_workbook(io.BytesIO(as_excel([Sheet("空", ("a", "b"), ())]))).sheetnames == ["空"]
