from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from config.loading import load_hotline
from tests.config.test_loading import HOTLINE, errors, without_line

RIGHT = 'it must be a list of times such as ["03:30", "15:30"]'


def with_table(body: str) -> str:
    return f"{HOTLINE}\n[test_calls]\n{body}\n"


def test_times_are_of_the_day_and_none_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "hotline.toml"
    path.write_text(with_table('at = ["03:30", "15:30"]'), encoding="utf-8")
    assert load_hotline(path).test_times == (time(3, 30), time(15, 30))
    path.write_text(HOTLINE, encoding="utf-8")
    assert load_hotline(path).test_times == ()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('at = "03:30"', f"test_calls.at: is '03:30'; {RIGHT}"),
        ('at = ["3:30"]', f"test_calls.at: has '3:30'; {RIGHT}"),
        ('at = ["24:00"]', f"test_calls.at: has '24:00'; {RIGHT}"),
        ("at = [330]", f"test_calls.at: has 330; {RIGHT}"),
        ('at = ["03:30", "03:30"]', "test_calls.at: has '03:30' 2 times; once is enough"),
        ('every = "day"', "test_calls.every: is not a known key; known are at"),
    ],
)
def test_a_wrong_time_is_told_with_its_place(tmp_path: Path, body: str, fault: str) -> None:
    (found,) = errors(load_hotline, tmp_path, with_table(body))
    assert without_line(found) == fault
    assert found.startswith("line ")
