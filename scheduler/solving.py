"""Runs the solver in a niced child process, so that neither its work nor its death touches others.

Parent and child talk over pipes. Down: the job, then one byte to stop; the end of the pipe means
that the parent is gone, and the child stops too. Up: progress, at last the outcome.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scheduler.change import Change, changed
from scheduler.check import refuse_mistakes
from scheduler.problem import Impossible, OutOfTime, Problem, Progress, Roster, Solved
from scheduler.repaired import Repaired

NICENESS = 10
STOP = b"s"
Report = Callable[[Progress], None]
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Died:
    """The child ended without an outcome."""

    message: dict[str, str]
    code: int  # exit code; below 0 the signal that killed it


Outcome = Solved | Impossible | OutOfTime | Died
Mended = Repaired | Impossible | OutOfTime | Died


@dataclass(frozen=True)
class Job:
    """What the child does. The solvers are loaded there alone."""

    problem: Problem
    seconds: float
    seed: int
    workers: int

    def work(self, report: Report, stop: Callable[[], bool]) -> Solved | Impossible | OutOfTime:
        from scheduler.solve import solve

        return solve(
            self.problem,
            seconds=self.seconds,
            seed=self.seed,
            workers=self.workers,
            report=report,
            stop=stop,
        )


@dataclass(frozen=True)
class MendJob:
    """A published roster and what has happened to it; `now` in minutes from its first midnight."""

    problem: Problem
    roster: Roster
    change: Change
    now: int
    seconds: float

    def work(self, _report: Report, _stop: Callable[[], bool]) -> Repaired | Impossible | OutOfTime:
        from scheduler.repair import repair

        return repair(self.problem, self.roster, self.change, now=self.now, seconds=self.seconds)


class SolverRun:
    """One run, begun at once. `on_progress` and `on_end` are called from a thread of their own.

    Raises BadProblem before anything is begun.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        seconds: float,
        seed: int = 1,
        workers: int = 2,
        on_progress: Callable[[Progress], None] = lambda _progress: None,
        on_end: Callable[[Outcome], None] = lambda _outcome: None,
    ) -> None:
        refuse_mistakes(problem)
        self._on_progress = on_progress
        self._on_end = on_end
        self._outcome: Outcome | None = None
        self._child = _start(Job(problem, seconds, seed, workers))
        self._reader = threading.Thread(target=self._read, name="roster solver", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._reader.is_alive()

    def stop(self) -> None:
        """Ends the run soon; its outcome is the best so far. May be called at any time."""
        with suppress(OSError, ValueError):  # it may have ended already
            _write(self._child.stdin, STOP)

    def outcome(self, timeout: float | None = None) -> Outcome | None:
        """Waits for the end; None when it has not come within `timeout` seconds."""
        self._reader.join(timeout)
        return self._outcome

    def _read(self) -> None:
        for message in _messages(self._child.stdout):
            if isinstance(message, Progress):
                self._on_progress(message)
            elif not isinstance(message, Repaired):
                self._outcome = message
        code = self._child.wait()
        _close(self._child)
        if self._outcome is None:
            self._outcome = Died(_how_it_died(code), code)
        self._on_end(self._outcome)


def mend(job: MendJob) -> Mended:
    """Waits for the child's answer. Raises BadProblem, ValueError for an absurd change."""
    refuse_mistakes(changed(job.problem, job.change))
    child = _start(job)
    answers = [each for each in _messages(child.stdout) if not isinstance(each, Progress | Solved)]
    code = child.wait()
    _close(child)
    return answers[-1] if answers else Died(_how_it_died(code), code)


def _start(job: Job | MendJob) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "scheduler.solving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with suppress(OSError):  # where it died at once, the reader sees that
        _write(child.stdin, pickle.dumps(job))
    return child


Message = Progress | Solved | Repaired | Impossible | OutOfTime


def _write(pipe: IO[bytes] | None, data: bytes) -> None:
    if pipe is not None:
        pipe.write(data)
        pipe.flush()


def _messages(pipe: IO[bytes] | None) -> Iterator[Message]:
    """What the child says, until its pipe ends; a message that was cut off is none."""
    while pipe is not None:
        try:
            yield pickle.load(pipe)  # noqa: S301 - from our own child
        except (EOFError, pickle.UnpicklingError):
            return


def _close(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):  # bytes were left for a child that is gone
                pipe.close()


def _how_it_died(code: int) -> dict[str, str]:
    if code < 0:
        return {
            "zh": f"排班计算进程被终止（信号 {-code}），没有得到结果。可能内存不足，请重新计算。",
            "en": f"The solver's process was killed (signal {-code}) without a result. "
            "Memory may have run out; please start again.",
        }
    return {
        "zh": f"排班计算进程异常退出（代码 {code}），没有得到结果。请重新计算并查看日志。",
        "en": f"The solver's process ended with code {code} and without a result. "
        "Please start again and look at the log.",
    }


def child(commands: IO[bytes], answers: IO[bytes]) -> None:
    """The child's side: reads the job, solves, and stops on a byte or when the parent is gone."""
    job: Job | MendJob = pickle.load(commands)  # noqa: S301 - from our own parent
    stopped = threading.Event()

    def wait_for_stop() -> None:
        commands.read(1)
        stopped.set()

    threading.Thread(target=wait_for_stop, daemon=True).start()
    outcome = job.work(
        lambda progress: _write(answers, pickle.dumps(progress)),
        stopped.is_set,
    )
    _write(answers, pickle.dumps(outcome))


def main() -> None:
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the messages
    child(os.fdopen(os.dup(0), "rb"), answers)
    answers.flush()
    os._exit(0)  # the thread that still reads must not hold up the end


if __name__ == "__main__":
    # Under its real name: what is pickled as __main__ could not be read by the parent.
    from scheduler import solving

    solving.main()
