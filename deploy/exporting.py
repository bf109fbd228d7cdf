"""`main.py roster export` and `main.py roster demand`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta

from deploy import panels, rostering
from deploy.assembly import ZONE, Hotline
from deploy.desk import draft_or
from deploy.explaining import first_day
from deploy.plotting import check_target, plot
from deploy.reasons import say
from records import exports, people, rosters
from scheduler.problem import HOURS_A_DAY, Roster

FORMATS = ("xlsx", "csv", "json", "ics")


def export_roster(hotline: Hotline, options: argparse.Namespace) -> int:
    """To a file, or to standard output. Raises ValueError for somebody who is not on the roster."""
    if options.out is None and options.format == "xlsx" and sys.stdout.isatty():
        raise ValueError("--out is missing; it must be a file for Excel, such as roster.xlsx")
    row = draft_or(hotline, options.id)
    cells = rosters.roster_of(row).cells
    if options.person is not None:
        if options.person not in cells:
            raise ValueError(f"--person is {options.person!r}; it must be somebody on the roster")
        cells = {options.person: cells[options.person]}
    with hotline.store.read() as session:
        staff = people.people(session, active_only=False)
    sites = {site.id: site.name for site in hotline.plan.sites}
    names = {p.id: (p.name, sites.get(p.site, p.site)) for p in staff}
    title = f"排班 {row.first}"
    shown = exports.table(title, row.first, Roster(cells), names, hotline.rules.shifts)
    data = _bytes(shown, options.format)
    if options.out is None:
        sys.stdout.buffer.write(data)
    else:
        options.out.write_bytes(data)
        staff_count, days = len(shown.rows), len(shown.days)
        zh = f"{options.out}：{staff_count} 人，{days} 天"
        say({"zh": zh, "en": f"{staff_count} people, {days} days"})
    return 0


def _bytes(shown: exports.Table, form: str) -> bytes:
    match form:
        case "xlsx":
            return exports.as_excel(shown)
        case "csv":
            return exports.as_csv(shown)
        case "json":
            return exports.as_json(shown)
        case _:
            return exports.as_calendar(shown, datetime.now(UTC), ZONE)


def ask_demand(hotline: Hotline, options: argparse.Namespace) -> int:
    """The need of each hour with its reasons. Raises ValueError."""
    check_target(options.plot)
    first = first_day(options.first)
    reasons = rostering.reasons_of(hotline, first, options.days)
    for reasoned in reasons:
        day = first + timedelta(days=reasoned.hour // HOURS_A_DAY)
        words = reasoned.words()
        print(f"{day:%m-%d} {reasoned.hour % HOURS_A_DAY:02}:00  {words['zh']} / {words['en']}")
    plot([panels.demand(reasons)], options.plot)
    return 0
