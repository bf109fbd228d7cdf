"""Test calls through the lines: what each line's last one saw, and the alarms that follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from records import alarms
from records.tables import LineTest
from routing.line_tests import Result, Seen
from routing.plan import Line

ALARM, CARRIER_ALARM = "test_call", "carrier"


@dataclass(frozen=True)
class LastTest:
    at: datetime
    seen: Seen


def note(session: Session, line: str, seen: Seen, at: datetime) -> None:
    session.add(
        LineTest(
            line=line,
            at=at,
            carrier=seen.carrier,
            result=seen.result.value,
            came_as=seen.came_as,
            refused_by=list(seen.refused_by),
        )
    )
    session.flush()
    if seen.made:
        alarms.clear_alarm(session, ALARM, line, at)  # one that is open would keep its old words


def count(session: Session, line: str) -> int:
    """How often the line was tested."""
    wanted = select(func.count()).select_from(LineTest).where(LineTest.line == line)
    return session.scalar(wanted) or 0


def latest(session: Session) -> dict[str, LastTest]:
    """Line -> its last test, made or not."""
    return _latest(session, select(func.max(LineTest.id)))


def latest_made(session: Session) -> dict[str, LastTest]:
    """Line -> its last test that says anything about it."""
    made = LineTest.result != Result.FULL.value
    return _latest(session, select(func.max(LineTest.id)).where(made))


def _latest(session: Session, last: Select[int]) -> dict[str, LastTest]:
    wanted = select(LineTest).where(LineTest.id.in_(last.group_by(LineTest.line)))
    return {row.line: LastTest(row.at, _seen(row)) for row in session.scalars(wanted)}


def _seen(row: LineTest) -> Seen:
    return Seen(Result(row.result), row.carrier, row.came_as, tuple(row.refused_by))


def settle_alarms(session: Session, lines: Iterable[Line], at: datetime) -> None:
    """One open alarm for each line of the plan whose last test failed, with what was seen, and one
    for each carrier that did not take the last test call that was offered to it."""
    known = latest_made(session)
    failed = {
        line.id: {
            "result": last.seen.result.value,
            "carrier": last.seen.carrier,
            "came_as": last.seen.came_as,
        }
        for line in lines
        if (last := known.get(line.id)) and not last.seen.passed
    }
    alarms.settle(session, ALARM, failed, at)
    alarms.settle(session, CARRIER_ALARM, _refusing(known.values()), at)


def _refusing(tests: Iterable[LastTest]) -> dict[str, dict[str, int]]:
    """Carrier -> when, of those whose latest test it was that they refused."""
    refused: dict[str, dict[str, int]] = {}
    for test in sorted(tests, key=lambda each: each.at):
        refused.pop(test.seen.carrier, None)
        refused.update({each: {"at": int(test.at.timestamp())} for each in test.seen.refused_by})
    return refused
