"""fetch_debs.sh without a network: nothing is fetched twice, and what is missing is told."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
PLAIN = (
    "bash",
    "realpath",
    "head",
    "sed",
    "sort",
    "dirname",
    "mkdir",
    "mktemp",
    "rm",
    "awk",
    "cat",
)
PACKAGES = ("sox", "espeak-ng")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH of plain programs only: no apt-get, no dpkg, no tar."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in PLAIN:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


def fetch(programs: Path, prefix: Path, suite: str, *packages: str) -> tuple[int, str]:
    script = DEPLOY / "fetch_debs.sh"
    done = subprocess.run(
        ["bash", script, prefix, suite, *packages],
        env={"PATH": str(programs)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def fetched(prefix: Path, suite: str, *packages: str) -> None:
    prefix.mkdir()
    (prefix / ".fetched").write_text("\n".join([suite, *sorted(packages), ""]))


@pytest.mark.parametrize("asked", [PACKAGES, PACKAGES[::-1], PACKAGES[:1]])
def test_packages_that_are_there_need_nothing(
    tmp_path: Path, programs: Path, asked: tuple[str, ...]
) -> None:
    fetched(tmp_path / "prefix", "bookworm", *PACKAGES)
    assert fetch(programs, tmp_path / "prefix", "bookworm", *asked) == (0, "")


@pytest.mark.parametrize(
    ("suite", "asked"), [("bookworm", (*PACKAGES, "sip-tester")), ("forky", PACKAGES)]
)
def test_more_packages_or_another_suite_are_fetched(
    tmp_path: Path, programs: Path, suite: str, asked: tuple[str, ...]
) -> None:
    fetched(tmp_path / "prefix", "bookworm", *PACKAGES)
    code, told = fetch(programs, tmp_path / "prefix", suite, *asked)
    assert code == 1
    assert told == (
        f"error: apt-get is missing; fetching {' '.join(asked)} needs Debian or Ubuntu\n"
    )


def test_a_failure_leaves_what_was_there(tmp_path: Path, programs: Path) -> None:
    fetched(tmp_path / "prefix", "bookworm", *PACKAGES)
    fetch(programs, tmp_path / "prefix", "bookworm", "chromium")
    assert fetch(programs, tmp_path / "prefix", "bookworm", *PACKAGES) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "prefix"]
