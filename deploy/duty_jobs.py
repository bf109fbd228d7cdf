"""What the control plane does by itself for duty: the table, who is really there, alarms."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta

from deploy.assembly import ZONE, Hotline
from deploy.picture import Picture
from records import alarms, duty, presences, rosters
from records.people import people
from routing import watch
from routing.asterisk import switch
from routing.asterisk.publish import publish
from routing.asterisk.session import Session
from routing.duty import Drift, drift, empty_hours, rostered, table
from routing.live import Live
from routing.plan import Shift, seats

LEAST_DISK = 500 * 2**20  # free bytes below which there is an alarm

log = logging.getLogger("control")


class DutyJobs:
    def __init__(self, hotline: Hotline, session: Session, picture: Picture) -> None:
        self._hotline = hotline
        self._session = session
        self._picture = picture
        self._drift: Drift | None = None
        self._lock = threading.Lock()
        self._absent_lock = threading.Lock()  # of two looks the later one is written last

    def publish_duty(self) -> None:
        """Keep the duty table in Asterisk filled, and tell what is wrong with the hours ahead."""
        plan, now = self._hotline.plan, int(time.time())
        shifts = self._shifts(now)
        automatic = self._automatic()
        limits = plan.limits
        wanted = table(shifts, now, limits.slot, limits.window_hours, automatic)
        with self._lock:
            changed = publish(self._session, wanted, now, limits.slot)
        if changed:
            log.info("duty table: %d keys written", changed)
        today = datetime.fromtimestamp(now, ZONE).date()
        with self._hotline.store.session() as session:
            last = today + timedelta(hours=limits.window_hours + 48)
            cells = rosters.published_cells(session, today, last)
            reach = duty.reach(cells, today, ZONE)
            at = datetime.fromtimestamp(now, UTC)
            empty = watch.empty_hours(empty_hours(wanted, limits.slot), reach)
            alarms.settle_stretches(session, "empty_hour", empty, at)
            short = watch.short_window(reach, now, limits.window_hours)
            alarms.settle(session, "short_window", short, at)

    def _shifts(self, now: int) -> list[Shift]:
        today = datetime.fromtimestamp(now, ZONE).date()
        last = today + timedelta(hours=self._hotline.plan.limits.window_hours + 24)
        with self._hotline.store.read() as session:
            return duty.shifts_between(session, self._hotline.rules.shifts, today, last, ZONE)

    def _automatic(self) -> frozenset[str]:
        auto = {site.id for site in self._hotline.plan.sites if site.auto_sign_in}
        with self._hotline.store.read() as session:
            return frozenset(p.id for p in people(session) if p.site in auto)

    def compare(self) -> None:
        """Compare wanted with real members, tell what stays different, have the clock mend it."""
        live, now = self._picture.live(), int(time.time())
        self._settle_machine(live.connected, now)
        if not live.connected:
            return
        self.settle_absent()
        found = self._compared(live, self._shifts(now), now)
        staying = watch.drifted(found, self._drift)
        known, self._drift = self._drift is not None, found
        thrown, gone = self._thrown(now), self._gone(now)
        at = datetime.fromtimestamp(now, UTC)
        with self._hotline.store.session() as session:
            if known:  # a first look, after a restart, ends no alarm
                alarms.settle(session, "drift", staying, at)
            alarms.settle(session, "switch", thrown, at)
            alarms.settle(session, "carrier_gone", gone, at)
        if staying:
            self._restart_clock()

    def _settle_machine(self, connected: bool, now: int) -> None:
        """Tell of an Asterisk that was never there since we began, and of a disk that fills.

        The session tells only of a connection that it had.
        """
        at, free = datetime.fromtimestamp(now, UTC), shutil.disk_usage(self._hotline.data).free
        with self._hotline.store.session() as session:
            alarms.settle(session, "disconnected", {} if connected else {"asterisk": {}}, at)
            alarms.settle(session, "disk", watch.low_disk(free, LEAST_DISK), at)

    def _compared(self, live: Live, shifts: list[Shift], now: int) -> Drift:
        slot = self._hotline.plan.limits.slot
        wanted = rostered(table(shifts, now, slot, 0, self._automatic()), now, slot)
        members = frozenset(live.members) - {seat.id for seat in seats(self._hotline.plan)}
        return drift(wanted, members, live.signed_in)

    def settle_absent(self) -> None:
        """Tell who is rostered and has not signed in: at each look, and when somebody has."""
        with self._absent_lock:
            live, now = self._picture.live(), int(time.time())
            if not live.connected:
                return
            shifts, grace = self._shifts(now), self._hotline.plan.limits.sign_in_grace
            found = self._compared(live, shifts, now)
            absent = watch.not_signed_in(found.absent, shifts, now, grace)
            with self._hotline.store.session() as session:
                at = datetime.fromtimestamp(now, UTC)
                alarms.settle(session, "not_signed_in", absent, at)

    def note_presences(self) -> None:
        """Keep who is there to take calls, for the reports: signed in, or on duty without."""
        live = self._picture.live()
        if live.connected:
            on_duty = {member.person for member in live.members.values() if not member.on_call}
            with self._hotline.store.session() as session:
                presences.note(session, on_duty | live.signed_in, datetime.now(UTC))

    def _thrown(self, now: int) -> watch.Alarms:
        found = switch.thrown(self._session.db_get(switch.FAMILY, switch.KEY), now)
        return {found[0]: {"until": found[1]}} if found else {}

    def _gone(self, now: int) -> watch.Alarms:
        """Carriers that do not answer when they are asked whether they are there."""
        asked = [carrier.id for carrier in self._hotline.plan.carriers if carrier.qualify]
        states = {each: self._session.getvar(f"DEVICE_STATE(PJSIP/{each})") for each in asked}
        return {each: {"at": now} for each, state in states.items() if state == "UNAVAILABLE"}

    def _restart_clock(self) -> None:
        """The clock in Asterisk does not do its work: begin a new one; the old one then ends."""
        log.warning("the duty clock in Asterisk does not mend the members; starting it anew")
        self._session.action(
            "Originate",
            Channel="Local/tick@duty/n",
            Context="duty",
            Exten="anchor",
            Priority="1",
            Async="true",
        )
