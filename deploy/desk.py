"""The commands that ask and change without starting anything."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dashboard.display import mask
from dashboard.passwords import hash_password
from deploy import panels, rostering
from deploy.assembly import ZONE, Hotline
from deploy.certificates import CertificateFault, ends_soon
from deploy.checking import plan_faults
from deploy.explaining import first_day
from deploy.findings import tell_findings
from deploy.plotting import check_target, plot
from deploy.reasons import both, say
from records import audit_log, calls, duty, people, rosters, users
from records.tables import RosterRow
from records.workbook import Needed
from routing.duty import empty_hours, table
from scheduler.problem import Impossible, OutOfTime, Progress, Solved

STATUS = {"draft": "草稿", "published": "已发布", "withdrawn": "已撤回"}


def ask_check(hotline: Hotline) -> int:
    """Configuration (already read), people, and whether somebody is on duty in each hour ahead."""
    limits = hotline.plan.limits
    now = datetime.now(ZONE)
    epoch = int(now.timestamp())
    last = now.date() + timedelta(hours=limits.window_hours + 24)
    with hotline.store.read() as session:
        staff = people.people(session)
        shifts = duty.shifts_between(session, hotline.rules.shifts, now.date(), last, ZONE)
    faults = [both(words) for words in rostering.unknown_in_pairs(hotline)]
    faults += _certificate_faults(hotline)
    faults += [said["en"] for said in plan_faults(hotline)]
    wanted = table(shifts, epoch, limits.slot, limits.window_hours, frozenset())
    for empty in empty_hours(wanted, limits.slot):
        begins, ends = (datetime.fromtimestamp(t, ZONE) for t in (empty.begins, empty.ends))
        faults.append(f"nobody is on duty from {begins:%m-%d %H:%M} to {ends:%m-%d %H:%M}")
    for fault in faults:
        print(fault)
    print(f"{len(hotline.plan.lines)} lines, {len(staff)} people, {len(faults)} finding(s)")
    return 1 if faults else 0


def _certificate_faults(hotline: Hotline) -> list[str]:
    try:
        pair = hotline.certificate()
        soon = ends_soon(pair, datetime.now(UTC)) if pair else None
    except CertificateFault as fault:
        return [str(fault)]
    return [soon] if soon else []


def make_roster(hotline: Hotline, options: argparse.Namespace, typed: Sequence[Needed] = ()) -> int:
    """Compute a draft and keep it; needs that were typed in go before those forecast.

    Raises ValueError where rules.toml names people who do not exist.
    """
    check_target(options.plot)
    if mistakes := rostering.unknown_in_pairs(hotline):
        raise ValueError("\n".join(both(words) for words in mistakes))
    if options.seconds <= 0:
        raise ValueError(f"--seconds is {options.seconds:g}; it must be more than 0")
    first = first_day(options.first)
    needs = rostering.with_typed(
        rostering.needs_of(hotline, first, options.days), typed, first, options.days
    )
    problem = rostering.problem_of(hotline, first, options.days, needs)
    rostering.refuse_nobody(problem)
    points: list[Progress] = []

    def report(point: Progress) -> None:
        points.append(point)
        _progress(point)

    from scheduler.solve import solve  # imports OR-Tools, which takes half a second

    outcome = solve(problem, seconds=options.seconds, seed=options.seed, workers=2, report=report)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    match outcome:
        case Solved(roster=roster, objective=objective, bound=bound):
            with hotline.store.session() as session:
                row = rosters.save_draft(
                    session, first, roster, objective, bound, who(), datetime.now(UTC)
                )
                number = row.id
            zh = f"草稿 {number}：代价 {objective}，下界 {bound}；详见 main.py roster audit"
            en = f"draft {number}: objective {objective}, bound {bound}; see: main.py roster audit"
            say({"zh": zh, "en": en})
            plot([panels.cover(problem, roster), panels.progress(points)], options.plot)
            return 0
        case Impossible(findings=findings):
            zh = "没有符合全部硬性规则的排班；原因：main.py roster explain"
            say({"zh": zh, "en": "no roster keeps all hard rules; why: main.py roster explain"})
            tell_findings(problem, findings)
            return 1
        case OutOfTime(bound=bound):
            zh = f"{options.seconds:g} 秒内没有得到排班；请用 --seconds 多给时间"
            en = f"no roster within {options.seconds:g} s (bound {bound}); give more --seconds"
            say({"zh": zh, "en": en})
            return 1


def _progress(progress: Progress) -> None:
    end = "\r" if sys.stderr.isatty() else "\n"
    print(progress_line(progress), end=end, file=sys.stderr, flush=True)


def progress_line(progress: Progress) -> str:
    """Of less than 80 columns: on a terminal each is written over the one before."""
    objective = "-" if progress.objective is None else str(progress.objective)
    phase = progress.phase.words
    return (
        f"{progress.seconds:6.1f} s  目标值 objective {objective:>6}"
        f"  下界 bound {progress.bound:>6}  {phase['zh']} {phase['en']:<13}"
    )


def who() -> str:
    """Who is at this terminal, for the record."""
    return getpass.getuser()


def ask_audit(hotline: Hotline, options: argparse.Namespace) -> int:
    row = draft_or(hotline, options.id)
    cells = rosters.roster_of(row).cells
    problem = rostering.problem_of(hotline, row.first, row.days)
    findings = rostering.audit_of(problem, cells)
    tell_findings(problem, findings)
    hard, cost = sum(f.hard for f in findings), sum(f.price for f in findings)
    soft = len(findings) - hard
    zh = f"排班 {row.id}：违反硬性规则 {hard} 处，其他 {soft} 处，代价 {cost}"
    en = f"roster {row.id} ({row.status}): {hard} hard, {soft} soft findings, {cost} points"
    say({"zh": zh, "en": en})
    return 1 if hard else 0


def draft_or(hotline: Hotline, number: int | None) -> RosterRow:
    with hotline.store.read() as session:
        if number is not None:
            return rosters.by_id(session, number)
        row = rosters.latest_draft(session)
    if row is None:
        raise rosters.RosterMissing("there is no draft; make one: main.py roster make")
    return row


def list_rosters(hotline: Hotline, _options: argparse.Namespace) -> int:
    with hotline.store.read() as session:
        rows = rosters.listing(session)
    if not rows:
        way = "main.py roster make"
        say({"zh": f"还没有排班；计算：{way}", "en": f"no rosters yet; make one: {way}"})
    for row in rows:
        status = f"{STATUS[row.status]} {row.status}"
        print(f"{row.id:>4}  {status:<13} {row.first} {row.days:>3} 天 days{_worth(row)}")
    return 0


def _worth(row: RosterRow) -> str:
    """What is known of the draft's objective; one that was mended has no bound."""
    objective = "" if row.objective is None else f"  目标值 objective {row.objective}"
    return objective + ("" if row.bound is None else f"  下界 bound {row.bound}")


def publish_roster(hotline: Hotline, options: argparse.Namespace) -> int:
    row = draft_or(hotline, options.id)
    roster = rosters.roster_of(row)
    findings = rostering.audit_cells(hotline, roster.cells, row.first, row.days)
    with hotline.store.session() as session:
        at = datetime.now(UTC)
        rosters.publish(session, row.id, findings, options.by, at, options.override, roster)
    zh = f"排班 {row.id} 自 {row.first} 起执行，共 {row.days} 天"
    say({"zh": zh, "en": f"roster {row.id} is in force from {row.first} for {row.days} days"})
    return 0


def manage_people(hotline: Hotline, options: argparse.Namespace) -> int:
    if options.file is None:
        return _list_people(hotline)
    rows = people.read_people_file(options.file.read_bytes(), options.file.name)
    with hotline.store.session() as session:
        count = people.import_people(session, rows, {s.id: s.name for s in hotline.plan.sites})
        at = datetime.now(UTC)
        audit_log.note(session, at, who(), "people.import", options.file.name, {"rows": count})
    print(f"{count} people imported; a running hotline knows them within a minute")
    return 0


def _list_people(hotline: Hotline) -> int:
    with hotline.store.read() as session:
        for person in people.people(session):
            skills = " ".join(person.qualifications)
            print(f"{person.id:<10} {person.name:<8} {person.site:<10} {skills}")
    return 0


def ask_calls(hotline: Hotline, options: argparse.Namespace) -> int:
    """The latest calls; numbers are masked, as on the pages."""
    wanted = calls.CallFilter(line=options.line, outcome=options.outcome, per_page=options.last)
    with hotline.store.read() as session:
        page = calls.search(session, wanted)
    for row in page.rows:
        at = row.arrived_at.astimezone(ZONE)
        number = mask(row.caller, hotline.plan.area) if row.caller else "hidden"
        what = row.outcome or "open"
        print(f"{at:%m-%d %H:%M:%S}  {row.line:<10} {number:<14} {what:<10} {row.person or ''}")
    print(f"{len(page.rows)} of {page.total} calls")
    return 0


def manage_users(hotline: Hotline, options: argparse.Namespace) -> int:
    with hotline.store.session() as session:
        if options.action == "list":
            for user in users.users(session):
                print(f"{user.login:<12} {user.role:<14} {user.name}")
            return 0
        hashed = hash_password(_ask_password())
        if options.action == "add":
            users.add_user(
                session, options.login, options.name, options.role, hashed, options.person
            )
        elif not users.set_password(session, options.login, hashed):
            raise ValueError(f"there is no user {options.login!r}; see: main.py user list")
        at = datetime.now(UTC)
        audit_log.note(session, at, who(), f"user.{options.action}", options.login, {})
    print("done")
    return 0


def _ask_password() -> str:
    """From the terminal, or one line of standard input."""
    if sys.stdin.isatty():
        password = getpass.getpass("password: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if len(password) < 10:
        raise ValueError(f"the password has {len(password)} characters; it must have at least 10")
    return password
