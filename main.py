"""The 968908 hotline: the command line, and the one place where the parts are put together."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.loading import ConfigErrors
from deploy.applying import apply_plan
from deploy.assembly import FolderTaken, Hotline, PortTaken, load
from deploy.backup import BackupBroken, CityThere, back_up, restore
from deploy.certificates import CertificateFault
from deploy.control import run_control
from deploy.desk import (
    ask_calls,
    ask_check,
    manage_people,
    manage_users,
)
from deploy.drill import REPORT, run_drill
from deploy.emergency import throw_switch
from deploy.keeping import clear_old
from deploy.launch import run_everything
from deploy.line_tests import TestsRunning, call_lines
from deploy.marking import mark_number
from deploy.prompts import PromptFailed
from deploy.roster_options import add_roster
from deploy.sample_city.city import run_city
from deploy.telephones import ask_phone
from deploy.telling import explain_number
from records.copies import CopyBroken
from records.people import ImportErrors
from records.rosters import HardFindings, NotADraft, RosterChanged, RosterMissing
from records.store import StoreError
from records.users import LoginTaken
from routing.asterisk.install import NotLoaded, Unsafe
from routing.asterisk.marks import MARKS
from routing.asterisk.process import AsteriskMissing, AsteriskSilent
from routing.asterisk.session import AmiError
from routing.asterisk.switch import TIERS

ROOT = Path(__file__).parent
PLAIN_ERRORS = (
    AmiError,
    AsteriskMissing,
    AsteriskSilent,
    BackupBroken,
    CertificateFault,
    CityThere,
    ConfigErrors,
    CopyBroken,
    FileExistsError,
    FolderTaken,
    HardFindings,
    ImportErrors,
    LoginTaken,
    NotADraft,
    RosterChanged,
    NotLoaded,
    PortTaken,
    PromptFailed,
    RosterMissing,
    StoreError,
    TestsRunning,
    Unsafe,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    ValueError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 findings (a check or an audit that is not clean), 2 an error."""
    options = _parser().parse_args(arguments)
    try:
        hotline = load(ROOT, options.hotline, options.rules)
        code: int = options.run(hotline, options)
        sys.stdout.flush()
    except PLAIN_ERRORS as error:
        print(f"error: {_plain(error)}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the answer, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 0
    return code


def _plain(error: Exception) -> str:
    """A file that cannot be opened is named without the system's number for it."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be opened: {error.strerror}"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="main.py", description=__doc__)
    parser.add_argument("--hotline", type=Path, default=ROOT / "config" / "hotline.toml")
    parser.add_argument("--rules", type=Path, default=ROOT / "config" / "rules.toml")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_running(commands)
    add_roster(commands)
    _add_people(commands)
    _add_calls(commands)
    _add_keeping(commands)
    _add_users(commands)
    return parser


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_running(commands: Commands) -> None:
    run = commands.add_parser("run", help="start the hotline: Asterisk, control plane, pages")
    run.add_argument(
        "--city", choices=("on", "off"), default="on", help="a sample city in motion (simulated)"
    )
    run.set_defaults(run=_run)
    control = commands.add_parser("control", help="the control plane alone, for a supervisor")
    control.add_argument("--while-stdin-open", action="store_true", help="end with the parent")
    control.add_argument("--sample", action="store_true", help="show the sample logins")
    control.set_defaults(run=run_control)
    city = commands.add_parser("city", help="the sample city's simulated people alone")
    city.add_argument("--while-stdin-open", action="store_true", help="end with the parent")
    city.set_defaults(run=run_city)
    explain = commands.add_parser("explain", help="what would happen to a call to a number")
    explain.add_argument("number", help="in any written form")
    explain.add_argument(
        "--from", dest="caller", default="", help="the caller's number, or: hidden"
    )
    explain.add_argument("--at", help="YYYY-MM-DD HH:MM (default: now, with the switch)")
    explain.set_defaults(run=explain_number)
    apply = commands.add_parser("apply", help="have Asterisk do what hotline.toml says now")
    apply.add_argument("--dry-run", action="store_true", help="only say what would change")
    apply.add_argument(
        "--remove", action="append", default=[], metavar="NUMBER", help="a number that shall go"
    )
    apply.set_defaults(run=apply_plan)
    switch = commands.add_parser("switch", help="emergency: send every call to one tier, and back")
    switch.add_argument("tier", choices=(*TIERS, "off"))
    switch.add_argument("--minutes", type=int, default=60, help="it ends by itself after so many")
    switch.add_argument("--why", required=True, help="the reason, for the record")
    switch.add_argument("--by", required=True, help="your name, for the record")
    switch.set_defaults(run=throw_switch)
    drill = commands.add_parser("drill", help="an outage on purpose, and what became of its calls")
    drill.add_argument("tier", choices=(*TIERS, REPORT), help="report: tell of the last drill")
    drill.add_argument("--minutes", type=int, default=10, help="it ends by itself after so many")
    drill.add_argument("--why", default="", help="the reason, for the record")
    drill.add_argument("--by", default="", help="your name, for the record")
    drill.set_defaults(run=run_drill)
    tests = commands.add_parser("test-call", help="call lines from outside, to see them answered")
    tests.add_argument("lines", nargs="*", metavar="LINE", help="number or id; default: all")
    tests.set_defaults(run=call_lines)
    mark = commands.add_parser("mark", help="limit a number that harasses, or put it through first")
    mark.add_argument("number", help="the caller's, as the records show it")
    mark.add_argument("mark", choices=(*MARKS, "none"))
    mark.add_argument("--days", type=int, default=7, help="it ends by itself after so many")
    mark.add_argument("--why", required=True, help="the reason, for the record")
    mark.add_argument("--by", required=True, help="your name, for the record")
    mark.set_defaults(run=mark_number)
    check = commands.add_parser("check", help="check configuration, people and the duty ahead")
    check.set_defaults(run=lambda hotline, options: ask_check(hotline))


def _run(hotline: Hotline, options: argparse.Namespace) -> int:
    return run_everything(hotline, city=options.city == "on")


def _add_people(commands: Commands) -> None:
    people = commands.add_parser("people", help="the counsellors")
    actions = people.add_subparsers(required=True, metavar="ACTION")
    load_people = actions.add_parser("import", help="add or change people from CSV or Excel")
    load_people.add_argument("file", type=Path)
    actions.add_parser("list", help="everybody who is active")
    phone = actions.add_parser("phone", help="what a counsellor's desk phone has to be told")
    phone.add_argument("id", help="the counsellor's")
    phone.add_argument("--new", action="store_true", help="a new secret; the old one ends")
    people.set_defaults(run=manage_people, file=None)
    phone.set_defaults(run=ask_phone)


def _add_calls(commands: Commands) -> None:
    calls = commands.add_parser("calls", help="the call records")
    calls.add_argument("--last", type=int, default=20, help="how many of the latest calls")
    calls.add_argument("--line", help="only this line")
    calls.add_argument("--outcome", help="answered, abandoned, promised, refused, cutoff or open")
    calls.set_defaults(run=ask_calls)


def _add_keeping(commands: Commands) -> None:
    backup = commands.add_parser("backup", help="everything in one file, while the hotline runs")
    backup.add_argument("file", type=Path, help="a new file; nobody but you reads it")
    backup.set_defaults(run=back_up)
    back = commands.add_parser("restore", help="make the city again from a backup")
    back.add_argument("file", type=Path)
    back.set_defaults(run=restore)
    old = commands.add_parser("retention", help="what has been kept long enough")
    old.add_argument("--clear", action="store_true", help="clear it; otherwise it is only told")
    old.set_defaults(run=clear_old)


def _add_users(commands: Commands) -> None:
    users = commands.add_parser("user", help="who may sign in to the pages")
    actions = users.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a user; asks for the password")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True)
    add.add_argument("--person", help="the counsellor's id, for the role counsellor")
    password = actions.add_parser("password", help="set a new password")
    password.add_argument("login")
    actions.add_parser("list", help="all users")
    users.set_defaults(run=manage_users)


if __name__ == "__main__":
    sys.exit(main())
