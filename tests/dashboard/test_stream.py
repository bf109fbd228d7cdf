import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from dashboard.deps import Pace
from dashboard.live import PANELS
from dashboard.panels import Panel, Panels, apply
from dashboard.stream import WAITING, Audience, Clockwork, Picture, Pictures
from routing.live import Call, Live, Stage
from tests.dashboard.builders import Clock, Feed, World, caller, member, picture, world


class Drawing:
    """Counts how often it is asked to draw."""

    def __init__(self) -> None:
        self.drawn: list[Audience] = []
        self.fault: Exception | None = None

    def render(self, audience: Audience, now: datetime) -> tuple[Panels, dict[str, object]]:
        if self.fault is not None:
            raise self.fault
        self.drawn.append(audience)
        counting = Panel("<p>", {"n": str(len(self.drawn))}, "</p>")
        return {"a": counting, "b": Panel("<p>same</p>")}, {"as_of": 1}


SUPERVISOR = ("supervisor", "zh")
QUIET = Pace(beat=30)  # nothing comes but what a test brings about


@dataclass
class Drawn:
    """Pictures whose time and changes a test brings about."""

    shared: Pictures
    drawing: Drawing
    clock: Clock
    feed: Feed

    def next(self) -> Picture:
        """A picture that is drawn now."""
        self.clock.advance(1)
        return self.shared.look(SUPERVISOR)

    @contextmanager
    def followed(self) -> Iterator[Iterator[bytes]]:
        """A page's events, after the word of how soon to come again."""
        events = self.shared.follow(SUPERVISOR)
        assert next(events) == b"retry: 2000\n\n"
        yield events
        events.close()  # type: ignore[attr-defined]
        self.feed.show(picture())  # who draws looks up, and sees that nobody follows


def drawn(pace: Pace = QUIET) -> Drawn:
    drawing, clock, feed = Drawing(), Clock(), Feed(picture())
    clockwork = Clockwork(clock.now, clock.advance, feed.wait_for_change, pace)
    return Drawn(Pictures(drawing.render, clockwork), drawing, clock, feed)


class Page:
    """What static/js/stream.js makes of the events."""

    def __init__(self) -> None:
        self.panels: Panels = {}
        self.has = 0
        self.wholes = 0

    def take(self, event: bytes) -> None:
        name, data, *rest = event.decode().split("\n")
        assert (name, rest) == ("event: picture", ["", ""])
        told = json.loads(data.removeprefix("data: "))
        if "from" in told:
            assert told["from"] == self.has
            self.panels = apply(self.panels, told["panels"])
        else:
            self.panels = {key: Panel(**panel) for key, panel in told["panels"].items()}
            self.wholes += 1
        self.has = told["to"]


def test_all_who_look_share_one_drawing() -> None:
    x = drawn()
    assert x.shared.look(SUPERVISOR) is x.shared.look(SUPERVISOR)
    assert x.drawing.drawn == [SUPERVISOR]
    x.clock.advance(0.1)
    x.shared.look(SUPERVISOR)
    assert len(x.drawing.drawn) == 2


def test_each_role_and_language_has_its_own() -> None:
    x = drawn()
    for audience in (SUPERVISOR, ("supervisor", "en"), ("coordinator", "zh")):
        x.shared.look(audience)
    assert len(x.drawing.drawn) == 3


def test_a_stream_begins_with_all_and_goes_on_with_what_changed() -> None:
    x = drawn()
    with x.followed() as events:
        first = next(events)
        x.next()
        assert [first, next(events)] == [
            b'event: picture\ndata: {"to":1,"panels":{'
            b'"a":{"head":"<p>","rows":{"n":"1"},"tail":"</p>"},'
            b'"b":{"head":"<p>same</p>","rows":{},"tail":""}},"beat":{"as_of":1}}\n\n',
            b'event: picture\ndata: {"from":1,"to":2,"panels":{'
            b'"a":{"rows":{"n":"2"}}},"beat":{"as_of":1}}\n\n',
        ]


def test_all_who_follow_get_the_same_bytes() -> None:
    x = drawn()
    with x.followed() as one, x.followed() as other:
        assert next(one) is next(other)
        x.next()
        assert next(one) is next(other)


def test_a_change_of_the_live_picture_is_drawn_for_those_who_follow() -> None:
    x, page = drawn(), Page()
    with x.followed() as events:
        page.take(next(events))
        x.feed.show(picture(calls=[caller("a")]))
        page.take(next(events))
    assert page.has == 2


def test_who_is_too_slow_misses_pictures_and_gets_a_whole_one() -> None:
    x, page = drawn(), Page()
    with x.followed() as events:
        for _ in range(2 * WAITING):
            x.next()
        for event in islice(events, WAITING):
            page.take(event)
        assert page.wholes == 1
        last = x.next()
        page.take(next(events))
    assert (page.wholes, page.has, page.panels) == (2, last.number, last.panels)


def test_a_stream_ends_so_that_rights_are_checked_anew() -> None:
    x = drawn(Pace(beat=30, stream=5))
    with x.followed() as events:
        next(events)
        x.clock.advance(5)
        assert next(events, None) is None


def test_a_fault_in_drawing_ends_the_streams_and_who_comes_back_is_served() -> None:
    x = drawn()
    with x.followed() as events:
        next(events)
        x.drawing.fault = LookupError("no such table")
        x.feed.show(picture())
        assert next(events, None) is None
    x.drawing.fault = None
    with x.followed() as events:
        page = Page()
        page.take(next(events))
        x.feed.show(picture())
        page.take(next(events))
    assert page.wholes == 1


def test_streams_are_counted() -> None:
    shared = drawn(Pace(streams=1)).shared
    assert [shared.open_stream(), shared.open_stream()] == [True, False]
    shared.close_stream()
    assert shared.open_stream()


def test_what_changed_elsewhere_is_drawn_anew() -> None:
    x = drawn()
    x.shared.look(SUPERVISOR)
    x.shared.forget()
    x.shared.look(SUPERVISOR)
    assert len(x.drawing.drawn) == 2


def busy(*more: Call) -> Live:
    """Three people, one of them at a call, and whoever is at one more."""
    calls = [caller("a", stage=Stage.TALKING, person="lin"), caller("w"), *more]
    at = {call.person: call.uniqueid for call in calls}
    people = ("lin", "chen", "huang")
    return picture(calls, [member(each, call=at.get(each)) for each in people], people)


def sent(answer: TestResponse) -> Iterator[dict[str, Any]]:
    """The pictures of a stream, as a browser takes them apart."""
    for chunk in answer.iter_encoded():
        if chunk.startswith(b"event: picture\ndata: "):
            yield json.loads(chunk.decode().split("\ndata: ")[1])


def test_a_change_of_the_live_picture_reaches_the_page(hotline: World) -> None:
    answer = hotline.client("supervisor").get("/live/stream")
    assert answer.mimetype == "text/event-stream"
    events = sent(answer)
    assert set(next(events)["panels"]) == set(PANELS)
    hotline.feed.show(picture(calls=[caller("a")]))
    changed = next(events)["panels"]
    answer.close()
    assert changed["waiting"]["order"] == ["w-a"]
    assert "138****1234" in changed["waiting"]["rows"]["w-a"]
    assert "alarms" not in changed


def test_a_second_that_passes_changes_no_panel(hotline: World) -> None:
    hotline.feed.show(busy())
    answer = hotline.client("supervisor").get("/live/stream")
    events = sent(answer)
    next(events)
    hotline.clock.advance(1)
    hotline.feed.show(busy())
    assert next(events)["panels"] == {}
    answer.close()


def test_one_call_more_sends_two_rows_and_not_the_board(hotline: World) -> None:
    hotline.feed.show(busy())
    answer = hotline.client("supervisor").get("/live/stream")
    events = sent(answer)
    next(events)
    hotline.feed.show(busy(caller("new", stage=Stage.TALKING, person="huang")))
    panels = next(events)["panels"]
    answer.close()
    assert {name: [*panel["rows"]] for name, panel in panels.items() if "rows" in panel} == {
        "people": ["p-huang"],
        "calls": ["t-new"],
    }


def test_the_beat_says_whether_the_picture_holds(hotline: World) -> None:
    answer = hotline.client("supervisor").get("/live/stream")
    beats = (event["beat"]["fresh"] for event in sent(answer))
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
