from datetime import date
from pathlib import Path

import pytest

from records.kept_reports import MONTHS, WEEKS, due, keep, listing, period_of, read

TODAY = date(2026, 11, 25)  # a Wednesday


def test_a_name_tells_its_period() -> None:
    begun = date(2024, 1, 1)
    for each in due(date(2027, 1, 5), begun):
        assert period_of(each.name) == each
    with pytest.raises(ValueError, match="its name must be like summary-2026-W39"):
        period_of("../summary-2026-09.xlsx")


def test_weeks_and_months_that_are_over() -> None:
    found = {each.name: (each.first, each.last) for each in due(TODAY, date(2026, 10, 20))}
    assert found == {
        "summary-2026-W47.xlsx": (date(2026, 11, 16), date(2026, 11, 22)),
        "summary-2026-W46.xlsx": (date(2026, 11, 9), date(2026, 11, 15)),
        "summary-2026-W45.xlsx": (date(2026, 11, 2), date(2026, 11, 8)),
        "summary-2026-W44.xlsx": (date(2026, 10, 26), date(2026, 11, 1)),
        "summary-2026-W43.xlsx": (date(2026, 10, 19), date(2026, 10, 25)),
        "summary-2026-10.xlsx": (date(2026, 10, 1), date(2026, 10, 31)),
    }


def test_what_was_missed_long_ago_stays_missed() -> None:
    assert len(due(TODAY, date(2000, 1, 1))) == WEEKS + MONTHS


def test_nothing_is_due_before_the_first_week_is_over() -> None:
    assert due(TODAY, TODAY) == []


def test_a_week_belongs_to_the_year_that_iso_gives_it() -> None:
    names = [each.name for each in due(date(2027, 1, 4), date(2026, 12, 28))]
    assert names == ["summary-2026-W53.xlsx", "summary-2026-12.xlsx"]


def test_a_report_is_its_owner_s_alone_and_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    assert listing(folder) == []
    keep(folder, "summary-2026-10.xlsx", b"one")
    keep(folder, "summary-2026-10.xlsx", b"two")
    (folder / "other.xlsx").write_bytes(b"not ours")
    assert [(each.name, each.size) for each in listing(folder)] == [("summary-2026-10.xlsx", 3)]
    assert read(folder, "summary-2026-10.xlsx") == b"two"
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / "summary-2026-10.xlsx")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("name", ["../secrets.json", "other.xlsx", "summary-2026-11.xlsx", ""])
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    (tmp_path / "other.xlsx").write_bytes(b"x")
    assert read(tmp_path, name) is None
