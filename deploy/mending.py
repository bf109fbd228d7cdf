"""`main.py roster repair`: a published roster mended, or two people's swap checked."""

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, date, datetime, time

from deploy import rostering
from deploy.assembly import ZONE, Hotline
from deploy.moment import moment
from deploy.reasons import day_index, last_roster, say
from records import people, rosters
from records.tables import RosterRow
from scheduler.audit import audit, objective
from scheduler.change import Away, Change, NewNeed
from scheduler.problem import HOURS_A_DAY, Impossible, OutOfTime, Problem, Roster, whole
from scheduler.repaired import Alternative, Move
from scheduler.swap import Cells, Judge, give, swap, unmovable


def repair_roster(hotline: Hotline, options: argparse.Namespace) -> int:
    """Exit code 0 when there is a lawful way, 1 when there is none. Raises ValueError."""
    row = last_roster(hotline, options.id)
    problem = rostering.problem_of(hotline, row.first, row.days)
    roster = whole(problem, rosters.roster_of(row))
    now = _minutes(row.first, options.at)
    if options.swap or options.give:
        return _exchange(hotline, row, problem, roster, now, options)
    return _mend(hotline, row, problem, roster, now, options)


def _minutes(first: date, at: str | None) -> int:
    return int((moment(at) - datetime.combine(first, time(), ZONE)).total_seconds() // 60)


def _exchange(
    hotline: Hotline,
    row: RosterRow,
    problem: Problem,
    roster: Roster,
    now: int,
    options: argparse.Namespace,
) -> int:
    if options.swap:
        if len(options.swap) < 3:
            raise ValueError("--swap needs two people and at least one day")
        one, other, *days = options.swap
        if one == other:
            raise ValueError(f"--swap names {one!r} twice; it must name two people")
        cells = swap(problem, roster, one, other, [day_index(row, day) for day in days])
    else:
        giver, taker, day = options.give
        cells = give(problem, roster, giver, taker, day_index(row, day))
    faults = unmovable(problem, roster, cells, now)
    if faults:
        raise ValueError("\n".join(faults))
    return _tell_verdict(hotline, row, Judge(problem, roster), cells, options)


def _tell_verdict(
    hotline: Hotline, row: RosterRow, judge: Judge, cells: Cells, options: argparse.Namespace
) -> int:
    verdict = judge.verdict(cells)
    for finding in verdict.broken:
        say({k: f"{text} ({finding.rule})" for k, text in finding.message.items()})
    if verdict.lawful:
        say({"zh": f"可以，代价 {verdict.price:+}", "en": f"lawful, price {verdict.price:+}"})
    else:
        say({"zh": "不可以", "en": "not lawful"})
    if options.save:
        _save(hotline, row, judge.problem, verdict.roster, options)
    return 0 if verdict.lawful else 1


def _change(row: RosterRow, problem: Problem, options: argparse.Namespace) -> Change:
    if options.sick:
        person, first, last = options.sick
        begin, end = day_index(row, first), day_index(row, last)
        if end < begin:
            raise ValueError(f"--sick ends on {last}; it must end on {first} or later")
        return Away(person, begin, end)
    if options.leaves:
        person, first = options.leaves
        return Away(person, day_index(row, first), problem.days - 1, "离职")
    if options.need:
        if len(options.need) not in (3, 4):
            raise ValueError("--need must be like: 2026-12-24 18-22 5 crisis")
        day, hours, people, *kind = options.need
        first, _, last = hours.partition("-")
        if not (first.isdecimal() and last.isdecimal() and people.isdecimal()):
            raise ValueError(f"--need is {hours} {people}; it must be like: 2026-12-24 18-22 5")
        if not int(first) < int(last) <= HOURS_A_DAY:
            raise ValueError(f"the hours are {hours}; they must be like 18-22, within 0-24")
        begin = day_index(row, day) * HOURS_A_DAY
        qualification = kind[0] if kind else None
        _refuse_unknown(problem, qualification)
        return NewNeed(begin + int(first), begin + int(last) - 1, int(people), qualification)
    raise ValueError("say what happened: --sick, --leaves, --need, --swap or --give")


def _refuse_unknown(problem: Problem, qualification: str | None) -> None:
    """Raises ValueError for a qualification that nobody has: no way would meet the need."""
    known = sorted({each for worker in problem.workers for each in worker.qualifications})
    if qualification is not None and qualification not in known:
        right = f"one of {', '.join(known)}" if known else "left out: nobody has any"
        raise ValueError(f"the qualification is {qualification!r}; it must be {right}")


def _mend(
    hotline: Hotline,
    row: RosterRow,
    problem: Problem,
    roster: Roster,
    now: int,
    options: argparse.Namespace,
) -> int:
    from scheduler.repair import repair  # imports OR-Tools, which takes half a second

    change = _change(row, problem, options)
    found = repair(problem, roster, change, now=now, seconds=options.seconds)
    match found:
        case Impossible():
            say({"zh": "没有合法的改法", "en": "there is no lawful repair"})
            return 1
        case OutOfTime():
            zh = f"{options.seconds:g} 秒内没有得到改法；请用 --seconds 多给时间"
            say({"zh": zh, "en": f"no repair within {options.seconds:g} s; give more --seconds"})
            return 1
    for number, alternative in enumerate(found.alternatives, start=1):
        _tell(found.problem, number, alternative)
    if options.save:
        if not 1 <= options.save <= len(found.alternatives):
            raise ValueError(f"--save is {options.save}; it must be 1 to {len(found.alternatives)}")
        chosen = found.alternatives[options.save - 1]
        _save(hotline, row, found.problem, chosen.roster, options)
        _remember(hotline, found.problem, change)
    return 0


def _remember(hotline: Hotline, problem: Problem, change: Change) -> None:
    """Who is away is on record for every roster to come; a changed need is for these days only."""
    if isinstance(change, Away):
        first, last = problem.day(change.first), problem.day(change.last)
        with hotline.store.session() as session:
            people.add_absence(session, change.worker, first, last, change.reason)


def _tell(problem: Problem, number: int, alternative: Alternative) -> None:
    touched, moves = len(alternative.people), len(alternative.moves)
    least = {"zh": "，已证最少", "en": ", proved the least"} if alternative.least else {}
    zh = f"办法 {number}：牵动 {touched} 人 {moves} 个班{least.get('zh', '')}"
    en = f"way {number}: {touched} people, {moves} shifts{least.get('en', '')}"
    zh += f"；空缺 {alternative.open_hours} 人时；代价 {alternative.extra:+}"
    en += f"; {alternative.open_hours} person-hours open; price {alternative.extra:+}"
    say({"zh": zh, "en": en})
    names = {worker.id: worker.name for worker in problem.workers}
    for move in alternative.moves:
        print(f"  {problem.day(move.day)} {names[move.worker]}: {_cell(problem, move)}")
    for finding in alternative.findings:
        print(f"  硬性 HARD {finding.message['zh']} / {finding.message['en']}")


def _cell(problem: Problem, move: Move) -> str:
    names = {shift.id: shift.name for shift in problem.shifts}
    before, after = (names.get(s, s) if s else "休" for s in (move.before, move.after))
    return f"{before} → {after}"


def _save(
    hotline: Hotline, row: RosterRow, problem: Problem, roster: Roster, options: argparse.Namespace
) -> None:
    """A draft, by the audit or by somebody's name. Raises HardFindings."""
    by = options.by or getpass.getuser()
    with hotline.store.session() as session:
        draft = rosters.save_audited(
            session,
            row.first,
            roster,
            audit(problem, roster),
            objective(problem, roster),
            by,
            datetime.now(UTC),
            options.override,
        )
        way = f"main.py roster publish {draft.id} --by NAME"
        say(
            {
                "zh": f"草稿 {draft.id}；执行：{way}",
                "en": f"draft {draft.id}; in force after: {way}",
            }
        )
