"""Rosters computed for the pages and the command line: one run at a time, saved as a draft."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from scheduler.solving import SolverRun

from dashboard.deps import Cells, RosterRun, RosterRunning
from deploy.assembly import ZONE, Hotline
from records import calls, planning, rosters
from scheduler import demand
from scheduler.audit import audit
from scheduler.problem import Finding, Impossible, Need, OutOfTime, Problem, Roster, Solved

HISTORY = timedelta(weeks=8)
WORKERS = 2


def needs_of(hotline: Hotline, first: date, days: int) -> tuple[Need, ...]:
    """The need for people in each hour, from the calls of the last weeks."""
    now = datetime.now(UTC)
    with hotline.store.read() as session:
        known = calls.history(session, now - HISTORY, now)
    facts = hotline.rules.demand
    targets = demand.Targets(**vars(facts))
    return demand.needs(known, first, days, targets, hotline.rules.rules)


def problem_of(hotline: Hotline, first: date, days: int) -> Problem:
    needs = needs_of(hotline, first, days)
    with hotline.store.read() as session:
        return planning.problem_for(
            session, first, days, hotline.rules.shifts, needs, hotline.rules.rules
        )


def audit_cells(hotline: Hotline, cells: Cells, first: date, days: int) -> tuple[Finding, ...]:
    """What the rules say of these cells; people who are no longer active are left out."""
    problem = problem_of(hotline, first, days)
    known = {worker.id for worker in problem.workers}
    free: tuple[str | None, ...] = (None,) * days
    filled = {worker: tuple(cells.get(worker, free)) for worker in known}
    return audit(problem, Roster(filled))


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


class RosterRuns:
    """At most one run of the solver, its progress, and the draft it ends in."""

    def __init__(self, hotline: Hotline, published: Callable[[], None]) -> None:
        self._hotline = hotline
        self._published = published
        self._lock = threading.Lock()
        self._run: SolverRun | None = None
        self._last: RosterRun | None = None
        self._needs: dict[tuple[date, int, date], tuple[Need, ...]] = {}

    def needs(self, first: date, days: int) -> tuple[Need, ...]:
        """The same for a whole day: history changes slowly, and pages ask often."""
        key = (first, days, datetime.now(ZONE).date())
        if key not in self._needs:
            self._needs = {k: v for k, v in self._needs.items() if k[2] == key[2]}
            self._needs[key] = needs_of(self._hotline, first, days)
        return self._needs[key]

    def start_roster(self, first: date, days: int, seconds: float, by: str) -> None:
        with self._lock:
            if self._run is not None:
                raise RosterRunning("a roster is being computed already; stop it first")
            problem = problem_of(self._hotline, first, days)
            self._run = SolverRun(problem, seconds, seed=1, workers=WORKERS)
            self._run.start()
        threading.Thread(target=self._finish, args=(self._run, problem, by), daemon=True).start()

    def stop_roster(self) -> None:
        run = self._run
        if run is not None:
            run.stop()

    def roster_progress(self) -> RosterRun | None:
        run = self._run
        if run is None:
            return self._last
        return RosterRun(running=True, points=_points(run))

    def _finish(self, run: SolverRun, problem: Problem, by: str) -> None:
        run.wait(None)
        self._last = self._ended(run, problem, by)
        self._run = None

    def _ended(self, run: SolverRun, problem: Problem, by: str) -> RosterRun:
        points = _points(run)
        match run.outcome:
            case Solved(roster=roster, objective=objective, bound=bound):
                with self._hotline.store.session() as session:
                    draft = rosters.save_draft(
                        session, problem.first, roster, objective, bound, by, datetime.now(UTC)
                    )
                    number = draft.id
                words = {"zh": "已得到排班草稿", "en": "A draft is ready"}
                return RosterRun(False, points, words, number)
            case Impossible(findings=findings):
                words = {"zh": "没有符合硬性规则的排班", "en": "No roster keeps all hard rules"}
                return RosterRun(False, points, words, None, findings)
            case OutOfTime():
                words = {"zh": "时间内没有得到排班", "en": "No roster was found in time"}
                return RosterRun(False, points, words)
            case _:
                words = {"zh": "排班计算意外中断", "en": "The solver ended unexpectedly"}
                return RosterRun(False, points, words)

    def publish(self, roster_id: int, by: str, override_reason: str | None) -> None:
        """Audit and put in force. Raises what records.rosters raises."""
        with self._hotline.store.read() as session:
            row = rosters.by_id(session, roster_id)
        cells = rosters.roster_of(row).cells
        findings = audit_cells(self._hotline, cells, row.first, row.days)
        with self._hotline.store.session() as session:
            rosters.publish(session, roster_id, findings, by, datetime.now(UTC), override_reason)
        self._published()

    def audit(self, cells: Cells, first: date, days: int) -> tuple[Finding, ...]:
        return audit_cells(self._hotline, cells, first, days)


def _points(run: SolverRun) -> tuple[tuple[float, int | None, int], ...]:
    return tuple((p.seconds, p.objective, p.bound) for p in run.progress)


class Telephones(Protocol):
    """What is needed of the control plane."""

    def sign_in(self, person: str) -> None: ...

    def sign_out(self, person: str) -> None: ...

    def pause(self, person: str, reason: str, seconds: int) -> None: ...

    def resume(self, person: str) -> None: ...


class Desk:
    """Everything that the pages may do: dashboard.deps.Actions."""

    def __init__(self, telephones: Telephones, runs: RosterRuns) -> None:
        self.sign_in = telephones.sign_in
        self.sign_out = telephones.sign_out
        self.pause = telephones.pause
        self.resume = telephones.resume
        self.start_roster = runs.start_roster
        self.stop_roster = runs.stop_roster
        self.roster_progress = runs.roster_progress
        self.audit = runs.audit
        self.publish = runs.publish
