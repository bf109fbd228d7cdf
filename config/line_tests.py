"""[test_calls] of hotline.toml: when the lines are tested by calls of our own."""

from __future__ import annotations

import re
from datetime import time

from config.reading import Source, table, unknown_keys

_RIGHT = 'a list of times such as ["03:30", "15:30"]'


def times_of_day(source: Source) -> tuple[time, ...]:
    """Local times of day, none of them twice; wrong ones are faults on record."""
    found = table(source, "test_calls")
    unknown_keys(source, "test_calls.", found, {"at"})
    at = found.get("at", [])
    if not isinstance(at, list):
        source.fault("test_calls.at", f"is {at!r}; it must be {_RIGHT}")
        return ()
    for value in at:
        if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.A):
            source.fault("test_calls.at", f"has {value!r}; it must be {_RIGHT}")
            return ()
        if at.count(value) > 1:
            source.fault("test_calls.at", f"has {value!r} {at.count(value)} times; once is enough")
            return ()
    return tuple(time.fromisoformat(value) for value in at)
