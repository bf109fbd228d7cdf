"""Telephone numbers in China: the forms in which one is written, and the one that we keep."""

from __future__ import annotations

import re

COUNTRY = "86"
_MOBILE = re.compile(r"1[3-9]\d{9}")
LONG = 11  # digits of a number that is a whole one, with its area
ENDING, ENDING_OF_SHORT = 4, 2  # digits


def ending(number: str) -> str:
    """The last digits: by them callers are told apart, and nobody can be rung up.

    >>> ending("13800138000"), ending("059522770001"), ending("12345678"), ending("")
    ('8000', '0001', '78', '')
    """
    return number[-ENDING:] if len(number) >= LONG else number[-ENDING_OF_SHORT:]


def written_forms(number: str, area: str) -> tuple[str, ...]:
    """Every form in which a carrier may present `number`, a subscriber number of `area` ("0595").

    >>> written_forms("968908", "0595")[:3]
    ('968908', '0595968908', '595968908')
    """
    code = area.removeprefix("0")
    return (
        number,
        f"0{code}{number}",
        f"{code}{number}",
        f"{COUNTRY}{code}{number}",
        f"+{COUNTRY}{code}{number}",
        f"00{COUNTRY}{code}{number}",
    )


def caller_number(raw: str, area: str) -> str | None:
    """The caller's number in national form ("13800138000", "059522770001"), or None when hidden.

    A hidden number (empty, `anonymous`, `unknown`, letters) is None, never a switchboard's number.
    """
    digits = re.sub(r"[^\d+]", "", raw)
    digits = re.sub(r"^(\+|00)", "", digits)
    if digits.startswith(COUNTRY) and len(digits) > 11:
        digits = digits[len(COUNTRY) :]
        if not _MOBILE.fullmatch(digits):
            digits = "0" + digits
    if not digits or re.search(r"[A-Za-z]", raw):
        return None
    if _MOBILE.fullmatch(digits.removeprefix("0")):
        return digits.removeprefix("0")
    if 7 <= len(digits) <= 8 and not digits.startswith("0"):
        return area + digits
    return digits
