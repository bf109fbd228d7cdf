"""The sample city's people, logins, simulated history and first roster: all invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from dashboard.passwords import hash_password
from deploy import rostering
from deploy.assembly import ZONE, Hotline
from deploy.sample_city import directory
from deploy.sample_city.logins import SAMPLE_LOGINS
from records import duty, people, rosters, simulated, users
from records.tables import Person, Presence
from routing.plan import Shift
from scheduler.problem import Progress, Solved
from scheduler.sample import sample_staff

SEED = 968908
STAFF = 24
HISTORY_DAYS = 42
ROSTER_DAYS = 28
PHONES = "127.0.0.3:5080"
(COORDINATOR,) = (login for login, _password, role in SAMPLE_LOGINS if role == "coordinator")
_NAMES = {"dudao": "", "paiban": "施以宁", "jiexian": "", "guanli": "管理员"}

Tell = Callable[[str], None]


def seed(hotline: Hotline, tell: Tell, seconds: float) -> None:
    """Fill an empty database; does nothing to one that has people. `seconds` bound the solver."""
    with hotline.store.read() as session:
        if people.people(session, active_only=False):
            _keep_rostered(hotline, tell, seconds)
            return
    tell("sample city: inventing staff, logins and six weeks of simulated calls")
    at = datetime.now(UTC)
    today = at.astimezone(ZONE).date()
    with hotline.store.session() as session:
        staff = _staff(hotline)
        session.add_all(staff)
        session.flush()
        for login, password, role in SAMPLE_LOGINS:
            person = {"counsellor": staff[0], "supervisor": staff[1]}.get(role)
            name = person.name if person else _NAMES[login]
            hashed = hash_password(password)
            users.add_user(session, login, name, role, hashed, person.id if person else None)
        directory.fill(session, datetime.now(UTC))
        history = simulated.simulated_history(
            today - timedelta(days=HISTORY_DAYS),
            HISTORY_DAYS + 1,
            [line.id for line in hotline.plan.lines],
            [person.id for person in staff],
            SEED,
            ZONE,
        )
        simulated.save_simulated(
            session, [row for row in history if row.ended_at and row.ended_at <= at]
        )
    _keep_rostered(hotline, tell, seconds)
    with hotline.store.session() as session:
        shifts = duty.shifts_between(session, hotline.rules.shifts, _monday(today), today, ZONE)
        session.add_all(attended(shifts, at))


def attended(shifts: Iterable[Shift], at: datetime) -> list[Presence]:
    """Whoever was rostered before the city began was there: else it opens on days without anybody.

    Those on call are not; a shift that goes on at `at` is extended by the control plane from there.
    """
    now = int(at.timestamp())
    return [
        Presence(
            person=shift.person,
            begun_at=datetime.fromtimestamp(shift.begins, UTC),
            seen_at=datetime.fromtimestamp(min(shift.ends, now), UTC),
        )
        for shift in shifts
        if shift.begins < now and not shift.on_call
    ]


def _staff(hotline: Hotline) -> list[Person]:
    """The first two are those whom sample logins are for: the browser is their telephone."""
    workers = sample_staff(SEED, tuple(site.id for site in hotline.plan.sites), STAFF)
    return [
        Person(
            id=worker.id,
            name=worker.name,
            site=worker.site,
            qualifications=sorted(worker.qualifications),
            week_minutes=worker.week_minutes,
            no_nights=worker.no_nights,
            contact=None if number <= 2 else f"sip:{worker.id}@{PHONES}",
            secret=f"sample{worker.id}",
            mobile=f"1390000{number:04}",
        )
        for number, worker in enumerate(workers, start=1)
    ]


def _keep_rostered(hotline: Hotline, tell: Tell, seconds: float) -> None:
    """In the sample coordinator's name: from this week's Monday on, four weeks are rostered."""
    today = datetime.now(ZONE).date()
    with hotline.store.read() as session:
        last = today + timedelta(hours=hotline.plan.limits.window_hours + 24)
        cells = rosters.published_cells(session, today, last)
    if all(cells.get(today + timedelta(days=n)) for n in range((last - today).days + 1)):
        return
    _roster(hotline, _monday(today), tell, seconds)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _roster(hotline: Hotline, first: date, tell: Tell, seconds: float) -> None:
    problem = rostering.problem_of(hotline, first, ROSTER_DAYS)

    def report(progress: Progress) -> None:
        if progress.objective is not None:
            tell(
                f"sample city: roster at {progress.seconds:.0f} s,"
                f" objective {progress.objective}, bound {progress.bound}"
            )

    tell(f"sample city: solving a roster of {ROSTER_DAYS} days, {seconds:.0f} s at most")
    from scheduler.solve import solve  # imports OR-Tools, which takes half a second

    outcome = solve(problem, seconds=seconds, seed=SEED, workers=2, report=report)
    if not isinstance(outcome, Solved):
        raise ValueError(f"the sample city's roster was not solved: {outcome}; run it again")
    at = datetime.now(UTC)
    with hotline.store.session() as session:
        row = rosters.save_draft(
            session, first, outcome.roster, outcome.objective, outcome.bound, COORDINATOR, at
        )
    findings = rostering.audit_cells(hotline, outcome.roster.cells, first, ROSTER_DAYS)
    with hotline.store.session() as session:
        rosters.publish(session, row.id, findings, COORDINATOR, at)
