"""Installing compiled files into an Asterisk: desired, difference, guard, apply, verify."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from routing.asterisk.instance import Instance
from routing.asterisk.process import write_files

# Which module re-reads a file; a file that is not here needs a restart.
_RELOADED_BY = {
    "extensions.conf": "pbx_config",
    "pjsip.conf": "res_pjsip",
    "queues.conf": "app_queue",
    "queuerules.conf": "app_queue",
    "musiconhold.conf": "res_musiconhold",
    "logger.conf": "logger",
    "http.conf": "http",
    "manager.conf": "manager",
}


class Unsafe(Exception):
    """The change would leave somebody unheard; it is refused unless forced."""


class NotLoaded(Exception):
    """Asterisk runs something else than what was installed."""


@dataclass(frozen=True)
class Difference:
    """What an installation would change: lines added and removed, file by file."""

    files: dict[str, str]  # the new texts of the files that differ
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not self.files

    @property
    def needs_restart(self) -> tuple[str, ...]:
        return tuple(name for name in self.files if name not in _RELOADED_BY)


def installed(instance: Instance) -> dict[str, str]:
    """The files as they lie on the disk."""
    folder = Path(instance.etc)
    if not folder.is_dir():
        return {}
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.conf"))}


def difference(wanted: Mapping[str, str], real: Mapping[str, str]) -> Difference:
    """What differs, and which entries (sections and extensions) come and go."""
    changed = {name: text for name, text in wanted.items() if real.get(name) != text}
    new, old = _entries(wanted), _entries(real)
    return Difference(changed, tuple(sorted(new - old)), tuple(sorted(old - new)))


def _entries(files: Mapping[str, str]) -> set[str]:
    """Names of the numbers and legs that calls can reach: "from-carrier 968908", "leg lin"."""
    found: set[str] = set()
    context = ""
    for line in files.get("extensions.conf", "").splitlines():
        if section := re.match(r"\[([\w-]+)\]", line):
            context = section[1]
        elif context in ("from-carrier", "leg") and (
            entry := re.match(r"exten => ([^,]+),1,", line)
        ):
            found.add(f"{context} {entry[1]}")
    return found


def guard(
    change: Difference, on_duty: frozenset[str], leaving: frozenset[str] = frozenset()
) -> None:
    """Refuse what would take away a number that is answered or the leg of somebody on duty.

    `leaving`: numbers that are meant to go, as they stand in the plan. Raises Unsafe with every
    such entry.
    """
    numbers = [
        number
        for number in (e.split()[1] for e in change.removed if e.startswith("from-carrier "))
        if not any(number.endswith(meant) for meant in leaving)
    ]
    people = [e.split()[1] for e in change.removed if e.startswith("leg ")]
    faults = [f"number {number} would no longer be answered by its line" for number in numbers]
    faults += [
        f"{person} is on duty and would no longer ring" for person in people if person in on_duty
    ]
    if faults:
        raise Unsafe("; ".join(faults))


def apply(instance: Instance, change: Difference, reload: Callable[[str], None] | None) -> None:
    """Write the files and, through `reload(module)`, have a running Asterisk read them.

    Raises Unsafe before anything is written when a running Asterisk would have to be restarted.
    """
    if reload is not None and change.needs_restart:
        names = ", ".join(change.needs_restart)
        raise Unsafe(f"{names} can only change with a restart of Asterisk; stop the hotline first")
    write_files(instance, change.files)
    if reload is not None:
        _reload(change.files, reload)


def _reload(names: Iterable[str], reload: Callable[[str], None]) -> None:
    """The dialplan last: its fingerprint then says that all the others were read before it."""
    ordered = sorted(names, key=lambda name: (name == "extensions.conf", name))
    for module in dict.fromkeys(_RELOADED_BY[name] for name in ordered):
        reload(module)


def catch_up(
    wanted: Mapping[str, str], getvar: Callable[[str], str], reload: Callable[[str], None]
) -> bool:
    """Have a running Asterisk read what lies on its disk, unless it has; returns whether it had to.

    Whoever wrote the files may have died, or lost Asterisk, before it was told of them.
    """
    if getvar("PLAN") == _mark(wanted):
        return False
    _reload(_RELOADED_BY, reload)
    return True


def verify(wanted: Mapping[str, str], getvar: Callable[[str], str]) -> None:
    """Raise NotLoaded unless Asterisk has loaded `wanted` (by the fingerprint in its dialplan)."""
    expected, real = _mark(wanted), getvar("PLAN")
    if real != expected:
        raise NotLoaded(f"Asterisk runs plan {real or 'none'}, installed is {expected}; restart it")


def _mark(wanted: Mapping[str, str]) -> str:
    meant = re.search(r"^PLAN=(\w+)$", wanted["extensions.conf"], re.MULTILINE)
    return meant[1] if meant else ""
