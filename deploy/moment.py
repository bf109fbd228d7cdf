"""Moments as people type them: 2026-12-24 03:00, in the city's time."""

from __future__ import annotations

from datetime import datetime

from deploy.assembly import ZONE


def moment(text: str | None) -> datetime:
    """Now, when there is no text. Raises ValueError."""
    if text is None:
        return datetime.now(ZONE)
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    except ValueError as error:
        raise ValueError(f"--at is {text!r}; it must be like '2026-12-24 03:00'") from error
