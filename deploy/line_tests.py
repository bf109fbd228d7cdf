"""Test calls through the lines, one after another: on a schedule, and by `main.py test-call`."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from deploy.assembly import FolderTaken, Hotline, hold
from records import line_tests
from routing.asterisk.base import AMI_USER
from routing.asterisk.line_test import Telephone, call_line, new_token
from routing.asterisk.session import NotConnected, Session
from routing.line_tests import Result, Seen, in_turn
from routing.plan import Line

CONNECTING = 10  # seconds

_chance = random.SystemRandom()


class TestsRunning(Exception):
    """Lines are being tested by another process."""


def try_lines(
    hotline: Hotline, telephone: Telephone, lines: Iterable[Line]
) -> Iterator[tuple[Line, Seen]]:
    """Calls each line by the carrier whose turn it is; what was seen is on record, alarms follow.

    Raises TestsRunning, AmiError.
    """
    lock = _hold(hotline)
    for line in lines:
        with hotline.store.read() as session:
            carriers = in_turn(hotline.plan.carriers, line_tests.count(session, line.id))
        seen = call_line(telephone, line, carriers, new_token(_chance), time.time, time.sleep)
        at = datetime.now(UTC)
        with hotline.store.session() as session:
            line_tests.note(session, line.id, seen, at)
            line_tests.settle_alarms(session, hotline.plan.lines, at)
        yield line, seen
    del lock


def _hold(hotline: Hotline) -> object:
    """Two tests at once would take each other's secret away."""
    try:
        return hold(hotline.data / "line_tests.lock")
    except FolderTaken as error:
        raise TestsRunning("the lines are being tested already; try again in a while") from error


def call_lines(hotline: Hotline, options: argparse.Namespace) -> int:
    """Tests the lines that are named, or all. Returns the exit code: 1 when one failed."""
    lines = _named(hotline, options.lines)
    session = Session(
        "127.0.0.1",
        hotline.facts.listen.ami_port,
        AMI_USER,
        hotline.keys["ami"],
        on_picture=lambda events: None,
        clock=time.time,
    )
    session.start()
    try:
        if not session.wait_until_connected(CONNECTING):
            raise NotConnected(
                f"Asterisk does not answer: {session.fault}; is the hotline running?"
            )
        passed = [_tell(line, seen) for line, seen in try_lines(hotline, session, lines)]
    finally:
        session.stop()
    print(f"{sum(passed)} of {len(passed)} lines passed")
    return 0 if all(passed) else 1


def _named(hotline: Hotline, wanted: list[str]) -> tuple[Line, ...]:
    known = {line.id: line for line in hotline.plan.lines}
    by_number = {line.number: line for line in hotline.plan.lines}
    found = [known.get(name) or by_number.get(name) for name in wanted or known]
    for name, line in zip(wanted, found, strict=False):
        if line is None:
            right = f"a number or an id of a line: {', '.join(known)}"
            raise ValueError(f"line is {name!r}; it must be {right}")
    return tuple(line for line in found if line is not None)


_WORDS = {
    Result.PASSED: "passed",
    Result.ELSEWHERE: "FAILED: the call came back as line {0.came_as}",
    Result.UNHEARD: "FAILED: the call was answered, but did not come back to us with its tones",
    Result.UNANSWERED: "FAILED: nobody answered",
    Result.REFUSED: "FAILED: no carrier took the call",
    Result.FULL: "not tested: no channel free that callers do not need",
}


def _tell(line: Line, seen: Seen) -> bool:
    refused = f" (refused by {', '.join(seen.refused_by)})" if seen.refused_by else ""
    words = _WORDS[seen.result].format(seen)
    by = f", by {seen.carrier}" if seen.carrier else ""
    print(f"{line.number} {line.id}{by}: {words}{refused}", flush=True)
    return seen.passed
