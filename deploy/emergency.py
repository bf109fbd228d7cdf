"""The emergency switch: one command sends everything to a tier, and one brings it back.

It speaks to Asterisk by Asterisk's own command line, and to nothing else before that: it works
with the control plane and the database dead.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from deploy.assembly import ZONE, Hotline
from records import audit_log
from records.store import StoreError
from routing.asterisk import switch
from routing.asterisk.process import find_program, tell

LONGEST_MINUTES = 24 * 60


def throw_switch(hotline: Hotline, options: argparse.Namespace) -> int:
    """Throw the switch, or bring everything back, on the record. Returns the exit code."""
    if not 1 <= options.minutes <= LONGEST_MINUTES:
        raise ValueError(f"--minutes is {options.minutes}; it must be 1 to {LONGEST_MINUTES}")
    tier = None if options.tier == "off" else options.tier
    until = int(time.time()) + options.minutes * 60
    send_all(hotline, tier, until)
    note(hotline, options.by, options.tier, options.why, until if tier else None)
    if tier is None:
        print("all tiers are as the plan says")
    else:
        print(f"everything goes to {tier} until {datetime.fromtimestamp(until, ZONE):%m-%d %H:%M}")
    return 0


def send_all(hotline: Hotline, tier: str | None, until: int) -> None:
    """Every call to a tier until an instant; None: as the plan says. Raises AsteriskSilent."""
    program = find_program(hotline.tools)
    for command in switch.commands(tier, until):
        tell(program, hotline.instance, command)


def note(hotline: Hotline, by: str, tier: str, why: str, until: int | None) -> None:
    """On record, if the records can be reached: what was done stands in any case."""
    detail = {"why": why, "until": until}
    try:
        with hotline.store.session() as session:
            at = datetime.now(UTC)
            audit_log.note(session, at, by, "switch", tier, detail)
    except StoreError as error:
        print(f"warning: the switch is thrown, but not on record: {error}", file=sys.stderr)
