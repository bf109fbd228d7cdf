"""The emergency switch: one entry in Asterisk's database, which every call reads.

It is thrown by Asterisk's own command line, so that it works with every other process dead.
"""

from __future__ import annotations

FAMILY, KEY = "switch", "tier"
TIERS = ("oncall", "partner", "promise")


def commands(tier: str | None, until: int) -> tuple[str, ...]:
    """Command lines that send everything to `tier` until that instant (epoch seconds).

    None brings everything back. Raises ValueError for a tier that there is not.
    """
    if tier is None:
        return (f"database del {FAMILY} {KEY}",)
    return (f"database put {FAMILY} {KEY} {entry(tier, until)}",)


def entry(tier: str, until: int) -> str:
    """What stands in Asterisk's database. Raises ValueError for a tier that there is not."""
    if tier not in TIERS:
        raise ValueError(f"tier is {tier!r}; it must be one of {', '.join(TIERS)}")
    return f"{tier}|{until}"


def thrown(value: str | None, now: int) -> tuple[str, int] | None:
    """The tier and the instant of its end, of what stands in Asterisk's database; None: as ever."""
    tier, _, until = (value or "").partition("|")
    if tier not in TIERS or not until.isdecimal() or int(until) <= now:
        return None
    return tier, int(until)
