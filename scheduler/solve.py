"""Solves a rostering problem within a given time, telling how it gets on.

Problems of many people, and those with needs of shifts, go to column generation
(`scheduler.columns`), all others to CP-SAT.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ortools.sat.python import cp_model

from scheduler.anneal import anneal
from scheduler.audit import audit, objective
from scheduler.check import refuse_mistakes
from scheduler.greedy import first_roster
from scheduler.model import Model, build
from scheduler.phase import Phase
from scheduler.problem import (
    Finding,
    Impossible,
    OutOfTime,
    Problem,
    Progress,
    Roster,
    Solved,
)
from scheduler.rules import BREAKABLE, firm

# Cells of a roster times shifts: how long to anneal. The solver alone does small ones best.
SMALL = 300
MANY = 20  # people from which on CP-SAT's bound is far off; measured, docs/decisions/08
CELLS_A_SECOND = 300
STEPS_A_CELL = 20  # where work and not time is the limit
POLL = 0.1  # seconds between two looks at stop()
EXPLAIN = 10.0  # most seconds for finding out what stands in the way
# What breaking a hard rule costs while we look for what stands in the way of a legal roster: open
# hours are named first, then what was entered by hand, and the protection of people last.
IN_THE_WAY = dict.fromkeys(BREAKABLE, 2000) | {"absences": 600, "fixed": 200}
IN_THE_WAY |= {"never_empty": 3, "least_on_duty": 1}

Outcome = Solved | Impossible | OutOfTime


def no_report(progress: Progress) -> None:
    """For those who do not want to know."""


def never() -> bool:
    return False


def solve(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 1,
    workers: int = 2,
    report: Callable[[Progress], None] = no_report,
    stop: Callable[[], bool] = never,
    work: float | None = None,
    without: frozenset[str] = frozenset(),
) -> Outcome:
    """The best roster found within `seconds`, with a bound on how good any roster can be.

    With one worker and a limit of `work` (CP-SAT's deterministic time) the seed decides the roster.
    `without` leaves rules out by name. Raises BadProblem.
    """
    refuse_mistakes(problem)
    if not without and _suits_columns(problem):
        found = _by_columns(problem, seconds, seed, workers, report, stop, work)
        if found is not None:
            return found
    began = time.monotonic()
    model = build(problem, without)
    run = _Run(model, report, stop, began)
    first = first_roster(problem)
    run.legal(first)
    left = began + seconds - time.monotonic()
    if left > 0 and not without:
        run.phase = Phase.CHANGES
        first = _annealed(run, first, left, seed, work)
        run.legal(first)
    model.hint(first, left / 10)
    run.phase = Phase.MODEL
    status = run.solve(seconds, seed, workers, work)
    if status == cp_model.INFEASIBLE:
        left = max(1.0, min(EXPLAIN, began + seconds - time.monotonic()))
        return Impossible(_in_the_way(problem, without, left, seed, workers, stop))
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(f"CP-SAT refuses the model: {model.cp.validate()}")
    if run.best is None:
        return OutOfTime(run.bound)
    cost, roster = run.best
    bound = cost if status == cp_model.OPTIMAL else min(cost, run.bound)
    return Solved(roster, cost, bound, time.monotonic() - began)


def _cells(problem: Problem) -> int:
    return len(problem.workers) * problem.days * len(problem.shifts)


def _suits_columns(problem: Problem) -> bool:
    many = bool(problem.shift_needs) or len(problem.workers) >= MANY
    return many and _cells(problem) >= SMALL


def _by_columns(
    problem: Problem,
    seconds: float,
    seed: int,
    workers: int,
    report: Callable[[Progress], None],
    stop: Callable[[], bool],
    work: float | None,
) -> Solved | None:
    """By column generation; None where it cannot take the problem or finds nobody a legal row."""
    began = time.monotonic()
    known = _at_once(problem, report)
    from scheduler.columns.engine import NotFound, search  # imports numba, which takes a second
    from scheduler.columns.grid import Unsuited

    try:
        return search(
            problem,
            seconds=seconds,
            seed=seed,
            workers=workers,
            report=report,
            stop=stop,
            work=work,
            known=known and replace(known, seconds=time.monotonic() - began),
        )
    except (Unsuited, NotFound):
        return None


def _at_once(problem: Problem, report: Callable[[Progress], None]) -> Solved | None:
    """A legal roster before numba is loaded, which compiles for some 20 seconds the first time.

    Needs of shifts are not known to the greedy way.
    """
    if problem.shift_needs:
        return None
    began = time.monotonic()
    roster = first_roster(problem)
    findings = audit(problem, roster)
    if any(finding.hard for finding in findings):
        return None
    cost, taken = sum(finding.price for finding in findings), time.monotonic() - began
    report(Progress(taken, cost, 0))
    return Solved(roster, cost, 0, taken)


@dataclass
class _Run:
    """One run of the solver; its callbacks come from several threads."""

    model: Model
    report: Callable[[Progress], None]
    stop: Callable[[], bool]
    began: float
    best: tuple[int, Roster] | None = None
    bound: int = 0
    phase: Phase = Phase.FIRST
    lock: threading.Lock = field(default_factory=threading.Lock)

    def solve(
        self, seconds: float, seed: int, workers: int, work: float | None
    ) -> cp_model.CpSolverStatus:
        solver = cp_model.CpSolver()
        limits = solver.parameters
        limits.max_time_in_seconds = max(0.01, self.began + seconds - time.monotonic())
        if work is not None:
            limits.max_deterministic_time = work
        limits.random_seed = seed % 2**31
        limits.num_workers = workers
        limits.linearization_level = 2  # measured: worth more than any other setting
        solver.best_bound_callback = self.bound_moved
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(solver, done), daemon=True)
        watcher.start()
        try:
            status = solver.solve(self.model.cp, _Improvements(self))
        finally:
            done.set()
            watcher.join()
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.improved(self.model.roster(solver.boolean_value), solver.best_objective_bound)
        return status

    def _watch(self, solver: cp_model.CpSolver, done: threading.Event) -> None:
        while not done.wait(POLL):
            if self.stop():
                solver.stop_search()

    def improved(self, roster: Roster, bound: float) -> None:
        """The solver may leave a priced variable too high; the audit's price is the true one."""
        cost = objective(self.model.problem, roster)
        with self.lock:
            if self.best is None or cost < self.best[0]:
                self.best = (cost, roster)
                self._tell(bound, always=True)

    def legal(self, roster: Roster) -> None:
        """A roster from elsewhere: an answer if it keeps the hard rules."""
        if not any(finding.hard for finding in audit(self.model.problem, roster)):
            self.improved(roster, 0)

    def bound_moved(self, bound: float) -> None:
        with self.lock:
            self._tell(bound, always=False)

    def _tell(self, bound: float, always: bool) -> None:
        whole = math.ceil(bound - 1e-6) if math.isfinite(bound) else 0
        if whole > self.bound or always:
            self.bound = max(self.bound, whole)
            cost = None if self.best is None else self.best[0]
            self.report(Progress(time.monotonic() - self.began, cost, self.bound, self.phase))


def _annealed(run: _Run, first: Roster, left: float, seed: int, work: float | None) -> Roster:
    """The first roster after many small changes, for up to half of the time that is left."""
    problem = run.model.problem
    cells = _cells(problem)
    if cells < SMALL:
        return first
    return anneal(
        problem,
        first,
        seconds=min(left / 2, cells / CELLS_A_SECOND),
        seed=seed,
        stop=run.stop,
        report=run.legal,
        steps=None if work is None else STEPS_A_CELL * cells,
    )


class _Improvements(cp_model.CpSolverSolutionCallback):
    def __init__(self, run: _Run) -> None:
        super().__init__()
        self._run = run

    def on_solution_callback(self) -> None:
        run = self._run
        run.improved(run.model.roster(self.boolean_value), self.best_objective_bound)
        if run.stop():
            self.stop_search()


def _breakable(problem: Problem) -> Problem:
    """The same where the only prices are those for breaking what may not be broken."""
    rules, kept = problem.rules, firm(problem.rules)
    rules = replace(
        rules,
        price_short=int(rules.need_is_hard),
        price_over=0,
        price_night_spread=0,
        price_hours_off=0,
        price_weekend=0,
        price_holiday=0,
        price_standby=0,
        price_supervisor=0,
        need_is_hard=False,
        prices={name: price if name in kept else 0 for name, price in IN_THE_WAY.items()},
    )
    return replace(problem, rules=rules, wishes=(), shift_needs=())


def _in_the_way(
    problem: Problem,
    without: frozenset[str],
    seconds: float,
    seed: int,
    workers: int,
    stop: Callable[[], bool],
) -> tuple[Finding, ...]:
    """The hard findings of the roster that breaks the hard rules least."""
    run = _Run(build(_breakable(problem), without), no_report, stop, time.monotonic())
    run.solve(seconds, seed, workers, None)
    if run.best is None:
        return ()
    return tuple(finding for finding in audit(problem, run.best[1]) if finding.hard)
