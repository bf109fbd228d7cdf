"""What mails say: to somebody whose shifts have changed, and with a summary. Nothing of callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask, render_template, url_for
from flask.ctx import RequestContext
from flask_babel import force_locale
from flask_babel import gettext as _

from dashboard.deps import get_deps
from dashboard.display import minutes_of_day
from records import people, users
from records.kept_reports import Due
from records.tables import NoticeRow


@dataclass(frozen=True)
class Words:
    subject: str
    text: str


def of_notice(app: Flask, notice: NoticeRow, pages: str) -> Words:
    """In the language of the person's account. `pages` is where the pages are reached."""
    with app.app_context():
        deps = get_deps()
        with deps.store.read() as db:
            person = people.by_id(db, notice.person)
            languages = [u.language for u in users.users(db) if u.person_id == notice.person]
        name = person.name if person else notice.person
        days = [(date.fromisoformat(day), pair) for day, pair in sorted(notice.changes.items())]
        with _on_page(app, pages), force_locale((languages or ["zh"])[0]):
            text = render_template(
                "mail/notice.txt",
                name=name,
                changes=days,
                shift=_shift,
                link=url_for("me.shifts", _external=True),
            )
            return Words(_("【%(number)s】您的班次有变动", number=deps.plan.number), text)


def of_report(app: Flask, report: Due, pages: str) -> Words:
    """In Chinese, as the summary itself."""
    with app.app_context(), _on_page(app, pages), force_locale("zh"):
        link = url_for("reports.official", _external=True)
        text = render_template("mail/report.txt", first=report.first, last=report.last, link=link)
        number, period = get_deps().plan.number, f"{report.first} – {report.last}"
        return Words(_("【%(number)s】工作汇总 %(period)s", number=number, period=period), text)


def _on_page(app: Flask, pages: str) -> RequestContext:
    return app.test_request_context(base_url=pages)


def _shift(id_: str | None) -> str:
    """Name and hours, as the page's mark and its time tell them."""
    if id_ is None:
        return str(_("休"))
    shift = next((each for each in get_deps().shifts if each.id == id_), None)
    if shift is None:
        return id_
    hours = f"{minutes_of_day(shift.start)}–{minutes_of_day(shift.start + shift.minutes)}"
    return f"{shift.name} ({hours})"
