"""`main.py explain`: what would happen to a call, now or at another time, and who would be rung."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from deploy.assembly import ZONE, Hotline
from deploy.moment import moment
from records import duty, people
from records.tables import Person
from routing.asterisk.process import AsteriskMissing, AsteriskSilent, find_program, tell
from routing.asterisk.switch import FAMILY, KEY, thrown
from routing.calls import Rank
from routing.paths import UNKNOWN, Caller, Reply, Tier, World, line_of, walk
from routing.periods import period_at
from routing.plan import Line, Plan, Shift
from routing.stories import told

HIDDEN, SOMEBODY = "hidden", "13000000000"
Names = dict[str, list[str]]  # tier -> names


def explain_number(hotline: Hotline, options: argparse.Namespace) -> int:
    """Tell the path of a call to a number, as far as it goes when nobody picks up.

    Raises ValueError for a moment that cannot be read.
    """
    at = moment(options.at)
    plan = hotline.plan
    line = line_of(plan, options.number)
    names = _there(hotline, line, at)
    number = "" if options.caller == HIDDEN else options.caller or SOMEBODY
    caller = Caller(options.number, number, _rank(hotline, number, at))
    site, on_duty, on_call, partner, old = (_reply(names[tier.value]) for tier in Tier)
    switch = _switch(hotline, at) if options.at is None else ""
    period = _period(plan, at)
    world = World(site, on_duty, on_call, partner, old, switch=switch, period=period)
    within = f", period {period}" if period else ""
    print(f"{options.number} at {at:%Y-%m-%d %H:%M}{within}: {line.name if line else UNKNOWN}")
    for sentence in told(walk(plan, caller, world), names):
        print(f"  {sentence}")
    print(
        f"  whoever picks up has the call; key {plan.crisis_key} at any moment: crisis, before all"
    )
    print(f"  who stays after the promise goes on waiting; it is due in {_due(plan)} minutes")
    return 0


def _due(plan: Plan) -> int:
    return plan.limits.call_back_minutes


def _period(plan: Plan, at: datetime) -> str:
    found = period_at(plan.periods, int(at.timestamp()), plan.rest_days, plan.make_up_days)
    return found.id if found else ""


def _reply(names: list[str]) -> Reply:
    return Reply.SILENT if names else Reply.NOBODY


def _there(hotline: Hotline, line: Line | None, at: datetime) -> Names:
    """Who is in each tier by the published roster."""
    day = at.date()
    with hotline.store.read() as session:
        shifts = duty.shifts_between(
            session, hotline.rules.shifts, day - timedelta(days=1), day + timedelta(days=1), ZONE
        )
        staff = {person.id: person for person in people.people(session)}
    now = [s for s in shifts if s.begins <= at.timestamp() < s.ends and s.person in staff]
    on_duty = _people(now, staff, on_call=False)
    return {
        "site": [p.name for p in on_duty if line is not None and p.site == line.site],
        "duty": [p.name for p in on_duty],
        "oncall": [p.name for p in _people(now, staff, on_call=True)],
        "old": list(line.old_phones) if line is not None else [],
        "partner": [partner.name for partner in hotline.plan.partners],
    }


def _people(shifts: Iterable[Shift], staff: dict[str, Person], *, on_call: bool) -> list[Person]:
    ids = sorted({shift.person for shift in shifts if shift.on_call == on_call})
    return [staff[person] for person in ids]


def _rank(hotline: Hotline, number: str, at: datetime) -> Rank:
    """What is on record of a number in Asterisk; normal when there is none, or none runs."""
    if not re.fullmatch(r"\d{3,15}", number):
        return Rank.NORMAL
    for rank in (Rank.CRISIS, Rank.LIMITED, Rank.CUT_OFF):
        until = _stored(hotline, rank.value, number)
        if until.isdecimal() and int(until) > at.timestamp():
            return rank
    return Rank.NORMAL


def _switch(hotline: Hotline, at: datetime) -> str:
    found = thrown(_stored(hotline, FAMILY, KEY), int(at.timestamp()))
    return found[0] if found else ""


def _stored(hotline: Hotline, family: str, key: str) -> str:
    try:
        program = find_program(hotline.tools)
        said = tell(program, hotline.instance, f"database get {family} {key}")
    except (AsteriskMissing, AsteriskSilent):
        return ""
    found = re.search(r"^Value: (\S+)$", said, re.MULTILINE)
    return found[1] if found else ""
