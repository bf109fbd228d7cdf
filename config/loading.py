"""hotline.toml and rules.toml: read, checked, and handed on as plain data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

from config.line_tests import times_of_day
from config.listening import LOCAL, Listen, Telephones, Tls, contradictions
from config.mail import Mail
from config.reading import (
    ConfigErrors,
    Source,
    build,
    open_source,
    table,
    tables,
    unknown_keys,
)
from config.web_hook import WebHook
from records.retention import Periods
from routing.periods import Period
from routing.plan import NUMBERED, Carrier, Limits, Line, Partner, Plan, Prompts, Site, Wish
from scheduler.calendar import exceptions
from scheduler.offered import Targets
from scheduler.problem import Pair, PairKind, Rules, ShiftType
from scheduler.rules import BREAKABLE

__all__ = ["ConfigErrors", "check_together", "load_hotline", "load_rules"]

T = TypeVar("T")
_MINUTE = 60
_TEXTS = {
    "number": 'the hotline\'s number, a text such as "968908"',
    "name": "the hotline's name, a text",
    "area": 'an area code with its leading 0, a text such as "0595"',
    "crisis_key": "a text of one digit",
    "call_back_key": "a text of one digit",
    "calm_key": "a text of one digit",
    "place_key": "a text of one digit",
}
_KEYS = {"crisis_key": "1", "call_back_key": "9", "calm_key": "3", "place_key": "0"}
_TABLES = ("carriers", "sites", "lines", "wishes", "partners", "periods")
_SINCE = date(2026, 1, 1)  # holidays before the hotline's time are of no use to it
# What a refused value is replaced by, to hear whether other values of its table are refused too.
STAND_INS = {
    "id": "sound",
    "name": "好",
    "number": "000",
    "address": "127.0.0.1",
    "start": "07:00",
    "hours": 24,
    "key": "7",
    "needs": "sound",
    "sender": "a@b.cn",
    "pages": "https://localhost",
}
_NUMBER_TWICE = re.compile(r"number '(.*)' is used")


@dataclass(frozen=True)
class Data:
    """Where things are kept."""

    folder: str = "var"
    database: str = ""

    def __post_init__(self) -> None:
        if not self.folder.strip() or "\0" in self.folder:
            raise ValueError(f"folder is {self.folder!r}; it must be a folder such as var")
        if self.database and not re.match(r"(sqlite|postgresql)(\+\w+)?://", self.database):
            right = "empty, or an address such as postgresql+psycopg://user:password@host/name"
            raise ValueError(f"database is {self.database!r}; it must be {right}")


@dataclass(frozen=True)
class Recordings:
    """Whether talks are recorded."""

    on: bool = False


@dataclass(frozen=True)
class Hotline:
    """hotline.toml."""

    plan: Plan
    prompt_texts: dict[str, str]  # field of routing.plan.Prompts -> what is said
    listen: Listen
    data: Path
    database: str  # SQLAlchemy URL; "" means SQLite in the data folder
    tls: Tls
    telephones: Telephones
    test_times: tuple[time, ...] = ()  # local times of day at which the lines are tested
    retention: Periods = field(default_factory=Periods)
    web_hook: WebHook = field(default_factory=WebHook)
    mail: Mail = field(default_factory=Mail)


@dataclass(frozen=True)
class Exchanges:
    """Swaps and give-aways that two people have agreed on."""

    automatic: bool = False  # what breaks no rule needs nobody's approval


@dataclass(frozen=True)
class RulesFile:
    """rules.toml."""

    rules: Rules
    shifts: tuple[ShiftType, ...]
    demand: Targets
    exchanges: Exchanges = Exchanges()


def load_hotline(path: Path, text: str | None = None) -> Hotline:
    """The file, or what it shall say instead: `text`.

    Raises ConfigErrors with everything that is wrong with it.
    """
    source = open_source(path, text)
    known = {
        *_TEXTS,
        "listen",
        "tls",
        "phones",
        "data",
        "limits",
        "prompts",
        "test_calls",
        "retention",
        "recordings",
        "web_hook",
        "mail",
        *_TABLES,
    }
    unknown_keys(source, "", source.tables, known)
    texts = _prompts(source)
    listen = build(source, "listen", table(source, "listen"), Listen)
    tls = build(source, "tls", table(source, "tls"), Tls)
    telephones = build(source, "phones", table(source, "phones"), Telephones)
    if listen and tls and telephones:
        for place, fault in contradictions(listen, tls, telephones):
            source.fault(place, fault)
    data = build(source, "data", table(source, "data"), Data)
    tests = times_of_day(source)
    kept = build(source, "retention", table(source, "retention"), Periods)
    hook = build(source, "web_hook", table(source, "web_hook"), WebHook)
    mail = build(source, "mail", table(source, "mail"), Mail, STAND_INS)
    plan = _plan(source)
    source.finish()
    assert plan and listen and data and tls and telephones and kept  # noqa: S101 - None left a fault
    assert hook and mail  # noqa: S101 - as above
    home = path.resolve().parent.parent
    folder = (home / data.folder).resolve()
    secure = _absolute(tls, home)
    return Hotline(
        plan,
        texts,
        listen,
        folder,
        data.database,
        secure,
        telephones,
        tests,
        kept,
        hook,
        mail.within(home),
    )


def _absolute(tls: Tls, home: Path) -> Tls:
    """Its files are named from where the configuration's folder lies, as the data folder is."""
    if tls.certificate in ("", LOCAL):
        return tls
    found = {name: str((home / getattr(tls, name)).resolve()) for name in ("certificate", "key")}
    return replace(tls, **found)


def _prompts(source: Source) -> dict[str, str]:
    texts = table(source, "prompts")
    names = [field.name for field in fields(Prompts)]
    unknown_keys(source, "prompts.", texts, set(names))
    for name in names:
        text = texts.get(name)
        if not isinstance(text, str) or not text.strip():
            is_ = f"is {text!r}" if name in texts else "is missing"
            source.fault(f"prompts.{name}", f"{is_}; it must be the words that are said")
        elif name in NUMBERED and "{n}" not in str(text):
            source.fault(
                f"prompts.{name}", f"is {text!r}; it must have {{n}} where the number is said"
            )
    return {name: str(texts.get(name)) for name in names}


def _plan(source: Source) -> Plan | None:
    """The plan; its contradictions are faults of their own.

    When a part of it is unsound, only doubles are told: the rest may follow from that part.
    """
    limits = build(source, "limits", table(source, "limits"), Limits)
    recordings = build(source, "recordings", table(source, "recordings"), Recordings)
    texts = {key: _text(source, key) for key in _TEXTS}
    before = len(source.errors)
    lines = _several(source, "lines", Line)
    sites = _several(source, "sites", Site)
    carriers = _several(source, "carriers", Carrier)
    wishes = _several(source, "wishes", Wish)
    partners = _several(source, "partners", Partner)
    periods = _several(source, "periods", Period)
    holidays = exceptions(_SINCE) if any(p.days != "all" for p in periods) else (frozenset(),) * 2
    sound = len(source.errors) == before and all(texts.values())
    words: dict[str, Any] = {name: text or "" for name, text in texts.items()}
    try:
        return Plan(
            **words,
            lines=lines,
            sites=sites,
            carriers=carriers,
            limits=limits or Limits(),
            wishes=wishes,
            partners=partners,
            periods=periods,
            rest_days=holidays[0],
            make_up_days=holidays[1],
            record=recordings is not None and recordings.on,
        )
    except ValueError as error:
        for fault in split_faults(str(error)):
            if sound or " is used " in fault:
                _contradiction(source, fault)
        return None


def _text(source: Source, key: str) -> str | None:
    """A key that stands before all tables; None, and a fault on record, when it is wrong."""
    value = source.tables.get(key, _KEYS.get(key))
    if isinstance(value, str) and value:
        return value
    is_ = "is missing" if value is None else f"is {value!r}"
    source.fault(key, f"{is_}; it must be {_TEXTS[key]}")
    return None


def _several(source: Source, name: str, kind: Callable[..., T]) -> tuple[T, ...]:
    """A dataclass from each table that is sound."""
    made = [
        build(source, f"{name}[{index}]", item, kind, STAND_INS)
        for index, item in enumerate(tables(source, name))
    ]
    return tuple(one for one in made if one is not None)


def split_faults(joined: str) -> list[str]:
    """The faults that a Plan joined by "; ", without those that only follow from another one.

    A number that stands twice is refused in each of its written forms; the shortest tells enough.
    """
    faults = re.split(r"; (?!it must|add a|calls need)", joined)
    numbers = [found[1] for fault in faults for found in [_NUMBER_TWICE.match(fault)] if found]
    follows = {n for n in numbers for other in numbers if n != other and n.endswith(other)}
    return [f for f in faults if not any(f.startswith(f"number {n!r} is used") for n in follows)]


def _contradiction(source: Source, fault: str) -> None:
    """A fault of the plan, with its place in the file as far as that is known."""
    lines = source.tables.get("lines", [])
    if found := re.match(r"(area|\w+_key) (is .*)", fault, re.DOTALL):
        source.fault(found[1], found[2])
    elif found := re.match(r"line (\w+): (site|old_phones_in) (is .*)", fault, re.DOTALL):
        index = [line.get("id") for line in lines].index(found[1])
        source.fault(f"lines[{index}].{found[2]}", found[3])
    elif found := re.match(r"(?:(\w+) )?(id|address|number) '(.*)' (is used .*)", fault):
        kind = f"{found[1] or 'line'}s"
        places = [n for n, one in enumerate(source.tables[kind]) if one.get(found[2]) == found[3]]
        where = f"{kind}[{places[-1]}].{found[2]}" if places else "number"
        source.fault(where, f"{found[3]!r} {found[4]}")
    else:
        place = "number" if fault.startswith("number ") else "carriers"
        source.fault(place, fault.removeprefix("number "))


def load_rules(path: Path) -> RulesFile:
    """Raises ConfigErrors with everything that is wrong with the file."""
    source = open_source(path)
    known = {"rules", "prices", "demand", "shifts", "exchanges", "pairs"}
    unknown_keys(source, "", source.tables, known)
    rules = build(source, "rules", table(source, "rules"), Rules)
    prices = _prices(source)
    demand = build(source, "demand", table(source, "demand"), Targets)
    exchanges = build(source, "exchanges", table(source, "exchanges"), Exchanges)
    pairs = _pairs(source)
    before = len(source.errors)
    shifts = tuple(found.shift() for found in _several(source, "shifts", _ShiftTable))
    if len(source.errors) == before:
        _check_shifts(source, shifts)
    source.finish()
    assert rules and demand and exchanges  # noqa: S101 - whatever is None left a fault on record
    rules = replace(rules, prices=prices, pairs=pairs)
    return RulesFile(rules, shifts, demand, exchanges)


def _prices(source: Source) -> dict[str, int]:
    """Rule that is otherwise never broken -> points for breaking it."""
    prices = table(source, "prices")
    unknown_keys(source, "prices.", prices, set(BREAKABLE))
    for name, price in prices.items():
        if not isinstance(price, int) or isinstance(price, bool) or price < 0:
            source.fault(f"prices.{name}", f"is {price!r}; it must be 0 or more points")
    return prices


@dataclass(frozen=True)
class _PairTable:
    """A [[pairs]] table as it stands in the file."""

    one: str  # ids of people
    other: str
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in list(PairKind):
            raise ValueError(f"kind is {self.kind!r}; it must be one of {', '.join(PairKind)}")
        if self.one == self.other:
            raise ValueError(f"other is {self.other!r}; it must be somebody else than one")


def _pairs(source: Source) -> tuple[Pair, ...]:
    found = [Pair(t.one, t.other, PairKind(t.kind)) for t in _several(source, "pairs", _PairTable)]
    for index, pair in enumerate(found):
        if pair in found[:index]:
            source.fault(f"pairs[{index}]", f"{pair.one} and {pair.other} are there already")
    return tuple(found)


@dataclass(frozen=True)
class _ShiftTable:
    """A [[shifts]] table as it stands in the file."""

    id: str
    name: str
    start: str  # "07:00"
    hours: float
    night: bool = False
    on_call: bool = False
    paid_hours: float | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]{0,15}", self.id):
            raise ValueError(f"id is {self.id!r}; it must be 1-16 of a-z and 0-9, a letter first")
        if not 1 <= len(self.name.strip()) <= 4:
            raise ValueError(f"name is {self.name!r}; it must be 1 to 4 characters, such as 早")
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.start, re.ASCII):
            raise ValueError(f"start is {self.start!r}; it must be a time such as 07:00")
        if not (0 < self.hours <= 24 and self.hours * _MINUTE % 1 == 0):
            raise ValueError(f"hours is {self.hours}; it must be 24 or less, in whole minutes")
        if self.paid_hours is not None and not 0 <= self.paid_hours <= self.hours:
            raise ValueError(f"paid_hours is {self.paid_hours}; it must be 0 to {self.hours}")

    def shift(self) -> ShiftType:
        hour, minute = self.start.split(":")
        paid = None if self.paid_hours is None else round(self.paid_hours * _MINUTE)
        return ShiftType(
            id=self.id,
            name=self.name,
            start=int(hour) * _MINUTE + int(minute),
            minutes=round(self.hours * _MINUTE),
            night=self.night,
            on_call=self.on_call,
            paid=paid,
        )


def _check_shifts(source: Source, shifts: tuple[ShiftType, ...]) -> None:
    ids = [shift.id for shift in shifts]
    for index, double in enumerate(ids):
        if double in ids[:index]:
            times = f"is used {ids.count(double)} times; it must be used once"
            source.fault(f"shifts[{index}].id", f"{double!r} {times}")
    covered = {
        minute % 1440
        for shift in shifts
        if not shift.on_call
        for minute in range(shift.start, shift.end)
    }
    missing = sorted(set(range(1440)) - covered)
    if missing:
        first, last = missing[0], missing[-1] + 1
        source.fault(
            "shifts",
            f"nobody can be on duty at some time between {first // 60:02}:{first % 60:02}"
            f" and {last // 60:02}:{last % 60:02}; the shifts must cover all 24 hours",
        )


def check_together(hotline: Hotline, rules: RulesFile, path: Path = Path("rules.toml")) -> None:
    """What the two files must agree on. Raises ConfigErrors."""
    slot = hotline.plan.limits.slot
    faults = [
        f"shift {shift.id}: {what} is {minutes} minutes; it must be a multiple of the duty table's"
        f" slot ({slot} s, hotline.toml: limits.slot)"
        for shift in rules.shifts
        for what, minutes in (("start", shift.start), ("length", shift.minutes))
        if minutes * _MINUTE % slot
    ]
    if faults:
        raise ConfigErrors(path, faults)
