"""Alarms in words. One of a kind that is not listed shows what its detail says, or its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from dashboard.board import AlarmRow
from dashboard.deps import get_deps
from dashboard.display import day_and_time, duration, instant, line_name
from dashboard.language import say
from dashboard.line_results import carrier_name, result_words
from routing.calls import Rank
from routing.live import Live

IN_THE_PICTURE = "crisis_wait"  # told outside as others are; here the picture shows it at once


@dataclass(frozen=True)
class Notice:
    """One line of the alarm panel. `key` stays the same while it is the same alarm."""

    key: str
    level: str  # "crisis", "warn", "note": shape and colour
    title: str
    text: str
    at: datetime
    asks: str = ""  # the call in crisis mode that waits for an answer


Texts = tuple[str, str]  # title, text
Words = Callable[[AlarmRow, str, datetime], Texts]  # the alarm, the name of its subject, now


def _moment(alarm: AlarmRow, key: str, now: datetime) -> str:
    value = alarm.detail.get(key)
    return day_and_time(instant(value), now) if isinstance(value, int) else "–"


def _not_signed_in(alarm: AlarmRow, who: str, now: datetime) -> Texts:
    since = _moment(alarm, "since", now)
    return _("未签到：%(who)s", who=who), _("应于 %(time)s 到岗；备班同时振铃。", time=since)


def _long_wait(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    limit = alarm.detail.get("limit")
    title = _("有人等待超过 %(time)s", time=duration(limit if isinstance(limit, int) else None))
    where = line_name(str(alarm.detail.get("line", "")), get_deps().plan)
    return title, _("%(line)s，%(time)s 打来。", line=where, time=_moment(alarm, "since", now))


def _nobody(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    since = _moment(alarm, "since", now)
    return _("在班的人都不能接听"), _("自 %(time)s 起，来电由备班接听或登记回拨。", time=since)


def _empty_hour(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    begins, ends = _moment(alarm, "begins", now), _moment(alarm, "ends", now)
    title = _("将有时段无人：%(begins)s 至 %(ends)s", begins=begins, ends=ends)
    return title, _("请调整排班或安排备班。")


def _short_window(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    ends = _moment(alarm, "ends", now)
    return _("排班只发布到 %(time)s", time=ends), _("请尽快发布下一期排班。")


def _drift(alarm: AlarmRow, who: str, _now: datetime) -> Texts:
    if alarm.detail.get("fault") == "surplus":
        return _("不当班却在队列中：%(who)s", who=who), _("正在自动改正。")
    return _("已签到却不在队列中：%(who)s", who=who), _("正在自动改正。")


def _disk(alarm: AlarmRow, _who: str, _now: datetime) -> Texts:
    return _("磁盘空间不足"), _("还剩 %(size)s MB。", size=alarm.detail.get("free_mb", "–"))


def _carrier(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    name, at = carrier_name(alarm.subject, get_deps().plan), _moment(alarm, "at", now)
    title = _("运营商不接呼叫：%(carrier)s", carrier=name)
    return title, _("%(time)s 检测时拒接；呼出改走其他运营商，请联系该运营商。", time=at)


def _carrier_gone(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    name, at = carrier_name(alarm.subject, get_deps().plan), _moment(alarm, "at", now)
    title = _("运营商没有应答：%(carrier)s", carrier=name)
    return title, _("自 %(time)s 起询问无应答；其来电可能打不进来，请联系该运营商。", time=at)


def _disconnected(_alarm: AlarmRow, _who: str, _now: datetime) -> Texts:
    return _("与电话系统失去联系"), _("来电仍在接入；实况停在失联时刻。")


def _switch(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    tiers = {"oncall": _("二级 备班人员"), "partner": _("协作热线"), "promise": _("三级 登记回拨")}
    tier = tiers.get(alarm.subject, alarm.subject)
    until = _moment(alarm, "until", now)
    return _("应急开关：全部来电先转 %(tier)s", tier=tier), _("到 %(time)s 自动恢复。", time=until)


def _test_call(alarm: AlarmRow, _who: str, _now: datetime) -> Texts:
    plan = get_deps().plan
    seen = {key: str(alarm.detail.get(key, "")) for key in ("result", "came_as", "carrier")}
    words = result_words(seen["result"], seen["came_as"], plan)
    by = _("经 %(carrier)s", carrier=carrier_name(seen["carrier"], plan)) if seen["carrier"] else ""
    title = _("线路检测未通过：%(line)s", line=line_name(alarm.subject, plan))
    return title, " · ".join(filter(None, (words, by)))


def _handover(alarm: AlarmRow, _who: str, now: datetime) -> Texts:
    by, at = str(alarm.detail.get("by", "")), _moment(alarm, "at", now)
    title = _("交接班无人阅读：%(who)s", who=by)
    return title, _("%(time)s 写下，请提醒当班的人。", time=at)


def _crisis_help(_alarm: AlarmRow, who: str, _now: datetime) -> Texts:
    return _("危机求助：%(who)s", who=who), _("通话中有人处于危险，请立即协助。")


def _crisis_mode(alarm: AlarmRow, _who: str, _now: datetime) -> Texts:
    where = line_name(str(alarm.detail.get("line", "")), get_deps().plan)
    return _("危机处置：援助到了吗？"), _("%(line)s，回答以前一直提醒。", line=where)


WORDS: Mapping[str, Words] = {
    "crisis_help": _crisis_help,
    "handover": _handover,
    "crisis_mode": _crisis_mode,
    "not_signed_in": _not_signed_in,
    "long_wait": _long_wait,
    "nobody": _nobody,
    "empty_hour": _empty_hour,
    "short_window": _short_window,
    "drift": _drift,
    "disk": _disk,
    "switch": _switch,
    "test_call": _test_call,
    "carrier": _carrier,
    "carrier_gone": _carrier_gone,
    "disconnected": _disconnected,
}


def notice(alarm: AlarmRow, names: Mapping[str, str], now: datetime) -> Notice:
    who = names.get(alarm.subject, alarm.subject)
    title, text = _own_words(alarm.detail)
    if not title:
        words = WORDS.get(alarm.kind)
        title, text = words(alarm, who, now) if words else (f"{alarm.kind} {who}".strip(), text)
    level = "crisis" if alarm.kind in ("crisis_help", "crisis_mode") else "warn"
    asks = alarm.subject if alarm.kind == "crisis_mode" else ""
    return Notice(f"alarm-{alarm.id}", level, title, text, alarm.raised_at, asks)


def _own_words(detail: Mapping[str, object]) -> tuple[str, str]:
    """An alarm may bring its words along: {"title": {"zh": …, "en": …}, "text": {…}}."""
    title, text = detail.get("title"), detail.get("text")
    return _one(title), _one(text)


def _one(words: object) -> str:
    if isinstance(words, dict):
        return say({str(key): str(value) for key, value in words.items()})
    return words if isinstance(words, str) else ""


def crises(live: Live, line_name: Callable[[str], str]) -> list[Notice]:
    """Callers in danger who wait: nobody has to raise this alarm, the picture is it."""
    return [
        Notice(
            key=f"crisis-{call.uniqueid}",
            level="crisis",
            title=_("危机来电正在等待"),
            text=line_name(call.line),
            at=instant(call.arrived),
        )
        for call in live.waiting()
        if call.rank is Rank.CRISIS
    ]
