"""What the plots of rosters, needs and simulations show."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.plotting import Curve, Panel
from scheduler.demand import Reasoned
from scheduler.problem import HOURS_A_DAY, Problem, Progress, Roster
from scheduler.sheet import Sheet
from scheduler.whatif import Estimate, Figures

_DAY = {"zh": "日", "en": "day"}
_HOUR = {"zh": "时", "en": "hour of the day"}


def cover(problem: Problem, roster: Roster) -> Panel:
    """How many are on duty in each hour, and how many are needed."""
    sheet = Sheet(problem, roster)
    wanted, hours = sheet.needed.get(None, {}), sorted(sheet.duty_hours)
    least = problem.rules.least_on_duty
    there = [float(sheet.fewest(hour)) for hour in hours]
    need = [float(max(least, wanted.get(hour, 0))) for hour in hours]
    days = [hour / HOURS_A_DAY for hour in hours]
    return Panel(
        {"zh": "在岗与需要", "en": "people on duty and needed"},
        _DAY,
        (
            Curve({"zh": "需要", "en": "needed"}, days, need, steps=True),
            Curve({"zh": "在岗", "en": "on duty"}, days, there, steps=True),
        ),
    )


def progress(points: Sequence[Progress]) -> Panel:
    """Objective and bound over the seconds of the solver."""
    known = [point for point in points if point.objective is not None]
    bounds = [point for point in points if point.bound > 0]
    return Panel(
        {"zh": "目标值与下界", "en": "objective and bound"},
        {"zh": "秒", "en": "seconds"},
        (
            Curve(
                {"zh": "目标值", "en": "objective"},
                [point.seconds for point in known],
                [float(point.objective or 0) for point in known],
                steps=True,
            ),
            Curve(
                {"zh": "下界", "en": "bound"},
                [point.seconds for point in bounds],
                [float(point.bound) for point in bounds],
                steps=True,
            ),
        ),
    )


def demand(reasons: Sequence[Reasoned]) -> Panel:
    """The load of each hour, and the people it takes."""
    days = [reason.hour / HOURS_A_DAY for reason in reasons]
    return Panel(
        {"zh": "话务量与需要人数", "en": "load and people needed"},
        _DAY,
        (
            Curve(
                {"zh": "话务量（爱尔兰）", "en": "load, erlangs"},
                days,
                [reason.load for reason in reasons],
            ),
            Curve(
                {"zh": "需要人数", "en": "people needed"},
                days,
                [float(reason.people) for reason in reasons],
                steps=True,
            ),
        ),
    )


def simulated(hours: Sequence[Figures]) -> tuple[Panel, Panel]:
    """Of each hour of the day: shares of the callers with their intervals, and the mean wait."""
    shares = (
        ({"zh": "按时接听 %", "en": "in time %"}, [figures.within for figures in hours]),
        ({"zh": "放弃 %", "en": "gave up %"}, [figures.abandoned for figures in hours]),
        ({"zh": "忙碌 %", "en": "busy %"}, [figures.occupancy for figures in hours]),
    )
    waits = [figures.waited for figures in hours]
    return (
        Panel(
            {"zh": "模拟：来电者", "en": "simulated: callers"},
            _HOUR,
            tuple(_estimated(name, values, 100) for name, values in shares),
        ),
        Panel(
            {"zh": "模拟：平均等待", "en": "simulated: mean wait"},
            _HOUR,
            (_estimated({"zh": "等待（秒）", "en": "wait, seconds"}, waits, 60),),
        ),
    )


def _estimated(name: dict[str, str], values: Sequence[Estimate], factor: float) -> Curve:
    return Curve(
        name,
        [float(hour) for hour in range(len(values))],
        [value.mean * factor for value in values],
        [value.half * factor for value in values],
    )
