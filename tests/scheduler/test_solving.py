"""The solver as a child process: progress, stop, and a child that is killed."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import pytest

from scheduler.audit import audit
from scheduler.change import Away
from scheduler.check import BadProblem
from scheduler.problem import Progress, Solved
from scheduler.repaired import Repaired
from scheduler.sample import sample_problem
from scheduler.solving import Died, MendJob, Outcome, SolverRun, mend
from tests.scheduler.builders import problem, roster, worker

PATIENCE = 60.0


def test_a_small_roster_is_solved() -> None:
    ended: list[Outcome] = []
    asked = problem(worker("ann"), worker("bob", no_nights=True), days=2)
    run = SolverRun(asked, seconds=30, workers=1, on_end=ended.append)
    got = run.outcome(PATIENCE)
    assert isinstance(got, Solved) and not run.running
    assert got.roster == roster(ann="nn", bob="dd")
    assert ended == [got]
    run.stop()  # too late, and harmless


@pytest.mark.slow
def test_stop_keeps_the_best_so_far() -> None:
    asked, better = sample_problem(1), threading.Event()

    def progress(point: Progress) -> None:
        if point.objective is not None:
            better.set()

    run = SolverRun(asked, seconds=300, workers=1, on_progress=progress)
    assert better.wait(PATIENCE)
    assert os.getpriority(os.PRIO_PROCESS, run.pid) >= 10
    run.stop()
    got = run.outcome(PATIENCE)
    assert isinstance(got, Solved) and got.seconds < PATIENCE
    assert [f for f in audit(asked, got.roster) if f.hard] == []


@pytest.mark.slow
def test_a_killed_child_is_told_and_kills_nobody() -> None:
    begun = threading.Event()
    ended: list[Outcome] = []
    run = SolverRun(
        sample_problem(1),
        seconds=300,
        workers=1,
        on_progress=lambda _point: begun.set(),
        on_end=ended.append,
    )
    assert begun.wait(PATIENCE)
    os.kill(run.pid, signal.SIGKILL)
    got = run.outcome(PATIENCE)
    assert isinstance(got, Died) and got.code == -signal.SIGKILL
    assert "信号 9" in got.message["zh"] and "signal 9" in got.message["en"]
    assert ended == [got]
    run.stop()


def test_mistakes_are_told_before_anything_is_begun() -> None:
    with pytest.raises(BadProblem, match="horizon: days is 0"):
        SolverRun(replace(sample_problem(1, 4, days=2), days=0), seconds=1)


def test_a_repair_is_looked_for_in_the_child_too() -> None:
    asked = problem(worker("ann"), worker("bob", no_nights=True), worker("cyd"), days=2)
    published = roster(ann="dd", bob="--", cyd="nn")
    found = mend(MendJob(asked, published, Away("ann", 1, 1), now=0, seconds=PATIENCE))
    assert isinstance(found, Repaired)
    moves = found.alternatives[0].moves
    assert [(move.worker, move.day, move.after) for move in moves] == [("bob", 1, "day")]
    with pytest.raises(ValueError, match="worker is 'dan'"):
        mend(MendJob(asked, published, Away("dan", 1, 1), now=0, seconds=1))
