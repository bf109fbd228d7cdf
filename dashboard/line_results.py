"""What a test call saw, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from dashboard.display import line_name
from routing.line_tests import Result
from routing.plan import Plan


def result_words(result: str, came_as: str, plan: Plan) -> str:
    """`result`: a Result; of any other text nothing is said."""
    words = {
        Result.PASSED.value: _("通过"),
        Result.ELSEWHERE.value: _("回到了另一条线路：%(line)s", line=line_name(came_as, plan)),
        Result.UNHEARD.value: _("有应答，但检测电话没有回到本系统"),
        Result.UNANSWERED.value: _("无人应答"),
        Result.REFUSED.value: _("运营商未接受呼叫"),
        Result.FULL.value: _("通道占满，让给来电，没有检测"),
    }
    return str(words.get(result, ""))


def carrier_name(carrier: str, plan: Plan) -> str:
    names = {each.id: each.name for each in plan.carriers}
    return names.get(carrier, carrier)
