from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dashboard.app import create_app
from dashboard.deps import Pending
from records.retention import Periods
from tests.dashboard.builders import NOW, World, add_call, without_tags, world


def shown(tmp_path: Path, pending: Pending, lang: str = "zh") -> str:
    made = world(tmp_path)
    deps = replace(made.deps, pending=lambda: pending)
    hotline: World = replace(made, deps=deps, app=create_app(deps))
    return " ".join(
        without_tags(hotline.client("administrator", lang).text("/admin/settings")).split()
    )


def test_lines_and_sites_as_they_are(tmp_path: Path) -> None:
    text = shown(tmp_path, Pending())
    assert "晋江线 85660001 晋江 –" in text
    assert "石狮线 88560002 全市 –" in text
    assert "没有，电话系统执行的就是文件所写的" in text


def test_how_long_things_are_kept_and_what_goes_tonight(tmp_path: Path) -> None:
    made = world(tmp_path)
    add_call(made, arrived_at=NOW - timedelta(days=40), ended_at=NOW - timedelta(days=40))
    deps = replace(made.deps, retention=Periods(numbers=30, audit=184))
    hotline = replace(made, deps=deps, app=create_app(deps))
    text = without_tags(hotline.client("administrator").text("/admin/settings"))
    assert "号码 30 天 1 来电记录 一直保存 –" in " ".join(text.split())


def test_what_applying_would_change_in_both_languages(tmp_path: Path) -> None:
    said = {"zh": "时限 ring：20 改为 25", "en": "limit ring: 20 becomes 25"}
    (tmp_path / "en").mkdir()
    assert said["zh"] in shown(tmp_path, Pending((said,)))
    assert said["en"] in shown(tmp_path / "en", Pending((said,)), "en")


def test_a_file_that_is_wrong_says_so(tmp_path: Path) -> None:
    fault = "line 3: limits.rign: is not a known key; did you mean ring?"
    assert fault in shown(tmp_path, Pending(faults=(fault,)))
