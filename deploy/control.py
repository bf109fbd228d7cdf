"""The control plane, put together: it publishes duty, keeps records, watches, and serves the pages.

It may be killed at any moment. When it starts it reads what is true, and goes on.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from config.listening import split
from dashboard.app import create_app
from dashboard.deps import BrowserPhones, Deps, Targets
from deploy import mailing, reporting, rostering, web
from deploy.applying import applied_file, as_applied, pending
from deploy.assembly import ZONE, Hotline, hold
from deploy.callers import Callers
from deploy.desk_jobs import DeskJobs
from deploy.keeping import clear_all, clear_marks
from deploy.line_tests import TestsRunning, try_lines
from deploy.sample_city.seed import SAMPLE_LOGINS
from deploy.supervising import Supervising
from deploy.telephony import telephony
from deploy.waits import EVERY as WAITS_EVERY
from deploy.waits import Waits
from deploy.web_hook import WebHook
from records import alarms, duty, presences, recordings, rosters
from records.ledger import CursorMoved, commit_facts, read_cursor
from records.people import people
from records.sealing import Seal
from records.store import StoreError
from routing import watch
from routing.asterisk import install, segments, switch
from routing.asterisk.base import AMI_USER
from routing.asterisk.message import UnsafeValue
from routing.asterisk.publish import publish
from routing.asterisk.session import AmiError, NotConnected, Session, Timeouts
from routing.calls import Cursor, Fact
from routing.duty import Drift, drift, empty_hours, rostered, table
from routing.live import Event, Live, State, fold_all
from routing.plan import Shift, seats

LEAST_DISK = 500 * 2**20  # free bytes below which there is an alarm
SEGMENT = 8 << 20  # bytes of the queue log that are kept at most
SIGN_IN_SECONDS = 14 * 3600

# What may go wrong in a job without being a fault of the program.
FAULTS = (
    AmiError,
    StoreError,
    OSError,
    UnsafeValue,
    install.Unsafe,
    install.NotLoaded,
    TestsRunning,
)

log = logging.getLogger("control")


class Picture:
    """The live picture, shared by the session that changes it and the pages that wait for it.

    `on_signed_in` is called when somebody has signed in or out; it must not take long.
    """

    def __init__(self, on_signed_in: Callable[[], None] = lambda: None) -> None:
        self._state = State()
        self._version = 0
        self._changed = threading.Condition()
        self._on_signed_in = on_signed_in

    def take(self, events: list[Event]) -> None:
        with self._changed:
            before = self._state.live.signed_in
            self._state = fold_all(self._state, events)
            self._version += 1
            self._changed.notify_all()
        if self._state.live.signed_in != before:
            self._on_signed_in()

    def live(self) -> Live:
        return self._state.live

    def wait_for_change(self, version: int, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, seconds)
            return self._version


class Control:
    """The jobs of the control plane. Each may fail by itself; its next turn tries again."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.picture = Picture(on_signed_in=lambda: in_background(self.settle_absent))
        self.session = Session(
            "127.0.0.1",
            hotline.facts.listen.ami_port,
            AMI_USER,
            hotline.keys["ami"],
            on_picture=self.picture.take,
            clock=time.time,
            on_state=self._on_state,
            timeouts=Timeouts(silence=4),  # the board calls a picture of 10 s ago stale
        )
        self._seal = Seal(hotline.keys["notes"].split())
        self._applied_at = self._file_time()
        self._drift: Drift | None = None
        self._duty_lock = threading.Lock()
        self._absent_lock = threading.Lock()  # of two looks the later one is written last

    def _file_time(self) -> int:
        path = applied_file(self.hotline)
        return path.stat().st_mtime_ns if path.exists() else 0

    # ---- duty

    def publish_duty(self) -> None:
        """Keep the duty table in Asterisk filled, and tell what is wrong with the hours ahead."""
        plan, now = self.hotline.plan, int(time.time())
        shifts = self._shifts(now)
        automatic = self._automatic()
        limits = plan.limits
        wanted = table(shifts, now, limits.slot, limits.window_hours, automatic)
        with self._duty_lock:
            changed = publish(self.session, wanted, now, limits.slot)
        if changed:
            log.info("duty table: %d keys written", changed)
        today = datetime.fromtimestamp(now, ZONE).date()
        with self.hotline.store.session() as session:
            last = today + timedelta(hours=limits.window_hours + 48)
            cells = rosters.published_cells(session, today, last)
            reach = duty.reach(cells, today, ZONE)
            at = datetime.fromtimestamp(now, UTC)
            empty = watch.empty_hours(empty_hours(wanted, limits.slot), reach)
            alarms.settle(session, "empty_hour", empty, at)
            short = watch.short_window(reach, now, limits.window_hours)
            alarms.settle(session, "short_window", short, at)

    def _shifts(self, now: int) -> list[Shift]:
        today = datetime.fromtimestamp(now, ZONE).date()
        last = today + timedelta(hours=self.hotline.plan.limits.window_hours + 24)
        with self.hotline.store.read() as session:
            return duty.shifts_between(session, self.hotline.rules.shifts, today, last, ZONE)

    def _automatic(self) -> frozenset[str]:
        auto = {site.id for site in self.hotline.plan.sites if site.auto_sign_in}
        with self.hotline.store.read() as session:
            return frozenset(p.id for p in people(session) if p.site in auto)

    def compare(self) -> None:
        """Compare wanted with real members, tell what stays different, have the clock mend it."""
        live, now = self.picture.live(), int(time.time())
        if not live.connected:
            return
        self.settle_absent()
        found = self._compared(live, self._shifts(now), now)
        staying = watch.drifted(found, self._drift)
        self._drift = found
        thrown = self._thrown(now)
        free = shutil.disk_usage(self.hotline.data).free
        at = datetime.fromtimestamp(now, UTC)
        with self.hotline.store.session() as session:
            alarms.settle(session, "drift", staying, at)
            alarms.settle(session, "switch", thrown, at)
            alarms.settle(session, "disk", watch.low_disk(free, LEAST_DISK), at)
        if staying:
            self._restart_clock()

    def _compared(self, live: Live, shifts: list[Shift], now: int) -> Drift:
        slot = self.hotline.plan.limits.slot
        wanted = rostered(table(shifts, now, slot, 0, self._automatic()), now, slot)
        members = frozenset(live.members) - {seat.id for seat in seats(self.hotline.plan)}
        return drift(wanted, members, live.signed_in)

    def settle_absent(self) -> None:
        """Tell who is rostered and has not signed in: at each look, and when somebody has."""
        with self._absent_lock:
            live, now = self.picture.live(), int(time.time())
            if not live.connected:
                return
            shifts, grace = self._shifts(now), self.hotline.plan.limits.sign_in_grace
            found = self._compared(live, shifts, now)
            absent = watch.not_signed_in(found.absent, shifts, now, grace)
            with self.hotline.store.session() as session:
                at = datetime.fromtimestamp(now, UTC)
                alarms.settle(session, "not_signed_in", absent, at)

    def note_presences(self) -> None:
        """Keep who is there to take calls, for the reports: signed in, or on duty without."""
        live = self.picture.live()
        if live.connected:
            on_duty = {member.person for member in live.members.values() if not member.on_call}
            with self.hotline.store.session() as session:
                presences.note(session, on_duty | live.signed_in, datetime.now(UTC))

    def _thrown(self, now: int) -> watch.Alarms:
        found = switch.thrown(self.session.db_get(switch.FAMILY, switch.KEY), now)
        return {found[0]: {"until": found[1]}} if found else {}

    def _restart_clock(self) -> None:
        """The clock in Asterisk does not do its work: begin a new one; the old one then ends."""
        log.warning("the duty clock in Asterisk does not mend the members; starting it anew")
        self.session.action(
            "Originate",
            Channel="Local/tick@duty/n",
            Context="duty",
            Exten="anchor",
            Priority="1",
            Async="true",
        )

    def keep_installed(self) -> None:
        """Have Asterisk know the people on record: desired, difference, guard, apply, verify."""
        live = self.picture.live()
        if not live.connected:
            return
        if self._file_time() != self._applied_at:
            log.info("another plan was applied; starting anew with it")
            signal.raise_signal(signal.SIGTERM)
            return
        instance = self.hotline.instance
        wanted = self.hotline.compiled()
        change = install.difference(wanted, install.installed(instance))
        if change.empty:
            return
        install.guard(change, frozenset(live.members))
        install.apply(instance, change, self.session.reload)
        install.verify(wanted, self.session.getvar)
        log.info("plan installed: +%s -%s", list(change.added), list(change.removed))

    def test_lines(self) -> None:
        """Call every line from outside, and see it answered."""
        for line, seen in try_lines(self.hotline, self.session, self.hotline.plan.lines):
            log.info("line %s tested by %s: %s", line.id, seen.carrier, seen.result.value)

    def _on_state(self, connected: bool) -> None:
        at = datetime.now(UTC)
        detail: dict[str, dict[str, str]] = {"asterisk": {}} if not connected else {}
        try:
            with self.hotline.store.session() as session:
                alarms.settle(session, "disconnected", detail, at)
        except StoreError:
            log.exception("the alarm could not be recorded")
        if connected:
            in_background(self.publish_duty)

    # ---- records

    def read_ledger(self) -> None:
        """Take what Asterisk has written to its disk into the records, until there is no more."""
        folder = Path(self.hotline.instance.log)
        if not folder.is_dir():
            return
        while segments.turn(folder, self._cursor, self._commit, self._reopen, SEGMENT):
            pass

    def _cursor(self) -> Cursor:
        with self.hotline.store.read() as session:
            return read_cursor(session)

    def _commit(self, facts: tuple[Fact, ...], before: Cursor, after: Cursor) -> None:
        call_back = timedelta(minutes=self.hotline.plan.limits.call_back_minutes)
        with self.hotline.store.session() as session:
            commit_facts(session, facts, before, after, call_back)

    def _reopen(self) -> None:
        self.session.reload("logger")

    def purge_ledger(self) -> None:
        """Numbers do not lie about on the disk: what is recorded is deleted from the log."""
        folder = Path(self.hotline.instance.log)
        segments.turn(folder, self._cursor, self._commit, self._reopen, limit=1)

    def clear_old(self) -> None:
        """What has been kept long enough goes."""
        now = datetime.now(UTC)
        clear_all(self.hotline, now)
        clear_marks(self.hotline, self.session, now)

    def seal_recordings(self) -> None:
        """What was recorded of talks that are over is encrypted, and the rest of it deleted."""
        monitor = Path(self.hotline.instance.folder) / "spool" / "monitor"
        with self.hotline.store.read() as session:
            recordings.take(
                session, monitor, self.hotline.data / "recordings", self._seal, time.time()
            )

    # ---- what the pages may do

    def sign_in(self, person: str) -> None:
        until = str(int(time.time()) + SIGN_IN_SECONDS)
        self._tell("signed", person, until, "Signed", Person=person, Until=until)

    def sign_out(self, person: str) -> None:
        with telephony():
            self.session.db_del("signed", person)
            self.session.user_event("Signed", Person=person, Until="0")

    def pause(self, person: str, reason: str, seconds: int) -> None:
        until = str(int(time.time()) + seconds if seconds else 0)
        event = {"Person": person, "Until": until, "Reason": reason}
        self._tell("lease", person, f"{until}|{reason}", "Lease", **event)

    def resume(self, person: str) -> None:
        """An end that lies in the past: Asterisk's own clock ends the pause within a second."""
        with telephony():
            self.session.db_put("lease", person, "1|resume")

    def call_back(self, person: str, number: str) -> None:
        """Ring the person's own telephone; who picks it up is put through to `number`."""
        own = self.hotline.plan.number
        with telephony():
            self.session.db_put("known", number, str(int(time.time())))
            self.session.action(
                "Originate",
                {"OWN_CALL": person},
                Channel=f"Local/{person}@leg/n",
                Context="from-counsellor",
                Exten=number,
                Priority="1",
                CallerID=f"{own} <{own}>",
                Async="true",
            )

    def choose_device(self, person: str, device: str) -> None:
        """Where the person is to be rung, from now on: "desk" or "mobile"."""
        with telephony():
            self.session.db_put("device", person, device)

    def mark(self, number: str, mark: str, until: int | None) -> None:
        """What [inbound] of the dialplan reads when the number calls."""
        with telephony():
            if until is None:
                self.session.db_del(mark, number)
            else:
                self.session.db_put(mark, number, str(until))

    def switch(self, tier: str | None, until: int) -> None:
        """What [wait] of the dialplan reads of every call; None: the plan's own order again."""
        with telephony():
            if tier is None:
                self.session.db_del(switch.FAMILY, switch.KEY)
            else:
                self.session.db_put(switch.FAMILY, switch.KEY, switch.entry(tier, until))

    def _tell(self, family: str, person: str, value: str, event: str, **fields: str) -> None:
        with telephony():
            self.session.db_put(family, person, value)
            self.session.user_event(event, **fields)


def guarded(job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is logged and ends nothing but this turn of it."""

    def run() -> None:
        try:
            job()
        except (NotConnected, CursorMoved):
            log.debug("%s: not now", job.__name__)
        except FAULTS as error:
            log.warning("%s: %s", job.__name__, error)

    return run


def in_background(job: Callable[[], None]) -> None:
    threading.Thread(target=guarded(job), daemon=True).start()


def run_control(hotline: Hotline, options: argparse.Namespace) -> int:
    """Run until SIGTERM, or until the parent closes our standard input."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    pair = hotline.certificate()
    lock = hold(hotline.data / "control.lock")
    hotline = as_applied(hotline)
    control = Control(hotline)
    runs = rostering.RosterRuns(hotline, published=guarded(control.publish_duty))
    scheduler = jobs(control)
    app = create_app(_deps(hotline, control, runs, sample=options.sample))
    reporting.schedule(scheduler, guarded(_summaries(hotline, app)), datetime.now(UTC))
    facts, listen = hotline.facts, hotline.facts.listen
    sender = mailing.Mailing(
        app,
        hotline.store,
        facts.mail,
        facts.web_hook.rosters,
        hotline.plan.number,
        hotline.data / "reports",
        lambda: datetime.now(UTC),
    )
    mailing.schedule(scheduler, guarded(sender.send_letters))
    server = web.server(app, listen.web_address, listen.web_port, pair)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.while_stdin_open:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    hook = WebHook(
        hotline.store, facts.web_hook.url, hotline.plan.number, lambda: datetime.now(UTC)
    )
    control.session.start()
    scheduler.start()
    hook.start()
    try:
        server.run()
    finally:
        scheduler.shutdown(wait=False)
        hook.stop()
        runs.stop_roster()
        control.session.stop()
        del lock
    return 0


def _summaries(hotline: Hotline, app: Flask) -> Callable[[], None]:
    def make_summaries() -> None:
        reporting.make_due(app, hotline.store, hotline.data / "reports", datetime.now(UTC))

    return make_summaries


def _end_with_parent() -> None:
    sys.stdin.read()
    signal.raise_signal(signal.SIGTERM)


def jobs(control: Control) -> BackgroundScheduler:
    """What the control plane does by itself, and when."""
    scheduler, desk = BackgroundScheduler(timezone=ZONE), DeskJobs(control.hotline)
    limit = Targets().longest_wait
    waits = Waits(control.hotline.store, control.picture.live, limit, time.time)
    every = {
        control.read_ledger: 1,
        control.compare: 10,
        waits.watch_waits: WAITS_EVERY,
        control.publish_duty: 60,
        desk.watch_handovers: 60,
        control.seal_recordings: 10,
        control.note_presences: int(presences.EVERY.total_seconds()),
        control.keep_installed: 30,
        desk.begin_follow_ups: 600,
        control.purge_ledger: 3600,
    }
    for job, seconds in every.items():
        scheduler.add_job(
            guarded(job),
            "interval",
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.add_job(
        guarded(control.clear_old),
        "cron",
        hour=3,
        minute=40,
        coalesce=True,
        misfire_grace_time=None,
    )
    for at in control.hotline.facts.test_times:
        scheduler.add_job(
            guarded(control.test_lines),
            "cron",
            hour=at.hour,
            minute=at.minute,
            coalesce=True,
            misfire_grace_time=600,
        )
    return scheduler


def _browser_phones(hotline: Hotline) -> BrowserPhones | None:
    door = hotline.facts.listen.browser_phones
    return BrowserPhones(split(door)[1], bool(hotline.facts.tls.certificate)) if door else None


def _deps(hotline: Hotline, control: Control, runs: rostering.RosterRuns, *, sample: bool) -> Deps:
    calls = Supervising(control.session, control.picture.live, hotline.plan.number)
    return Deps(
        store=hotline.store,
        plan=hotline.plan,
        shifts=hotline.rules.shifts,
        now=lambda: datetime.now(UTC),
        secret_key=hotline.keys["web"],
        live=control.picture.live,
        wait_for_change=control.picture.wait_for_change,
        actions=rostering.Desk(control, Callers(control.session), calls, runs),
        vendor=hotline.tools / "npm" / "pages",
        seal=Seal(hotline.keys["notes"].split()),
        reports=hotline.data / "reports",
        recordings=hotline.data / "recordings",
        browser_phones=_browser_phones(hotline),
        sample_logins=SAMPLE_LOGINS if sample else (),
        needs=runs.needs,
        reasons=runs.reasons,
        rules=hotline.rules.rules,
        exchanges_automatic=hotline.rules.exchanges.automatic,
        pending=lambda: pending(hotline.file, hotline.plan),
        secure_cookies=bool(hotline.facts.tls.certificate),
        retention=hotline.facts.retention,
        mail=bool(hotline.facts.mail.host),
    )
