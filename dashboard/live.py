"""The live board: the page and its stream."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, render_template
from flask_babel import force_locale

from dashboard import alarms, board, shapes
from dashboard.access import ALLOWED, Role, the_user
from dashboard.board import Facts
from dashboard.deps import Deps, get_deps
from dashboard.display import line_name
from dashboard.facts import RecentFacts
from dashboard.language import language
from dashboard.stream import Audience, Panels, Pictures
from routing.live import Live, Stage

page = Blueprint("live", __name__)
PANELS = ("figures", "waiting", "tiers", "tasks", "alarms", "people", "calls", "hours", "wall")
_FACTS = "hotline-facts"
_PICTURES = "hotline-pictures"


def set_up(app: Flask, deps: Deps) -> None:
    facts = RecentFacts(deps)

    def render(audience: Audience, now: datetime) -> tuple[Panels, dict[str, object]]:
        # The panels belong to no page in particular: an empty request carries their addresses.
        with app.app_context(), app.test_request_context(), force_locale(audience[1]):
            return render_panels(deps, audience[0], facts.at(now), now), beat(deps, now)

    app.extensions[_FACTS] = facts
    app.extensions[_PICTURES] = Pictures(render, deps.wait_for_change, deps.now, deps.pace)


def render_panels(deps: Deps, role: str, facts: Facts, now: datetime) -> Panels:
    """Every panel as HTML, for everybody of a role."""
    context = _seen(deps, deps.live(), facts, now)
    context["may_open"] = Role(role) in ALLOWED["live.task"]
    context["may_switch"] = Role(role) in ALLOWED["live.switch"]
    context["may_supervise"] = Role(role) in ALLOWED["live.supervise"]
    context["may_change"] = Role(role) in ALLOWED["live.change_tasks"]
    return {name: render_template(f"live/_{name}.html", **context) for name in PANELS}


def _seen(deps: Deps, live: Live, facts: Facts, now: datetime) -> dict[str, object]:
    tiles = board.tiles(live, facts, now)
    hours = board.hours(facts, now)
    crises = alarms.crises(live, lambda line: line_name(line, deps.plan))
    return {
        "live": live,
        "facts": facts,
        "now": now,
        "targets": deps.targets,
        "attendance": board.attendance(live, facts, now),
        "longest": board.longest_wait(live),
        "greeting": board.stage_count(live, Stage.GREETING),
        "promising": board.stage_count(live, Stage.PROMISING),
        "talking": board.talking(live),
        "tiles": tiles,
        "states": board.state_counts(tiles),
        "tiers": board.tiers(live, facts, now),
        "tested": board.tested(facts, (line.id for line in deps.plan.lines)),
        "notices": [*crises, *(alarms.notice(alarm, facts.names, now) for alarm in facts.alarms)],
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
    return render_template(template, panels=picture.panels, beat=picture.beat, pace=pace)


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
    events = pictures.follow(audience, get_deps().wait)
    answer = Response(events, mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(pictures.close_stream)
    return answer


def board_changed() -> None:
    """The next picture is of the records as they are now."""
    current_app.extensions[_FACTS].forget()
    _pictures().forget()
