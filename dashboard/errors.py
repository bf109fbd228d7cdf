"""Errors become answers here and nowhere else: a page, or for a part of a page its text."""

from __future__ import annotations

from flask import Flask, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, NotFound

from dashboard.csrf import ForgedRequest
from dashboard.deps import (
    CallOver,
    NoCaller,
    NoTelephone,
    RosterRunning,
    TelephonyUnavailable,
)
from dashboard.exchanges import to_colleagues
from records.directory import EntryMissing
from records.exchanges import ExchangeMissing, ExchangeOver, Unlawful
from records.handovers import HandoverMissing
from records.requests import RequestMissing, RequestOver
from records.rosters import NotADraft, NotPublished, RosterChanged, RosterMissing
from records.sealing import SealBroken
from records.store import StoreError
from records.swap_table import RosterMoved
from records.tasks import NoNumber, TaskChanged, TaskMissing

Answer = tuple[str, int]


def _answer(code: int, title: str, text: str) -> Answer:
    template = "parts/error.html" if "HX-Request" in request.headers else "error.html"
    return render_template(template, code=code, title=title, text=text), code


def _http(error: HTTPException) -> Answer:
    code = error.code or 500
    titles = {
        400: _("请求有误"),
        403: _("没有权限"),
        404: _("没有这一页"),
        405: _("没有这一页"),
        422: _("填写有误"),
    }
    texts = {
        400: _("请检查填写的内容。"),
        403: _("您的角色不能使用这一页。"),
        404: _("地址有误，或内容已不存在。"),
        405: _("地址有误，或内容已不存在。"),
    }
    return _answer(code, titles.get(code, _("出错了")), texts.get(code, _("请稍后再试。")))


def _forged(_error: ForgedRequest) -> Answer:
    return _answer(400, _("页面已过期"), _("请刷新页面后重试。"))


def _telephony(_error: TelephonyUnavailable) -> Answer:
    return _answer(503, _("电话系统没有应答"), _("操作未执行，请稍后再试；来电不受影响。"))


def _no_telephone(_error: NoTelephone) -> Answer:
    return _answer(
        409, _("您的账号没有话机"), _("请管理员为账号指定接线员，回拨时才知道哪一部话机振铃。")
    )


def _changed(_error: TaskChanged) -> Answer:
    return _answer(409, _("来电者刚才又打来过"), _("任务没有关闭，请重新打开查看。"))


def _no_number(_error: NoNumber) -> Answer:
    return _answer(409, _("来电没有号码"), _("无法回拨，只能由督导写明理由后关闭。"))


def _no_caller(_error: NoCaller) -> Answer:
    return _answer(409, _("现在没有通话"), _("通话已结束，或还没有接听；没有转接。"))


def _call_over(_error: CallOver) -> Answer:
    return _answer(409, _("这一通已不在进行"), _("通话已结束或已换人，请看实况；操作未执行。"))


def _running(_error: RosterRunning) -> Answer:
    return _answer(409, _("正在计算排班"), _("请先停止当前的计算。"))


def _missing(_error: Exception) -> Answer:
    return _http(NotFound())


def _not_a_draft(_error: NotADraft) -> Answer:
    return _answer(409, _("这一版已不是草稿"), _("已发布的排班不能直接修改，请另存为草稿。"))


def _roster_changed(_error: RosterChanged) -> Answer:
    return _answer(409, _("这一版刚才有改动"), _("没有发布；请重新核对改动后的排班。"))


def _not_published(_error: NotPublished) -> Answer:
    return _answer(409, _("这一版没有发布"), _("只有已发布的排班可以撤回。"))


def _exchange_over(_error: ExchangeOver) -> Answer:
    return _answer(409, _("这一换班已处理过"), _("请刷新页面查看结果。"))


def _request_over(_error: RequestOver) -> Answer:
    return _answer(409, _("这一申请已处理过"), _("请刷新页面查看结果。"))


def _roster_moved(_error: RosterMoved) -> Answer:
    return _answer(409, _("不能再换"), _("排班在约定之后有变动，或班次已经开始。"))


def _unlawful(error: Unlawful) -> Answer:
    return _answer(409, _("换班会违反规则"), _("；").join(to_colleagues(error.findings)))


def _store(_error: StoreError) -> Answer:
    return _answer(503, _("记录暂时不可用"), _("请稍后再试；来电不受影响。"))


def _sealed(_error: SealBroken) -> Answer:
    return _answer(
        500, _("记录无法解密"), _("密钥文件与数据库不符，请管理员检查备份；内容没有丢失。")
    )


def _unexpected(error: Exception) -> Answer:
    current_app.logger.error("a page failed", exc_info=error)
    return _answer(500, _("出错了"), _("错误已记入日志，请稍后再试；来电不受影响。"))


def set_up(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ForgedRequest, _forged)
    app.register_error_handler(TelephonyUnavailable, _telephony)
    app.register_error_handler(NoTelephone, _no_telephone)
    app.register_error_handler(TaskChanged, _changed)
    app.register_error_handler(NoNumber, _no_number)
    app.register_error_handler(NoCaller, _no_caller)
    app.register_error_handler(CallOver, _call_over)
    app.register_error_handler(RosterRunning, _running)
    app.register_error_handler(RosterMissing, _missing)
    app.register_error_handler(TaskMissing, _missing)
    app.register_error_handler(HandoverMissing, _missing)
    app.register_error_handler(EntryMissing, _missing)
    app.register_error_handler(NotADraft, _not_a_draft)
    app.register_error_handler(RosterChanged, _roster_changed)
    app.register_error_handler(NotPublished, _not_published)
    app.register_error_handler(ExchangeMissing, _missing)
    app.register_error_handler(ExchangeOver, _exchange_over)
    app.register_error_handler(RequestMissing, _missing)
    app.register_error_handler(RequestOver, _request_over)
    app.register_error_handler(RosterMoved, _roster_moved)
    app.register_error_handler(Unlawful, _unlawful)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(SealBroken, _sealed)
    app.register_error_handler(Exception, _unexpected)
