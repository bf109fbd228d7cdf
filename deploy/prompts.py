"""Announcements: Mandarin speech from the texts of hotline.toml, unless the city recorded its own.

Hanzi become pinyin with tones (pypinyin, right on polyphones), espeak-ng speaks them, sox brings
them to 8 kHz A-law. What has not changed is not made again.

`python -m deploy.prompts FOLDER` makes them all, to be listened to.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.loading import load_hotline
from routing.plan import NUMBERED, Plan

DIGITS = "零一二三四五六七八九"
PUNCTUATION = str.maketrans("，。、；：？！", ",.,,,..")
LIMIT = 60  # seconds for one child process
MUSIC = "calm.alaw"
RECIPE = "1"  # another one when the same text shall sound different: everything is made anew


class PromptFailed(Exception):
    """A prompt could not be made; the message says which, and what the tool said."""


def build(texts: Mapping[str, str], plan: Plan, out: Path, own: Path, tools: Path) -> list[str]:
    """Make every announcement below `out`; returns the names of those that were made anew.

    `texts`: field of Prompts -> what is said; `own`: the city's recordings; `tools`: the project's
    own programs. Raises PromptFailed.
    """
    out.mkdir(parents=True, exist_ok=True)
    said = announcements(texts, plan)
    made = [name for name, text in said.items() if _make(out / f"{name}.alaw", text, own, tools)]
    for folder in plan.recordings:
        made += [
            f"{folder}/{name}"
            for name in said
            if _in_language(out / folder / f"{name}.alaw", out, own / folder, tools)
        ]
    relax = out / "relax" / f"{plan.prompts.relax}.alaw"
    relax.parent.mkdir(exist_ok=True)
    shutil.copyfile(out / relax.name, relax)
    music = out / "moh" / MUSIC
    if not music.exists():
        music.parent.mkdir(exist_ok=True)
        _music(music, tools)
        made.append(MUSIC)
    return made


def announcements(texts: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """File name -> what is said, the periods' greetings among them."""
    found: dict[str, str] = {}
    for field, name in vars(plan.prompts).items():
        found.update(_said(field, name, texts[field]))
    found.update({period.prompt: period.greeting for period in plan.periods if period.greeting})
    return found


def _said(field: str, name: str, text: str) -> list[tuple[str, str]]:
    """File names and texts: of a numbered announcement, one for each number, which is {n} in it."""
    if field not in NUMBERED:
        return [(name, text)]
    return [(f"{name}-{n}", text.replace("{n}", str(n))) for n in NUMBERED[field]]


def _in_language(target: Path, usual: Path, own: Path, tools: Path) -> bool:
    """What is not recorded in a language is said as usual."""
    target.parent.mkdir(exist_ok=True)
    if _recording(own, target.stem) is None:
        return _make(target, "", usual, tools)
    return _make(target, "", own, tools)


def _recording(own: Path, name: str) -> Path | None:
    return next((p for p in (own / f"{name}{e}" for e in (".alaw", ".wav")) if p.exists()), None)


def _make(target: Path, text: str, own: Path, tools: Path) -> bool:
    recording = _recording(own, target.stem)
    source = recording.read_bytes() if recording else text.encode()
    stamp = target.with_suffix(".from")
    digest = hashlib.sha256(RECIPE.encode() + source).hexdigest()
    if target.exists() and stamp.exists() and stamp.read_text() == digest:
        return False
    draft = target.with_name(f"new-{target.name}")
    if recording is None:
        _speak(text, draft, tools)
    elif recording.suffix == ".alaw":
        shutil.copyfile(recording, draft)
    else:
        _convert(recording, draft, tools)
    draft.replace(target)
    stamp.write_text(digest)
    return True


def spoken_number(digits: str) -> str:
    """Short ones are counts (30: 三十); telephone numbers go digit by digit, with 幺 for 1."""
    if len(digits) > 2 or digits.startswith("0"):
        return "".join("幺" if d == "1" else DIGITS[int(d)] for d in digits)
    tens, ones = divmod(int(digits), 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def pinyin(text: str) -> str:
    """The text as espeak-ng's pinyin voice reads it: numbers as words, tones as digits."""
    words = re.sub(r"[0-9]+", lambda found: spoken_number(found[0]), text)
    from pypinyin import Style, lazy_pinyin  # reads its dictionaries, which takes half a second

    spoken = lazy_pinyin(
        words.translate(PUNCTUATION),
        style=Style.TONE3,
        neutral_tone_with_five=True,
    )
    return re.sub(r" +", " ", " ".join(spoken))


def _speak(text: str, target: Path, tools: Path) -> None:
    speech = target.with_suffix(".speech.wav")
    voice = ["-v", "cmn-latn-pinyin", "-s", "150", "-w", str(speech), "--"]
    _run(tools, "espeak-ng", *voice, pinyin(text))
    _convert(speech, target, tools)
    speech.unlink()


def _convert(source: Path, target: Path, tools: Path) -> None:
    form = ["-t", "al", "-r", "8000", "-c", "1"]
    _run(tools, "sox", str(source), *form, str(target), "norm", "-3")


def _music(target: Path, tools: Path) -> None:
    """Four slow, quiet chords: something that says the line is alive and asks for nothing."""
    draft = target.with_name("new-music.al")
    chords = ("220 277.2 329.6", "196 246.9 293.7", "174.6 220 261.6", "196 233.1 293.7")
    parts = []
    for number, chord in enumerate(chords):
        part = target.with_name(f"part{number}.wav")
        first, *others = chord.split()
        tones = ["synth", "8", "sine", first]
        for tone in others:
            tones += ["synth", "8", "sine", "mix", tone]
        shape = ["fade", "t", "2", "8", "3", "gain", "-16"]
        _run(tools, "sox", "-n", "-r", "8000", "-c", "1", str(part), *tones, *shape)
        parts.append(part)
    _run(tools, "sox", *map(str, parts), "-t", "al", str(draft))
    for part in parts:
        part.unlink()
    draft.replace(target)


def _run(tools: Path, program: str, *arguments: str) -> None:
    own = tools / "bin" / program
    command = str(own) if own.exists() else shutil.which(program)
    if command is None:
        raise PromptFailed(f"{program} is not installed; run: make tools")
    result = subprocess.run([command, *arguments], capture_output=True, timeout=LIMIT, check=False)
    if result.returncode:
        said = result.stderr.decode(errors="replace").strip()[-300:]
        raise PromptFailed(f"{program} failed ({result.returncode}): {said}")


def main(folder: str) -> None:
    root = Path(__file__).parents[1]
    hotline = load_hotline(root / "config" / "hotline.toml")
    own, tools = root / "config" / "prompts", root / ".tools"
    made = build(hotline.prompt_texts, hotline.plan, Path(folder), own, tools)
    print(f"{len(made)} announcements made in {folder}")


if __name__ == "__main__":
    main(sys.argv[1])
