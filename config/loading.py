"""hotline.toml and rules.toml: read, checked, and handed on as plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from config.reading import (
    ConfigErrors,
    Source,
    build,
    open_source,
    table,
    tables,
    unknown_keys,
)
from routing.plan import Carrier, Limits, Line, Plan, Prompts, Site
from scheduler.problem import Rules, ShiftType

__all__ = ["ConfigErrors", "check_together", "load_hotline", "load_rules"]

_MINUTE = 60


@dataclass(frozen=True)
class Listen:
    """Addresses on which the hotline listens."""

    sip: str = "127.0.0.1:5060"
    web: str = "127.0.0.1:8080"
    ami_port: int = 5038
    rtp_first: int = 12000
    rtp_last: int = 13999

    def __post_init__(self) -> None:
        for name in ("sip", "web"):
            _split(f"{name} is", getattr(self, name))
        for name in ("ami_port", "rtp_first", "rtp_last"):
            _port(f"{name} is", getattr(self, name))
        if self.rtp_last < self.rtp_first:
            raise ValueError(
                f"rtp_last is {self.rtp_last}; it must be at least rtp_first ({self.rtp_first})"
            )

    @property
    def sip_address(self) -> str:
        return _split("sip is", self.sip)[0]

    @property
    def sip_port(self) -> int:
        return _split("sip is", self.sip)[1]

    @property
    def web_address(self) -> str:
        return _split("web is", self.web)[0]

    @property
    def web_port(self) -> int:
        return _split("web is", self.web)[1]


def _split(what: str, text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3}){3}):(\d+)", text)
    if not found or any(int(octet) > 255 for octet in found[1].split(".")):
        raise ValueError(f"{what} {text!r}; it must be address:port, such as 127.0.0.1:8080")
    return found[1], _port(what, int(found[2]))


def _port(what: str, port: int) -> int:
    if not 1 <= port <= 65535:
        raise ValueError(f"{what} {port}; a port must be from 1 to 65535")
    return port


@dataclass(frozen=True)
class Data:
    """Where things are kept."""

    folder: str = "var"
    database: str = ""


@dataclass(frozen=True)
class Hotline:
    """hotline.toml."""

    plan: Plan
    prompt_texts: dict[str, str]  # field of routing.plan.Prompts -> what is said
    listen: Listen
    data: Path
    database: str  # SQLAlchemy URL; "" means SQLite in the data folder


@dataclass(frozen=True)
class Demand:
    """What the need for people is computed from."""

    service_level: float = 0.8
    within_seconds: int = 30
    patience_seconds: int = 180
    shrinkage: float = 0.15
    handle_minutes: float = 25

    def __post_init__(self) -> None:
        for name in ("service_level", "shrinkage"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                raise ValueError(f"{name} is {value}; it must be from 0 to below 1")
        for name in ("within_seconds", "patience_seconds", "handle_minutes"):
            value = getattr(self, name)
            if value <= 0:
                raise ValueError(f"{name} is {value}; it must be more than 0")


@dataclass(frozen=True)
class RulesFile:
    """rules.toml."""

    rules: Rules
    shifts: tuple[ShiftType, ...]
    demand: Demand


def load_hotline(path: Path) -> Hotline:
    """Raises ConfigErrors with everything that is wrong with the file."""
    source = open_source(path)
    top = ("number", "name", "area", "crisis_key")
    known = {*top, "listen", "data", "limits", "prompts", "carriers", "sites", "lines"}
    unknown_keys(source, "", source.tables, known)
    parts = {
        "lines": _several(source, "lines", Line),
        "sites": _several(source, "sites", Site),
        "carriers": _several(source, "carriers", Carrier),
        "limits": build(source, "limits", table(source, "limits"), Limits),
    }
    texts = _prompts(source)
    listen = build(source, "listen", table(source, "listen"), Listen)
    data = build(source, "data", table(source, "data"), Data)
    plan = _plan(source, {key: source.tables[key] for key in top if key in source.tables}, parts)
    source.finish()
    assert plan and listen and data  # noqa: S101 - whatever is None left a fault on record
    folder = (path.resolve().parent.parent / data.folder).resolve()
    return Hotline(plan, texts, listen, folder, data.database)


def _several(source: Source, name: str, kind: type) -> tuple[object, ...]:
    found = [
        build(source, f"{name}[{index}]", item, kind)
        for index, item in enumerate(tables(source, name))
    ]
    return tuple(found)


def _prompts(source: Source) -> dict[str, str]:
    texts = table(source, "prompts")
    names = [field.name for field in fields(Prompts)]
    unknown_keys(source, "prompts.", texts, set(names))
    for name in names:
        text = texts.get(name)
        if not isinstance(text, str) or not text.strip():
            source.fault(f"prompts.{name}", f"is {text!r}; it must be the words that are said")
    return {name: str(texts.get(name)) for name in names}


def _plan(source: Source, top: dict[str, object], parts: Mapping[str, object]) -> Plan | None:
    """The plan; its contradictions are faults of their own.

    When a part of it is unsound, only doubles are told: the rest may follow from that part.
    """
    for key in ("number", "name", "area"):
        if not isinstance(top.get(key), str):
            source.fault(key, f"is {top.get(key)!r}; it must be a text")
    if not isinstance(top.get("crisis_key", "1"), str):
        source.fault("crisis_key", f"is {top['crisis_key']!r}; it must be a text of one digit")
    sound = not source.errors
    if not all(isinstance(top.get(key), str) for key in ("number", "name", "area")):
        return None
    try:
        return Plan(**top, **_sound(parts))  # type: ignore[arg-type]
    except ValueError as error:
        faults = str(error).split("; ")
        source.errors += faults if sound else [fault for fault in faults if " is used " in fault]
        return None


def _sound(parts: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {"limits": parts["limits"] or Limits()}
    for name in ("lines", "sites", "carriers"):
        found[name] = tuple(part for part in parts[name] if part)  # type: ignore[attr-defined]
    return found


def load_rules(path: Path) -> RulesFile:
    """Raises ConfigErrors with everything that is wrong with the file."""
    source = open_source(path)
    unknown_keys(source, "", source.tables, {"rules", "demand", "shifts"})
    rules = build(source, "rules", table(source, "rules"), Rules)
    demand = build(source, "demand", table(source, "demand"), Demand)
    shifts = tuple(_shift(source, n, item) for n, item in enumerate(tables(source, "shifts")))
    _check_shifts(source, [shift for shift in shifts if shift])
    source.finish()
    assert rules and demand  # noqa: S101 - whatever is None left a fault on record
    return RulesFile(rules, tuple(shift for shift in shifts if shift), demand)


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

    def shift(self) -> ShiftType:
        found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", self.start)
        if not found:
            raise ValueError(f"start is {self.start!r}; it must be a time such as 07:00")
        paid = None if self.paid_hours is None else round(self.paid_hours * 60)
        start = int(found[1]) * 60 + int(found[2])
        minutes = round(self.hours * 60)
        return ShiftType(self.id, self.name, start, minutes, self.night, self.on_call, paid)


def _shift(source: Source, index: int, item: object) -> ShiftType | None:
    place = f"shifts[{index}]"
    found = build(source, place, item, _ShiftTable)  # type: ignore[arg-type]
    if found is None:
        return None
    try:
        return found.shift()
    except ValueError as error:
        source.fault(place, str(error))
        return None


def _check_shifts(source: Source, shifts: list[ShiftType]) -> None:
    ids = [shift.id for shift in shifts]
    for double in sorted({i for i in ids if ids.count(i) > 1}):
        source.errors.append(f"shift id {double!r} is used {ids.count(double)} times; must be once")
    covered = {
        minute % 1440
        for shift in shifts
        if not shift.on_call
        for minute in range(shift.start, shift.end)
    }
    missing = sorted(set(range(1440)) - covered)
    if missing:
        first, last = missing[0], missing[-1] + 1
        source.errors.append(
            f"shifts: nobody can be on duty at some time between {first // 60:02}:{first % 60:02}"
            f" and {last // 60:02}:{last % 60:02}; the shifts must cover all 24 hours"
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
