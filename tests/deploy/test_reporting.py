import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from openpyxl import load_workbook

from deploy.reporting import AT_HOUR, SOON, make_due, schedule
from records.kept_reports import listing
from tests.dashboard.builders import NOW, add_call, world


def test_what_should_be_there_is_made_once(tmp_path: Path) -> None:
    hotline = world(tmp_path)
    folder = tmp_path / "reports"
    assert make_due(hotline.app, hotline.store, folder, NOW) == []
    add_call(hotline, arrived_at=NOW - timedelta(days=7))  # Wednesday of week 39
    assert make_due(hotline.app, hotline.store, folder, NOW) == ["summary-2026-W39.xlsx"]
    assert make_due(hotline.app, hotline.store, folder, NOW) == []
    later = NOW + timedelta(days=12)  # two weeks and a month have ended meanwhile
    names = ["summary-2026-W41.xlsx", "summary-2026-W40.xlsx", "summary-2026-09.xlsx"]
    hotline.clock.time = later
    assert make_due(hotline.app, hotline.store, folder, later) == names
    assert {each.name for each in listing(folder)} == {"summary-2026-W39.xlsx", *names}


def test_a_summary_is_in_chinese(tmp_path: Path) -> None:
    hotline = world(tmp_path)
    add_call(hotline, arrived_at=NOW - timedelta(days=7))
    make_due(hotline.app, hotline.store, tmp_path, NOW)
    data = (tmp_path / "summary-2026-W39.xlsx").read_bytes()
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["类别", "项目", "数量", "占比（%）"]
    assert rows[1][0] == "泉州市心理援助热线 2026-09-21 – 2026-09-27"
    assert rows[2] == ["来电情况", "来电总数", 1, None]
    assert rows[3] == ["来电情况", "接听（接通率）", 1, 100]


def test_it_is_looked_each_morning_and_soon_after_the_start() -> None:
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    schedule(scheduler, lambda: None, now)
    scheduler.start(paused=True)
    (job,) = scheduler.get_jobs()
    assert job.next_run_time == now + SOON
    after = job.trigger.get_next_fire_time(None, now)
    assert (after.day, after.hour, after.minute) == (26, AT_HOUR, 0)
    scheduler.shutdown(wait=False)
