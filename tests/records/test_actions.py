"""What is written into the audit log and what it knows are the same, as far as the source shows."""

from dataclasses import fields

from records.actions import ACTIONS
from records.requests import State
from records.retention import Cleared
from records.transfers import Kind
from tests.records.noted import noted

# Actions of which the source has the beginning only: all that they can be.
MADE_UP = {
    "call.*": {f"call.{kind}" for kind in Kind},
    "request.*": {f"request.{state}" for state in set(State) - {State.ASKED}},
    "user.*": {"user.add", "user.password"},
}
# Fields that the source does not show, and what they can be; of a person, dashboard tests say it.
HIDDEN = {
    "retention": {each.name for each in fields(Cleared)},
    "person.save": set(ACTIONS["person.save"]),
    "plan.change": set(ACTIONS["plan.change"]),
}


def test_no_action_is_noted_that_the_audit_log_does_not_know() -> None:
    lost = [
        f"{each.where}: {action}"
        for each in noted()
        for action in MADE_UP.get(each.action, {each.action})
        if action not in ACTIONS
    ]
    assert lost == []


def test_no_field_is_noted_that_the_audit_log_does_not_know() -> None:
    lost = [
        f"{each.where}: {action} {name}"
        for each in noted()
        for action in MADE_UP.get(each.action, {each.action})
        for name in sorted(HIDDEN[action] if each.fields is None else each.fields)
        if name not in ACTIONS.get(action, ())
    ]
    assert lost == []


def test_every_action_is_noted_somewhere() -> None:
    """Else either it is no more, or what reads the source overlooks something."""
    found = {action for each in noted() for action in MADE_UP.get(each.action, {each.action})}
    assert sorted(set(ACTIONS) - found) == []
