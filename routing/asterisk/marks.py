"""Marks on callers' numbers: entries in Asterisk's database, each with the instant of its end."""

from __future__ import annotations

import re

MARKS = ("crisis", "limited")  # names of the families; the dialplan's [inbound] reads them


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
