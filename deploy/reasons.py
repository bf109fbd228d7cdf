"""`main.py roster explain --cell` and `--hour`: why a roster is as it is there."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, timedelta

from deploy import rostering
from deploy.assembly import Hotline
from records import rosters
from records.tables import RosterRow
from scheduler.explained import able_words
from scheduler.moments import day_words, hours_words
from scheduler.problem import Finding, Problem, whole
from scheduler.why import Candidate, Place, Why

MOST_NAMED = 8  # people who could not do it

Words = dict[str, str]
PLACES: dict[Place, Words] = {
    Place.REACH: {"zh": "可联系的督导", "en": "supervisors in reach"},
    Place.STANDBY: {"zh": "备班人员", "en": "people standing by"},
}


def say(words: Words) -> None:
    print(both(words))


def both(words: Words) -> str:
    return f"{words['zh']} / {words['en']}"


def last_roster(hotline: Hotline, number: int | None) -> RosterRow:
    """That roster, or the last one that was published. Raises RosterMissing."""
    with hotline.store.read() as session:
        if number is not None:
            return rosters.by_id(session, number)
        rows = [row for row in rosters.listing(session) if row.status == "published"]
    if not rows:
        raise rosters.RosterMissing("no roster is published; see: main.py roster list")
    return rows[0]


def day_index(row: RosterRow, text: str) -> int:
    """Raises ValueError for what is no day, or none of the roster's."""
    last = row.first + timedelta(days=row.days - 1)
    try:
        day = (date.fromisoformat(text) - row.first).days
    except ValueError as error:
        raise ValueError(f"the day is {text!r}; it must be like '2026-12-24'") from error
    if not 0 <= day < row.days:
        raise ValueError(f"the day is {text}; roster {row.id} has {row.first} to {last}")
    return day


def explain_made(hotline: Hotline, options: argparse.Namespace) -> int:
    """Raises RosterMissing, ValueError."""
    row = last_roster(hotline, options.id)
    problem = rostering.problem_of(hotline, row.first, row.days)
    why = Why(problem, whole(problem, rosters.roster_of(row)))
    if options.cell:
        person, day = options.cell
        _tell_cell(problem, why, person, day_index(row, day))
    else:
        day, hour = options.hour
        if not (hour.isdecimal() and int(hour) < 24):
            raise ValueError(f"the hour is {hour!r}; it must be 0 to 23")
        _tell_hour(problem, why, day_index(row, day) * 24 + int(hour))
    return 0


def _tell_cell(problem: Problem, why: Why, person: str, day: int) -> None:
    told, when = why.cell(person, day), day_words(problem, day)
    name = _name(problem, person)
    shift = _shift(problem, told.shift)
    say({"zh": f"{name} {when['zh']}：{shift}", "en": f"{name}, {when['en']}: {shift}"})
    if told.without is None:
        return
    for finding in (*told.without.broken, *told.without.worse):
        words = finding.message
        say({"zh": f"  没有此班：{words['zh']}", "en": f"without it: {words['en']}"})
    price = told.without.price
    say({"zh": f"  没有此班的代价 {price:+}", "en": f"price of leaving it out {price:+}"})
    if not told.cheaper:
        say({"zh": "  换任何人都不会更省", "en": "nobody would do it for fewer points"})
    _tell_candidates(problem, told.others)


def _tell_hour(problem: Problem, why: Why, hour: int) -> None:
    told, when = why.hour(hour), hours_words(problem, [hour])
    there = [_name(problem, person) for person in told.there] or ["-"]
    en = f"{when['en']} on duty: {', '.join(there)}"
    say({"zh": f"{when['zh']}在岗：{'、'.join(there)}", "en": en})
    for short in told.shortages:
        able = PLACES.get(short.place) or able_words(short.qualification)
        say(
            {
                "zh": f"  {able['zh']}：需要 {short.needed}，现有 {short.there}，"
                f"缺 {short.missing}，代价 {short.price}",
                "en": f"{able['en']}: {short.needed} needed, {short.there} there, "
                f"{short.missing} missing, price {short.price}",
            }
        )
    _tell_candidates(problem, told.others)


def _tell_candidates(problem: Problem, others: Sequence[Candidate]) -> None:
    able = [c for c in others if c.price is not None]
    for one in able:
        name, now = _name(problem, one.worker), _shift(problem, one.instead_of)
        new = _shift(problem, one.shift)
        say(
            {
                "zh": f"  可以：{name}（{now} → {new}），代价 {one.price:+}",
                "en": f"could: {name}, price {one.price:+}",
            }
        )
    unable = others[len(able) :]
    for one in unable[:MOST_NAMED]:
        words = _first(one.broken)
        name = _name(problem, one.worker)
        say({"zh": f"  不可以：{name}，{words['zh']}", "en": f"may not: {name}, {words['en']}"})
    if len(unable) > MOST_NAMED:
        more = len(unable) - MOST_NAMED
        say({"zh": f"  另有 {more} 人不可以", "en": f"{more} more may not"})


def _first(findings: Sequence[Finding]) -> Words:
    return findings[0].message


def _name(problem: Problem, person: str) -> str:
    return next((w.name for w in problem.workers if w.id == person), person)


def _shift(problem: Problem, shift: str | None) -> str:
    names = {known.id: known.name for known in problem.shifts}
    return "休" if shift is None else names.get(shift, shift)
