"""What the commands print."""

from unicodedata import east_asian_width

import pytest

from deploy.desk import progress_line
from scheduler.phase import Phase
from scheduler.problem import Progress


def columns(text: str) -> int:
    return sum(1 + (east_asian_width(letter) in "FW") for letter in text)


def test_progress_is_told_in_both_languages() -> None:
    assert progress_line(Progress(12.34, None, 70)) == (
        "  12.3 s  目标值 objective      -  下界 bound     70  初始排班 first roster "
    )


@pytest.mark.parametrize("phase", Phase)
def test_each_line_of_progress_covers_the_one_before(phase: Phase) -> None:
    first = progress_line(Progress(0.1, None, 0))
    line = progress_line(Progress(600, 999_999, 999_998, phase))
    assert columns(first) == columns(line) < 80
