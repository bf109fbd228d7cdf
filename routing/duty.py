"""Who is on duty when: from shifts to the table that Asterisk's own clock applies. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from routing.plan import Shift

CHUNK = 900  # characters; a line of the manager may have 1,024, a longer one is thrown away unread
NOBODY = "-"


@dataclass(frozen=True)
class Change:
    """Write `value` to slot/chunk; None removes it."""

    key: str  # "<slot>/<chunk>", below the AstDB family `duty`
    value: str | None


@dataclass(frozen=True)
class EmptyHour:
    """A slot of the window in which nobody is on duty."""

    begins: int  # epoch seconds
    ends: int


def table(
    shifts: Iterable[Shift], now: int, slot: int, hours: int, automatic: frozenset[str]
) -> dict[str, str]:
    """The duty table from `now` for `hours`: key "<slot>/<chunk>" -> entries.

    `slot` is its grain in seconds; `automatic` are the people who need no sign-in. An entry is the
    person's id, with `!` when no sign-in is needed and `~` when on call.
    """
    first, last = now // slot, (now + hours * 3600) // slot
    entries: dict[int, set[str]] = defaultdict(set)
    for shift in shifts:
        for index in range(
            max(first, shift.begins // slot), min(last, -(-shift.ends // slot) - 1) + 1
        ):
            entries[index].add(_entry(shift, automatic))
    found: dict[str, str] = {}
    for index in range(first, last + 1):
        for chunk, text in enumerate(_chunks(sorted(entries[index]) or [NOBODY])):
            found[f"{index}/{chunk}"] = text
    return found


def _entry(shift: Shift, automatic: frozenset[str]) -> str:
    if shift.on_call:
        return shift.person + "~"
    return shift.person + ("!" if shift.person in automatic else "")


def _chunks(entries: list[str]) -> Iterable[str]:
    text = ""
    for entry in entries:
        if text and len(text) + 1 + len(entry) > CHUNK:
            yield text
            text = ""
        text = f"{text},{entry}" if text else entry
    yield text


def changes(
    wanted: Mapping[str, str], real: Mapping[str, str], now: int, slot: int
) -> list[Change]:
    """What to write so that `real` becomes `wanted`: the running slot first, past ones removed."""
    changed = [Change(key, value) for key, value in wanted.items() if real.get(key) != value]
    gone = [Change(key, None) for key in real if key not in wanted]
    running = now // slot
    return sorted(changed + gone, key=lambda c: (abs(_slot(c.key) - running), c.key))


def _slot(key: str) -> int:
    head = key.split("/")[0]
    return int(head) if head.isdigit() else 0


def empty_hours(wanted: Mapping[str, str], slot: int) -> list[EmptyHour]:
    """The stretches of the table in which nobody is on duty (on-call staff alone do not count)."""
    found: list[EmptyHour] = []
    slots: dict[int, bool] = {}
    for key, value in wanted.items():
        staffed = any(not e.endswith("~") and e != NOBODY for e in value.split(","))
        slots[_slot(key)] = slots.get(_slot(key), False) or staffed
    for index, staffed in sorted(slots.items()):
        if staffed:
            continue
        if found and found[-1].ends == index * slot:
            found[-1] = EmptyHour(found[-1].begins, (index + 1) * slot)
        else:
            found.append(EmptyHour(index * slot, (index + 1) * slot))
    return found


@dataclass(frozen=True)
class Rostered:
    """Who should be on duty in one slot."""

    sign_in: frozenset[str]  # members once they have signed in
    automatic: frozenset[str]  # members without
    on_call: frozenset[str]

    @property
    def on_duty(self) -> frozenset[str]:
        return self.sign_in | self.automatic


def rostered(wanted: Mapping[str, str], now: int, slot: int) -> Rostered:
    """Read the slot of `now` back from the table."""
    index = now // slot
    entries = [
        entry
        for key, value in wanted.items()
        if _slot(key) == index
        for entry in value.split(",")
        if entry != NOBODY
    ]
    return Rostered(
        frozenset(e for e in entries if e[-1] not in "!~"),
        frozenset(e[:-1] for e in entries if e[-1] == "!"),
        frozenset(e[:-1] for e in entries if e[-1] == "~"),
    )


@dataclass(frozen=True)
class Drift:
    """What differs between who should be a member now and who is."""

    missing: frozenset[str]
    surplus: frozenset[str]
    absent: frozenset[str]  # rostered, not signed in


def drift(duty: Rostered, members: frozenset[str], signed_in: frozenset[str]) -> Drift:
    """`missing` and `surplus` are faults of the machine; `absent` is a matter for people."""
    wanted = duty.automatic | duty.on_call | (duty.sign_in & signed_in)
    return Drift(wanted - members, members - wanted, duty.sign_in - signed_in)
