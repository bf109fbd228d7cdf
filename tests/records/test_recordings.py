import io
import os
import struct
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from records.recordings import QUIET, RATE, clear, due, hear, take, there
from records.sealing import Seal, SealBroken, new_key
from tests.records.builders import EPOCH, NOON, answered, call

SEAL = Seal([new_key()])
LATER = EPOCH + 2 * QUIET
SOUND = b"\xd5\x55" * 101  # A-law for silence


def written(monitor: Path, uniqueid: str, at: float = EPOCH) -> Path:
    """What Asterisk leaves of one call."""
    monitor.mkdir(exist_ok=True)
    path = monitor / f"{uniqueid}.alaw"
    path.write_bytes(SOUND)
    os.utime(path, (at, at))
    return path


def test_a_talk_that_is_over_is_sealed_and_the_rest_of_it_deleted(
    db: Session, tmp_path: Path
) -> None:
    row = answered(1)
    db.add(row)
    db.flush()
    raw = written(tmp_path / "monitor", row.uniqueid)
    folder = tmp_path / "recordings"
    assert take(db, tmp_path / "monitor", folder, SEAL, LATER) == 1
    assert not raw.exists()
    (kept,) = folder.iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == (f"{row.id}.sealed", 0o600)
    assert SOUND not in kept.read_bytes()
    assert there(folder, [row.id, row.id + 1]) == {row.id}
    assert take(db, tmp_path / "monitor", folder, SEAL, LATER) == 0


def test_what_still_goes_on_or_is_not_on_record_yet_waits(db: Session, tmp_path: Path) -> None:
    db.add_all([call(1), answered(2)])
    db.flush()
    monitor = tmp_path / "monitor"
    for uniqueid, at in (("q-1.1", EPOCH), ("q-1.9", EPOCH), ("q-1.2", LATER)):
        written(monitor, uniqueid, at)
    assert take(db, monitor, tmp_path / "recordings", SEAL, LATER) == 0
    assert len(list(monitor.iterdir())) == 3


def test_ids_that_begin_anew_mean_the_latest_call(db: Session, tmp_path: Path) -> None:
    db.add(answered(1))
    db.flush()
    again = answered(1, boot=2)
    db.add(again)
    db.flush()
    written(tmp_path / "monitor", again.uniqueid)
    take(db, tmp_path / "monitor", tmp_path / "recordings", SEAL, LATER)
    assert there(tmp_path / "recordings", range(again.id + 1)) == {again.id}


def test_nothing_was_ever_recorded(db: Session, tmp_path: Path) -> None:
    assert take(db, tmp_path / "monitor", tmp_path / "recordings", SEAL, LATER) == 0
    assert there(tmp_path / "recordings", [1]) == frozenset()
    assert hear(tmp_path / "recordings", 1, SEAL) is None
    assert clear(db, tmp_path / "recordings", 30, NOON) == 0


def test_what_is_heard_is_a_wave_file_of_the_same_sound(db: Session, tmp_path: Path) -> None:
    row = answered(1)
    db.add(row)
    db.flush()
    written(tmp_path / "monitor", row.uniqueid)
    take(db, tmp_path / "monitor", tmp_path, SEAL, LATER)
    wave = hear(tmp_path, row.id, SEAL)
    assert wave is not None
    file = io.BytesIO(wave)
    assert file.read(4) == b"RIFF"
    assert struct.unpack("<I", file.read(4)) == (len(wave) - 8,)
    assert file.read(8) == b"WAVEfmt "
    length, kind, channels, rate = struct.unpack("<IHHI", file.read(12))
    assert (length, kind, channels, rate) == (18, 6, 1, RATE)
    data = wave.index(b"data")
    assert wave[data + 8 : data + 8 + len(SOUND)] == SOUND
    with pytest.raises(SealBroken):
        hear(tmp_path, row.id, Seal([new_key()]))


def test_recordings_go_after_their_time_and_with_their_calls(db: Session, tmp_path: Path) -> None:
    old, new = answered(1, arrived_at=NOON - timedelta(days=40)), answered(2)
    db.add_all([old, new])
    db.flush()
    folder = tmp_path / "recordings"
    folder.mkdir()
    for name in (old.id, new.id, new.id + 7):  # the last one's call is gone
        (folder / f"{name}.sealed").write_bytes(b"x")
    assert due(db, folder, 30, NOON) == 2
    assert clear(db, folder, 0, NOON) == 1
    assert clear(db, folder, 30, NOON) == 1
    assert [path.name for path in folder.iterdir()] == [f"{new.id}.sealed"]
