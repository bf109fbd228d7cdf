"""The periodic summaries: made when their week or month is over, or as soon as that is noticed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from flask_babel import force_locale

from dashboard.address import Period
from dashboard.official import workbook
from deploy.assembly import ZONE
from records import kept_reports, summary
from records.store import Store

AT_HOUR = 6  # records of the night are written by then
SOON = timedelta(seconds=20)  # after the start, when the pages are up

log = logging.getLogger("reports")


def make_due(app: Flask, store: Store, folder: Path, now: datetime) -> list[str]:
    """Make each summary that should be there and is not; the names of those that were made."""
    with store.read() as session:
        begun = summary.first_call(session)
    if begun is None:
        return []
    today, since = now.astimezone(ZONE).date(), begun.astimezone(ZONE).date()
    there = {each.name for each in kept_reports.listing(folder)}
    missing = [each for each in kept_reports.due(today, since) if each.name not in there]
    for each in missing:
        with app.app_context(), app.test_request_context(), force_locale("zh"):
            kept_reports.keep(folder, each.name, workbook(Period(each.first, each.last)))
        log.info("summary %s made", each.name)
    return [each.name for each in missing]


def schedule(scheduler: BackgroundScheduler, job: Callable[[], None], now: datetime) -> None:
    """Each morning, and soon after the start: what was missed meanwhile is made up for."""
    scheduler.add_job(
        job,
        "cron",
        hour=AT_HOUR,
        next_run_time=now + SOON,
        coalesce=True,
        misfire_grace_time=None,
    )
