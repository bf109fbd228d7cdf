"""What a repair of a published roster found, as data that knows no solver."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.problem import Finding, Problem, Roster


@dataclass(frozen=True)
class Move:
    """One cell that changes."""

    worker: str
    day: int
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Alternative:
    roster: Roster
    moves: tuple[Move, ...]  # without the shifts that were missed
    people: tuple[str, ...]  # touched
    open_hours: int  # person-hours that were covered, or are newly needed, and are not covered
    notice: int  # hours by which the notice of the moves is shorter than three days, in all
    price: int  # points of the roster
    extra: int  # the same, above the published roster's before the change
    findings: tuple[Finding, ...]  # broken hard rules that the published roster did not break
    least: bool  # nothing above is less in any legal repair (of those not listed before)

    @property
    def disruption(self) -> tuple[int, int, int, int]:
        return self.open_hours, len(self.people), len(self.moves), self.notice


@dataclass(frozen=True)
class Repaired:
    problem: Problem  # as it is now
    alternatives: tuple[Alternative, ...]
