"""The emergency switch: one entry in Asterisk's database, which every call reads.

It is thrown by Asterisk's own command line, so that it works with every other process dead.
"""

from __future__ import annotations

TIERS = ("oncall", "promise")


def commands(tier: str | None, until: int) -> tuple[str, ...]:
    """Command lines that send everything to `tier` until that instant (epoch seconds).

    None brings everything back. Raises ValueError for a tier that there is not.
    """
    if tier is None:
        return ("database del switch tier",)
    if tier not in TIERS:
        raise ValueError(f"tier is {tier!r}; it must be one of {', '.join(TIERS)}")
    return (f"database put switch tier {tier}|{until}",)
