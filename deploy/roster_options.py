"""The options of `main.py roster …`, and which function carries each of them out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.desk import ask_audit, list_rosters, publish_roster
from deploy.explaining import explain_roster
from deploy.exporting import FORMATS, ask_demand, export_roster
from deploy.importing import import_plans, make_with_needs
from deploy.mending import repair_roster
from deploy.simulating import simulate_roster

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_roster(commands: Commands) -> None:
    roster = commands.add_parser("roster", help="make, audit and publish rosters")
    actions = roster.add_subparsers(required=True, metavar="ACTION")
    make = actions.add_parser("make", help="compute a draft")
    make.add_argument("--first", help="first day, YYYY-MM-DD (default: next Monday)")
    make.add_argument("--days", type=int, default=28)
    make.add_argument("--seconds", type=float, default=60, help="time limit of the solver")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--needs", type=Path, help="an Excel file whose sheet `needs` goes first")
    _add_plot(make)
    make.set_defaults(run=make_with_needs)
    audit = actions.add_parser("audit", help="what the rules say of a roster")
    audit.add_argument("id", type=int, nargs="?", help="default: the latest draft")
    audit.set_defaults(run=ask_audit)
    listing = actions.add_parser("list", help="all rosters, the newest first")
    listing.set_defaults(run=list_rosters)
    publish = actions.add_parser("publish", help="put a draft in force")
    publish.add_argument("id", type=int)
    publish.add_argument("--by", required=True, help="your name, for the record")
    publish.add_argument("--override", metavar="REASON", help="publish although rules are broken")
    publish.set_defaults(run=publish_roster)
    _add_explain(actions)
    _add_repair(actions)
    _add_whatif(actions)
    _add_demand(actions)
    _add_export(actions)
    plans = actions.add_parser("import", help="leave and wishes from Excel, all or nothing")
    plans.add_argument("file", type=Path)
    plans.set_defaults(run=import_plans)


def _add_horizon(command: argparse.ArgumentParser) -> None:
    command.add_argument("--first", help="first day, YYYY-MM-DD (default: next Monday)")
    command.add_argument("--days", type=int, default=28)


def _add_plot(command: argparse.ArgumentParser) -> None:
    command.add_argument("--plot", metavar="FILE.png", help="a plot as well; - for the terminal")


def _add_explain(actions: Commands) -> None:
    explain = actions.add_parser("explain", help="why no roster exists, and the ways out")
    explain.add_argument("id", type=int, nargs="?", help="with --cell, --hour: which roster")
    explain.add_argument("--cell", nargs=2, metavar=("PERSON", "DAY"), help="why, and who else")
    explain.add_argument("--hour", nargs=2, metavar=("DAY", "HOUR"), help="who is missing, and why")
    _add_horizon(explain)
    explain.add_argument("--seconds", type=float, default=60, help="time limit")
    explain.set_defaults(run=explain_roster)


def _add_repair(actions: Commands) -> None:
    repair = actions.add_parser("repair", help="mend a published roster, or check a swap")
    repair.add_argument("id", type=int, nargs="?", help="default: the last one published")
    what = repair.add_mutually_exclusive_group(required=True)
    what.add_argument("--sick", nargs=3, metavar=("PERSON", "FIRST", "LAST"))
    what.add_argument("--leaves", nargs=2, metavar=("PERSON", "FIRST"))
    what.add_argument(
        "--need", nargs="+", metavar="DAY HOURS PEOPLE", help="2026-12-24 18-22 5 [qualification]"
    )
    what.add_argument("--swap", nargs="+", metavar="PERSON PERSON DAY", help="and further days")
    what.add_argument("--give", nargs=3, metavar=("GIVER", "TAKER", "DAY"))
    repair.add_argument("--at", help="YYYY-MM-DD HH:MM: what begins before never moves (now)")
    repair.add_argument("--seconds", type=float, default=5, help="time limit of the solver")
    repair.add_argument("--save", type=int, metavar="N", help="keep that way as a draft")
    repair.add_argument("--by", help="your name, for the record")
    repair.add_argument("--override", metavar="REASON", help="save although rules are broken")
    repair.set_defaults(run=repair_roster)


def _add_whatif(actions: Commands) -> None:
    whatif = actions.add_parser("whatif", help="simulate the line under a roster and the plan")
    whatif.add_argument("id", type=int, nargs="?", help="default: the latest draft")
    whatif.add_argument("--replay", action="store_true", help="recorded calls, not the forecast")
    whatif.add_argument("--replications", type=int, default=30)
    whatif.add_argument("--seed", type=int, default=1)
    whatif.add_argument("--json", action="store_true", help="for programs")
    _add_plot(whatif)
    whatif.set_defaults(run=simulate_roster)


def _add_demand(actions: Commands) -> None:
    demand = actions.add_parser("demand", help="how many people each hour needs, and why")
    demand.add_argument("--first", help="first day, YYYY-MM-DD (default: next Monday)")
    demand.add_argument("--days", type=int, default=7)
    _add_plot(demand)
    demand.set_defaults(run=ask_demand)


def _add_export(actions: Commands) -> None:
    export = actions.add_parser("export", help="a roster as Excel, CSV, JSON or iCalendar")
    export.add_argument("id", type=int, nargs="?", help="default: the latest draft")
    export.add_argument("--format", choices=FORMATS, default="xlsx")
    export.add_argument("--person", help="only this person's shifts")
    export.add_argument("--out", type=Path, help="a file (default: standard output)")
    export.set_defaults(run=export_roster)
