import io
import re
from datetime import date, timedelta
from urllib.parse import unquote

from openpyxl import load_workbook

from dashboard.address import Period
from dashboard.official import last_month, last_week
from records import kept_reports
from records.tables import NoteRow
from tests.dashboard.builders import NOW, World, add_call, without_tags

SEPTEMBER = "first=2026-09-01&last=2026-09-30"
LOST = {"outcome": "abandoned", "answered_at": None, "person": None}


def words(page: str) -> str:
    return " ".join(without_tags(page).split())


def busy(hotline: World) -> None:
    texts = [("ordinary", "family", "high"), ("silent", None, None), ("ordinary", "mood", "low")]
    for kind, problem, level in texts:
        call = add_call(hotline, caller="059522770001")
        with hotline.store.session() as db:
            note = NoteRow(call_id=call, person="lin", revision=1, submitted_at=NOW, kind=kind)
            note.problem, note.level = problem, level
            db.add(note)
    add_call(hotline, caller="", **LOST)
    add_call(hotline, caller="02162525000")


def test_the_form_has_its_figures(hotline: World) -> None:
    busy(hotline)
    text = words(hotline.client("supervisor").text(f"/reports/official?{SEPTEMBER}"))
    for row in (
        "来电总数 5",
        "接听（接通率） 4 80.0%",
        "接通前挂断 1 20.0%",
        "本地 3 60.0%",
        "外地 1 20.0%",
        "高危来电 1 33.3%",
        "困难来电（沉默、骚扰） 1 33.3%",
        "未提交记录的接听 1 25.0%",
        "家庭关系 1 50.0%",
        "心理咨询师 3",
    ):
        assert row in text


def test_every_figure_leads_to_exactly_its_calls(hotline: World) -> None:
    busy(hotline)
    browser = hotline.client("supervisor")
    page = browser.text(f"/reports/official?{SEPTEMBER}")
    links = re.findall(r'<a href="(/calls\?[^"]*)">(\d+)</a>', page)
    assert len(links) == 12
    for address, figure in links:
        found = browser.text(unquote(address).replace("&amp;", "&"))
        assert len(re.findall(r"<tr data-row", found)) == int(figure), address


def test_it_is_about_the_last_month_unless_it_is_asked_otherwise(hotline: World) -> None:
    assert "2026-08-01 – 2026-08-31" in hotline.client("supervisor").text("/reports/official")


def test_the_last_month_and_week() -> None:
    january = date(2026, 1, 1)  # a Thursday
    assert last_month(january) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert last_week(january) == Period(date(2025, 12, 22), date(2025, 12, 28))


def test_days_to_come_have_no_summary(hotline: World) -> None:
    tomorrow = (NOW + timedelta(days=2)).date()
    answer = hotline.client("supervisor").get(f"/reports/official?first={tomorrow}&last={tomorrow}")
    assert answer.status_code == 400


def test_as_excel(hotline: World) -> None:
    busy(hotline)
    answer = hotline.client("supervisor", "en").get(f"/reports/official?{SEPTEMBER}&form=xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [cell.value for cell in sheet[3]] == ["Calls", "All calls", 5, None]


def test_kept_summaries_are_listed_and_given_out(hotline: World) -> None:
    browser = hotline.client("supervisor")
    assert "错过的会补上" in browser.text("/reports/official")
    kept_reports.keep(hotline.deps.reports, "summary-2026-08.xlsx", b"PK")
    page = browser.text("/reports/official")
    assert 'href="/reports/kept/summary-2026-08.xlsx"' in page
    answer = browser.get("/reports/kept/summary-2026-08.xlsx")
    assert (answer.status_code, answer.data) == (200, b"PK")
    assert browser.get("/reports/kept/summary-2026-09.xlsx").status_code == 404
    assert browser.get("/reports/kept/..%2Frecords.db").status_code == 404
