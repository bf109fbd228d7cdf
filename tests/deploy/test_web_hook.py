"""Alarms told to a real HTTP server that dies and comes back."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.web_hook import WebHook
from records import alarms
from records.store import Store, open_store

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


class Listener(HTTPServer):
    """Keeps what it is told, and answers `status`."""

    def __init__(self, port: int = 0, status: int = 204) -> None:
        super().__init__(("127.0.0.1", port), _Keep)
        self.status = status
        self.told: list[dict[str, object]] = []
        self.refuses = ""  # a subject that is answered 400
        self.asked = 0


class _Keep(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refused = self.server.refuses and body["subject"] == self.server.refuses
        self.server.told.append(body)
        self.send_response(400 if refused else self.server.status)
        if self.server.status in (301, 302, 303, 307, 308):
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def listener(port: int = 0, status: int = 204) -> Iterator[Listener]:
    server = Listener(port, status)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(f"sqlite:///{tmp_path}/records.db")
    yield made
    made.close()


def hook(store: Store, port: int) -> WebHook:
    return WebHook(store, f"http://127.0.0.1:{port}/alarms", "968908", lambda: NOW)


def raise_alarm(store: Store, subject: str, at: datetime = NOW) -> None:
    with store.session() as session:
        alarms.raise_alarm(session, "not_signed_in", subject, {"begins": 7}, at)


def test_an_alarm_is_told_once_in_words_for_machines(store: Store) -> None:
    raise_alarm(store, "林")
    with listener() as server:
        told = hook(store, server.server_port)
        assert told.tell() and told.tell()
        assert server.told == [
            {
                "hotline": "968908",
                "id": 1,
                "kind": "not_signed_in",
                "subject": "林",
                "detail": {"begins": 7},
                "raised_at": "2026-11-02T03:00:00+00:00",
            }
        ]


def test_what_is_raised_while_the_other_side_is_dead_is_told_when_it_lives_again(
    store: Store,
) -> None:
    with listener() as server:
        port = server.server_port
        told = hook(store, port)
        raise_alarm(store, "lin")
        assert told.tell()
    raise_alarm(store, "chen")
    raise_alarm(store, "wang")
    assert not told.tell()
    with listener(port, status=503) as server:
        assert not told.tell()
        assert [each["subject"] for each in server.told] == ["chen"]
    with listener(port) as server:
        assert told.tell()
        assert [each["subject"] for each in server.told] == ["chen", "wang"]


def test_it_tells_by_itself_until_it_is_stopped(store: Store) -> None:
    raise_alarm(store, "lin")
    with listener() as server:
        seen = threading.Event()
        server.told = _Noticing(seen)
        told = hook(store, server.server_port)
        told.start()
        assert seen.wait(60)
        told.stop()


class _Noticing(list[dict[str, object]]):
    def __init__(self, seen: threading.Event) -> None:
        super().__init__()
        self._seen = seen

    def append(self, told: dict[str, object]) -> None:
        super().append(told)
        self._seen.set()


def test_alarms_of_long_ago_are_no_news(store: Store) -> None:
    raise_alarm(store, "lin", NOW - timedelta(days=2))
    with listener() as server:
        assert hook(store, server.server_port).tell()
        assert server.told == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_answer_that_leads_elsewhere_has_taken_nothing(store: Store, status: int) -> None:
    raise_alarm(store, "lin")
    with listener(status=status) as server:
        assert not hook(store, server.server_port).tell()
        assert server.asked == 0
    with store.read() as session:
        assert [each.subject for each in alarms.untold(session, NOW)] == ["lin"]


def test_an_alarm_that_is_refused_holds_up_no_other(store: Store) -> None:
    for subject in ("lin", "chen"):
        raise_alarm(store, subject)
    with listener() as server:
        server.refuses = "lin"
        assert not hook(store, server.server_port).tell()
        assert [each["subject"] for each in server.told] == ["lin", "chen"]
    with store.read() as session:
        assert [each.subject for each in alarms.untold(session, NOW)] == ["lin"]


def test_the_log_does_not_give_the_secret_of_the_address_away(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    raise_alarm(store, "lin")
    with listener(status=403) as server:
        url = f"http://127.0.0.1:{server.server_port}/alarms?access_token=open-sesame"
        assert not WebHook(store, url, "968908", lambda: NOW).tell()
    assert "127.0.0.1: HTTP Error 403" in caplog.text
    assert "open-sesame" not in caplog.text
