"""The live board: the page and its stream."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template
from flask_babel import force_locale
from jinja2 import Template

from dashboard import alarms, board, shapes
from dashboard.access import ALLOWED, Role, the_user
from dashboard.board import Facts
from dashboard.deps import Deps, get_deps
from dashboard.display import line_name
from dashboard.facts import Known, RecentFacts
from dashboard.language import language
from dashboard.panels import Lists, Panel, Panels
from dashboard.stream import Audience, Clockwork, Pictures
from records.figures import ANSWER_SECONDS
from routing.live import Live, Stage

page = Blueprint("live", __name__)
# Panel -> its list in the context.
ROWS = {"waiting": "waits", "people": "tiles", "calls": "talks", "day": "line_days"}
PANELS = (*ROWS, "figures", "tiers", "tasks", "alarms", "hours", "wall")
_FACTS = "hotline-facts"
_PICTURES = "hotline-pictures"


def set_up(app: Flask, deps: Deps) -> None:
    facts, known = RecentFacts(deps), Known(deps.store)
    lists: defaultdict[Audience, Lists] = defaultdict(Lists)

    def render(audience: Audience, now: datetime) -> tuple[Panels, dict[str, object]]:
        # The panels belong to no page in particular: an empty request carries their addresses.
        with app.app_context(), app.test_request_context(), force_locale(audience[1]):
            live = deps.live()
            today = replace(facts.at(now), before=known.of(live))
            context = _seen(deps, live, today, now) | _may(Role(audience[0]))
            return _panels(context, lists[audience]), beat(deps, now)

    clockwork = Clockwork(deps.now, deps.wait, deps.wait_for_change, deps.pace)
    app.extensions[_FACTS] = facts
    app.extensions[_PICTURES] = Pictures(render, clockwork)


def _panels(context: dict[str, object], lists: Lists) -> Panels:
    """Every panel, for everybody of an audience."""
    rows = _template("rows").module
    return {name: _panel(name, context, lists, rows) for name in PANELS}


def _template(name: str) -> Template:
    """Without what every page is given: panels are drawn ten times a second."""
    return current_app.jinja_env.get_template(f"live/{name}.html")


def _panel(name: str, context: dict[str, Any], lists: Lists, rows: Any) -> Panel:
    frame = _template(f"_{name}").render(context)
    if name not in ROWS:
        return Panel(frame)
    draw, may_supervise = getattr(rows, name), context["may_supervise"]
    return lists.panel(
        name, frame, context[ROWS[name]], lambda row: str(draw(row, may_supervise)).strip()
    )


def _may(role: Role) -> dict[str, object]:
    return {
        "may_open": role in ALLOWED["live.task"],
        "may_switch": role in ALLOWED["live.switch"],
        "may_supervise": role in ALLOWED["live.supervise"],
        "may_change": role in ALLOWED["live.change_tasks"],
    }


def _seen(deps: Deps, live: Live, facts: Facts, now: datetime) -> dict[str, object]:
    tiles = board.tiles(live, facts, now)
    hours = board.hours(live, facts, now)
    crises = alarms.crises(live, lambda line: line_name(line, deps.plan))
    kept = (alarm for alarm in facts.alarms if alarm.kind != alarms.IN_THE_PICTURE)
    return {
        "facts": facts,
        "now": now,
        "targets": deps.targets,
        "attendance": board.attendance(live, facts, now),
        "longest": board.longest_wait(live),
        "greeting": board.stage_count(live, Stage.GREETING),
        "promising": board.stage_count(live, Stage.PROMISING),
        "talks": board.talks(live, facts),
        "waits": board.waits(live, facts, now, deps.targets.longest_wait),
        "tiles": tiles,
        "states": board.state_counts(tiles),
        "tiers": board.tiers(live, facts, now),
        "tested": board.tested(facts, (line.id for line in deps.plan.lines)),
        "notices": [*crises, *(alarms.notice(alarm, facts.names, now) for alarm in kept)],
        "line_days": board.line_days(facts, (line.id for line in deps.plan.lines)),
        "answer_seconds": ANSWER_SECONDS,
        "hours": hours,
        "strip": shapes.strip(hours),
    }


def beat(deps: Deps, now: datetime) -> dict[str, object]:
    """What the page needs to know whether it is still true."""
    live = deps.live()
    fresh = not board.stale(live, now, deps.pace.stale)
    return {"now": now.timestamp(), "as_of": live.as_of, "fresh": fresh}


def _pictures() -> Pictures:
    pictures: Pictures = current_app.extensions[_PICTURES]
    return pictures


@page.get("/live", endpoint="board")
def board_page() -> str:
    return _with_panels("live/board.html")


def _with_panels(template: str) -> str:
    picture = _pictures().look((the_user().role.value, language()))
    pace = get_deps().pace
    panels = {name: panel.html for name, panel in picture.panels.items()}
    return render_template(template, panels=panels, beat=picture.beat, pace=pace)


@page.get("/live/wall")
def wall() -> str:
    """For a television: big figures, no numbers of callers, nothing to press."""
    return _with_panels("live/wall.html")


@page.get("/live/stream")
def stream() -> Response:
    pictures = _pictures()
    if not pictures.open_stream():
        return Response(status=503, headers={"Retry-After": "5"})
    audience = (the_user().role.value, language())
    answer = Response(pictures.follow(audience), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(pictures.close_stream)
    return answer


def board_changed() -> None:
    """The next picture is of the records as they are now."""
    current_app.extensions[_FACTS].forget()
    _pictures().forget()
