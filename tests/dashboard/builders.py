"""What the pages' tests are made of: a small city, a clock, a live picture, recorded actions."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from dashboard.access import SIGN_IN
from dashboard.app import create_app
from dashboard.deps import (
    BrowserPhones,
    Cells,
    Deps,
    Pace,
    PlanChange,
    PlanMoved,
    PlanPreview,
    RosterRun,
    Tried,
    TryOutFailed,
)
from records import rosters, users
from records.planning import Fixed
from records.sealing import Seal, new_key
from records.store import Store, open_store
from records.tables import CallRow, Person, Task
from routing.calls import Rank
from routing.live import Call, Doing, Live, Member, Stage, Way
from routing.plan import Carrier, Line, Plan, Site
from scheduler.demand import Reasoned
from scheduler.problem import Finding, Need, OutOfTime, Roster, ShiftType
from scheduler.solving import Mended, MendJob
from scheduler.why import Candidate
from tests.dashboard.compiled import TEMPLATES, compile_addresses_once
from tests.records.builders import without_power_cuts

compile_addresses_once()

NOW = datetime(2026, 9, 30, 6, 32, 8, tzinfo=UTC)  # 14:32 in Quanzhou, a Wednesday
TODAY = date(2026, 9, 30)
MONDAY = date(2026, 9, 28)
EPOCH = int(NOW.timestamp())
SEAL = Seal([new_key()])
PASSWORD = "very-long-and-secret"
ROLES = ("supervisor", "coordinator", "counsellor", "administrator")

SHIFTS = (
    ShiftType("early", "早", 420, 480),
    ShiftType("mid", "中", 660, 480),
    ShiftType("late", "晚", 900, 480),
    ShiftType("night", "夜", 1380, 480, night=True),
    ShiftType("standby", "备", 480, 720, on_call=True, paid=0),
)


def city() -> Plan:
    return Plan(
        number="968908",
        name="泉州市心理援助热线",
        area="0595",
        lines=(
            Line("city", "市区线", "968908"),
            Line("jinjiang", "晋江线", "85660001", site="jj"),
            Line("shishi", "石狮线", "88560002"),
        ),
        sites=(Site("jj", "晋江"), Site("qz", "市区")),
        carriers=(Carrier("telecom", "电信", "10.0.0.2"),),
    )


class Clock:
    """Moves when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Feed:
    """A live picture that can be changed; whoever waits for the change is woken."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._version = 0
        self._changed = threading.Condition()

    def live(self) -> Live:
        return self._live

    def show(self, live: Live) -> None:
        with self._changed:
            self._live = live
            self._version += 1
            self._changed.notify_all()

    def wait_for_change(self, version: int, timeout: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, timeout)
            return self._version


@dataclass
class Actions:
    """Does nothing but remember; `findings` is what every audit says."""

    store: Store
    now: datetime = NOW
    done: list[tuple[object, ...]] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    run: RosterRun | None = None
    failure: Exception | None = None
    mended: Mended = field(default_factory=lambda: OutOfTime(0))
    tried: Tried | None = None
    why: tuple[Candidate, ...] | None = None

    def _do(self, *what: object) -> None:
        if self.failure is not None:
            raise self.failure
        self.done.append(what)

    def sign_in(self, person: str) -> None:
        self._do("sign_in", person)

    def sign_out(self, person: str) -> None:
        self._do("sign_out", person)

    def pause(self, person: str, reason: str, seconds: int) -> None:
        self._do("pause", person, reason, seconds)

    def resume(self, person: str) -> None:
        self._do("resume", person)

    def call_back(self, person: str, number: str) -> None:
        self._do("call_back", person, number)

    def mark(self, number: str, mark: str, until: int | None) -> None:
        self._do("mark", number, mark, until)

    def switch(self, tier: str | None, until: int) -> None:
        self._do("switch", tier, until)

    def hand_on(self, channel: str, by: str, person: str, tier: str) -> None:
        self._do("hand_on", channel, by, person, tier)

    def consult(self, person: str, colleague: str) -> None:
        self._do("consult", person, colleague)

    def endanger(self, call: Call) -> None:
        self._do("endanger", call.uniqueid)

    def supervise(self, person: str, uniqueid: str, way: Way) -> None:
        self._do("supervise", person, uniqueid, way.value)

    def call_help(self, person: str, number: str) -> None:
        self._do("call_help", person, number)

    def let_go(self, person: str) -> None:
        self._do("let_go", person)

    def steer(self, uniqueid: str, where: str) -> None:
        self._do("steer", uniqueid, where)

    def who_may_work(self, at: datetime) -> tuple[Candidate, ...] | None:
        return self.why

    def start_roster(self, first: date, days: int, seconds: float, by: str, fixed: Fixed) -> None:
        self._do("start_roster", first, days, seconds, by, fixed)
        self.run = RosterRun(running=True)

    def stop_roster(self) -> None:
        self._do("stop_roster")

    def roster_progress(self) -> RosterRun | None:
        return self.run

    def audit(self, cells: Cells, first: date, days: int) -> tuple[Finding, ...]:
        return self.findings

    def repair(self, job: MendJob) -> Mended:
        self._do("repair", job.change, job.now)
        return self.mended

    def try_out(self, roster_id: int, *, replay: bool) -> Tried:
        self._do("try_out", roster_id, replay)
        if self.tried is None:
            raise TryOutFailed("no calls are on record")
        return self.tried

    def duty_changed(self) -> None:
        self._do("duty_changed")

    def publish(self, roster_id: int, by: str, override_reason: str | None) -> None:
        self._do("publish", roster_id, by, override_reason)
        with self.store.session() as db:
            rosters.publish(db, roster_id, self.findings, by, self.now, override_reason)


@dataclass
class PlanBook:
    """A hotline.toml that remembers; `seen` is what every preview says."""

    entries: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    seen: PlanPreview = field(default_factory=PlanPreview)
    found: tuple[dict[str, str], ...] = ()
    version: str = "v1"
    failure: Exception | None = None
    done: list[tuple[str, PlanChange]] = field(default_factory=list)

    def mark(self) -> str:
        return self.version

    def entry(self, table: str, id_: str) -> Mapping[str, object] | None:
        return self.entries.get((table, id_))

    def preview(self, change: PlanChange) -> PlanPreview:
        self.done.append(("preview", change))
        return self.seen

    def findings(self, change: PlanChange) -> tuple[dict[str, str], ...]:
        return self.found

    def write(self, change: PlanChange, mark: str) -> None:
        if isinstance(self.failure, PlanMoved | OSError):
            raise self.failure
        self.done.append((f"write {mark}", change))

    def apply(self, change: PlanChange) -> None:
        if self.failure is not None:
            raise self.failure
        self.done.append(("apply", change))


def entries_of(plan: Plan) -> dict[tuple[str, str], dict[str, object]]:
    """What a file says of the plan's lines and sites."""
    told: dict[tuple[str, str], dict[str, object]] = {}
    for table, entries in (("lines", plan.lines), ("sites", plan.sites)):
        told |= {(table, each.id): {n: v for n, v in vars(each).items() if v} for each in entries}
    return told


@dataclass
class World:
    """An application and all that it was given."""

    deps: Deps
    app: Flask
    store: Store
    clock: Clock
    feed: Feed
    actions: Actions
    book: PlanBook

    def client(self, role: str | None = None, lang: str = "zh") -> Browser:
        browser = Browser(self.app.test_client())
        browser.client.set_cookie("language", lang)
        if role is not None:
            with browser.client.session_transaction() as session:
                session.update(self.session_of(role))
        return browser

    def session_of(self, login: str) -> dict[str, object]:
        """What signing in leaves; hashing a password for every test would take long."""
        with self.store.session() as db:
            user = users.by_login(db, login)
            assert user is not None
            return {SIGN_IN: users.begin_sign_in(db, user.id, NOW), "csrf": "token"}

    def forget_person(self, login: str) -> None:
        """The account is nobody's on the roster."""
        self.make_person(login, None)

    def make_person(self, login: str, person: str | None) -> None:
        """The account is that person's on the roster, with a telephone."""
        with self.store.session() as db:
            user = users.by_login(db, login)
            assert user is not None
            user.person_id = person


class Browser:
    """A test client that sends the session's token, as the pages do."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sign_in(self, login: str, password: str = PASSWORD) -> int:
        return self.post("/sign-in", login=login, password=password).status_code

    def token(self) -> str:
        """The session's; a page gives one to who has none."""
        with self.client.session_transaction() as session:
            kept = session.get("csrf")
        if kept is not None:
            return str(kept)
        self.client.get("/sign-in")
        with self.client.session_transaction() as session:
            return str(session["csrf"])

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def post(self, path: str, **form: str | list[str]) -> TestResponse:
        return self.client.post(path, data=form, headers={"X-CSRF-Token": self.token()})

    def post_part(self, path: str, **form: str) -> TestResponse:
        """As a form does that is a part of a page."""
        headers = {"X-CSRF-Token": self.token(), "HX-Request": "true"}
        return self.client.post(path, data=form, headers=headers)


@cache
def _hashed() -> str:
    """Checked at once: how long a check takes is written in the hash."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@cache
def _prepared() -> bytes:
    """A database with the people and users of the small city: made once, copied for each test."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/records.db")
        add_people(store, [("lin", "林婉如"), ("chen", "陈思远"), ("huang", "黄雅萍")])
        add_users(store)
        store.close()
        return Path(folder, "records.db").read_bytes()


def prepared_store(folder: Path) -> Store:
    file = folder / "records.db"
    file.write_bytes(_prepared())
    return without_power_cuts(open_store(f"sqlite:///{file}", migrate=False))


def world(
    folder: Path,
    live: Live | None = None,
    needs: tuple[Need, ...] = (),
    samples: tuple[tuple[str, str, str], ...] = (),
    pace: Pace | None = None,
    reasons: tuple[Reasoned, ...] = (),
) -> World:
    """A city with a user of each role; the counsellor is lin."""
    store = prepared_store(folder)
    clock, actions, book = Clock(), Actions(store), PlanBook(entries_of(city()))
    feed = Feed(picture() if live is None else live)
    (folder / "htmx.min.js").write_text("/* htmx */")
    deps = Deps(
        store=store,
        plan=city(),
        shifts=SHIFTS,
        now=clock.now,
        secret_key="for tests only",
        live=feed.live,
        wait_for_change=feed.wait_for_change,
        actions=actions,
        plan_file=book,
        vendor=folder,
        seal=SEAL,
        reports=folder / "reports",
        recordings=folder / "recordings",
        browser_phones=BrowserPhones(8088, secure=False),
        sample_logins=samples,
        needs=lambda first, days: needs,
        reasons=lambda first, days: reasons,
        pace=pace or Pace(),
        wait=clock.advance,
    )
    app = create_app(deps)
    app.jinja_env.bytecode_cache = TEMPLATES
    return World(deps, app, store, clock, feed, actions, book)


def add_task(
    hotline: World, number: str = "13800135678", minutes: int = 10, **changes: object
) -> int:
    """Somebody was promised a call back, due in so many minutes."""
    with hotline.store.session() as db:
        call = call_row(77, outcome="promised", answered_at=None, person=None, caller=number)
        call.uniqueid = f"task{db.scalar(select(func.count()).select_from(Task))}"
        db.add(call)
        db.flush()
        values: dict[str, object] = {
            "call_id": call.id,
            "number": number,
            "reason": "promise",
            "created_at": NOW,
            "due_at": NOW + timedelta(minutes=minutes),
        }
        task = Task(**(values | changes))
        db.add(task)
        db.flush()
        return task.id


def add_people(store: Store, people: Iterable[tuple[str, str]]) -> None:
    with store.session() as db:
        for id_, name in people:
            db.add(person(id_, name))


def person(id_: str, name: str) -> Person:
    return Person(
        id=id_,
        name=name,
        site="qz",
        qualifications=["counsellor"],
        week_minutes=2400,
        no_nights=False,
        secret=f"pw{id_}",
        device="desk",
        active=True,
    )


def add_users(store: Store, roles: Iterable[str] = ROLES) -> None:
    """Logins are the roles' names; all have the same password."""
    with store.session() as db:
        for role in roles:
            person_id = "lin" if role == "counsellor" else None
            names = {"supervisor": "曾怀瑾", "coordinator": "施以宁", "counsellor": "林婉如"}
            users.add_user(db, role, names.get(role, "管理"), role, _hashed(), person_id)


def picture(
    calls: Iterable[Call] = (), members: Iterable[Member] = (), signed_in: Iterable[str] = ()
) -> Live:
    return Live(
        connected=True,
        as_of=EPOCH,
        calls={call.uniqueid: call for call in calls},
        members={member.person: member for member in members},
        signed_in=frozenset(signed_in),
    )


def caller(uniqueid: str, **changes: object) -> Call:
    made = Call(
        uniqueid=uniqueid,
        channel=f"PJSIP/telecom-{uniqueid}",
        line="jinjiang",
        caller="13800131234",
        rank=Rank.NORMAL,
        arrived=EPOCH - 40,
        stage=Stage.WAITING,
        since=EPOCH - 40,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def member(person_id: str, doing: Doing = Doing.READY, **changes: object) -> Member:
    made = Member(person=person_id, doing=doing, since=EPOCH - 60)
    return replace(made, **changes)  # type: ignore[arg-type]


def call_row(serial: int, **changes: object) -> CallRow:
    arrived = NOW - timedelta(hours=2, minutes=serial)
    values: dict[str, object] = {
        "boot": 1,
        "uniqueid": f"u{serial}",
        "origin": "asterisk",
        "serial": serial,
        "kind": "inbound",
        "line": "jinjiang",
        "dialled": "85660001",
        "caller": "13800131234",
        "carrier": "telecom",
        "rank": "normal",
        "arrived_at": arrived,
        "answered_at": arrived + timedelta(seconds=20),
        "ended_at": arrived + timedelta(seconds=620),
        "outcome": "answered",
        "person": "lin",
    }
    return CallRow(**(values | changes))


def add_call(hotline: World, **changes: object) -> int:
    """A call on record; its id."""
    with hotline.store.session() as db:
        row = call_row(len(db.scalars(select(CallRow.id)).all()) + 1, **changes)
        db.add(row)
        db.flush()
        return row.id


def draft(
    store: Store,
    cells: Mapping[str, tuple[str | None, ...]],
    first: date = MONDAY,
    publish: bool = False,
    at: datetime = NOW,
) -> int:
    with store.session() as db:
        row = rosters.save_draft(db, first, Roster(dict(cells)), 100, 90, "coordinator", at)
        if publish:
            rosters.publish(db, row.id, (), "coordinator", at)
        return row.id


def without_tags(html: str) -> str:
    """What is read: texts, and the attributes that are spoken or shown."""
    shown = re.findall(r'(?:title|aria-label|placeholder|data-say|data-o[nf]+)="([^"]*)"', html)
    html = re.sub(r"<(script|style|template)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"<[^>]+>", " ", html) + " ".join(shown)
