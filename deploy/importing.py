"""`main.py roster import`: leave and wishes from Excel; and needs for `roster make`."""

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, datetime
from pathlib import Path

from deploy.assembly import Hotline
from deploy.desk import make_roster
from records import people
from records.workbook import Planned, keep, read_workbook


def import_plans(hotline: Hotline, options: argparse.Namespace) -> int:
    """All of it, or nothing. Raises ImportErrors with each cell that is wrong."""
    planned = _read(hotline, options.file)
    with hotline.store.session() as session:
        keep(session, planned, options.file.name, getpass.getuser(), datetime.now(UTC))
    print(f"{len(planned.absences)} absences and {len(planned.wishes)} wishes imported")
    if planned.needs:
        print(f"needs are not kept; use them with: main.py roster make --needs {options.file}")
    return 0


def make_with_needs(hotline: Hotline, options: argparse.Namespace) -> int:
    typed = () if options.needs is None else _read(hotline, options.needs).needs
    return make_roster(hotline, options, typed)


def _read(hotline: Hotline, file: Path) -> Planned:
    with hotline.store.read() as session:
        known = [person.id for person in people.people(session)]
    shifts = [shift.id for shift in hotline.rules.shifts]
    return read_workbook(file.read_bytes(), file.name, known, shifts)
