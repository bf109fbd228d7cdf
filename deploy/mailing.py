"""Changed shifts, and summaries, told by mail and web hook: a job that nothing waits for."""

from __future__ import annotations

import http.client
import logging
import urllib.error
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from config.mail import Mail
from dashboard import letters as wording
from deploy import mail
from deploy.assembly import ZONE
from deploy.web_hook import TIMEOUT, post
from records import kept_reports, letters, people, rosters
from records.letters import Way
from records.store import Store
from records.tables import LetterRow, NoticeRow

EVERY = 15  # seconds
REPORT_IS_NEWS = timedelta(days=9)  # after the end of its period

log = logging.getLogger("mail")


class Mailing:
    """`hook` is an address, "" for none; `number` is the hotline's; `reports` is their folder."""

    def __init__(
        self,
        app: Flask,
        store: Store,
        settings: Mail,
        hook: str,
        number: str,
        reports: Path,
        now: Callable[[], datetime],
        timeout: float = TIMEOUT,
    ) -> None:
        self._app, self._store, self._settings = app, store, settings
        self._hook, self._number, self._reports, self._now = hook, number, reports, now
        self._timeout = timeout

    def send_letters(self) -> None:
        """Whatever is to be told and has not been. One dead receiver does not stop the other."""
        if self._settings.host:
            self._address_reports()
            self._send(Way.MAIL, self._by_mail)
        if self._hook:
            self._send(Way.HOOK, self._by_hook)

    def _address_reports(self) -> None:
        today = self._now().astimezone(ZONE).date()
        there = {each.name for each in kept_reports.listing(self._reports)}
        for report in kept_reports.due(today, today - REPORT_IS_NEWS):
            if report.name in there:
                with self._store.session() as session:
                    addresses, at = self._settings.reports, self._now()
                    letters.address_report(session, report.name, addresses, at)

    def _send(self, way: Way, carry: Callable[[list[LetterRow]], None]) -> None:
        with self._store.session() as session:
            letters.address_notices(session, way, self._now())
        with self._store.read() as session:
            waiting = letters.due(session, way, self._now())
        if not waiting:
            return
        left = list(waiting)  # whoever carries takes out of it what has come to an end
        try:
            carry(left)
        except (OSError, http.client.HTTPException) as error:
            log.warning("%s: %s", way.value, error)
            with self._store.session() as session:
                ids = [letter.id for letter in left]
                letters.note_trouble(session, ids, self._now(), str(error) or repr(error))

    def _by_mail(self, left: list[LetterRow]) -> None:
        with mail.mailbox(self._settings, self._timeout) as box:
            while left:
                self._try(left, lambda row: box.send(self._letter(row)))

    def _by_hook(self, left: list[LetterRow]) -> None:
        while left:
            self._try(left, lambda row: post(self._hook, self._message(row), self._timeout))

    def _try(self, left: list[LetterRow], carry: Callable[[LetterRow], None]) -> None:
        """One that cannot even be written has been begun, and is not in the others' way again."""
        letter_id = left[0].id
        with self._store.session() as session:
            letters.begin(session, letter_id, self._now())
        try:
            carry(left[0])
        except mail.Refused as error:
            with self._store.session() as session:
                letters.note_refused(session, letter_id, self._now(), str(error))
        except (mail.Later, urllib.error.HTTPError) as error:  # about this one alone
            with self._store.session() as session:
                letters.note_trouble(session, [letter_id], self._now(), str(error))
        else:
            with self._store.session() as session:
                letters.note_sent(session, letter_id, self._now())
        left.pop(0)

    def _letter(self, row: LetterRow) -> EmailMessage:
        identity = f"{row.id}.{int(row.made_at.timestamp())}"
        write = partial(mail.letter, self._settings, row.address, identity, row.made_at)
        if row.report is None:
            words = wording.of_notice(self._app, self._notice(row), self._settings.pages)
            return write(words.subject, words.text)
        workbook = kept_reports.read(self._reports, row.report)
        if workbook is None:
            raise mail.Refused(f"{row.report} is not there any more")
        report = kept_reports.period_of(row.report)
        words = wording.of_report(self._app, report, self._settings.pages)
        message = write(words.subject, words.text)
        mail.attach(message, row.report, workbook)
        return message

    def _notice(self, row: LetterRow) -> NoticeRow:
        with self._store.read() as session:
            return session.get_one(NoticeRow, row.notice_id)

    def _message(self, row: LetterRow) -> dict[str, object]:
        notice = self._notice(row)
        with self._store.read() as session:
            person = people.by_id(session, notice.person)
            version = rosters.by_id(session, notice.roster_id).version
        return {
            "hotline": self._number,
            "kind": "roster_changed",
            "id": notice.id,
            "version": version,
            "person": notice.person,
            "name": person.name if person else notice.person,
            "changes": notice.changes,
            "told_at": notice.told_at.isoformat(),
        }


def schedule(scheduler: BackgroundScheduler, job: Callable[[], None]) -> None:
    """One run at a time: a server that hangs holds up nothing but the next letters."""
    scheduler.add_job(
        job, "interval", seconds=EVERY, max_instances=1, coalesce=True, misfire_grace_time=None
    )
