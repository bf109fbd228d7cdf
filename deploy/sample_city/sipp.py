"""SIPp as a child process: every run has an end, and its own counts are read back."""

from __future__ import annotations

import csv
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Whatever becomes of us: the kernel ends `timeout` with its parent, and that ends SIPp.
ENDING_WITH_US = ("setpriv", "--pdeathsig", "TERM", "timeout", "-k", "5")


@dataclass(frozen=True)
class Counts:
    """SIPp's own figures at the end of a run."""

    created: int
    successful: int
    failed: int


@dataclass
class Sipp:
    """One SIPp run. `address` and `port` are its own; `limit` seconds end it in any case."""

    command: Path
    folder: Path
    scenario: str
    address: str
    port: int
    remote: str = ""  # "host:port" of the hotline; empty for those who answer
    calls: int | None = None
    lines: Sequence[Sequence[str]] = ()
    order: str = "SEQUENTIAL"
    rate: float = 1.0  # calls a second
    stay_ms: int = 1000
    limit: int = 120
    more: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> Sipp:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "scenario.xml").write_text(self.scenario, encoding="utf-8")
        arguments = [
            *("-sf", "scenario.xml", "-i", self.address, "-p", str(self.port), "-nostdin"),
            *("-timeout", f"{self.limit}s", "-timeout_error", "-d", str(self.stay_ms)),
            *self._pace(),
            *(
                "-trace_stat",
                "-stf",
                "counts.csv",
                "-fd",
                "1",
                "-trace_err",
                "-error_file",
                "errors",
            ),
            *self._lines(),
            *(("-m", str(self.calls)) if self.calls else ()),
            *self.more,
        ]
        remote = [self.remote] if self.remote else []
        with (self.folder / "screen").open("wb") as screen:
            self.process = subprocess.Popen(
                [*ENDING_WITH_US, str(self.limit + 20), str(self.command), *remote, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
            )
        return self

    def _pace(self) -> Iterable[str]:
        if self.rate >= 1:
            return ("-r", str(round(self.rate * 100)), "-rp", "100000")
        return ("-r", "1", "-rp", str(round(1000 / self.rate)))

    def _lines(self) -> Iterable[str]:
        if not self.lines:
            return ()
        text = "\n".join([self.order, *(";".join(line) for line in self.lines)]) + "\n"
        (self.folder / "lines.csv").write_text(text, encoding="utf-8")
        return ("-inf", "lines.csv")

    def wait(self) -> Counts:
        """Wait for the run's own end and read its counts."""
        assert self.process is not None  # noqa: S101
        self.process.wait(self.limit + 30)
        return self.counts()

    def counts(self) -> Counts:
        with (self.folder / "counts.csv").open(encoding="utf-8") as file:
            row = list(csv.DictReader(file, delimiter=";"))[-1]
        created = int(row["OutgoingCall(C)"] or 0) + int(row["IncomingCall(C)"] or 0)
        return Counts(created, int(row["SuccessfulCall(C)"]), int(row["FailedCall(C)"]))

    def stop(self) -> None:
        """End it now, whatever it is doing."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        deadline = time.monotonic() + 5
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
