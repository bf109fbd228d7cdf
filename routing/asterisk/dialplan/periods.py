"""Which period it is, by Asterisk's own clock: the twin of `routing/periods.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from routing.periods import DAY, OFFSET, WEEKEND, Period, day_number
from routing.plan import Plan

MONDAY = 3  # 1970-01-01 was a Thursday: (day + 3) % 7 is 0 on a Monday


def which_period(plan: Plan) -> str:
    """The subroutine and its days; nothing for a plan that is the same at all times."""
    if not plan.periods:
        return ""
    return f"""\
; Which period it is. ARG1: an instant, in epoch seconds. The first one that holds counts. No time zone is asked for:
; the local time is always as far ahead of UTC.
[period]
exten => s,1,Set(SECOND=$[(${{ARG1}}+{OFFSET})%{DAY}])
 same => n,Set(DAY=$[(${{ARG1}}+{OFFSET}-${{SECOND}})/{DAY}])
 same => n,Set(REST=$[${{DIALPLAN_EXISTS(rest-days,d${{DAY}},1)}} | ((${{DAY}}+{MONDAY})%7>={WEEKEND} & ${{DIALPLAN_EXISTS(make-up-days,d${{DAY}},1)}}=0)])
 same => n,Set(PERIOD={_first(plan.periods)})
 same => n,MSet(GREETING={_greeting(plan)},AT_ONCE=$[{_any(p.id for p in plan.periods if p.on_call_at_once)}])
 same => n,Return()

; Public holidays from Monday to Friday, and the days of a weekend that make up for them, as days since 1970-01-01.
[rest-days]
{_days(plan.rest_days)}

[make-up-days]
{_days(plan.make_up_days)}
"""


def ask(plan: Plan) -> str:
    """The step that asks which period it is; none where nothing depends on it."""
    return " same => n,Gosub(period,s,1(${EPOCH}))\n" if plan.periods else ""


def greeting(plan: Plan) -> str:
    """The file of the greeting, as the dialplan writes it."""
    return "${GREETING}" if plan.periods else plan.prompts.greeting


def at_once(plan: Plan) -> bool:
    return any(period.on_call_at_once for period in plan.periods)


def _first(periods: Iterable[Period]) -> str:
    found = ""
    for period in reversed(list(periods)):
        found = f"${{IF($[{_holds(period)}]?{period.id}:{found})}}"
    return found


def _holds(period: Period) -> str:
    begins, ends = period.seconds
    both = "&" if begins < ends else "|"
    terms = [f"(${{SECOND}}>={begins} {both} ${{SECOND}}<{ends})"]
    if period.days != "all":
        terms.append(f"${{REST}}={int(period.days == 'restdays')}")
    if period.first:
        first, last = date.fromisoformat(period.first), date.fromisoformat(period.last)
        terms.append(f"${{DAY}}>={day_number(first)} & ${{DAY}}<={day_number(last)}")
    return " & ".join(terms)


def _greeting(plan: Plan) -> str:
    found = plan.prompts.greeting
    for period in plan.periods:
        if period.greeting:
            found = f'${{IF($["${{PERIOD}}"="{period.id}"]?{period.prompt}:{found})}}'
    return found


def _any(ids: Iterable[str]) -> str:
    return " | ".join(f'"${{PERIOD}}"="{one}"' for one in ids) or "0"


def _days(days: Iterable[date]) -> str:
    return "\n".join(f"exten => d{day_number(day)},1,Return()" for day in sorted(days)) or "; none"
