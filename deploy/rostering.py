"""Rosters computed for the pages and the command line: one run at a time, saved as a draft."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, Protocol, TypeVar

from dashboard.deps import Cells, RosterRun, RosterRunning, Tried
from deploy.assembly import ZONE, Hotline
from deploy.callers import Callers
from deploy.switchboard import Switchboard
from deploy.trying import try_out
from records import calls, in_force, planning, rosters, week_needs
from records.store import Store
from records.workbook import Needed
from routing.live import Way
from scheduler import demand
from scheduler.audit import audit
from scheduler.check import LONGEST
from scheduler.phase import Phase
from scheduler.problem import (
    HOURS_A_DAY,
    Finding,
    Impossible,
    Need,
    Problem,
    Progress,
    Roster,
    Solved,
    whole,
)
from scheduler.solving import Died, Outcome, SolverRun, mend
from scheduler.why import Candidate, Why

HISTORY = timedelta(weeks=57)  # more than a year: how busy holidays are
WORKERS = 2

T = TypeVar("T")
Point = tuple[float, int | None, int]  # seconds, objective, bound


def needs_of(hotline: Hotline, first: date, days: int) -> tuple[Need, ...]:
    """The need for people in each hour: from the calls of the last weeks, or as it was set."""
    return as_set(hotline.store, forecast_of(hotline, first, days), first, days)


def forecast_of(hotline: Hotline, first: date, days: int) -> tuple[Need, ...]:
    refuse_horizon(days)
    known = recent_calls(hotline)
    return demand.needs(known, first, days, hotline.rules.demand, hotline.rules.rules)


def as_set(store: Store, forecast: tuple[Need, ...], first: date, days: int) -> tuple[Need, ...]:
    """With the hours of the week that somebody has set instead."""
    with store.read() as session:
        known = week_needs.table(session)
    return with_typed(forecast, week_needs.of_days(known, first, days), first, days)


def reasons_of(hotline: Hotline, first: date, days: int) -> tuple[demand.Reasoned, ...]:
    """The same with the reasons of each hour."""
    refuse_horizon(days)
    known = recent_calls(hotline)
    return demand.explain_needs(known, first, days, hotline.rules.demand, hotline.rules.rules)


def recent_calls(hotline: Hotline) -> list[calls.CallTimes]:
    today = datetime.combine(datetime.now(ZONE).date(), time(), ZONE)
    with hotline.store.read() as session:
        return calls.history(session, today - HISTORY, today)


def refuse_horizon(days: int) -> None:
    """Raises ValueError, before anything is computed for it."""
    if not 1 <= days <= LONGEST:
        raise ValueError(f"horizon: days is {days}; it must be 1 to {LONGEST}")


def refuse_nobody(problem: Problem) -> None:
    """Raises ValueError where the hotline has no people yet."""
    if not problem.workers:
        raise ValueError("there are no people yet; add them: main.py people import FILE")


def with_typed(
    needs: tuple[Need, ...], typed: Sequence[Needed], first: date, days: int
) -> tuple[Need, ...]:
    """Raises ValueError with every need of a day that is not of these."""
    faults = [
        f"{need.place}: day is {need.day}; it must be {first} to {first + timedelta(days - 1)}"
        for need in typed
        if not 0 <= (need.day - first).days < days
    ]
    if faults:
        raise ValueError("\n".join(faults))
    told = {
        ((need.day - first).days * HOURS_A_DAY + hour, need.qualification): need.people
        for need in typed
        for hour in range(need.begins, need.ends)
    }
    kept = [need for need in needs if (need.hour, need.qualification) not in told]
    return (*kept, *(Need(hour, people, kind) for (hour, kind), people in told.items()))


def problem_of(
    hotline: Hotline, first: date, days: int, needs: tuple[Need, ...] | None = None
) -> Problem:
    """The problem of these days; `needs` when they are known already."""
    if needs is None:
        needs = needs_of(hotline, first, days)
    with hotline.store.read() as session:
        return planning.problem_for(
            session, first, days, hotline.rules.shifts, needs, hotline.rules.rules
        )


def unknown_in_pairs(hotline: Hotline) -> list[dict[str, str]]:
    """A rule about somebody who does not exist would be kept without a word, by nobody."""
    with hotline.store.read() as session:
        return planning.unknown_in_pairs(session, hotline.rules.rules)


def audit_cells(
    hotline: Hotline,
    cells: Cells,
    first: date,
    days: int,
    needs: tuple[Need, ...] | None = None,
) -> tuple[Finding, ...]:
    """What the rules say of these cells; people who are no longer active are left out."""
    return audit_of(problem_of(hotline, first, days, needs), cells)


def audit_of(problem: Problem, cells: Cells) -> tuple[Finding, ...]:
    known = {worker.id for worker in problem.workers}
    free: tuple[str | None, ...] = (None,) * problem.days
    filled = {worker: tuple(cells.get(worker, free)) for worker in known}
    return audit(problem, Roster(filled))


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


class Daily(Generic[T]):
    """Computed once a day for each period: history changes slowly, and pages ask often."""

    def __init__(self, compute: Callable[[date, int], T]) -> None:
        self._compute = compute
        self._known: dict[tuple[date, int, date], T] = {}

    def of(self, first: date, days: int) -> T:
        today = datetime.now(ZONE).date()
        if (first, days, today) not in self._known:
            self._known = {key: kept for key, kept in self._known.items() if key[2] == today}
            self._known[first, days, today] = self._compute(first, days)
        return self._known[first, days, today]


class RosterRuns:
    """At most one run of the solver, its progress, and the draft it ends in."""

    def __init__(self, hotline: Hotline, published: Callable[[], None]) -> None:
        self._hotline = hotline
        self._published = published
        self._lock = threading.Lock()
        self._run: SolverRun | None = None
        self._last: RosterRun | None = None
        self._points: list[Point] = []
        self._phase = Phase.FIRST
        self._forecasts = Daily(lambda first, days: forecast_of(hotline, first, days))
        self._reasons = Daily(lambda first, days: reasons_of(hotline, first, days))

    def needs(self, first: date, days: int) -> tuple[Need, ...]:
        """What was set by hand holds at once; the forecast is the same for a whole day."""
        return as_set(self._hotline.store, self._forecasts.of(first, days), first, days)

    def reasons(self, first: date, days: int) -> tuple[demand.Reasoned, ...]:
        return self._reasons.of(first, days)

    def start_roster(
        self, first: date, days: int, seconds: float, by: str, fixed: planning.Fixed
    ) -> None:
        with self._lock:
            if self._run is not None:
                raise RosterRunning("a roster is being computed already; stop it first")
            self._points, self._phase = [], Phase.FIRST
            if mistakes := unknown_in_pairs(self._hotline):
                told = {each: "\n".join(words[each] for words in mistakes) for each in ("zh", "en")}
                self._last = RosterRun(running=False, message=told)
                return
            problem = planning.with_fixed(problem_of(self._hotline, first, days), fixed)
            self._run = SolverRun(
                problem,
                seconds=seconds,
                workers=WORKERS,
                on_progress=self._progress,
                on_end=lambda outcome: self._finish(outcome, first, by, fixed),
            )

    def _progress(self, progress: Progress) -> None:
        self._points.append((progress.seconds, progress.objective, progress.bound))
        self._phase = progress.phase

    def stop_roster(self) -> None:
        """Ends the run soon; the best roster so far becomes the draft."""
        run = self._run
        if run is not None:
            run.stop()

    def roster_progress(self) -> RosterRun | None:
        if self._run is None:
            return self._last
        return RosterRun(running=True, points=tuple(self._points), phase=self._phase)

    def _finish(self, outcome: Outcome, first: date, by: str, fixed: planning.Fixed) -> None:
        self._last = self._ended(outcome, first, by, fixed)
        self._run = None

    def _ended(self, outcome: Outcome, first: date, by: str, fixed: planning.Fixed) -> RosterRun:
        points = tuple(self._points)
        match outcome:
            case Solved(roster=roster, objective=objective, bound=bound):
                with self._hotline.store.session() as session:
                    at = datetime.now(UTC)
                    pins = {person: sorted(days) for person, days in fixed.items()}
                    draft = rosters.save_draft(
                        session, first, roster, objective, bound, by, at, pins=pins
                    )
                    number = draft.id
                words = {"zh": "已得到排班草稿", "en": "A draft is ready"}
                return RosterRun(False, points, words, number)
            case Impossible(findings=findings):
                words = {"zh": "没有符合硬性规则的排班", "en": "No roster keeps all hard rules"}
                return RosterRun(False, points, words, None, findings)
            case Died(message=message):
                return RosterRun(False, points, message)
            case _:
                words = {"zh": "时间内没有得到排班", "en": "No roster was found in time"}
                return RosterRun(False, points, words)

    def publish(self, roster_id: int, by: str, override_reason: str | None) -> None:
        """Audit and put in force. Raises what records.rosters raises."""
        with self._hotline.store.read() as session:
            row = rosters.by_id(session, roster_id)
        roster = rosters.roster_of(row)
        findings = audit_cells(self._hotline, roster.cells, row.first, row.days)
        with self._hotline.store.session() as session:
            at = datetime.now(UTC)
            rosters.publish(session, roster_id, findings, by, at, override_reason, roster)
        self._published()

    def duty_changed(self) -> None:
        self._published()

    def try_out(self, roster_id: int, *, replay: bool) -> Tried:
        return try_out(self._hotline, roster_id, replay=replay)

    def who_may_work(self, at: datetime) -> tuple[Candidate, ...] | None:
        """By the roster in force; who would begin within a shift is judged by the whole of it."""
        today = at.astimezone(ZONE).date()
        with self._hotline.store.read() as session:
            row = in_force.version_on(session, today)
        if row is None:
            return None
        problem = problem_of(self._hotline, row.first, row.days, self.needs(row.first, row.days))
        why = Why(problem, whole(problem, rosters.roster_of(row)))
        return why.off_duty((today - row.first).days * HOURS_A_DAY + at.astimezone(ZONE).hour)

    def audit(self, cells: Cells, first: date, days: int) -> tuple[Finding, ...]:
        return audit_cells(self._hotline, cells, first, days, self.needs(first, days))


class Calls(Protocol):
    """What a supervisor may do to callers and calls."""

    def supervise(self, person: str, uniqueid: str, way: Way) -> None: ...

    def call_help(self, person: str, number: str) -> None: ...

    def let_go(self, person: str) -> None: ...

    def steer(self, uniqueid: str, where: str) -> None: ...


class Desk:
    """Everything that the pages may do: dashboard.deps.Actions."""

    def __init__(
        self, telephones: Switchboard, callers: Callers, calls: Calls, runs: RosterRuns
    ) -> None:
        self.sign_in = telephones.sign_in
        self.sign_out = telephones.sign_out
        self.pause = telephones.pause
        self.resume = telephones.resume
        self.call_back = telephones.call_back
        self.mark = telephones.mark
        self.switch = telephones.switch
        self.hand_on = callers.hand_on
        self.consult = callers.consult
        self.endanger = callers.endanger
        self.supervise = calls.supervise
        self.call_help = calls.call_help
        self.let_go = calls.let_go
        self.steer = calls.steer
        self.who_may_work = runs.who_may_work
        self.start_roster = runs.start_roster
        self.stop_roster = runs.stop_roster
        self.roster_progress = runs.roster_progress
        self.audit = runs.audit
        self.publish = runs.publish
        self.duty_changed = runs.duty_changed
        self.repair = mend
        self.try_out = runs.try_out
