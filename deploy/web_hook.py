"""Alarms told to an address outside, each at least once, in a thread that nothing waits for."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from records import alarms
from records.store import Store, StoreError
from records.tables import Alarm

TIMEOUT = 5.0  # seconds for one answer
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between two looks; it doubles while nobody answers
OUTDATED = timedelta(days=1)  # after so long an alarm is no news any more

log = logging.getLogger("web hook")


class WebHook:
    """`now` gives aware UTC. Whatever the other side does, alarms are raised and shown as ever."""

    def __init__(self, store: Store, url: str, hotline: str, now: Callable[[], datetime]) -> None:
        self._store, self._url, self._hotline, self._now = store, url, hotline, now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web-hook", daemon=True)

    def start(self) -> None:
        if self._url:
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.wait(pause):
            pause = FIRST_PAUSE if self.tell() else min(2 * pause, LONGEST_PAUSE)

    def tell(self) -> bool:
        """Tells what was not told yet, the oldest first. False as soon as something fails."""
        try:
            with self._store.read() as session:
                untold = alarms.untold(session, self._now() - OUTDATED)
            for alarm in untold:
                self._post(alarm)
                with self._store.session() as session:
                    alarms.note_told(session, alarm.id, self._now())
        except (OSError, http.client.HTTPException, StoreError) as error:
            log.warning("%s: %s", self._url, error)
            return False
        return True

    def _post(self, alarm: Alarm) -> None:
        words = {
            "hotline": self._hotline,
            "id": alarm.id,
            "kind": alarm.kind,
            "subject": alarm.subject,
            "detail": alarm.detail,
            "raised_at": alarm.raised_at.isoformat(),
        }
        post(self._url, words)


def post(url: str, words: Mapping[str, object], timeout: float = TIMEOUT) -> None:
    """Raises OSError or HTTPException unless the answer is one of success."""
    request = urllib.request.Request(  # noqa: S310 - config.web_hook lets only http and https in
        url,
        json.dumps(words, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    )
    with urllib.request.urlopen(request, timeout=timeout):  # noqa: S310
        pass
