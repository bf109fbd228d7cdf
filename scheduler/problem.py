"""The rostering problem and its answer, as data that knows no solver, no database and no clock.

Days count from 0 (the first day of the horizon); hours count from 0 at 00:00 of day 0, local time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from scheduler.phase import Phase

HOURS_A_DAY = 24
SATURDAY = 5  # of date.weekday()
SUPERVISOR = "supervisor"  # the qualification of those who can be asked at any hour


def _require(good: bool, what: str, value: object, right: str) -> None:
    if not good:
        raise ValueError(f"{what} is {value!r}; it must be {right}")


@dataclass(frozen=True)
class ShiftType:
    """A kind of shift. It may run past midnight: start 23 h, 8 h long, ends at 7 the next day."""

    id: str
    name: str  # one character on the roster board: 早 中 晚 夜 备
    start: int  # minutes after 00:00
    minutes: int  # length
    night: bool = False
    on_call: bool = False  # 备班: standing by at home; counts for no cover and `paid` minutes only
    paid: int | None = None  # minutes that count as working time; None: all of them
    not_before: frozenset[str] = frozenset()  # shift ids that nobody has the day after this one

    def __post_init__(self) -> None:
        _require(0 <= self.start < 1440, f"shift {self.id}: start", self.start, "0 to 1439 minutes")
        _require(0 < self.minutes <= 1440, f"shift {self.id}: minutes", self.minutes, "1 to 1440")

    @property
    def work(self) -> int:
        return self.minutes if self.paid is None else self.paid

    @property
    def end(self) -> int:
        """Minutes after 00:00 of the day it begins on; more than 1440 when it ends the next day."""
        return self.start + self.minutes

    @property
    def runs_over(self) -> bool:
        """Whether it ends on the next day."""
        return self.end > 1440


@dataclass(frozen=True)
class Limits:
    """What one person's roster keeps beside the rules for everybody; None limits nothing.

    A run of days is too short only where the day before it and the day after it are both known:
    the ends of the horizon cut no run. A weekend is worked when its Saturday or its Sunday is.
    """

    most_of: dict[str, int] = field(default_factory=dict)  # shift id -> times; 0 forbids it
    least_minutes: int = 0  # of work in the horizon
    most_minutes: int | None = None
    least_days_in_a_row: int = 1
    most_days_in_a_row: int | None = None
    least_days_off: int = 1  # in a row
    most_weekends: int | None = None

    def __post_init__(self) -> None:
        for name in ("least_minutes", "most_minutes", "most_weekends"):
            value = getattr(self, name)
            _require(value is None or value >= 0, name, value, "0 or more")
        for name in ("least_days_in_a_row", "most_days_in_a_row", "least_days_off"):
            value = getattr(self, name)
            _require(value is None or value >= 1, name, value, "at least 1")
        for shift, times in self.most_of.items():
            _require(times >= 0, f"most_of {shift}", times, "0 or more")


@dataclass(frozen=True)
class Worker:
    id: str
    name: str
    site: str
    qualifications: frozenset[str] = (
        frozenset()
    )  # "counsellor", "crisis", "supervisor", "minnan", …
    week_minutes: int = 2400  # contract: standard working time a week
    no_nights: bool = False  # pregnant from the seventh month, or nursing
    fixed: dict[int, str | None] = field(default_factory=dict)  # day -> shift id, None: must be off
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        _require(
            0 <= self.week_minutes <= 10080,
            f"{self.id}: week_minutes",
            self.week_minutes,
            "0 to 10080",
        )


@dataclass(frozen=True)
class Need:
    """At least `people` with `qualification` (None: anybody) on duty in that hour."""

    hour: int
    people: int
    qualification: str | None = None

    def __post_init__(self) -> None:
        _require(self.people >= 0, f"need in hour {self.hour}", self.people, "0 or more people")


@dataclass(frozen=True)
class ShiftNeed:
    """So many people in one shift of one day; prices in points for each one too few or too many."""

    day: int
    shift: str
    people: int
    price_short: int
    price_over: int

    def __post_init__(self) -> None:
        for name in ("people", "price_short", "price_over"):
            value = getattr(self, name)
            _require(
                value >= 0, f"need of day {self.day}, {self.shift}: {name}", value, "0 or more"
            )


@dataclass(frozen=True)
class Absence:
    worker: str
    first: int  # day
    last: int  # day, included
    reason: str = "leave"


@dataclass(frozen=True)
class Wish:
    """`shift` None asks for a free day; `want` False asks not to have what `shift` says."""

    worker: str
    day: int
    shift: str | None
    want: bool = True
    weight: int = 1


class PairKind(StrEnum):
    APART = "apart"  # never on duty in the same hour
    TOGETHER = "together"  # the one works only in the other's shifts


@dataclass(frozen=True)
class Pair:
    """Two people who must not be together, or of whom the one must be with the other."""

    one: str
    other: str
    kind: PairKind = PairKind.APART


@dataclass(frozen=True)
class Carried:
    """How much more than an equal share somebody had in the months before; less is below 0."""

    nights: int = 0
    weekends: int = 0  # days on a Saturday or Sunday
    holidays: int = 0  # public ones
    minutes: int = 0  # of work above the contract


@dataclass(frozen=True)
class Rules:
    """Numbers of the rules; sources in docs/rules.md. Prices in points of the objective."""

    rest_hours: int = 11  # policy: no national figure is known
    nights_in_a_row: int = 3  # policy
    days_in_a_row: int = 6  # one day of rest a week: Labour Law, art. 38
    week_hours: int = 40  # Labour rules: standard week
    overtime_month_hours: int = 36  # Labour Law, art. 41
    least_on_duty: int = 2  # 国卫办疾控函〔2021〕15号: at least two seats a line
    least_crisis: int = 1  # policy: one crisis-qualified person at all hours
    least_supervisors: int = 0  # on duty or standing by at all hours; policy
    price_short: int = 1000  # one person-hour below the need
    price_over: int = 2  # one person-hour above it
    price_wish: int = 20  # times the wish's weight
    price_night_spread: int = 30  # per night between the most and the fewest
    price_hours_off: int = 1  # per hour away from the contract
    price_weekend: int = 3  # a day on a weekend, times how many more somebody had than others
    price_holiday: int = 10  # the same of public holidays
    carry_months: int = 3  # before the horizon, whose nights, weekends, holidays, hours count on
    price_standby: int = 100  # one hour with nobody on call, where there is an on-call shift
    price_supervisor: int = 100  # one hour with one supervisor less than can be reached
    need_is_hard: bool = False
    round_the_clock: bool = True  # somebody on duty at all times
    prices: dict[str, int] = field(default_factory=dict)  # of rules that may then be broken
    pairs: tuple[Pair, ...] = field(default_factory=tuple)  # those of them who are there count


@dataclass(frozen=True)
class Problem:
    first: date  # day 0
    days: int
    shifts: tuple[ShiftType, ...]
    workers: tuple[Worker, ...]
    needs: tuple[Need, ...]
    absences: tuple[Absence, ...] = ()
    wishes: tuple[Wish, ...] = ()
    rules: Rules = Rules()
    # what was worked before day 0, newest last: worker -> shift or None per day, day -1 at the end
    history: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    shift_needs: tuple[ShiftNeed, ...] = ()
    pairs: tuple[Pair, ...] = ()
    carried: dict[str, Carried] = field(default_factory=dict)  # worker -> from the months before

    def day(self, index: int) -> date:
        return self.first + timedelta(days=index)

    def weekend(self, index: int) -> int | None:
        """The weekend that the day is of, as the index of its Saturday; None for other days."""
        after = (self.first.weekday() + index) % 7 - SATURDAY
        return index - after if after >= 0 else None


@dataclass(frozen=True)
class Roster:
    """Who has which shift: `cells[worker_id][day]` is a shift id, or None for a free day."""

    cells: dict[str, tuple[str | None, ...]]


def whole(problem: Problem, roster: Roster) -> Roster:
    """With a row for everybody, and for nobody else."""
    free: tuple[str | None, ...] = (None,) * problem.days
    return Roster({w.id: roster.cells.get(w.id, free) for w in problem.workers})


@dataclass(frozen=True)
class Finding:
    """One thing that the audit has to say. `hard` ones forbid saving unless overridden by name."""

    rule: str  # name of the rule
    hard: bool
    worker: str | None
    day: int | None
    message: dict[str, str]  # "zh" and "en": a sentence for a coordinator
    amount: int = 1  # by how much
    hour: int | None = None  # for cover: the first hour
    price: int = 0  # points of the objective; 0 for hard ones
    hours: int = 1  # for cover: for how many hours by that amount

    def priced(self, price: int) -> Finding:
        """The same of a rule that may be broken for so many points a unit."""
        return replace(self, hard=False, price=price * self.amount * self.hours)


@dataclass(frozen=True)
class Solved:
    roster: Roster
    objective: int
    bound: int
    seconds: float


@dataclass(frozen=True)
class Impossible:
    """No roster keeps all hard rules; `findings` name what stands in the way, as far as known."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class OutOfTime:
    bound: int


@dataclass(frozen=True)
class Progress:
    """One report while solving."""

    seconds: float
    objective: int | None
    bound: int
    phase: Phase = Phase.FIRST
