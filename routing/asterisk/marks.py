"""What Asterisk's database has of callers' numbers: marks with an end, and what calls left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

MARKS = ("crisis", "limited")  # names of the families; the dialplan's [inbound] reads them
DAY = 86400
LISTING_SECONDS = 120.0  # for a family of some hundred thousand numbers


def commands(number: str, mark: str, until: int) -> tuple[str, ...]:
    """Command lines that leave `number` (national form) with `mark` alone, until that instant.

    "none" takes the marks away. Raises ValueError for a number or a mark that cannot be.
    """
    if not re.fullmatch(r"[0-9]{5,15}", number):
        raise ValueError(f"number is {number!r}; it must be 5 to 15 digits, as the records show it")
    if mark not in (*MARKS, "none"):
        raise ValueError(f"mark is {mark!r}; it must be one of {', '.join(MARKS)}, none")
    return tuple(
        f"database put {name} {number} {until}" if name == mark else f"database del {name} {number}"
        for name in MARKS
    )


class Database(Protocol):
    """What is needed of a session."""

    def db_get(self, family: str, key: str) -> str | None: ...

    def db_del(self, family: str, key: str) -> None: ...

    def db_tree(self, family: str, seconds: float | None = None) -> dict[str, str]: ...


def clear(database: Database, needed: Iterable[str], now: int, days: int) -> int:
    """Take away whatever is over, and what calls left that were `days` ago; returns how many.

    With 0 days what calls left is kept. `needed` are numbers that are still to be called back.
    """
    keep, gone = frozenset(needed), 0
    for family, is_over in _FAMILIES.items():
        for number, value in database.db_tree(family, LISTING_SECONDS).items():
            if number in keep or not is_over(value, now, days):
                continue
            if database.db_get(family, number) == value:  # else the number has just called again
                database.db_del(family, number)
                gone += 1
    return gone


def _has_ended(value: str, now: int, _days: int) -> bool:
    """`until`: whoever reads it compares it with the clock."""
    return _instant(value) <= now


def _is_old(value: str, now: int, days: int) -> bool:
    """The instant of a call, at last: known/<number>, and spoke/<number> after who it was."""
    return days > 0 and _instant(value.rpartition("|")[2]) <= now - days * DAY


def _is_left_over(value: str, now: int, _days: int) -> bool:
    """turn/<number> names a call by when it came. None waits for a day: Asterisk was killed."""
    found = re.search(r"(\d+)\.\d+\|", value)
    return found is None or int(found[1]) <= now - DAY


def _instant(text: str) -> int:
    """Nonsense has ended long ago."""
    return int(text) if text.isdecimal() else 0


_FAMILIES: dict[str, Callable[[str, int, int], bool]] = {
    "crisis": _has_ended,
    "limited": _has_ended,
    "cutoff": _has_ended,
    "known": _is_old,
    "spoke": _is_old,
    "turn": _is_left_over,
}
