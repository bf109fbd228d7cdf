import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from werkzeug.test import TestResponse

from dashboard.deps import Pace
from dashboard.stream import Audience, Panels, Pictures, event
from tests.dashboard.builders import Clock, Feed, World, caller, picture, world


class Drawing:
    """Counts how often it is asked to draw."""

    def __init__(self) -> None:
        self.drawn: list[Audience] = []

    def render(self, audience: Audience, now: datetime) -> tuple[Panels, dict[str, object]]:
        self.drawn.append(audience)
        return {"a": f"<p>{len(self.drawn)}</p>", "b": "<p>same</p>"}, {"as_of": 1}


PACE = Pace()


def pictures(drawing: Drawing, clock: Clock, feed: Feed, pace: Pace = PACE) -> Pictures:
    return Pictures(drawing.render, feed.wait_for_change, clock.now, pace)


def test_all_who_look_share_one_drawing() -> None:
    drawing, clock = Drawing(), Clock()
    shared = pictures(drawing, clock, Feed(picture()))
    assert shared.look(("supervisor", "zh")) is shared.look(("supervisor", "zh"))
    assert drawing.drawn == [("supervisor", "zh")]
    clock.advance(0.1)
    shared.look(("supervisor", "zh"))
    assert len(drawing.drawn) == 2


def test_each_role_and_language_has_its_own() -> None:
    drawing = Drawing()
    shared = pictures(drawing, Clock(), Feed(picture()))
    for audience in (("supervisor", "zh"), ("supervisor", "en"), ("coordinator", "zh")):
        shared.look(audience)
    assert len(drawing.drawn) == 3


def test_a_stream_sends_a_panel_only_when_it_changed() -> None:
    clock, feed = Clock(), Feed(picture())
    shared = pictures(Drawing(), clock, feed, Pace(beat=0))
    events = shared.follow(("supervisor", "zh"), clock.advance)
    assert next(events) == "retry: 2000\n\n"
    beat = event("beat", {"as_of": 1})
    same = event("panel", {"name": "b", "html": "<p>same</p>"})
    assert next(events) == event("panel", {"name": "a", "html": "<p>1</p>"}) + same + beat
    assert next(events) == event("panel", {"name": "a", "html": "<p>2</p>"}) + beat


def test_a_stream_ends_so_that_rights_are_checked_anew() -> None:
    clock, feed = Clock(), Feed(picture())
    shared = pictures(Drawing(), clock, feed, Pace(gap=1, beat=0, stream=5))
    assert len([e for e in shared.follow(("supervisor", "zh"), clock.advance) if "beat" in e]) == 5


def test_streams_are_counted() -> None:
    shared = pictures(Drawing(), Clock(), Feed(picture()), Pace(streams=1))
    assert [shared.open_stream(), shared.open_stream()] == [True, False]
    shared.close_stream()
    assert shared.open_stream()


def test_what_changed_elsewhere_is_drawn_anew() -> None:
    drawing = Drawing()
    shared = pictures(drawing, Clock(), Feed(picture()))
    shared.look(("supervisor", "zh"))
    shared.forget()
    shared.look(("supervisor", "zh"))
    assert len(drawing.drawn) == 2


def sent(answer: TestResponse) -> Iterator[tuple[str, dict[str, object]]]:
    """The events of a stream, as a browser takes them apart."""
    for chunk in answer.iter_encoded():
        for block in chunk.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            if "event" in lines:
                yield lines["event"], json.loads(lines["data"])


def test_a_change_of_the_live_picture_reaches_the_page(hotline: World) -> None:
    answer = hotline.client("supervisor").get("/live/stream")
    assert answer.mimetype == "text/event-stream"
    events = sent(answer)
    seen: list[str] = []
    for name, data in events:
        if name == "beat":
            break
        seen.append(str(data["name"]))
    assert seen[0] == "figures" and len(seen) == 9
    hotline.feed.show(picture(calls=[caller("a")]))
    changed = {}
    for name, data in events:
        if name == "beat":
            break
        changed[str(data["name"])] = str(data["html"])
    answer.close()
    assert "138****1234" in changed["waiting"]
    assert "alarms" not in changed


def test_the_beat_says_whether_the_picture_holds(hotline: World) -> None:
    answer = hotline.client("supervisor").get("/live/stream")
    beats = (data["fresh"] for name, data in sent(answer) if name == "beat")
    assert next(beats) is True
    hotline.clock.advance(60)
    assert next(beats) is False
    answer.close()


def test_too_many_streams_are_told_to_come_back(tmp_path: Path) -> None:
    hotline = world(tmp_path, pace=Pace(streams=3))
    browser = hotline.client("supervisor")
    open_ones = [browser.get("/live/stream") for _ in range(hotline.deps.pace.streams)]
    assert browser.get("/live/stream").status_code == 503
    open_ones.pop().close()
    again = browser.get("/live/stream")
    assert again.status_code == 200
    for answer in [*open_ones, again]:
        answer.close()
