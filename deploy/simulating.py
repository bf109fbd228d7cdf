"""`main.py roster whatif`: the line under a draft roster and the routing plan, simulated."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, time, timedelta

from deploy import panels, rostering
from deploy.assembly import ZONE, Hotline
from deploy.desk import draft_or
from deploy.plotting import check_target, plot
from deploy.reasons import say
from records import calls, rosters
from records.tables import RosterRow
from routing.plan import Plan
from scheduler.arrivals import forecast, replay
from scheduler.line import Ladder
from scheduler.problem import HOURS_A_DAY, whole
from scheduler.whatif import Draw, Estimate, Figures, WhatIf, duties_of, what_if

MINUTE = 60
MOST = 1000  # replications


def simulate_roster(hotline: Hotline, options: argparse.Namespace) -> int:
    """The figures of the whole horizon and of each hour of the day. Raises ValueError."""
    if not 2 <= options.replications <= MOST:
        raise ValueError(f"--replications is {options.replications}; it must be 2 to {MOST}")
    check_target(options.plot)
    row = draft_or(hotline, options.id)
    problem = rostering.problem_of(hotline, row.first, row.days)
    duties = duties_of(problem, whole(problem, rosters.roster_of(row)))
    targets = hotline.rules.demand
    found = what_if(
        duties,
        _replayed(hotline, row) if options.replay else _forecast(hotline, row),
        ladder_of(hotline.plan),
        within=targets.within_seconds / MINUTE,
        replications=options.replications,
        shrinkage=targets.shrinkage,
        seed=options.seed,
    )
    if options.json:
        print(json.dumps(as_data(found, row.days)))
        return 0
    en = f"roster {row.id}, {options.replications} replications, 95 % intervals"
    say({"zh": f"排班 {row.id}，模拟 {options.replications} 次，95 % 区间", "en": en})
    print(_head())
    end = row.days * HOURS_A_DAY
    hours = [found.figures(range(hour, end, HOURS_A_DAY)) for hour in range(HOURS_A_DAY)]
    for hour, figures in enumerate(hours):
        print(_line(f"{hour:02}:00", figures))
    print(_line("all", found.figures(range(end))))
    plot(panels.simulated(hours), options.plot)
    return 0


def as_data(found: WhatIf, days: int) -> dict[str, object]:
    """Of each hour of the day and of all: a mean and half of its interval, null for neither."""
    hours = [found.figures(range(hour, days * HOURS_A_DAY, HOURS_A_DAY)) for hour in range(24)]
    total = found.figures(range(days * HOURS_A_DAY))
    return {"hours": [_pairs(each) for each in hours], "all": _pairs(total)}


def _pairs(figures: Figures) -> dict[str, list[float | None]]:
    return {
        field.name: [None if math.isnan(n) else n for n in (value.mean, value.half)]
        for field in fields(Figures)
        for value in [getattr(figures, field.name)]
    }


def ladder_of(plan: Plan) -> Ladder:
    """The plan's tiers, in minutes of waiting."""
    limits = plan.limits
    seats = sum(partner.seats for partner in plan.partners)
    promise = limits.partner_tier if plan.partners else limits.on_call_tier
    return Ladder(
        on_call=limits.on_duty_tier / MINUTE,
        partner=limits.on_call_tier / MINUTE if plan.partners else None,
        seats=seats,
        promise=promise / MINUTE,
    )


def _forecast(hotline: Hotline, row: RosterRow) -> Draw:
    known = rostering.recent_calls(hotline)
    return forecast(known, row.first, row.days, hotline.rules.demand).draw


def _replayed(hotline: Hotline, row: RosterRow) -> Draw:
    """The last recorded days that begin with the same day of the week."""
    today = datetime.now(ZONE).date()
    began = row.first
    while began + timedelta(days=row.days) > today:
        began -= timedelta(weeks=1)
    midnight = datetime.combine(began, time(), ZONE)
    with hotline.store.read() as session:
        known = calls.history(session, midnight, midnight + timedelta(days=row.days))
    if not known:
        raise ValueError(f"no calls are on record from {began} on for {row.days} days to replay")
    return replay(known, began, row.first, row.days, hotline.rules.demand)


_COLUMNS = {  # each Chinese letter is as wide as two others
    "来电": "calls",
    "接通率 %": "answered %",
    "及时接通 %": "in time %",
    "放弃 %": "gave up %",
    "登记回拨 %": "promised %",
    "平均等待 s": "wait s",
    "忙碌 %": "busy %",
}


def _head() -> str:
    """A line of Chinese above one of English."""
    chinese = (f"{'':{14 - len(zh) - sum(c > '一' for c in zh)}}{zh}" for zh in _COLUMNS)
    english = (f"{en:>14}" for en in _COLUMNS.values())
    return "\n".join(f"{'':>6} {' '.join(names)}" for names in (chinese, english))


def _line(name: str, figures: Figures) -> str:
    shares = (figures.answered, figures.within, figures.abandoned, figures.promised)
    cells = [_cell(figures.calls, 1), *(_cell(share, 100) for share in shares)]
    cells += [_cell(figures.waited, MINUTE), _cell(figures.occupancy, 100)]
    return f"{name:>6} " + " ".join(_padded(cells))


def _cell(value: Estimate, factor: float) -> str:
    if value.mean != value.mean:  # nobody called
        return "-"
    return f"{value.mean * factor:.1f} ± {value.half * factor:.1f}"


def _padded(cells: Iterable[str]) -> list[str]:
    return [f"{cell:>14}" for cell in cells]
