"""Live pictures for many pages: drawn once per audience, and only what changed is sent."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from queue import SimpleQueue

from dashboard.deps import Pace
from dashboard.panels import Panels, changed, whole

Audience = tuple[str, str]  # role, language
Beat = Mapping[str, object]
Render = Callable[[datetime], tuple[Panels, Beat]]
log = logging.getLogger("pages")

WAITING = 10  # pictures that may wait for a slow page; then it misses some and gets a whole one


@dataclass(frozen=True)
class Picture:
    """What one audience sees at one moment. `beat` goes out even when no panel changed."""

    number: int  # of this audience's pictures, without gaps
    version: int  # of the live picture that it shows
    at: datetime
    panels: Panels
    beat: Beat
    change: bytes  # the event that makes the picture before into this one; shared by all

    @cached_property
    def whole(self) -> bytes:
        """The event for a page that does not have the picture before."""
        return _event({"to": self.number, "panels": whole(self.panels), "beat": self.beat})


def _change(last: Picture, number: int, panels: Panels, beat: Beat) -> bytes:
    change = changed(last.panels, panels)
    return _event({"from": last.number, "to": number, "panels": change, "beat": beat})


def _event(data: Mapping[str, object]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: picture\ndata: {text}\n\n".encode()


Mailbox = SimpleQueue["Picture | None"]  # None: nothing more will come


@dataclass(frozen=True)
class Clockwork:
    """What tells the time, and that the live picture changed."""

    now: Callable[[], datetime]
    wait: Callable[[float], None]
    wait_for_change: Callable[[int, float], int]  # (version, seconds) -> version
    pace: Pace


class Show:
    """The pictures of one audience. One thread draws them as long as somebody follows."""

    def __init__(self, render: Render, clockwork: Clockwork) -> None:
        self._render = render
        self._clockwork = clockwork
        self._gap = timedelta(seconds=clockwork.pace.gap)
        self._lock = threading.Lock()
        self._last: Picture | None = None
        self._outdated = False
        self._mailboxes: list[Mailbox] = []
        self._drawing = False

    def look(self) -> Picture:
        """The last picture, or a new one when that is older than `pace.gap`."""
        with self._lock:
            return self._look()

    def forget(self) -> None:
        """Something else than the live picture changed: draw anew for whoever looks next."""
        self._outdated = True

    def join(self) -> Mailbox:
        """Where every picture arrives from now on, beginning with the one there is."""
        mailbox: Mailbox = SimpleQueue()
        with self._lock:
            mailbox.put(self._look())
            self._mailboxes.append(mailbox)
            if not self._drawing:
                self._drawing = True
                threading.Thread(target=self._go_on, name="live pictures", daemon=True).start()
        return mailbox

    def leave(self, mailbox: Mailbox) -> None:
        with self._lock:
            if mailbox in self._mailboxes:
                self._mailboxes.remove(mailbox)

    def _go_on(self) -> None:
        try:
            while self._followed():
                self._next()
        except Exception:
            log.exception("a picture could not be drawn")
            self._end()  # the pages come back, and say meanwhile that they are stale

    def _followed(self) -> bool:
        with self._lock:
            self._drawing = bool(self._mailboxes)
            return self._drawing

    def _next(self) -> None:
        """Draws when there is something new, or it is time for a beat."""
        picture = self.look()
        clockwork = self._clockwork
        clockwork.wait_for_change(picture.version, clockwork.pace.beat)
        clockwork.wait(max(timedelta(), picture.at + self._gap - clockwork.now()).total_seconds())

    def _end(self) -> None:
        with self._lock:
            for mailbox in self._mailboxes:
                mailbox.put(None)
            self._mailboxes, self._drawing = [], False

    def _look(self) -> Picture:
        now, last = self._clockwork.now(), self._last
        if last is not None and not self._outdated and now - last.at < self._gap:
            return last
        self._outdated = False
        picture = self._draw(last, now)
        self._last = picture
        for mailbox in self._mailboxes:
            if mailbox.qsize() < WAITING:
                mailbox.put(picture)
        return picture

    def _draw(self, last: Picture | None, now: datetime) -> Picture:
        version = self._clockwork.wait_for_change(-1, 0)  # first: a later change is drawn again
        panels, beat = self._render(now)
        number = last.number + 1 if last else 1
        change = _change(last, number, panels, beat) if last else b""
        return Picture(number, version, now, panels, beat, change)


class Pictures:
    """The shows of all audiences, and how many pages follow them."""

    def __init__(
        self,
        render: Callable[[Audience, datetime], tuple[Panels, Beat]],
        clockwork: Clockwork,
    ) -> None:
        self._render = render
        self._clockwork = clockwork
        self._shows: dict[Audience, Show] = {}
        self._lock = threading.Lock()
        self._open = 0

    def look(self, audience: Audience) -> Picture:
        return self._show(audience).look()

    def forget(self) -> None:
        with self._lock:
            for show in self._shows.values():
                show.forget()

    def open_stream(self) -> bool:
        """Whether one more may be opened: each holds a thread. Whoever opens one closes it."""
        with self._lock:
            if self._open >= self._clockwork.pace.streams:
                return False
            self._open += 1
            return True

    def close_stream(self) -> None:
        with self._lock:
            self._open -= 1

    def follow(self, audience: Audience) -> Iterator[bytes]:
        """Server-sent events for one page, until the stream's life is over."""
        now, pace = self._clockwork.now, self._clockwork.pace
        end = now() + timedelta(seconds=pace.stream)
        show, last = self._show(audience), -1
        mailbox = show.join()
        try:
            yield b"retry: 2000\n\n"
            while now() < end and (picture := mailbox.get()) is not None:
                yield picture.change if last == picture.number - 1 else picture.whole
                last = picture.number
        finally:
            show.leave(mailbox)

    def _show(self, audience: Audience) -> Show:
        with self._lock:
            if audience not in self._shows:
                render = partial(self._render, audience)
                self._shows[audience] = Show(render, self._clockwork)
            return self._shows[audience]
