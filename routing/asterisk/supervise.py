"""What a supervisor asks of Asterisk: an own telephone at a call in progress, and steering."""

from __future__ import annotations

from routing.asterisk.dialplan.words import STEER_KEY
from routing.asterisk.session import Session
from routing.live import Call, Watcher, Way


def ring(session: Session, person: str, way: Way, call: Call, number: str) -> None:
    """Rings the person's own telephone; who picks it up is at the call. `number` is shown on it.

    Raises AmiError.
    """
    session.action(
        "Originate",
        {"OWN_CALL": person, **_about(call)},
        Channel=f"Local/{person}@leg/n",
        CallerID=f"{number} <{number}>",
        Async="true",
        Context=way.value,
        Exten=call.uniqueid,
        Priority="1",
    )


def move(session: Session, watcher: Watcher, way: Way, call: Call) -> None:
    """Whoever is at a call goes on in another way, or to another call. Raises AmiError."""
    for name, value in _about(call).items():
        session.action("Setvar", Channel=watcher.channel, Variable=name, Value=value)
    _redirect(session, watcher, way.value, call.uniqueid)


def call_help(session: Session, watcher: Watcher, number: str) -> None:
    """Whoever is at a call talks with `number`, then is rung for it again. Raises AmiError."""
    _redirect(session, watcher, "help", number)


def let_go(session: Session, watcher: Watcher) -> None:
    """Hangs the person's telephone up; the call goes on. Raises AmiError."""
    session.action("Hangup", Channel=watcher.channel, Cause="16")


def steer(session: Session, call: Call, where: str) -> None:
    """Sends a waiting caller to an extension of [steer]. Raises AmiError.

    By a key that is pressed in the caller's name: so every state of waiting is left in good order.
    """
    session.action("Setvar", Channel=call.channel, Variable="STEER", Value=where)
    session.action("PlayDTMF", Channel=call.channel, Digit=STEER_KEY, Receive="true")


def _about(call: Call) -> dict[str, str]:
    return {"HEARD": call.leg, "TAKEN_FROM": call.channel, "AT": call.uniqueid}


def _redirect(session: Session, watcher: Watcher, context: str, exten: str) -> None:
    session.action("Redirect", Channel=watcher.channel, Context=context, Exten=exten, Priority="1")
