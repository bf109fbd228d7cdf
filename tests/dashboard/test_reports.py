import io
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from records import presences
from records.tables import NoteRow
from tests.dashboard.builders import MONDAY, NOW, World, add_call, draft, without_tags

LOST = {"outcome": "abandoned", "answered_at": None, "person": None}


def words(page: str) -> str:
    return " ".join(without_tags(page).split())


def listed(page: str) -> int:
    return len(re.findall(r"<tr data-row", page))


def busy(hotline: World) -> None:
    """Yesterday at noon two calls, one of them lost; today at two o'clock one."""
    noon = NOW.replace(hour=4, minute=0, second=0) - timedelta(days=1)
    add_call(hotline, arrived_at=noon, answered_at=noon + timedelta(seconds=30), line="jinjiang")
    add_call(hotline, arrived_at=noon + timedelta(minutes=1), line="shishi", **LOST)
    today = NOW.replace(hour=6, minute=0, second=0)
    add_call(hotline, arrived_at=today, answered_at=today + timedelta(seconds=10), line="city")


def test_without_calls_the_page_says_so(hotline: World) -> None:
    assert "这段时间没有来电" in hotline.client("supervisor").text("/reports")


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (
            "hour",
            ["12:00 2 1 1 0 0 0 50.0% 0.0% 50.0% 0:30 0:30", "14:00 1 1 0 0 0 0 100% 100% 0.0%"],
        ),
        ("day", ["9月29日 周二 2 1 1", "9月30日 周三 1 1 0"]),
        ("line", ["市区线 1 1 0", "晋江线 1 1 0", "石狮线 1 0 1"]),
        ("site", ["晋江 1 1 0", "市区 0 0 0", "全市 2 1 1"]),
    ],
)
def test_groups_counted_by_hand(hotline: World, by: str, rows: list[str]) -> None:
    busy(hotline)
    text = words(hotline.client("supervisor").text(f"/reports?by={by}"))
    for row in rows:
        assert row in text


def test_every_figure_leads_to_exactly_its_calls(hotline: World) -> None:
    busy(hotline)
    browser = hotline.client("supervisor")
    checked = 0
    for by in ("hour", "day", "line", "site"):
        page = browser.text(f"/reports?by={by}")
        for address, figure in re.findall(r'<a href="(/calls\?[^"]*)">(\d+)</a>', page):
            found = browser.text(unquote(address).replace("&amp;", "&"))
            assert listed(found) == int(figure), address
            checked += 1
    assert checked >= 30


def test_a_coordinator_sees_figures_and_no_way_to_the_calls(hotline: World) -> None:
    busy(hotline)
    assert 'href="/calls' not in hotline.client("coordinator").text("/reports")


def test_one_line_and_another_limit(hotline: World) -> None:
    busy(hotline)
    text = words(hotline.client("supervisor").text("/reports?line=jinjiang&seconds=30"))
    assert "呼入 1 接通 1 接通率 100 % 30 秒内接听 100 %" in text


def test_a_number_that_no_line_has_is_counted_with_the_whole_city(hotline: World) -> None:
    add_call(hotline, line="unknown")
    browser = hotline.client("supervisor")
    assert "未知线路 1 1" in words(browser.text("/reports?by=line"))
    page = browser.text("/reports?by=site")
    assert "全市 1 1" in words(page)
    assert listed(browser.text("/calls?kind=inbound&site=-")) == 1


@pytest.mark.parametrize(
    "query", ["by=x", "first=x", "first=2026-02-01&last=2026-01-01", "seconds=7", "form=pdf"]
)
def test_nonsense_is_refused(hotline: World, query: str) -> None:
    assert hotline.client("supervisor").get(f"/reports?{query}").status_code == 400


def test_more_than_a_year_is_refused(hotline: World) -> None:
    answer = hotline.client("supervisor").get("/reports?first=2025-01-01&last=2026-09-30")
    assert answer.status_code == 400


def test_the_table_as_csv_and_excel(hotline: World) -> None:
    busy(hotline)
    browser = hotline.client("supervisor")
    answer = browser.get("/reports?by=line&form=csv")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="calls-line-2026-09-03.csv"'
    )
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith(
        "线路,呼入,接通,放弃,登记回拨,中断,拒接,接通率（%）,20 秒内接听（%）"
    )
    assert lines[2] == "晋江线,1,1,0,0,0,0,100.0,0.0,0.0,30.0,30.0"
    sheet = load_workbook(io.BytesIO(browser.get("/reports?by=line&form=xlsx").data)).worksheets[0]
    assert [cell.value for cell in sheet[4]][:4] == ["石狮线", 1, 0, 1]


def test_people_with_load_and_adherence(hotline: World) -> None:
    draft(hotline.store, {"lin": (None, None, "early")}, first=MONDAY, publish=True)
    call = add_call(hotline)  # at 12:31 for ten minutes
    seven = NOW.replace(hour=23, minute=0, second=0) - timedelta(days=1)
    with hotline.store.session() as db:
        ended = NOW - timedelta(hours=2, minutes=1) + timedelta(seconds=620)
        written = ended + timedelta(minutes=5)
        db.add(NoteRow(call_id=call, person="lin", revision=1, submitted_at=written))
        for minute in range(0, 226, 1):
            presences.note(db, ["lin"], seven + timedelta(minutes=minute))
            db.flush()
    browser = hotline.client("supervisor")
    text = words(browser.text("/reports/people"))
    # rostered from 07:00 until now, 14:32: 7:32:08; there for 3:45:00 of it
    assert "林婉如 市区 1 0 10:00 5:00 15:00 7:32:08 3:45:00 49.8% 6.7%" in text
    lines = browser.get("/reports/people?form=csv").data.decode("utf-8-sig").splitlines()
    assert lines[1] == "lin,林婉如,市区,1,0,0.17,0.08,900.0,7.54,3.75,49.76,6.67"


def test_people_of_a_quiet_time(hotline: World) -> None:
    assert "没有人排班" in hotline.client("supervisor").text("/reports/people")
