"""A session with a manager that is a fake, and what it hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from routing.asterisk.session import Message, Session, Timeouts
from routing.events import Event
from tests.routing.asterisk.fake_ami import DEADLINE, FakeAmi, Seen, fake_ami, message

QUICK = Timeouts(answer=5, silence=5, first_pause=0.01, longest_pause=0.05)


@dataclass
class Ears:
    """Hears what a session tells."""

    events: Seen[Event] = field(default_factory=Seen)
    states: Seen[bool] = field(default_factory=Seen)
    messages: Seen[Message] = field(default_factory=Seen)

    def on_picture(self, events: list[Event]) -> None:
        for event in events:
            self.events.add(event)


@contextmanager
def session_with(
    server: FakeAmi,
    ears: Ears,
    *,
    timeouts: Timeouts = QUICK,
    on_picture: Callable[[list[Event]], None] | None = None,
    on_message: Callable[[Message], None] | None = None,
    backlog: int = 1000,
) -> Iterator[Session]:
    session = Session(
        "127.0.0.1",
        server.port,
        "router",
        "secret",
        on_picture=on_picture or ears.on_picture,
        on_state=ears.states.add,
        on_message=on_message or ears.messages.add,
        clock=lambda: 1790000000.5,
        timeouts=timeouts,
        backlog=backlog,
    )
    session.start()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def connected(**answers: str) -> Iterator[tuple[Session, FakeAmi, Ears]]:
    ears = Ears()
    with fake_ami(**answers) as server, session_with(server, ears) as session:
        assert session.wait_until_connected(DEADLINE), session.fault
        yield session, server, ears


def signed(person: str) -> str:
    return message(Event="UserEvent", UserEvent="Signed", Person=person, Until="1790003600")
