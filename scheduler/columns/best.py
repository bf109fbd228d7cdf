"""The best roster so far, always legal, and the bound; what changes is told at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, isfinite

from scheduler.audit import audit
from scheduler.columns.crew import Crew
from scheduler.columns.grid import Grid
from scheduler.columns.nights import as_even
from scheduler.phase import Phase
from scheduler.problem import Problem, Progress, Roster, Solved


@dataclass(kw_only=True)
class Best:
    """For several threads."""

    problem: Problem
    grid: Grid
    report: Callable[[Progress], None]
    began: float = field(default_factory=time.monotonic)
    crew: Crew | None = None
    best: tuple[int, Roster] | None = None
    bound: int = 0
    phase: Phase = Phase.FIRST
    lock: threading.Lock = field(default_factory=threading.Lock)

    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def know(self, known: Solved) -> None:
        """Begins with a legal roster that was told already."""
        self.began -= known.seconds
        self.crew = Crew(self.grid, self.grid.cells(known.roster))
        self.best = known.objective, known.roster

    def offer(self, crew: Crew) -> bool:
        """Takes over a roster that is no worse and that the audit finds legal."""
        cost = round(crew.cost)
        with self.lock:
            if self.best is not None and cost > self.best[0]:
                return False
            if self.best is not None and cost == self.best[0]:
                self.crew = as_even(self.grid, crew)
                return False
            roster = self.grid.roster(crew.cells)
            findings = audit(self.problem, roster)
            price = sum(finding.price for finding in findings)
            worse = self.best is not None and price > self.best[0]  # the grid may say too little
            if worse or any(finding.hard for finding in findings):
                return False
            self.crew = as_even(self.grid, crew)
            self.best = (price, roster)
            self._tell()
            return True

    def bound_found(self, bound: float) -> None:
        """`bound` is without what the grid has as a constant."""
        whole = ceil(bound + self.grid.constant - 1e-4) if isfinite(bound) else 0
        with self.lock:
            if whole > self.bound:
                self.bound = whole if self.best is None else min(whole, self.best[0])
                self._tell()

    def _tell(self) -> None:
        cost = None if self.best is None else self.best[0]
        self.report(Progress(self.elapsed(), cost, self.bound, self.phase))

    def now(self) -> Crew:
        with self.lock:
            assert self.crew is not None  # noqa: S101 - first() has been
            return self.crew.copy()
