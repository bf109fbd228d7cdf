"""Alarms told to an address outside, each at least once, in a thread that nothing waits for."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from records import alarms
from records.store import Store, StoreError
from records.tables import Alarm

TIMEOUT = 5.0  # seconds for one answer
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between two looks; it doubles while nobody answers
REFUSED = range(400, 500)  # answers about what was told, not about the server
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
        """Tells what was not told yet, the oldest first. False when something has failed.

        An alarm that is refused holds up no other; a server that fails is left at once.
        """
        try:
            with self._store.read() as session:
                untold = alarms.untold(session, self._now() - OUTDATED)
            return not [alarm for alarm in untold if not self._taken(alarm)]
        except (OSError, http.client.HTTPException, StoreError) as error:
            self._warn(error)
            return False

    def _taken(self, alarm: Alarm) -> bool:
        try:
            self._post(alarm)
        except urllib.error.HTTPError as error:
            if error.code not in REFUSED:
                raise
            self._warn(error)
            return False
        with self._store.session() as session:
            alarms.note_told(session, alarm.id, self._now())
        return True

    def _warn(self, error: Exception) -> None:
        # Not the whole address: who knows it may tell alarms of their own.
        log.warning("%s: %s", urlsplit(self._url).hostname, error)

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
    """Raises OSError or HTTPException unless the answer is one of success.

    An answer that leads elsewhere is none: there the words would be asked for, not told.
    """
    request = urllib.request.Request(  # noqa: S310 - config.web_hook lets only http and https in
        url,
        json.dumps(words, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    )
    with _opener.open(request, timeout=timeout):
        pass


class _Nowhere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_answer: object) -> None:
        """None: the answer is an error."""


_opener = urllib.request.build_opener(_Nowhere)
