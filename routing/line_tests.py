"""Test calls through the lines: how one may end, and which carrier's turn it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from routing.plan import Carrier


class Result(StrEnum):
    PASSED = "passed"
    ELSEWHERE = "elsewhere"  # came back as another line
    UNHEARD = "unheard"  # was answered, but its tones did not reach us
    UNANSWERED = "unanswered"
    REFUSED = "refused"  # no carrier took it


@dataclass(frozen=True)
class Seen:
    """What became of one test call. `came_as`: the line as which it came back; "" if it did not."""

    result: Result
    carrier: str  # that it went out through
    came_as: str = ""
    refused_by: tuple[str, ...] = ()  # carriers that did not take it before

    @property
    def passed(self) -> bool:
        return self.result is Result.PASSED


def in_turn(carriers: Sequence[Carrier], tests_so_far: int) -> tuple[Carrier, ...]:
    """All carriers, beginning with the one whose turn it is at this line."""
    first = tests_so_far % len(carriers)
    return (*carriers[first:], *carriers[:first])
