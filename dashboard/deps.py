"""What the pages are given: everything they may read and do. main builds it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, cast

from flask import current_app

from records.planning import Fixed
from records.retention import Periods
from records.sealing import Seal
from records.store import Store
from routing.live import Call, Live, Way
from routing.plan import Plan
from scheduler.demand import Reasoned
from scheduler.phase import Phase
from scheduler.problem import Finding, Need, Rules, ShiftType
from scheduler.solving import Mended, MendJob
from scheduler.whatif import Figures
from scheduler.why import Candidate

Cells = dict[str, tuple[str | None, ...]]  # person -> shift id per day, as scheduler.problem.Roster
EXTENSION = "hotline"


class TelephonyUnavailable(Exception):
    """The telephone system does not answer; nothing was changed."""


class NoTelephone(Exception):
    """The account belongs to no person, so that no telephone of its own can ring."""


class NoCaller(Exception):
    """The person has no caller on the line who could be handed on."""


class CallOver(Exception):
    """The call is not what it was when the page was made: it is over, or somebody else has it."""


class RosterRunning(Exception):
    """A roster is being computed already; stop it first."""


class TryOutFailed(Exception):
    """A roster could not be tried out; the message says why."""


@dataclass(frozen=True)
class Tried:
    """What became of the calls under a roster: each hour of the day, and in all."""

    hours: tuple[Figures, ...]
    total: Figures
    replications: int


@dataclass(frozen=True)
class RosterRun:
    """How far the solver is, or how it ended."""

    running: bool
    points: tuple[tuple[float, int | None, int], ...] = ()  # seconds, objective, bound
    message: dict[str, str] = field(default_factory=dict)  # "zh" and "en": how it ended
    draft_id: int | None = None
    findings: tuple[Finding, ...] = ()  # what stands in the way, when there is no roster
    phase: Phase = Phase.FIRST  # of the last point


class Actions(Protocol):
    """What the pages may do beyond the records. May raise TelephonyUnavailable or RosterRunning."""

    def sign_in(self, person: str) -> None: ...

    def sign_out(self, person: str) -> None: ...

    def pause(self, person: str, reason: str, seconds: int) -> None: ...

    def resume(self, person: str) -> None: ...

    def call_back(self, person: str, number: str) -> None:
        """Ring the person's telephone, then `number` (national form). Returns at once."""

    def mark(self, number: str, mark: str, until: int | None) -> None:
        """Mark a caller's number "crisis" or "limited" until an instant; None: not any more."""

    def switch(self, tier: str | None, until: int) -> None:
        """Send every call to "oncall", "partner" or "promise" until an instant; None: end it."""

    def hand_on(self, channel: str, by: str, person: str, tier: str) -> None:
        """Hand the caller on to a person, or to "oncall", "partner", or "": whoever is on duty."""

    def consult(self, person: str, colleague: str) -> None:
        """For a minute the person's browser or desk phone may ring this colleague."""

    def endanger(self, call: Call) -> None:
        """The caller on the line is in danger: from now on the call ranks so."""

    def supervise(self, person: str, uniqueid: str, way: Way) -> None:
        """Ring the person's telephone and have it at that call. Raises CallOver."""

    def call_help(self, person: str, number: str) -> None:
        """Who is at a call talks with an emergency number, then is rung for the call again.

        Raises CallOver.
        """

    def let_go(self, person: str) -> None:
        """Hang the person's telephone up that is at a call; the call goes on."""

    def steer(self, uniqueid: str, where: str) -> None:
        """Send a waiting caller "up", to a tier of `switch`, or to somebody, such as "to-lin".

        Raises CallOver for who does not wait.
        """

    def who_may_work(self, at: datetime) -> tuple[Candidate, ...] | None:
        """Who could be there in that hour by the rules, and why the others may not.

        By the published roster; None when none covers the hour.
        """

    def start_roster(self, first: date, days: int, seconds: float, by: str, fixed: Fixed) -> None:
        """`fixed` cells are as they are in the draft that comes of it, too."""

    def stop_roster(self) -> None: ...

    def roster_progress(self) -> RosterRun | None: ...

    def audit(self, cells: Cells, first: date, days: int) -> tuple[Finding, ...]: ...

    def repair(self, job: MendJob) -> Mended:
        """Waits for it, at most about `job.seconds`."""

    def try_out(self, roster_id: int, *, replay: bool) -> Tried:
        """On calls after the forecast, or recorded ones. Raises TryOutFailed."""

    def publish(self, roster_id: int, by: str, override_reason: str | None) -> None: ...

    def duty_changed(self) -> None:
        """What is in force has changed: the duty table follows now, not within a minute."""


@dataclass(frozen=True)
class Targets:
    """What the day's figures are measured against; rates from 0 to 1, times in seconds."""

    answer_rate: float = 0.90
    answer_speed: int = 30
    abandoned: float = 0.08
    longest_wait: int = 180


@dataclass(frozen=True)
class Pace:
    """How fast the live pages move, in seconds."""

    gap: float = 0.1  # two pictures are at least so far apart
    beat: float = 2.0  # and at most so far
    quiet: int = 6  # a page that heard nothing for so long calls itself stale
    stale: int = 10  # a picture older than this is stale
    stream: int = 600  # a stream ends after this and is opened again, with its rights checked anew
    streams: int = 240  # so many at once; each one holds a thread of the web server


def no_reasons(_first: date, _days: int) -> tuple[Reasoned, ...]:
    return ()


def no_needs(_first: date, _days: int) -> tuple[Need, ...]:
    return ()


@dataclass(frozen=True)
class Pending:
    """What hotline.toml says and the telephone system does not do yet."""

    changes: tuple[dict[str, str], ...] = ()  # sentences, "zh" and "en"
    faults: tuple[str, ...] = ()  # why it cannot be applied, as the command says it
    applied: Plan | None = None  # what the telephone system does; None: as the pages know it


class PlanMoved(Exception):
    """hotline.toml is not what it was when the change was shown."""


class PlanNotApplied(Exception):
    """hotline.toml is written and the telephone system does not do it; the message says why."""


@dataclass(frozen=True)
class PlanChange:
    """One entry of hotline.toml as it shall be; it is added when there is none of that id."""

    table: str  # "lines" or "sites"
    id: str
    values: Mapping[str, Any] | None  # as the file has them; None: it is taken out


@dataclass(frozen=True)
class PlanPreview:
    """What a change would do. With a fault it is not made."""

    mark: str = ""  # of the whole file as it would be
    changes: tuple[dict[str, str], ...] = ()  # as `main.py apply --dry-run`, "zh" and "en"
    fields: Mapping[str, str] = field(default_factory=dict)  # of the entry -> what is wrong
    faults: tuple[str, ...] = ()  # what else is, as the command says it

    @property
    def possible(self) -> bool:
        return not self.fields and not self.faults


class PlanFile(Protocol):
    """hotline.toml, which stays the one truth."""

    def mark(self) -> str:
        """Of the file as it is; another one means that somebody has changed it."""

    def entry(self, table: str, id_: str) -> Mapping[str, Any] | None: ...

    def preview(self, change: PlanChange) -> PlanPreview: ...

    def findings(self, change: PlanChange) -> tuple[dict[str, str], ...]:
        """What `main.py check` would find, "zh" and "en"; takes seconds."""

    def write(self, change: PlanChange, mark: str) -> None:
        """Into the file, whole or not at all. Raises OSError, PlanMoved unless that is `mark`."""

    def apply(self, change: PlanChange) -> None:
        """As `main.py apply`: no call in progress is touched. Raises PlanNotApplied."""


@dataclass(frozen=True)
class BrowserPhones:
    """Where browsers register as telephones: Asterisk's own websocket."""

    port: int
    secure: bool

    def url(self, host: str) -> str:
        return f"{'wss' if self.secure else 'ws'}://{host}:{self.port}/ws"


@dataclass(frozen=True)
class Deps:
    store: Store
    plan: Plan
    shifts: tuple[ShiftType, ...]
    now: Callable[[], datetime]  # aware UTC
    secret_key: str
    live: Callable[[], Live]
    wait_for_change: Callable[[int, float], int]  # (version, timeout) -> version
    actions: Actions
    plan_file: PlanFile
    vendor: Path  # the folder that holds the scripts of others
    seal: Seal  # of what is written about calls
    reports: Path  # the folder of summaries that were kept
    recordings: Path  # the folder of recorded talks
    sample_logins: tuple[
        tuple[str, str, str], ...
    ] = ()  # login, password, role; empty in a real city
    needs: Callable[[date, int], tuple[Need, ...]] = no_needs  # of so many days from a date on
    reasons: Callable[[date, int], tuple[Reasoned, ...]] = no_reasons  # of the forecast
    rules: Rules = field(default_factory=Rules)
    exchanges_automatic: bool = False  # lawful swaps need no coordinator
    pending: Callable[[], Pending] = Pending
    targets: Targets = Targets()
    pace: Pace = Pace()
    wait: Callable[[float], None] = time.sleep
    browser_phones: BrowserPhones | None = None  # None: no telephone in the browser
    retention: Periods = field(default_factory=Periods)
    mail: bool = False  # whether changes are told by mail
    secure_cookies: bool = False  # True when the pages are reached by https only


def get_deps() -> Deps:
    """What the running application was built with."""
    return cast(Deps, current_app.extensions[EXTENSION])
