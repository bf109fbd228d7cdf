"""The live board as data, from the live picture and the records. Pure; templates only show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from dashboard.display import local
from dashboard.duty import Turn, by_hour, rostered, standing_by
from records.calls import Before, HourCount, PersonLoad
from records.figures import Figures
from records.line_tests import LastTest
from records.tables import Task
from routing.calls import Rank
from routing.live import Call, Doing, Live, Member, Stage
from scheduler.problem import Need

WORKING = frozenset({Doing.READY, Doing.RINGING, Doing.TALKING, Doing.WRITING})


@dataclass(frozen=True)
class AlarmRow:
    id: int
    kind: str
    subject: str
    detail: Mapping[str, object]
    raised_at: datetime


@dataclass(frozen=True)
class TaskRow:
    """Somebody is to be called back."""

    id: int
    number: str
    reason: str
    due_at: datetime
    rank: str = Rank.NORMAL.value
    attempts: int = 1  # calls that were lost
    lost_at: datetime | None = None  # the last of them
    tries: int = 0  # of ours, in vain
    tried_at: datetime | None = None
    tried_by: str | None = None
    assigned_to: str | None = None

    @classmethod
    def of(cls, task: Task) -> TaskRow:
        return cls(**{each.name: getattr(task, each.name) for each in fields(cls)})


@dataclass(frozen=True)
class Facts:
    """What the records say about today."""

    names: Mapping[str, str]
    figures: Figures
    loads: Mapping[str, PersonLoad]
    hourly: tuple[HourCount, ...]
    turns: tuple[Turn, ...]  # of yesterday and today
    needs: tuple[Need, ...]  # of today
    partners: frozenset[str] = frozenset()  # seats of partner lines
    alarms: tuple[AlarmRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()  # the most urgent ones
    more_tasks: int = 0
    by_line: Mapping[str, Figures] = field(default_factory=dict)  # lines that were called today
    there: Mapping[int, int] = field(default_factory=dict)  # hour of today -> people there in it
    line_tests: Mapping[str, LastTest] = field(default_factory=dict)  # by line
    before: Mapping[str, Before] = field(default_factory=dict)  # of who waits, by uniqueid

    @property
    def task_count(self) -> int:
        return len(self.tasks) + self.more_tasks


@dataclass(frozen=True)
class Attendance:
    present: int
    expected: int
    missing: tuple[str, ...]  # names

    @property
    def short(self) -> bool:
        return self.present < self.expected


@dataclass(frozen=True)
class Tile:
    """A counsellor. `state` names a shape and a word."""

    person: str
    name: str
    state: str  # a Doing, or "absent", or "apart": signed in, but the queue does not know it
    since: int = 0  # epoch seconds; 0: unknown
    until: int = 0
    on_call: bool = False
    call: Call | None = None
    due: datetime | None = None  # when an absent person should have come
    calls: int = 0
    talk_minutes: int = 0
    partner: bool = False  # the seat of a partner line

    @property
    def key(self) -> str:
        return f"p-{self.person}"


@dataclass(frozen=True)
class Talk:
    """A call in progress."""

    call: Call
    who: str  # the name of the one who talks; "" when nobody is known
    watchers: tuple[tuple[str, str], ...]  # the way and the name of each supervisor at it

    @property
    def key(self) -> str:
        return f"t-{self.call.uniqueid}"


@dataclass(frozen=True)
class Wait:
    """A caller who waits."""

    call: Call
    late: bool
    who: str  # the name of the one who is being rung; "" for nobody
    longest: int  # seconds that one should wait at most
    returning: bool = False  # has called before
    last: str = ""  # the name of the one whom they spoke with last; "" when nobody is known

    @property
    def key(self) -> str:
        return f"w-{self.call.uniqueid}"


@dataclass(frozen=True)
class LineDay:
    """The day's figures of a line, or of all of them."""

    line: str | None  # None: all
    figures: Figures

    @property
    def key(self) -> str:
        return "all" if self.line is None else f"l-{self.line}"


@dataclass(frozen=True)
class Tier:
    name: str  # "duty", "on_call", "partner", "promise"
    able: int
    total: int


@dataclass(frozen=True)
class LinesTested:
    passed: int
    lines: int
    last: datetime | None  # None: no line was ever tested


@dataclass(frozen=True)
class Hour:
    hour: int
    need: int | None
    rostered: int
    there: int | None  # None: the hour has not come yet
    offered: int
    answered: int
    now: bool
    future: bool

    @property
    def short(self) -> bool:
        return self.need is not None and self.rostered < self.need

    @property
    def thin(self) -> bool:
        """Fewer were there than were needed."""
        return self.need is not None and self.there is not None and self.there < self.need


def present(live: Live, person: str) -> bool:
    """Signed in, or a member by its shift (sites whose people need not sign in)."""
    member = live.members.get(person)
    return person in live.signed_in or (member is not None and not member.on_call)


def attendance(live: Live, facts: Facts, now: datetime) -> Attendance:
    on_duty = rostered(facts.turns, now)
    missing = [p for p in on_duty if not present(live, p)]
    names = tuple(facts.names.get(p, p) for p in missing)
    return Attendance(len(on_duty) - len(missing), len(on_duty), names)


def longest_wait(live: Live) -> int | None:
    """When the caller who waits longest arrived, in epoch seconds."""
    return min((call.arrived for call in live.waiting()), default=None)


def stage_count(live: Live, stage: Stage) -> int:
    return sum(call.stage is stage for call in live.calls.values())


def talking(live: Live) -> tuple[Call, ...]:
    """Calls in progress, crisis first, then the longest."""
    order = list(Rank)
    found = [c for c in live.calls.values() if c.stage is Stage.TALKING]
    return tuple(sorted(found, key=lambda c: (order.index(c.rank), c.since, c.uniqueid)))


def talks(live: Live, facts: Facts) -> tuple[Talk, ...]:
    return tuple(
        Talk(
            call=call,
            who=facts.names.get(call.person or "", call.person or ""),
            watchers=tuple(
                (w.way.value, facts.names.get(w.person, w.person)) for w in call.watchers
            ),
        )
        for call in talking(live)
    )


def waits(live: Live, facts: Facts, now: datetime, longest: int) -> tuple[Wait, ...]:
    """Who waits, in the order of service; late after `longest` seconds."""
    return tuple(
        Wait(
            call=call,
            late=now.timestamp() - call.arrived > longest,
            who=facts.names.get(call.person or "", call.person or ""),
            longest=longest,
            returning=call.uniqueid in facts.before,
            last=_last(facts, call),
        )
        for call in live.waiting()
    )


def _last(facts: Facts, call: Call) -> str:
    before = facts.before.get(call.uniqueid)
    person = before.person if before else None
    return facts.names.get(person or "", person or "")


def tiles(live: Live, facts: Facts, now: datetime) -> tuple[Tile, ...]:
    """Everybody in the queue, and who should be; in one order that does not jump: by name."""
    on_duty = rostered(facts.turns, now)
    members = [_member_tile(live, member, facts) for member in live.members.values()]
    others = [
        _missing_tile(live, turn, facts) for p, turn in on_duty.items() if p not in live.members
    ]
    return tuple(sorted(members + others, key=lambda t: (t.on_call, t.name, t.person)))


def _member_tile(live: Live, member: Member, facts: Facts) -> Tile:
    load = facts.loads.get(member.person)
    return Tile(
        person=member.person,
        name=facts.names.get(member.person, member.person),
        state=member.doing.value,
        since=member.since,
        until=member.until,
        on_call=member.on_call,
        call=live.calls.get(member.call or ""),
        calls=load.calls if load else 0,
        talk_minutes=int(load.talk_seconds // 60) if load else 0,
        partner=member.person in facts.partners,
    )


def _missing_tile(live: Live, turn: Turn, facts: Facts) -> Tile:
    load = facts.loads.get(turn.person)
    return Tile(
        person=turn.person,
        name=facts.names.get(turn.person, turn.person),
        state="apart" if turn.person in live.signed_in else "absent",
        since=int(turn.begins.timestamp()),
        due=turn.begins,
        calls=load.calls if load else 0,
        talk_minutes=int(load.talk_seconds // 60) if load else 0,
        partner=turn.person in facts.partners,
    )


def state_counts(shown: Iterable[Tile]) -> dict[str, int]:
    """How many are in each state, in the order in which the states are listed."""
    order = [*(doing.value for doing in Doing), "apart", "absent"]
    states = [tile.state for tile in shown]
    return {state: states.count(state) for state in order if state in states}


def tiers(live: Live, facts: Facts, now: datetime) -> tuple[Tier, ...]:
    """The ladder that a call climbs: who could take it on each rung."""
    on_duty = [m for m in live.members.values() if not m.on_call]
    others = [m for m in live.members.values() if m.on_call]
    partners = [m for m in others if m.person in facts.partners]
    on_call = [m for m in others if m.person not in facts.partners]
    expected = standing_by(facts.turns, now)
    return (
        Tier("duty", _able(on_duty), max(len(on_duty), len(rostered(facts.turns, now)))),
        Tier("on_call", _able(on_call), max(len(on_call), len(expected))),
        *([Tier("partner", _able(partners), len(facts.partners))] if facts.partners else []),
        Tier("promise", facts.task_count, facts.task_count),
    )


def _able(members: Iterable[Member]) -> int:
    return sum(member.doing in WORKING for member in members)


def tested(facts: Facts, lines: Iterable[str]) -> LinesTested:
    """What the last test call through each of these lines saw."""
    found = [facts.line_tests.get(line) for line in lines]
    passed = sum(1 for test in found if test and test.seen.passed)
    last = max((test.at for test in found if test), default=None)
    return LinesTested(passed, len(found), last)


def line_days(facts: Facts, lines: Iterable[str]) -> tuple[LineDay, ...]:
    """Each line that was called today, in this order, unknown ones last; then all in one."""
    order = [*lines]
    called = sorted(facts.by_line, key=lambda id_: order.index(id_) if id_ in order else len(order))
    each = [LineDay(line, facts.by_line[line]) for line in called]
    return (*each, LineDay(None, facts.figures)) if each else ()


def hours(live: Live, facts: Facts, now: datetime) -> tuple[Hour, ...]:
    """Today, hour by hour: needed, rostered, there (in this hour: now), offered, answered."""
    current = local(now).hour
    counts = {local(count.hour).hour: count for count in facts.hourly}
    duty = by_hour(facts.turns, now)
    needs = _needs_by_hour(facts.needs)
    there = {hour: facts.there.get(hour, 0) for hour in range(current)}
    there[current] = sum(present(live, p) for p in live.signed_in | live.members.keys())
    return tuple(
        Hour(
            hour=hour,
            need=needs.get(hour, 0) if needs else None,
            rostered=duty[hour],
            there=there.get(hour),
            offered=counts[hour].offered if hour in counts else 0,
            answered=counts[hour].answered if hour in counts else 0,
            now=hour == current,
            future=hour > current,
        )
        for hour in range(24)
    )


def _needs_by_hour(needs: Iterable[Need]) -> dict[int, int]:
    """People needed in each hour, whatever their qualification."""
    most: dict[int, int] = {}
    for need in needs:
        most[need.hour] = max(need.people, most.get(need.hour, 0))
    return most


def stale(live: Live, now: datetime, after: int) -> bool:
    """Whether the picture may no longer be true."""
    return not live.connected or now.timestamp() - live.as_of > after
