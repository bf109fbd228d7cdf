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
    FULL = "full"  # not made: what channels are free are for callers


@dataclass(frozen=True)
class Seen:
    """What became of one test call. `came_as`: the line as which it came back; "" if it did not."""

    result: Result
    carrier: str  # that it went out through; "" when it was not made
    came_as: str = ""
    refused_by: tuple[str, ...] = ()  # carriers that did not take it before

    @property
    def passed(self) -> bool:
        return self.result is Result.PASSED

    @property
    def made(self) -> bool:
        """Whether it says anything about the line."""
        return self.result is not Result.FULL


def room(carrier: Carrier) -> str:
    """How many calls a carrier may have beside a test; "" when nobody counts them.

    A test takes two channels if it comes back by the same carrier.
    """
    return "" if carrier.channels is None else str(max(carrier.channels - 2, 0))


def in_turn(carriers: Sequence[Carrier], tests_so_far: int) -> tuple[Carrier, ...]:
    """All carriers, beginning with the one whose turn it is at this line."""
    first = tests_so_far % len(carriers)
    return (*carriers[first:], *carriers[:first])
