"""Announcements, made with the real espeak-ng and sox."""

from __future__ import annotations

import wave
from dataclasses import fields, replace
from math import sqrt
from pathlib import Path

import pytest

from deploy.prompts import PromptFailed, build, pinyin, spoken_number
from routing.periods import Period
from routing.plan import Carrier, Line, Plan, Prompts, Wish

PLAN = Plan(
    number="968908",
    name="热线",
    area="0595",
    lines=(Line("city", "总线", "968908"),),
    sites=(),
    carriers=(Carrier("telecom", "电信", "127.0.0.2"),),
)
NAMES = PLAN.prompts
TEXTS = {field.name: f"您好，{number}。" for number, field in enumerate(fields(Prompts), start=10)}
TOOLS = Path(__file__).parents[2] / ".tools"
telephone = pytest.mark.telephone  # needs espeak-ng and sox
FILES = {*(f"{name}.alaw" for name in NAMES.files()), "calm.alaw"}


def linear(byte: int) -> int:
    """One A-law sample of ITU-T G.711, as a 16-bit number."""
    value = byte ^ 0x55
    magnitude, exponent = (value & 0x0F) << 4, (value & 0x70) >> 4
    magnitude += 8 if exponent == 0 else 0x108
    magnitude <<= max(exponent - 1, 0)
    return magnitude if value & 0x80 else -magnitude


def loudness(path: Path) -> float:
    """Root mean square, 1 being the loudest that there is."""
    samples = [linear(byte) / 32768 for byte in path.read_bytes()]
    return sqrt(sum(sample**2 for sample in samples) / len(samples))


def made_in(folder: Path, own: Path, texts: dict[str, str] = TEXTS, plan: Plan = PLAN) -> set[str]:
    names = build(texts, plan, folder, own, TOOLS)
    return {name.removesuffix(".alaw") + ".alaw" for name in names}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all announcements; tests only look."""
    folder = tmp_path_factory.mktemp("prompts")
    assert made_in(folder, folder / "none") == FILES
    return folder


@telephone
def test_all_announcements_can_be_heard(shared: Path) -> None:
    for name in NAMES.files():
        path = shared / f"{name}.alaw"
        longest = 60 if name == NAMES.relax else 5
        assert 8000 < path.stat().st_size < longest * 8000, f"{name}: one byte is 1/8000 s"
        assert 0.03 < loudness(path) < 0.3, name


@telephone
def test_music_is_long_and_quiet(shared: Path) -> None:
    music = shared / "moh" / "calm.alaw"
    assert 28 * 8000 < music.stat().st_size < 40 * 8000
    assert 0.01 < loudness(music) < 0.1


@telephone
def test_no_half_made_file_is_left(shared: Path) -> None:
    assert {path.name for path in shared.rglob("*.alaw")} == FILES
    assert {path.suffix for path in shared.rglob("*") if path.is_file()} == {".alaw", ".from"}


@telephone
def test_what_has_not_changed_is_not_made_again(tmp_path: Path) -> None:
    made_in(tmp_path, tmp_path / "none")
    assert made_in(tmp_path, tmp_path / "none") == set()
    changed = {**TEXTS, "wrong": "请重新操作。"}
    assert made_in(tmp_path, tmp_path / "none", changed) == {"wrong.alaw"}


@telephone
def test_a_recording_of_the_citys_own_is_used_and_can_be_taken_back(tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out"
    own.mkdir()
    recorded = bytes(range(256)) * 40
    (own / "greeting.alaw").write_bytes(recorded)
    with wave.open(str(own / "key-in-number.wav"), "wb") as recording:
        recording.setparams((2, 2, 44100, 0, "NONE", ""))
        recording.writeframes(bytes(range(200)) * 2 * 441 * 2)
    assert made_in(out, own) == FILES
    assert (out / "greeting.alaw").read_bytes() == recorded
    assert (out / "key-in-number.alaw").stat().st_size == 2 * 8000
    (own / "greeting.alaw").unlink()
    assert made_in(out, own) == {"greeting.alaw"}
    assert (out / "greeting.alaw").read_bytes() != recorded


@telephone
def test_a_recording_that_is_none_is_told_with_its_name(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "greeting.wav").write_text("not a sound")
    with pytest.raises(PromptFailed, match=r"greeting\.wav"):
        build(TEXTS, PLAN, tmp_path / "out", own, TOOLS)


@telephone
def test_a_language_has_its_recordings_and_for_the_rest_the_usual_ones(tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out"
    (own / "minnan").mkdir(parents=True)
    recorded = bytes(range(256)) * 40
    (own / "minnan" / "promise.alaw").write_bytes(recorded)
    plan = replace(PLAN, wishes=(Wish("2", "minnan", "minnan"),))
    languages = {f"minnan/{name}.alaw" for name in NAMES.files()}
    assert made_in(out, own, plan=plan) == FILES | languages
    assert (out / "minnan" / "promise.alaw").read_bytes() == recorded
    usual = (out / "greeting.alaw").read_bytes()
    assert (out / "minnan" / "greeting.alaw").read_bytes() == usual
    assert made_in(out, own, plan=plan) == set()


@telephone
def test_a_period_has_a_greeting_of_its_own(tmp_path: Path) -> None:
    plan = replace(PLAN, periods=(Period("night", "22:00", "06:00", greeting="夜间。"),))
    assert made_in(tmp_path, tmp_path / "none", plan=plan) == {*FILES, "greeting-night.alaw"}


@pytest.mark.parametrize(
    ("digits", "spoken"),
    [
        ("0", "零"),
        ("1", "一"),
        ("10", "十"),
        ("12", "十二"),
        ("30", "三十"),
        ("45", "四十五"),
        ("07", "零七"),
        ("120", "幺二零"),
        ("968908", "九六八九零八"),
    ],
)
def test_counts_are_numbers_and_telephone_numbers_are_digits(digits: str, spoken: str) -> None:
    assert spoken_number(digits) == spoken


def test_polyphones_are_read_as_in_their_words() -> None:
    assert pinyin("重庆，银行。重要？") == "chong2 qing4 , yin2 hang2 . zhong4 yao4 ."
