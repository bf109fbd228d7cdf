"""The law of the live state, for any order of news."""

from __future__ import annotations

import copy
from dataclasses import replace
from random import Random

from hypothesis import given, settings

from routing.events import (
    CallerJoined,
    ChannelChanged,
    Event,
    HotlineWritten,
    MemberChanged,
    StageTold,
    WatchTold,
)
from routing.fold import CHANGES, State, fold, fold_all
from routing.live import Live
from tests.routing.world import History, Observer, World, histories, randoms


def timeless(live: Live) -> Live:
    """Without the moments, which a snapshot does not know."""
    return replace(
        live,
        calls={key: replace(call, since=0) for key, call in live.calls.items()},
        members={key: replace(member, since=0) for key, member in live.members.items()},
    )


@settings(max_examples=400)
@given(histories, randoms)
def test_any_order_of_news_ends_where_a_fresh_snapshot_does(
    history: History, random: Random
) -> None:
    heard = Observer(history, random).hear_everything()
    assert timeless(fold_all(State(), heard).live) == timeless(history.final())


@settings(max_examples=100)
@given(histories, randoms)
def test_late_news_of_what_is_gone_brings_nothing_back(history: History, random: Random) -> None:
    state = fold_all(State(), Observer(history, random).hear_everything())
    for event in history.news:
        if _is_late(event, history.worlds[-1]):
            state = fold(state, event)
    assert timeless(state.live) == timeless(history.final())


def _is_late(event: Event, world: World) -> bool:
    match event:
        case ChannelChanged(channel=channel):
            return channel.uniqueid not in world.channels
        case HotlineWritten() | StageTold() | WatchTold() | CallerJoined():
            return event.uniqueid not in world.channels
        case MemberChanged(seat=seat):
            return seat.person not in world.seats
        case _:
            return False


@settings(max_examples=100)
@given(histories, randoms)
def test_the_fold_leaves_the_state_before_it_alone(history: History, random: Random) -> None:
    state = State()
    for event in Observer(history, random).hear_everything():
        before, kept = state, copy.deepcopy(state)
        state = fold(state, event)
        assert before == kept


def test_every_event_has_its_change() -> None:
    assert set(CHANGES) == set(Event.__subclasses__())
