"""Logs that are begun anew while somebody writes them."""

from __future__ import annotations

from pathlib import Path

from deploy.log_files import shorten


def test_a_long_log_is_begun_anew_and_its_end_is_kept(tmp_path: Path) -> None:
    log, other = tmp_path / "security", tmp_path / "messages"
    other.write_text("short")
    with log.open("ab", buffering=0) as writer:
        writer.write(b"0123456789")
        assert shorten([log, other, tmp_path / "absent"], limit=4) == [log, other]
        writer.write(b"next")
        assert shorten([log], limit=4) == []
    assert (log.read_bytes(), (tmp_path / "security.1").read_bytes()) == (b"next", b"6789")
    assert (tmp_path / "security.1").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "messages",
        "messages.1",
        "security",
        "security.1",
    ]


def test_a_log_within_its_limit_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("1234")
    assert shorten([tmp_path / "messages"], limit=4) == []
    assert [path.name for path in tmp_path.iterdir()] == ["messages"]
