"""The pages that one may go to from anywhere: those of the top bar, and all of them by Ctrl-K."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from dashboard.access import current_user, may
from records.directory import sound

_sound = cache(sound)  # the same few names on every page


@dataclass(frozen=True)
class Place:
    endpoint: str
    name: LazyString
    main: bool = False  # stands in the top bar
    own: bool = False  # for who is a person of the roster

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def found_by(self) -> str:
        """The name, how it sounds, its initials and the address, in small letters."""
        return f"{self.name} {_sound(str(self.name))} {self.address}".lower()


PLACES = (
    Place("live.board", _("实况"), main=True),
    Place("live.wall", _("大屏")),
    Place("live.tasks", _("批量处理回拨")),
    Place("live.lines", _("线路检测")),
    Place("live.switch", _("应急开关")),
    Place("live.call_in", _("叫人上岗")),
    Place("desk.desk", _("接线台"), main=True),
    Place("me.shifts", _("我的班次"), main=True),
    Place("me.own_calendar", _("日历订阅"), own=True),
    Place("roster.index", _("排班"), main=True),
    Place("roster.requests", _("换班与请假申请")),
    Place("roster.fairness", _("公平")),
    Place("roster.needs", _("需要人数")),
    Place("roster.history", _("排班的版本")),
    Place("roster.choose_roster", _("从表格导入排班")),
    Place("roster.ask_import", _("从表格导入请假与意愿")),
    Place("calls.search", _("记录"), main=True),
    Place("handover.listing", _("交接班"), main=True),
    Place("handover.new", _("写交接"), own=True),
    Place("directory.index", _("转介资源"), main=True),
    Place("directory.new", _("新增转介资源")),
    Place("reports.by_calls", _("统计"), main=True),
    Place("reports.by_people", _("人员统计")),
    Place("reports.official", _("工作汇总")),
    Place("admin.staff", _("管理"), main=True),
    Place("admin.choose_file", _("导入人员")),
    Place("admin.accounts", _("登录账号")),
    Place("admin.settings", _("线路与站点")),
    Place("admin.audit", _("审计日志")),
)


def open_places() -> list[Place]:
    """Those that the person at the page may go to."""
    user = current_user()
    person = user is not None and user.person is not None
    return [place for place in PLACES if may(place.endpoint) and (person or not place.own)]
