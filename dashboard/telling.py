"""Entries of the audit log as they are told. What has no word is told as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import chain

from flask_babel import gettext as _

from dashboard.audit_words import ACTIONS, DOERS, FIELDS, THINGS, VALUES
from dashboard.display import instant, local, weekday_name
from records.tables import Person
from routing.plan import Line, Plan, Site
from scheduler.problem import ShiftType

Names = Mapping[str, str]  # of people, shifts, lines and sites, by id

A_MONDAY = date(2024, 1, 1)
NAMED = ("cells", "counsellor", "from", "line", "other", "person", "shift", "site", "to", "where")
INSTANTS = ("due", "made_at", "until")
LISTS = ("ids", "rosters")  # of equals; other lists are a before and an after


def doer(login: str) -> str:
    return str(DOERS.get(login, login))


def action(what: str) -> str:
    return str(ACTIONS.get(what, what))


def field(name: str) -> str:
    return str(FIELDS.get(name, name))


def thing(value: str, names: Names) -> str:
    """`roster 7`, a person's id, a file's name: whatever an entry is about."""
    if value in THINGS:
        return str(THINGS[value])
    word, _space, which = value.rpartition(" ")
    if word == "needs":  # needs 2/9: day and hour of the week
        return _hour_of_the_week(*map(int, which.split("/")))
    if word in THINGS:
        return f"{THINGS[word]} {names.get(which, which)}"
    return names.get(value, value)


def _hour_of_the_week(day: int, hour: int) -> str:
    return f"{weekday_name(A_MONDAY + timedelta(days=day))} {hour:02}:00"


def told(name: str, value: object, names: Names) -> str:
    """What the field `name` says."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or value in ("yes", "no"):
        return str(_("是") if value in (True, "yes") else _("否"))
    if name in INSTANTS:
        return _instant(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {told(name, one, names)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        between = "、" if name in LISTS else " → "
        return between.join(told(name, one, names) for one in value)
    return _word(name, str(value), names)


def _word(name: str, value: str, names: Names) -> str:
    words = VALUES.get(name, {})
    if value in words:
        return str(words[value])
    if name == "qualifications":
        return "、".join(str(words.get(skill, skill)) for skill in value.split())
    return names.get(value.removeprefix("to-"), value) if name in NAMED else value


def _instant(value: object) -> str:
    moment = instant(value) if isinstance(value, int) else datetime.fromisoformat(str(value))
    return local(moment).strftime("%Y-%m-%d %H:%M")


def names_of(plan: Plan, shifts: Iterable[ShiftType], staff: Iterable[Person]) -> dict[str, str]:
    """Of whatever an entry may name by its id."""
    named: Iterable[Line | Site | ShiftType | Person] = chain(plan.lines, plan.sites, shifts, staff)
    return {each.id: each.name for each in named}
