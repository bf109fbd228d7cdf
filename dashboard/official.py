"""The official periodic summary: page, print, Excel, and those kept. Part of the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Response, get_template_attribute, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound

from dashboard.access import may
from dashboard.address import Period, asked_period
from dashboard.deps import get_deps
from dashboard.display import local, percent
from dashboard.downloads import as_file, attachment
from dashboard.reports import page
from records import kept_reports
from records.calls import CONNECTED
from records.figures import Figures
from records.note import Kind
from records.sheets import Sheet, as_excel
from records.summary import Summary, summary
from routing.calls import Kind as CallKind
from routing.calls import Outcome

__all__ = ["page"]

WORDS = "desk/words.html"


@dataclass(frozen=True)
class Item:
    """One row: what is counted, how many, of how many; `calls` lead to them."""

    label: str
    count: int
    of: int | None = None
    calls: Mapping[str, str] | None = None

    @property
    def share(self) -> float | None:
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Section:
    title: str
    items: list[Item] = field(default_factory=list)
    note: str = ""


@page.get("/reports/official")
def official() -> str | Response:
    deps = get_deps()
    today = local(deps.now()).date()
    period = asked_period(deps.now(), usual=last_month(today))
    if request.args.get("form") == "xlsx":
        return as_file(_sheets(period), f"summary-{period.first}", "xlsx")
    link = {**period.link, "kind": CallKind.INBOUND.value}
    return render_template(
        "reports/official.html",
        period=period,
        sections=sections(_summary(period)),
        made=deps.now(),
        presets=[(_("上月"), last_month(today)), (_("上周"), last_week(today))],
        kept=kept_reports.listing(deps.reports),
        link=link if may("calls.search") else None,
    )


@page.get("/reports/kept/<name>")
def kept(name: str) -> Response:
    data = kept_reports.read(get_deps().reports, name)
    if data is None:
        raise NotFound()
    return attachment(data, name)


def last_month(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def last_week(today: date) -> Period:
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(monday, monday + timedelta(days=6))


def workbook(period: Period) -> bytes:
    """Within an application's context, in the language of that context."""
    return as_excel(_sheets(period))


def _summary(period: Period) -> Summary:
    deps = get_deps()
    if period.begins > deps.now():
        raise BadRequest()
    with deps.store.read() as db:
        return summary(db, period.begins, period.ends, deps.plan.area)


def sections(found: Summary) -> list[Section]:
    return [_calls(found.figures), _origins(found), _risks(found), _problems(found), _staff(found)]


def _calls(f: Figures) -> Section:
    def lost(label: str, count: int, outcome: Outcome) -> Item:
        return Item(label, count, f.offered, {"outcome": outcome.value})

    return Section(
        _("来电情况"),
        [
            Item(_("来电总数"), f.offered, None, {}),
            Item(_("接听（接通率）"), f.answered, f.offered, {"outcome": CONNECTED}),
            lost(_("接通前挂断"), f.abandoned, Outcome.ABANDONED),
            lost(_("登记回拨"), f.promised, Outcome.PROMISED),
            lost(_("中断"), f.cut_off, Outcome.CUT_OFF),
            lost(_("拒接"), f.refused, Outcome.REFUSED),
        ],
    )


def _origins(found: Summary) -> Section:
    word = get_template_attribute(WORDS, "origin")
    items = [
        Item(word(each.value), count, found.figures.offered, {"origin": each.value})
        for each, count in found.origins.items()
    ]
    return Section(_("来电归属"), items, _("手机号码按号段归属地。"))


def _risks(found: Summary) -> Section:
    kind, level = get_template_attribute(WORDS, "kind"), get_template_attribute(WORDS, "level")
    written = sum(found.kinds.values())
    items = [Item(_("高危来电"), found.danger, written, {"level": "danger"})]
    items += [
        Item(_("其中：%(level)s", level=level(each.value)), count, written, {"level": each.value})
        for each, count in found.levels.items()
    ]
    items.append(Item(_("困难来电（沉默、骚扰）"), found.difficult, written))
    items += [
        Item(kind(each.value), count, written, {"note": each.value})
        for each, count in found.kinds.items()
        if each is not Kind.ORDINARY
    ]
    items.append(Item(_("未提交记录的接听"), found.unwritten, found.figures.answered))
    return Section(_("风险与特殊来电"), items, _("按已提交的来电记录统计。"))


def _problems(found: Summary) -> Section:
    word, told = get_template_attribute(WORDS, "problem"), sum(found.problems.values())
    items = [
        Item(word(each), count, told, {"problem": each}) for each, count in found.problems.items()
    ]
    return Section(_("谈到的事"), items)


def _staff(found: Summary) -> Section:
    word = get_template_attribute(WORDS, "skill")
    items = [Item(word(skill), count) for skill, count in found.staff.items()]
    return Section(_("在册人员（按专业资质）"), items, _("一人可有几项资质。"))


def _sheets(period: Period) -> list[Sheet]:
    title = f"{get_deps().plan.name} {period.first} – {period.last}"
    rows = [
        (section.title, str(item.label), item.count, _share(item))
        for section in sections(_summary(period))
        for item in section.items
    ]
    heading = (_("类别"), _("项目"), _("数量"), _("占比（%）"))
    return [Sheet(_("工作汇总"), heading, ((title, "", None, None), *rows))]


def _share(item: Item) -> float | None:
    return None if item.share is None else float(percent(item.share))
