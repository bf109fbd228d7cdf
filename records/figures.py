"""The figures that a hotline is judged by, defined here and nowhere else. Pure.

Calls, answered calls and the answer rate (接通率) are those of the 2010 form of work reports.
Service level, ASA, abandonment and the longest wait are what crisis lines measure themselves by
(Lifeline Australia's metrics). No national target is known: a city sets its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from routing.calls import Outcome

ANSWER_SECONDS = 20  # within which a call counts for the service level

K = TypeVar("K")


@dataclass(frozen=True)
class Course:
    """How one inbound call went. Instants are aware."""

    line: str
    arrived_at: datetime
    answered_at: datetime | None
    outcome: str | None

    @property
    def wait(self) -> float | None:
        """Seconds until somebody answered; None when nobody did."""
        return (self.answered_at - self.arrived_at).total_seconds() if self.answered_at else None


@dataclass(frozen=True)
class Figures:
    """Of inbound calls. Rates from 0 to 1; None where there is nothing to divide by."""

    offered: int
    answered: int
    abandoned: int
    promised: int
    cut_off: int
    refused: int
    answer_rate: float | None  # 接通率: answered / all that have ended or were answered
    service_level: float | None  # answered within `answer_seconds` / the same
    asa_seconds: float | None  # average speed of answer, of those who were answered
    longest_wait_seconds: float | None  # of those who were answered

    @property
    def abandonment(self) -> float | None:
        """放弃率: hung up before anybody answered / all."""
        return self.abandoned / self.offered if self.offered else None


def measure(courses: Iterable[Course], answer_seconds: int = ANSWER_SECONDS) -> Figures:
    kept = list(courses)
    waits = [wait for course in kept if (wait := course.wait) is not None]
    outcomes = Counter(course.outcome for course in kept)
    settled = sum(1 for course in kept if course.answered_at or course.outcome)
    return Figures(
        offered=len(kept),
        answered=len(waits),
        abandoned=outcomes[Outcome.ABANDONED.value],
        promised=outcomes[Outcome.PROMISED.value],
        cut_off=outcomes[Outcome.CUT_OFF.value],
        refused=outcomes[Outcome.REFUSED.value],
        answer_rate=len(waits) / settled if settled else None,
        service_level=sum(w <= answer_seconds for w in waits) / settled if settled else None,
        asa_seconds=sum(waits) / len(waits) if waits else None,
        longest_wait_seconds=max(waits, default=None),
    )


def measure_by(
    courses: Iterable[Course],
    key: Callable[[Course], K],
    answer_seconds: int = ANSWER_SECONDS,
) -> dict[K, Figures]:
    """The figures of each group; a group without calls is not there."""
    groups: defaultdict[K, list[Course]] = defaultdict(list)
    for course in courses:
        groups[key(course)].append(course)
    return {name: measure(group, answer_seconds) for name, group in groups.items()}
