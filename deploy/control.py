"""The control plane, put together: it publishes duty, keeps records, watches, and serves the pages.

It may be killed at any moment. When it starts it reads what is true, and goes on.
"""

from __future__ import annotations

import argparse
import logging
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
from deploy import log_files, mailing, reporting, rostering, web
from deploy.applying import applied_file, as_applied, pending
from deploy.assembly import ZONE, Hotline, hold
from deploy.callers import Callers
from deploy.desk_jobs import DeskJobs
from deploy.duty_jobs import DutyJobs
from deploy.keeping import clear_all, clear_marks
from deploy.line_tests import TestsRunning, try_lines
from deploy.picture import Picture
from deploy.plan_file import HotlineFile
from deploy.sample_city.logins import SAMPLE_LOGINS
from deploy.supervising import Supervising
from deploy.switchboard import Switchboard
from deploy.waits import EVERY as WAITS_EVERY
from deploy.waits import Waits
from deploy.web_hook import WebHook
from records import alarms, presences, recordings
from records.ledger import CursorMoved, commit_facts, read_cursor
from records.sealing import Seal
from records.store import StoreError
from routing.asterisk import install, segments
from routing.asterisk.base import AMI_USER
from routing.asterisk.message import UnsafeValue
from routing.asterisk.session import AmiError, NotConnected, Session, Timeouts
from routing.calls import Cursor, Fact

SEGMENT = 8 << 20  # bytes of the queue log that are kept at most

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


class Control:
    """The jobs of the control plane. Each may fail by itself; its next turn tries again."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.picture = Picture(on_signed_in=lambda: in_background(self.duty.settle_absent))
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
        self.duty = DutyJobs(hotline, self.session, self.picture)

    def _file_time(self) -> int:
        path = applied_file(self.hotline)
        return path.stat().st_mtime_ns if path.exists() else 0

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
            if install.catch_up(wanted, self.session.getvar, self.session.reload):
                log.warning("the plan was on the disk and Asterisk did not know; told it")
                install.verify(wanted, self.session.getvar)
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
            in_background(self.duty.publish_duty)

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

    def shorten_logs(self) -> None:
        """What others may fill: Asterisk's logs, and those of our own processes."""
        folder = Path(self.hotline.instance.log)
        log_files.shorten(folder / name for name in log_files.OF_ASTERISK)
        log_files.shorten(self.hotline.data.glob("*.log"))

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
    runs = rostering.RosterRuns(hotline, published=guarded(control.duty.publish_duty))
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
        control.duty.compare: 10,
        waits.watch_waits: WAITS_EVERY,
        control.duty.publish_duty: 60,
        desk.watch_handovers: 60,
        control.seal_recordings: 10,
        control.duty.note_presences: int(presences.EVERY.total_seconds()),
        control.keep_installed: 30,
        control.shorten_logs: 60,
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
    number = hotline.plan.number
    phones = Switchboard(control.session, number)
    calls = Supervising(control.session, control.picture.live, number)
    return Deps(
        store=hotline.store,
        plan=hotline.plan,
        shifts=hotline.rules.shifts,
        now=lambda: datetime.now(UTC),
        secret_key=hotline.keys["web"],
        live=control.picture.live,
        wait_for_change=control.picture.wait_for_change,
        actions=rostering.Desk(phones, Callers(control.session), calls, runs),
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
        pending=lambda: pending(hotline.file, as_applied(hotline).plan),
        plan_file=HotlineFile(hotline),
        secure_cookies=bool(hotline.facts.tls.certificate),
        retention=hotline.facts.retention,
        mail=bool(hotline.facts.mail.host),
    )
