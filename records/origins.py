"""Where a call comes from: of the hotline's own city, or from elsewhere.

Mobile numbers by the place where their block of numbers was issued (号码归属地), as the numbering
data of libphonenumber have it; a caller may have moved since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

PREFIX = 7  # digits that tell the place
_MOBILE = re.compile(r"1[3-9]\d{5}", re.ASCII)


class Origin(StrEnum):
    LOCAL = "local"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"  # hidden, abroad, a short number, or a block that is not known


def origin(number: str, area: str) -> Origin:
    """Of a number in national form, or of its first PREFIX digits. `area` as "0595".

    >>> origin("059522770001", "0595"), origin("02162525000", "0595"), origin("", "0595")
    (<Origin.LOCAL: 'local'>, <Origin.ELSEWHERE: 'elsewhere'>, <Origin.UNKNOWN: 'unknown'>)
    """
    if number.startswith(area):
        return Origin.LOCAL
    if number.startswith("0") and not number.startswith("00"):
        return Origin.ELSEWHERE
    if not _MOBILE.match(number):
        return Origin.UNKNOWN
    place = _place(number[:PREFIX])
    if not place:
        return Origin.UNKNOWN
    return Origin.LOCAL if place == _place(area) else Origin.ELSEWHERE


def of_origin(prefixes: Iterable[str], area: str, wanted: Origin) -> frozenset[str]:
    return frozenset(prefix for prefix in prefixes if origin(prefix, area) is wanted)


@lru_cache(maxsize=100_000)
def _place(prefix: str) -> str:
    """ "福建省泉州市"; "" when it is not known more closely than the country."""
    import phonenumbers  # a hundred megabytes of memory, only for those who want a summary
    from phonenumbers import geocoder

    number = phonenumbers.parse(prefix.ljust(11, "0"), "CN")
    found: str = geocoder.description_for_valid_number(number, "zh")
    return "" if found in ("中国", "China") else found
