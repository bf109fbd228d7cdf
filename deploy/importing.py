"""`main.py roster import`: leave and wishes from Excel; and needs for `roster make`."""

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, datetime
from pathlib import Path

from deploy.assembly import Hotline
from deploy.desk import make_roster
from deploy.reasons import say
from records import people
from records.workbook import Planned, keep, read_workbook


def import_plans(hotline: Hotline, options: argparse.Namespace) -> int:
    """All of it, or nothing. Raises ImportErrors with each cell that is wrong."""
    planned = _read(hotline, options.file)
    with hotline.store.session() as session:
        keep(session, planned, options.file.name, getpass.getuser(), datetime.now(UTC))
    leave, wishes = len(planned.absences), len(planned.wishes)
    en = f"{leave} absences and {wishes} wishes imported"
    say({"zh": f"已导入 {leave} 条请假、{wishes} 条意愿", "en": en})
    if planned.needs:
        way = f"main.py roster make --needs {options.file}"
        say({"zh": f"需要不保存；使用：{way}", "en": f"needs are not kept; use them with: {way}"})
    return 0


def make_with_needs(hotline: Hotline, options: argparse.Namespace) -> int:
    typed = () if options.needs is None else _read(hotline, options.needs).needs
    return make_roster(hotline, options, typed)


def _read(hotline: Hotline, file: Path) -> Planned:
    with hotline.store.read() as session:
        known = [person.id for person in people.people(session)]
    shifts = [shift.id for shift in hotline.rules.shifts]
    return read_workbook(file.read_bytes(), file.name, known, shifts)
