"""A mark on a caller's number, by Asterisk's own command line: works with the pages dead."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from deploy.assembly import ZONE, Hotline
from records import audit_log
from records.store import StoreError
from routing import numbers
from routing.asterisk.marks import MARKS, commands
from routing.asterisk.process import find_program, tell

LONGEST_DAYS = 366


def mark_number(hotline: Hotline, options: argparse.Namespace) -> int:
    """Mark a number until a day, or take its marks away, on the record. Returns the exit code."""
    if not 1 <= options.days <= LONGEST_DAYS:
        raise ValueError(f"--days is {options.days}; it must be 1 to {LONGEST_DAYS}")
    until = int(time.time()) + options.days * 86400
    lines = commands(options.number, options.mark, until)
    _note(hotline, options, until)
    program = find_program(hotline.tools)
    for line in lines:
        tell(program, hotline.instance, line)
    if options.mark in MARKS:
        print(f"marked {options.mark} until {datetime.fromtimestamp(until, ZONE):%Y-%m-%d %H:%M}")
    else:
        print("no mark is left on the number")
    return 0


def _note(hotline: Hotline, options: argparse.Namespace, until: int) -> None:
    detail = {"mark": options.mark, "reason": options.why, "until": until}
    ending = numbers.ending(options.number)
    try:
        with hotline.store.session() as session:
            at = datetime.now(UTC)
            audit_log.note(session, at, options.by, "mark", f"number ending {ending}", detail)
    except StoreError as error:
        print(f"warning: the mark is set, but not on record: {error}", file=sys.stderr)
