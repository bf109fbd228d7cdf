"""A city in the middle of its day, for pictures: everything is invented."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from dashboard.app import create_app
from dashboard.deps import RosterRun
from deploy.sample_city import directory
from records import (
    alarms,
    audit_log,
    feeds,
    handovers,
    line_tests,
    notes,
    people,
    requests,
    rosters,
    week_needs,
)
from records.note import Note
from records.requests import Asked, Kind
from records.store import Store
from records.tables import AbsenceRow, CallRow, ExchangeRow, Task
from routing.calls import Rank
from routing.line_tests import Result, Seen
from routing.live import Call, Doing, Live, Member, Stage, Watcher, Way
from routing.plan import Line, Plan
from scheduler.demand import Reasoned
from scheduler.problem import Finding, Need
from scheduler.why import Candidate
from tests.dashboard.builders import (
    EPOCH,
    MONDAY,
    NOW,
    SEAL,
    TODAY,
    World,
    add_people,
    draft,
    entries_of,
    world,
)

NAMES = (  # the first three are those of the small city
    "林婉如",
    "陈思远",
    "黄雅萍",
    "吴景行",
    "王淑慎",
    "蔡予安",
    "郑明澈",
    "苏念慈",
    "李知微",
    "许清和",
    "庄若谷",
    "洪子衿",
    "曾怀瑾",
    "杨听澜",
    "施以宁",
    "何景初",
    "柯静姝",
    "傅云舒",
    "叶知秋",
    "谢安然",
    "邱望舒",
    "江映雪",
    "卢言蹊",
    "温如许",
)
STAFF = ["lin", "chen", "huang", *(f"p{n:02}" for n in range(4, 25))]
LINES = (
    ("city", "市区线", "968908"),
    ("jinjiang", "晋江线", "85660001"),
    ("shishi", "石狮线", "88560002"),
    ("nanan", "南安线", "86380003"),
    ("huian", "惠安线", "87380004"),
    ("anxi", "安溪线", "23230005"),
    ("dehua", "德化线", "23520006"),
)
# Eight turns of a cycle; who begins where in it makes the grid.
CYCLE = ("early", "early", "mid", "late", None, "night", "night", None, None, "mid", "late", None)
NOTE = Note(
    problem="family",
    suicidal=6,
    hopelessness=8,
    actions="一起列出今晚能做的三件事，已做安全约定。",
    account="谈到近两周失眠，与母亲因升学争执。说“不想再撑了”，没有具体计划；家里有姐姐在。",
    follow_up=TODAY + timedelta(days=1),
)
HANDOVER = (
    "尾号 5678 的来电者约好今晚九点再打来，请让陈思远接。\n尾号 1203 已转介精神卫生中心，明早随访。"
)
CRISIS_STEPS: tuple[dict[str, str], ...] = (
    {"step": "begun"},
    {"step": "help", "number": "110"},
    {"step": "note", "text": "德化县某路 3 号，家中有老人；110 已派出"},
)
AWAY = {"p05": 9, "p14": 3, "p18": 20}
PER_HOUR = (3, 2, 1, 1, 1, 1, 2, 3, 6, 9, 9, 9, 8, 7, 6)


def cells(first_turn: int = 0) -> dict[str, tuple[str | None, ...]]:
    made: dict[str, tuple[str | None, ...]] = {}
    for place, person in enumerate(STAFF):
        row = [CYCLE[(place + first_turn + day) % len(CYCLE)] for day in range(28)]
        row[(place * 5) % 28] = "standby"
        for day in range(AWAY.get(person, 28), min(28, AWAY.get(person, 28) + 3)):
            row[day] = None
        made[person] = tuple(row)
    made["p04"] = (*made["p04"][:3], "night", "early", *made["p04"][5:])
    made["p16"] = (*made["p16"][:20], "late", "early", *made["p16"][22:])
    made["chen"] = (*made["chen"][:16], "night", *made["chen"][17:])
    return made


def today() -> dict[str, tuple[str | None, ...]]:
    """What is published: on this Wednesday eleven of twelve have come."""
    made = {person: list(row) for person, row in cells().items()}
    day = (TODAY - MONDAY).days
    for place, person in enumerate(STAFF):
        made[person][day] = ("early", "mid")[place % 2] if place < 12 else None
        if 12 <= place < 16:
            made[person][day] = "standby" if place < 14 else "late"
        elif 16 <= place < 19:
            made[person][day] = "night"
        if made[person][day - 1] == "night" or place > 20:
            made[person][day - 1] = "night" if place > 20 else None
    return {person: tuple(row) for person, row in made.items()}


def needs(_first: date, days: int) -> tuple[Need, ...]:
    a_day = [3] * 7 + [4] * 4 + [8] * 8 + [4] * 4 + [3]
    return tuple(Need(hour, a_day[hour % 24]) for hour in range(days * 24))


def reasons(first: date, days: int) -> tuple[Reasoned, ...]:
    people = (need.people for need in needs(first, days))
    return tuple(Reasoned(h, n / 2, n - 1, n, 2, "records") for h, n in enumerate(people))


def _ask(store: Store) -> None:
    """Two swaps, one of them agreed on, leave, a wish that was refused, an hour set by hand."""
    with store.session() as db:
        days = [TODAY + timedelta(days=n) for n in (2, 5, 9, 11)]
        in_force = rosters.published_cells(db, days[0], days[1])
        for state, other, day in (("accepted", "p07", days[0]), ("proposed", "lin", days[1])):
            pair = [in_force[day].get(person) for person in ("p06", other)]
            cells = {day.isoformat(): pair}
            row = ExchangeRow(proposer="p06", other=other, cells=cells, state=state)
            row.proposed_at = NOW
            db.add(row)
        home = Asked("lin", Kind.LEAVE, days[2], days[3], reason="回老家")
        requests.ask(db, home, "counsellor", NOW)
        night = Asked("lin", Kind.WISH, days[1], days[1], "night", want=False)
        refused = requests.ask(db, night, "counsellor", NOW)
        requests.refuse(db, refused.id, "coordinator", NOW, "当天只剩两人")
        week_needs.put(db, 2, 9, 7, "coordinator", NOW)
        feeds.renew(db, "lin", "counsellor", NOW, lambda: "an-invented-address")


def live() -> Live:
    def call(n: int, line: str, number: str, ago: int, **changes: object) -> Call:
        made = Call(
            uniqueid=f"c{n}",
            channel=f"PJSIP/telecom-{n}",
            line=line,
            caller=number,
            rank=Rank.NORMAL,
            arrived=EPOCH - ago,
            stage=Stage.WAITING,
            since=EPOCH - ago,
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    talks = [
        ("huang", "dehua", "13359055590", 767, Rank.CRISIS),
        ("chen", "shishi", "17759059035", 1872, Rank.NORMAL),
        ("p06", "anxi", "18959052247", 1350, Rank.CUT_OFF),
        ("p04", "city", "13559056180", 485, Rank.NORMAL),
        ("p09", "nanan", "15059058812", 199, Rank.NORMAL),
    ]
    calls = [
        call(1, "jinjiang", "13859051234", 18, rank=Rank.CRISIS, person="lin"),
        call(2, "city", "15959057706", 247, rank=Rank.CUT_OFF),
        call(3, "nanan", "18659050423", 112),
        call(4, "huian", "", 41),
        call(5, "huian", "059587654521", 4, stage=Stage.GREETING),
    ]
    calls += [
        call(10 + n, line, number, ago, stage=Stage.TALKING, rank=rank, person=person, watchers=w)
        for n, (person, line, number, ago, rank) in enumerate(talks)
        for w in [(Watcher("p13", Way.LISTEN, "x"),) if rank is Rank.CRISIS else ()]
    ]
    members = [
        Member("lin", Doing.RINGING, EPOCH - 18, call="c1"),
        Member("p08", Doing.READY, EPOCH - 400),
        *(
            Member(p, Doing.TALKING, EPOCH - ago, call=f"c{10 + n}")
            for n, (p, _l, _c, ago, _r) in enumerate(talks)
        ),
        Member("p05", Doing.WRITING, EPOCH - 62, until=EPOCH + 58),
        Member("p07", Doing.MISSED, EPOCH - 70, until=EPOCH + 230),
        Member("p10", Doing.BREAK, EPOCH - 540, until=EPOCH + 360),
        Member("p12", Doing.RECOVERING, EPOCH - 375, until=EPOCH + 525),
        Member("p13", Doing.READY, EPOCH - 9000, on_call=True),
        Member("p14", Doing.UNREACHABLE, EPOCH - 900, on_call=True),
    ]
    return Live(
        connected=True,
        as_of=EPOCH,
        calls={c.uniqueid: c for c in calls},
        members={m.person: m for m in members},
        signed_in=frozenset(m.person for m in members),
    )


def findings() -> tuple[Finding, ...]:
    def found(
        rule: str,
        hard: bool,
        worker: str | None,
        day: int | None,
        zh: str,
        en: str,
        hour: int | None = None,
    ) -> Finding:
        return Finding(rule, hard, worker, day, {"zh": zh, "en": en}, hour=hour)

    return (
        found(
            "rest",
            True,
            "p04",
            4,
            "夜班后接早班，间隔 0 小时，至少 11 小时",
            "early right after night: 0 hours of rest, at least 11",
        ),
        found(
            "rest",
            True,
            "p16",
            21,
            "晚班后接早班，间隔 8 小时，至少 11 小时",
            "early after late: 8 hours of rest, at least 11",
        ),
        found("cover", False, None, 6, "夜班少 1 人", "night: 1 short", hour=167),
        found("cover", False, None, 18, "晚班少 1 人", "late: 1 short", hour=450),
        found("hours_off", False, "p05", None, "工时 120 小时，合同 160 小时", "120 hours of 160"),
        found(
            "wishes",
            False,
            "chen",
            16,
            "本人希望不排夜班",
            "asked not to have the night",
        ),
    )


def who_may_work() -> tuple[Candidate, ...]:
    able = [Candidate(person, "mid", None, n, ()) for n, person in enumerate(["p21", "p22"])]
    able.append(Candidate("p23", "mid", "standby", 3, ()))
    unable = [
        Candidate("p04", "mid", "early", None, findings()[:1]),
        Candidate("p16", "mid", None, None, findings()[1:2]),
    ]
    return (*able, *unable)


def running() -> RosterRun:
    seconds = (2.0, 6, 14, 26, 40, 62, 90, 120, 151, 192)
    objectives = (None, 2210, 1980, 1790, 1610, 1480, 1395, 1330, 1296, 1284)
    bounds = (600, 820, 900, 1010, 1100, 1150, 1180, 1200, 1212, 1221)
    return RosterRun(True, tuple(zip(seconds, objectives, bounds, strict=True)))


def city(folder: Path) -> World:
    """The city, ready to be served."""
    made = world(folder, live=live())
    plan = Plan(
        number="968908",
        name="泉州市心理援助热线",
        area="0595",
        lines=tuple(Line(*each) for each in LINES),
        sites=made.deps.plan.sites,
        carriers=made.deps.plan.carriers,
    )
    made.book.entries |= entries_of(plan)
    deps = replace(made.deps, plan=plan, needs=needs, reasons=reasons)
    add_people(made.store, list(zip(STAFF, NAMES, strict=True))[3:])
    made.actions.findings = findings()
    made.actions.run = running()
    made.actions.why = who_may_work()
    made.make_person("supervisor", "p13")
    draft(made.store, today(), publish=True, at=NOW - timedelta(days=3))
    draft(made.store, cells(3), at=NOW - timedelta(minutes=9))
    _fill(made.store)
    _ask(made.store)
    return replace(made, deps=deps, app=create_app(deps))


def _fill(store: Store) -> None:
    chance = random.Random(968908)
    with store.session() as db:
        directory.fill(db, NOW)
        note = handovers.write(db, "chen", HANDOVER, NOW - timedelta(minutes=25), SEAL)
        handovers.write(db, "p05", "夜里平静，没有要交接的事。", NOW - timedelta(hours=7), SEAL)
        handovers.confirm(db, note.id, "huang", NOW - timedelta(minutes=9))
        assert len(people.people(db)) == len(STAFF)
        for serial, row in enumerate(_calls(chance), start=1):
            row.serial, row.uniqueid = serial, f"u{serial}"
            db.add(row)
        db.flush()
        mine = db.scalars(select(CallRow).where(CallRow.person == "lin")).all()[-1]
        notes.save(db, mine.id, "lin", 7, NOTE, NOW, SEAL)
        for number, reason, minutes in (
            ("13859053321", "cutoff", -6),
            ("15159050808", "promise", 17),
        ):
            db.add(
                Task(
                    call_id=1,
                    number=number,
                    reason=reason,
                    created_at=NOW - timedelta(minutes=20),
                    due_at=NOW + timedelta(minutes=minutes),
                )
            )
        for who, first in AWAY.items():
            day = MONDAY + timedelta(days=first)
            db.add(AbsenceRow(person=who, first=day, last=day + timedelta(days=2), reason="leave"))
        crisis = {"line": "dehua", "counsellor": "huang"}
        alarms.raise_alarm(db, "crisis_mode", "c10", crisis, NOW - timedelta(minutes=6))
        for n, detail in enumerate(CRISIS_STEPS):
            at = NOW - timedelta(minutes=6, seconds=-40 * n)
            audit_log.note(db, at, "supervisor", "crisis_mode", "call c10", detail)
        late = {"since": EPOCH - 27128}
        hole = {"begins": EPOCH + 376072, "ends": EPOCH + 404872}
        alarms.raise_alarm(db, "not_signed_in", "p11", late, NOW - timedelta(minutes=22))
        alarms.raise_alarm(db, "drift", "p08", {"fault": "surplus"}, NOW - timedelta(minutes=4))
        alarms.raise_alarm(db, "empty_hour", "hole", hole, NOW - timedelta(minutes=42))
        for n, (line, _name, _number) in enumerate(LINES):
            seen = Seen(Result.PASSED, "telecom", line)
            if line == "dehua":
                seen = Seen(Result.ELSEWHERE, "telecom", "anxi")
            line_tests.note(db, line, seen, NOW - timedelta(hours=11, minutes=1 - n // 6))
        line_tests.settle_alarms(db, [Line(*each) for each in LINES], NOW - timedelta(hours=11))


def _calls(chance: random.Random) -> list[CallRow]:
    rows = []
    for hour, count in enumerate(PER_HOUR):
        for _ in range(count):
            minute = chance.randrange(30 if hour == 14 else 60)
            rows.append(_row(chance, hour, minute))
    return sorted(rows, key=lambda row: row.arrived_at)


def _row(chance: random.Random, hour: int, minute: int) -> CallRow:
    arrived = NOW - timedelta(hours=14 - hour, minutes=32 - minute, seconds=chance.randrange(60))
    outcome = chance.choices(["answered", "abandoned", "promised"], [92, 6, 2])[0]
    waited = timedelta(seconds=chance.randrange(6, 48))
    talked = timedelta(seconds=chance.randrange(180, 1900))
    answered = arrived + waited if outcome == "answered" else None
    hidden = chance.random() < 0.08
    return CallRow(
        boot=1,
        origin="asterisk",
        kind="inbound",
        line=chance.choice(LINES)[0],
        dialled="968908",
        caller="" if hidden else f"1{chance.choice('3589')}{chance.randrange(10**9):09}",
        carrier="telecom",
        rank=chance.choices(["normal", "crisis", "cutoff"], [90, 6, 4])[0],
        arrived_at=arrived,
        answered_at=answered,
        ended_at=(answered + talked) if answered else arrived + waited,
        outcome=outcome,
        person=chance.choice(STAFF[:12]) if answered else None,
    )
