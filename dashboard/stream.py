"""Live panels for many pages: one rendering per audience, sent only where it changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.deps import Pace

Panels = Mapping[str, str]  # name -> HTML
Audience = tuple[str, str]  # role, language
Render = Callable[[Audience, datetime], tuple[Panels, Mapping[str, object]]]


@dataclass(frozen=True)
class Picture:
    """What one audience sees at one moment. `beat` goes out even when no panel changed."""

    version: int
    at: datetime
    panels: Panels
    events: Mapping[str, str]  # each panel as it is sent, made once for all who look
    beat: Mapping[str, object]


class Pictures:
    """Draws pictures when they are asked for, at most once in `pace.gap` for all who look."""

    def __init__(
        self,
        render: Render,
        wait_for_change: Callable[[int, float], int],
        now: Callable[[], datetime],
        pace: Pace,
    ) -> None:
        self._render = render
        self._wait_for_change = wait_for_change
        self._now = now
        self._pace = pace
        self._gap = timedelta(seconds=pace.gap)
        self._drawn: dict[Audience, Picture] = {}
        self._lock = threading.Lock()
        self._open = 0

    def look(self, audience: Audience) -> Picture:
        with self._lock:
            now = self._now()
            last = self._drawn.get(audience)
            if last is not None and now - last.at < self._gap:
                return last
            version = self._wait_for_change(-1, 0)  # before drawing: a later change is drawn again
            panels, beat = self._render(audience, now)
            picture = Picture(version, now, panels, _events(panels, last), beat)
            self._drawn[audience] = picture
            return picture

    def forget(self) -> None:
        """Something else than the live picture changed: draw anew for whoever looks next."""
        with self._lock:
            self._drawn.clear()

    def open_stream(self) -> bool:
        """Whether one more may be opened: each holds a thread. Whoever opens one closes it."""
        with self._lock:
            if self._open >= self._pace.streams:
                return False
            self._open += 1
            return True

    def close_stream(self) -> None:
        with self._lock:
            self._open -= 1

    def follow(self, audience: Audience, wait: Callable[[float], None]) -> Iterator[str]:
        """Server-sent events for one page, until the stream's life is over."""
        end = self._now() + timedelta(seconds=self._pace.stream)
        sent: dict[str, str] = {}
        yield "retry: 2000\n\n"
        while self._now() < end:
            picture = self.look(audience)
            yield "".join((*_news(picture, sent), event("beat", picture.beat)))
            self._wait_for_change(picture.version, self._pace.beat)
            # Whoever comes back before the next picture may be drawn gets the one it has.
            wait(max(timedelta(), picture.at + self._gap - self._now()).total_seconds())


def _events(panels: Panels, last: Picture | None) -> Mapping[str, str]:
    """As the last picture has them, where nothing changed."""
    return {
        name: last.events[name]
        if last and last.panels.get(name) == html
        else event("panel", {"name": name, "html": html})
        for name, html in panels.items()
    }


def _news(picture: Picture, sent: dict[str, str]) -> Iterator[str]:
    """What the page does not have yet; from now on it has it."""
    for name, text in picture.events.items():
        if sent.get(name) != text:
            sent[name] = text
            yield text


def event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
