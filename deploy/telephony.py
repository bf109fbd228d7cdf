"""Errors of the session with Asterisk in the words of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.deps import TelephonyUnavailable
from routing.asterisk.session import AmiError


@contextmanager
def telephony() -> Iterator[None]:
    """Raises TelephonyUnavailable for whatever the session raises."""
    try:
        yield
    except AmiError as error:
        raise TelephonyUnavailable(str(error)) from error
