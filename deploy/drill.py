"""`main.py drill`: an outage on purpose, with an end and a report of what became of its callers."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from deploy.assembly import ZONE, Hotline
from deploy.emergency import LONGEST_MINUTES, note, send_all
from records import drills
from records.drills import Drill, Outcome

REPORT = "report"  # instead of a tier: tell of the last drill
READ_SECONDS = 5  # until the last calls are in the records


def run_drill(
    hotline: Hotline, options: argparse.Namespace, wait: Callable[[float], None] = time.sleep
) -> int:
    """Throws the switch, waits for its end, reports. Returns the exit code.

    It ends by itself, also when this command is gone; Ctrl-C ends it at once.
    """
    if options.tier != REPORT:
        _hold(hotline, options, wait)
    with hotline.store.read() as session:
        drill = drills.last_drill(session)
        if drill is None:
            print("no drill is on record")
            return 1
        ends = min(drill.ends, datetime.now(UTC))
        found = drills.outcome(session, drill.begins, ends)
    for line in in_words(drill, ends, found):
        print(line)
    return 0


def _hold(hotline: Hotline, options: argparse.Namespace, wait: Callable[[float], None]) -> None:
    if not 1 <= options.minutes <= LONGEST_MINUTES:
        raise ValueError(f"--minutes is {options.minutes}; it must be 1 to {LONGEST_MINUTES}")
    for name in ("why", "by"):
        if not getattr(options, name):
            raise ValueError(f"--{name} is missing; a drill needs a reason and a name")
    until = int(time.time()) + options.minutes * 60
    with hotline.store.session() as session:  # no drill without a record: its report needs it
        drills.note(session, datetime.now(UTC), options.by, options.tier, options.why, until)
    send_all(hotline, options.tier, until)
    end = datetime.fromtimestamp(until, ZONE)
    print(f"drill: everything goes to {options.tier} until {end:%H:%M:%S}; Ctrl-C ends it now")
    try:
        wait(max(0.0, until - time.time()))
    except KeyboardInterrupt:
        send_all(hotline, None, until)
        note(hotline, options.by, "off", "the drill was ended early", None)
    wait(READ_SECONDS)


def in_words(drill: Drill, ends: datetime, found: Outcome) -> Iterator[str]:
    """The report, line by line."""
    begins, until = drill.begins.astimezone(ZONE), ends.astimezone(ZONE)
    figures = found.figures
    yield (
        f"drill of {begins:%Y-%m-%d %H:%M:%S} to {until:%H:%M:%S}: everything to {drill.tier},"
        f" by {drill.by}: {drill.why}"
    )
    yield (
        f"{figures.offered} calls: {figures.answered} answered, {figures.promised} promised a"
        f" call-back, {found.lost} lost, {found.going_on} still waiting"
    )
    yield from (f"  {name} answered {count}" for name, count in found.answered_by.items())
    yield (
        f"  lost: {figures.abandoned} hung up before, {figures.refused} refused,"
        f" {figures.cut_off} cut off"
    )
    yield f"{found.to_call_back} callers are still to be called back"
