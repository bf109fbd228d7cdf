"""What the audit log knows: each action, and the fields that its entries may have.

The pages have words for all of them, in both languages. What is missing here would be told as it
stands; tests/records/test_actions.py reads from the source that nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping

_PERSON = (
    *("id", "name", "site", "qualifications", "hours_a_week", "no_nights"),
    *("contact", "mobile", "device", "email", "active"),
)
_PLAN = (
    *("id", "name", "number", "site", "needs", "old_phones", "old_phones_in"),
    *("auto_sign_in", "switchboard"),
)
_REQUEST = ("person", "kind", "first", "last", "shift", "want")

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "absence.add": ("person", "first", "last"),
    "backup": ("rows",),
    "calendar.renew": (),
    "calendar.revoke": (),
    "call.asked": ("to",),
    "call.handed": ("to",),
    "call_in": ("how",),
    "crisis": ("on",),
    "crisis_mode": ("step", "line", "counsellor", "number", "text"),
    "directory.add": ("name", "phone"),
    "directory.change": ("name", "phone"),
    "directory.remove": ("name", "phone"),
    "drill": ("why", "until"),
    "exchange.answer": ("accepted",),
    "exchange.approve": ("roster", "price"),
    "exchange.propose": ("other", "cells"),
    "exchange.refuse": ("reason",),
    "exchange.withdraw": (),
    "handover.list": ("ids",),
    "handover.read": (),
    "handover.write": (),
    "mark": ("mark", "reason", "until"),
    "needs.put": ("from", "to"),
    "note.read": (),
    "note.submit": ("kind", "level"),
    "pause": ("minutes",),
    "people.import": ("rows",),
    "person.active": ("active",),
    "person.save": _PERSON,
    "plan.change": _PLAN,
    "plans.import": ("absences", "wishes"),
    "recording.listen": ("reason",),
    "request.ask": _REQUEST,
    "request.granted": _REQUEST,
    "request.refused": _REQUEST,
    "request.withdrawn": _REQUEST,
    "restore": ("made_at",),
    "resume": ("ended",),
    "retention": ("numbers", "notes", "calls", "audit", "recordings", "marks"),
    "roster.acknowledge": ("rosters",),
    "roster.cell": ("person", "day", "from", "to"),
    "roster.draft": ("version",),
    "roster.import": ("rows",),
    "roster.override": ("hard_findings", "override_reason"),
    "roster.pin": ("person", "day", "pinned"),
    "roster.publish": ("version", "hard_findings", "override_reason"),
    "roster.withdraw": ("version", "reason", "days_left_bare"),
    "secret.browser": (),
    "secret.look": (),
    "secret.new": (),
    "session.begin": ("from",),
    "session.refused": ("from",),
    "steer": ("where", "line", "rank"),
    "supervise": ("way", "line", "counsellor"),
    "switch": ("why", "until"),
    "task.assign": ("person",),
    "task.call_back": ("person",),
    "task.close": ("closing", "calls"),
    "task.unreached": ("due",),
    "unmask": ("reason",),
    "user.add": ("role", "person"),
    "user.change": ("role", "person", "active"),
    "user.password": (),
}
