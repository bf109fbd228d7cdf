"""What a counsellor writes about a call, as a value: kinds, scores, the level that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

LONGEST = 10_000  # characters of a text
SCALE = range(11)


class Kind(StrEnum):
    """Special kinds are told apart from ordinary calls in the official summary."""

    ORDINARY = "ordinary"
    SILENT = "silent"
    REPEATED = "repeated"
    HARASSING = "harassing"
    WRONG = "wrong"


DIFFICULT = frozenset({Kind.SILENT, Kind.HARASSING})  # 困难来电: with a procedure of their own

PROBLEMS = (
    "mood",
    "anxiety",
    "sleep",
    "family",
    "marriage",
    "study",
    "work",
    "money",
    "illness",
    "bereavement",
    "suicide",
    "other",
)


class Level(StrEnum):
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    CRISIS = "crisis"


DANGER = frozenset({Level.HIGH, Level.CRISIS})  # 高危来电


def level_of(suicidal: int | None, hopelessness: int | None) -> Level | None:
    """The higher of both: 0-3 low, 4-6 middle, 7-10 high; suicidal thought of 9 and 10 is a crisis.

    >>> level_of(6, 8), level_of(9, 0), level_of(None, 2)
    (<Level.HIGH: 'high'>, <Level.CRISIS: 'crisis'>, None)
    """
    if suicidal is None or hopelessness is None:
        return None
    if suicidal >= 9:
        return Level.CRISIS
    highest = max(suicidal, hopelessness)
    return Level.LOW if highest < 4 else Level.MIDDLE if highest < 7 else Level.HIGH


@dataclass(frozen=True)
class Note:
    """What stands in the form. Scores from 0 to 10; None: not asked yet."""

    kind: Kind = Kind.ORDINARY
    problem: str = ""
    suicidal: int | None = None
    hopelessness: int | None = None
    actions: str = ""
    account: str = ""
    follow_up: date | None = None

    def __post_init__(self) -> None:
        if self.problem not in ("", *PROBLEMS):
            raise ValueError(f"problem is {self.problem!r}; it must be one of {PROBLEMS}")
        for name in ("suicidal", "hopelessness"):
            if getattr(self, name) not in (None, *SCALE):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be 0 to 10")
        for name in ("actions", "account"):
            if len(getattr(self, name)) > LONGEST:
                raise ValueError(f"{name} is too long; it must be {LONGEST} characters at most")

    @property
    def level(self) -> Level | None:
        return level_of(self.suicidal, self.hopelessness)

    def lacks(self) -> tuple[str, ...]:
        """Fields that must be filled in first. Special kinds need none; danger needs action."""
        if self.kind is not Kind.ORDINARY:
            return ()
        wanted = ["problem", "suicidal", "hopelessness"]
        if self.level in DANGER:
            wanted.append("actions")
        return tuple(name for name in wanted if getattr(self, name) in ("", None))


def from_form(fields: Mapping[str, Any]) -> Note:
    """Raises ValueError with the field, its value and what would be right."""
    texts = {name: str(fields.get(name) or "") for name in ("problem", "actions", "account")}
    day = str(fields.get("follow_up") or "")
    return Note(
        kind=Kind(fields.get("kind") or "ordinary"),
        suicidal=_score(fields.get("suicidal")),
        hopelessness=_score(fields.get("hopelessness")),
        follow_up=date.fromisoformat(day) if day else None,
        **texts,
    )


def _score(value: Any) -> int | None:
    if value in (None, ""):
        return None
    return int(value) if str(value).isdecimal() else -1


def to_form(note: Note) -> dict[str, str]:
    """The other way round."""
    return {name: "" if value is None else str(value) for name, value in vars(note).items()}
